"""Files of shelters: CSV, XLSX and GeoJSON (RFC 7946)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from tabuah.console.shelters.shelter_records import ShelterRecord
from tabuah.console.table_files import TableFormat, UnreadableTable, write_rows
from tabuah.operations.import_table import TableColumns, guard_cell
from tabuah.resources.localisation import _

COLUMNS: Final = tuple(name for name in ShelterRecord.__struct_fields__ if name != "pending")
GEOJSON: Final = ".geojson"
_FORMAT: Final = TableFormat(columns=TableColumns(names=COLUMNS, required=()), sheet="shelters", template="")


def write_shelters(path: Path, records: Sequence[ShelterRecord]) -> None:
    """Write shelters to a file of the kind that its name says.

    Raises:
        OSError: the file cannot be written.
        UnreadableTable: the name of the file ends otherwise.
    """
    suffix = path.suffix.lower()
    if suffix == GEOJSON:
        path.write_bytes(encode_shelters_geojson(records))
    elif suffix in (".csv", ".xlsx"):
        rows = [[guard_cell(_cell(getattr(record, name))) for name in COLUMNS] for record in records]
        write_rows(path, _FORMAT, [list(COLUMNS), *rows])
    else:
        raise UnreadableTable(_("The name of the file must end with .csv, .xlsx or .geojson."))


def encode_shelters_geojson(records: Sequence[ShelterRecord]) -> bytes:
    """Return the shelters as a feature collection of points."""
    features = [_feature(record) for record in records]
    return msgspec.json.encode({"type": "FeatureCollection", "features": features}) + b"\n"


def _feature(record: ShelterRecord) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in COLUMNS if name not in ("lon_deg", "lat_deg")}
    position = [round(record.lon_deg, 6), round(record.lat_deg, 6)]
    geometry = {"type": "Point", "coordinates": position}
    return {"type": "Feature", "id": record.id, "geometry": geometry, "properties": values}


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return "" if value is None else str(value)
