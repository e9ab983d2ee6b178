"""Files of records: tables with a column for each field, and GeoJSON (RFC 7946)."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from tabuah.console.table_files import TableFormat, UnreadableTable, write_rows
from tabuah.operations.import_table import TableColumns, guard_cell
from tabuah.resources.localisation import _

GEOJSON: Final = ".geojson"
RecordT = TypeVar("RecordT", bound=msgspec.Struct)


class RecordColumns(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of a file.

    Attributes:
        names: the fields of the record, in order.
        sheet: the name of the sheet in a workbook.
        texts: how a field is written that is neither text, number nor time.
    """

    names: tuple[str, ...]
    sheet: str
    texts: dict[str, Callable[[Any], str]] = msgspec.field(default_factory=dict)


def write_record_table(path: Path, records: Sequence[msgspec.Struct], columns: RecordColumns) -> None:
    """Write records to a CSV or XLSX file.

    Raises:
        OSError: the file cannot be written.
        UnreadableTable: the name of the file ends otherwise.
    """
    table = TableFormat(columns=TableColumns(names=columns.names, required=()), sheet=columns.sheet, template="")
    rows = [
        [guard_cell(columns.texts.get(name, _cell)(getattr(record, name))) for name in columns.names]
        for record in records
    ]
    write_rows(path, table, [list(columns.names), *rows])


def write_record_file(
    path: Path,
    records: Sequence[RecordT],
    columns: RecordColumns,
    *,
    geometry: Callable[[RecordT], dict[str, Any]],
    geometry_fields: tuple[str, ...],
) -> None:
    """Write records to a CSV, XLSX or GeoJSON file.

    Args:
        path: the file; its name says the kind.
        records: each with a field `id`.
        columns: those of a table, and the properties of a feature.
        geometry: returns the geometry of a record.
        geometry_fields: the columns that are no properties, because the geometry has them.

    Raises:
        OSError: the file cannot be written.
        UnreadableTable: the name of the file ends otherwise.
    """
    suffix = path.suffix.lower()
    if suffix == GEOJSON:
        names = [name for name in columns.names if name not in geometry_fields]
        features = [_feature(record, names, geometry(record)) for record in records]
        path.write_bytes(msgspec.json.encode({"type": "FeatureCollection", "features": features}) + b"\n")
    elif suffix in (".csv", ".xlsx"):
        write_record_table(path, records, columns)
    else:
        raise UnreadableTable(_("The name of the file must end with .csv, .xlsx or .geojson."))


def point(lon_deg: float, lat_deg: float) -> dict[str, Any]:
    """Return the geometry of a point."""
    return {"type": "Point", "coordinates": [round(lon_deg, 6), round(lat_deg, 6)]}


def _feature(record: msgspec.Struct, names: Sequence[str], geometry: dict[str, Any]) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in names}
    return {"type": "Feature", "id": getattr(record, "id", ""), "geometry": geometry, "properties": values}


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return "" if value is None else str(value)
