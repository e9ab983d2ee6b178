"""What a table of imported features looks like: its columns, its rows, its geometries in GeoPackage's form."""

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

from tabuah.gis.layer_import import ImportedFeature
from tabuah.storage.cache.geometry import SRS_ID

MAX_COLUMNS: Final = 200  # what a file has beyond is left out of the table; SQLite and QGIS stay quick
_OWN_COLUMNS: Final = ("fid", "geom")
_HEADER: Final = struct.Struct("<2sBBi")  # OGC 12-128r18, clause 2.1.3: no envelope, little-endian
_INT64: Final = 1 << 63
_MULTIPLE: Final = {
    "Point": shapely.MultiPoint,
    "LineString": shapely.MultiLineString,
    "Polygon": shapely.MultiPolygon,
}


class Column(msgspec.Struct, frozen=True):
    """A column of the table: the attribute it holds and its SQL type."""

    attribute: str
    kind: str


def columns_of(features: Sequence[ImportedFeature]) -> dict[str, Column]:
    """The attributes as columns: names that are taken (SQLite ignores case) get a number behind."""
    columns: dict[str, Column] = {}
    taken = {name.lower() for name in _OWN_COLUMNS}
    for attribute in dict.fromkeys(name for feature in features for name in feature.properties):
        plain = attribute.replace("\0", "").strip() or "attribute"
        numbered = (f"{plain}_{number}" for number in range(2, len(taken) + 3))
        name = next(free for free in (plain, *numbered) if free.lower() not in taken)
        taken.add(name.lower())
        columns[name] = Column(attribute, _kind_of([f.properties.get(attribute) for f in features]))
        if len(columns) == MAX_COLUMNS:
            break
    return columns


def _kind_of(values: Sequence[Any]) -> str:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return "BOOLEAN"
    if kinds == {int}:
        fits = all(-_INT64 <= value < _INT64 for value in values if value is not None)
        return "INTEGER" if fits else "TEXT"
    return "DOUBLE" if kinds and kinds <= {int, float} else "TEXT"


def row_of(shape: bytes, feature: ImportedFeature, columns: Mapping[str, Column]) -> tuple[Any, ...]:
    """A feature as a row: its geometry in GeoPackage's form, then the columns."""
    values = (_value(feature.properties.get(column.attribute), column.kind) for column in columns.values())
    return (shape, *values)


def _value(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "DOUBLE":
        return float(value)
    if kind in ("INTEGER", "BOOLEAN"):
        return int(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def encoded(shape: BaseGeometry) -> bytes:
    """A shape in GeoPackage's form."""
    wkb: bytes = shapely.to_wkb(shape, byte_order=1)
    return _HEADER.pack(b"GP", 0, 1, SRS_ID) + wkb


def of_one_type(features: Sequence[ImportedFeature]) -> list[BaseGeometry]:
    """The shapes, as multiple ones where some are: programs want one type in a table."""
    shapes = [feature.shape for feature in features]
    types = {shape.geom_type for shape in shapes}
    for single, multiple in _MULTIPLE.items():
        if types == {single, multiple.__name__}:
            return [shape if shape.geom_type != single else multiple([shape]) for shape in shapes]
    return shapes


def geometry_type(shapes: Sequence[BaseGeometry]) -> str:
    """The type that a table of these shapes declares."""
    kinds = {shape.geom_type.upper() for shape in shapes}
    return kinds.pop() if len(kinds) == 1 else "GEOMETRY"


def quoted_names(names: Sequence[str]) -> str:
    """Names of columns for a statement of SQL."""
    return ", ".join(map(quoted, names))


def quoted(name: str) -> str:
    """A name of a column, which may hold anything, for a statement of SQL."""
    return '"' + name.replace('"', '""') + '"'
