"""Files of disruptions: CSV, XLSX and GeoJSON (RFC 7946)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tabuah.console.disruptions.disruption_records import DisruptionRecord
from tabuah.console.disruptions.typed_line import format_line
from tabuah.console.record_files import RecordColumns, point, write_record_file

COLUMNS: Final = RecordColumns(
    names=tuple(name for name in DisruptionRecord.__struct_fields__ if name != "pending"),
    sheet="disruptions",
    texts={"line": format_line},
)


def write_disruptions(path: Path, records: Sequence[DisruptionRecord]) -> None:
    """Write disruptions to a file of the kind that its name says; raises like `write_record_file`."""
    write_record_file(path, records, COLUMNS, geometry=_geometry, geometry_fields=("lon_deg", "lat_deg", "line"))


def _geometry(record: DisruptionRecord) -> dict[str, Any]:
    """Return the closed line, or a point where only the place is known."""
    if record.line:
        return {"type": "LineString", "coordinates": record.line}
    return point(record.lon_deg, record.lat_deg)
