"""Files of shelters: CSV, XLSX and GeoJSON (RFC 7946)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tabuah.console.record_files import RecordColumns, point, write_record_file
from tabuah.console.shelters.shelter_records import ShelterRecord

COLUMNS: Final = RecordColumns(
    names=tuple(name for name in ShelterRecord.__struct_fields__ if name != "pending"), sheet="shelters"
)


def write_shelters(path: Path, records: Sequence[ShelterRecord]) -> None:
    """Write shelters to a file of the kind that its name says; raises like `write_record_file`."""
    write_record_file(path, records, COLUMNS, geometry=_geometry, geometry_fields=("lon_deg", "lat_deg"))


def _geometry(record: ShelterRecord) -> dict[str, Any]:
    return point(record.lon_deg, record.lat_deg)
