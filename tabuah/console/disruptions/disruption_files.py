"""Files of disruptions: CSV, XLSX and GeoJSON (RFC 7946)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from tabuah.console.disruptions.disruption_records import DisruptionRecord
from tabuah.console.disruptions.typed_line import format_line
from tabuah.console.table_files import TableFormat, UnreadableTable, write_rows
from tabuah.operations.import_table import TableColumns, guard_cell
from tabuah.resources.localisation import _

COLUMNS: Final = tuple(name for name in DisruptionRecord.__struct_fields__ if name != "pending")
GEOJSON: Final = ".geojson"
_GEOMETRY: Final = ("lon_deg", "lat_deg", "line")
_FORMAT: Final = TableFormat(columns=TableColumns(names=COLUMNS, required=()), sheet="disruptions", template="")


def write_disruptions(path: Path, records: Sequence[DisruptionRecord]) -> None:
    """Write disruptions to a file of the kind that its name says.

    Raises:
        OSError: the file cannot be written.
        UnreadableTable: the name of the file ends otherwise.
    """
    suffix = path.suffix.lower()
    if suffix == GEOJSON:
        path.write_bytes(encode_disruptions_geojson(records))
    elif suffix in (".csv", ".xlsx"):
        rows = [[guard_cell(_cell(getattr(record, name))) for name in COLUMNS] for record in records]
        write_rows(path, _FORMAT, [list(COLUMNS), *rows])
    else:
        raise UnreadableTable(_("The name of the file must end with .csv, .xlsx or .geojson."))


def encode_disruptions_geojson(records: Sequence[DisruptionRecord]) -> bytes:
    """Return the disruptions as a feature collection of lines, and of points where only the place is known."""
    features = [_feature(record) for record in records]
    return msgspec.json.encode({"type": "FeatureCollection", "features": features}) + b"\n"


def _feature(record: DisruptionRecord) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in COLUMNS if name not in _GEOMETRY}
    geometry: dict[str, Any] = {"type": "LineString", "coordinates": record.line}
    if not record.line:
        geometry = {"type": "Point", "coordinates": [round(record.lon_deg, 6), round(record.lat_deg, 6)]}
    return {"type": "Feature", "id": record.id, "geometry": geometry, "properties": values}


def _cell(value: object) -> str:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds")
        case tuple():
            return format_line(value)
    return "" if value is None else str(value)
