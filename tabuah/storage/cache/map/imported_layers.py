"""Imported layers as feature tables of the cache, with their attributes, readable by QGIS."""

import json
import re
import struct
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from tabuah.gis.import_progress import REPORT_EVERY, OnDone, ignore_count
from tabuah.gis.imported_layer import ImportedFeature, ImportedLayer
from tabuah.gis.levels_of_detail import Shapes
from tabuah.resources.time_zone import home_zone
from tabuah.storage.cache.cache_session import CACHE_NAME
from tabuah.storage.cache.connection import open_cache, transaction
from tabuah.storage.cache.data_directory import prepare_directory
from tabuah.storage.cache.gpkg_geometry import SRS_ID
from tabuah.storage.cache.map.maps import layer_of_part
from tabuah.storage.cache.schema import guard_statements

MAX_COLUMNS: Final = 200  # further columns are left out, so that SQLite and QGIS stay fast
_OWN_COLUMNS: Final = ("fid", "geom")
_HEADER: Final = struct.Struct("<2sBBi")  # OGC 12-128r18, clause 2.1.3: no envelope, little-endian
_INT64: Final = 1 << 63
_MULTIPLE: Final = {
    "Point": shapely.MultiPoint,
    "LineString": shapely.MultiLineString,
    "Polygon": shapely.MultiPolygon,
}


class FeatureColumn(msgspec.Struct, frozen=True):
    """A column: its attribute and its SQL type."""

    attribute: str
    kind: str


def columns_of(features: Sequence[ImportedFeature]) -> dict[str, FeatureColumn]:
    """Return the attributes as columns; a name that is taken (ignoring case) gets a number appended."""
    columns: dict[str, FeatureColumn] = {}
    taken = {name.lower() for name in _OWN_COLUMNS}
    for attribute in dict.fromkeys(name for feature in features for name in feature.properties):
        plain = attribute.replace("\0", "").strip() or "attribute"
        numbered = (f"{plain}_{number}" for number in range(2, len(taken) + 3))
        name = next(free for free in (plain, *numbered) if free.lower() not in taken)
        taken.add(name.lower())
        columns[name] = FeatureColumn(attribute, _kind_of([f.properties.get(attribute) for f in features]))
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


def row_of(shape: bytes, feature: ImportedFeature, columns: Mapping[str, FeatureColumn]) -> tuple[Any, ...]:
    """Return a feature as a row: its GeoPackage geometry, then the columns."""
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


def encode_geometry(shape: BaseGeometry) -> bytes:
    """Return a shape as GeoPackage binary."""
    wkb: bytes = shapely.to_wkb(shape, byte_order=1)
    return _HEADER.pack(b"GP", 0, 1, SRS_ID) + wkb


def homogeneous_shapes(features: Sequence[ImportedFeature]) -> list[BaseGeometry]:
    """Return the shapes, all as multi-geometries where some are: programs expect one type per table."""
    shapes = [feature.shape for feature in features]
    types = {shape.geom_type for shape in shapes}
    for single, multiple in _MULTIPLE.items():
        if types == {single, multiple.__name__}:
            return [shape if shape.geom_type != single else multiple([shape]) for shape in shapes]
    return shapes


def geometry_type(shapes: Sequence[BaseGeometry]) -> str:
    """Return the geometry type that a table of these shapes declares."""
    kinds = {shape.geom_type.upper() for shape in shapes}
    return kinds.pop() if len(kinds) == 1 else "GEOMETRY"


def quote_identifiers(names: Sequence[str]) -> str:
    """Return quoted column names for an SQL statement."""
    return ", ".join(map(quote_identifier, names))


def quote_identifier(name: str) -> str:
    """Return a quoted column name for an SQL statement; it may contain any character."""
    return '"' + name.replace('"', '""') + '"'


PREFIX: Final = "layer_"
_FIND: Final = "SELECT table_name FROM gpkg_contents WHERE identifier = ? AND table_name LIKE 'layer\\_%' ESCAPE '\\'"
_IS_OURS: Final = "SELECT 1 FROM gpkg_contents WHERE identifier = ? AND table_name NOT LIKE 'layer\\_%' ESCAPE '\\'"
_LIST: Final = (
    "SELECT identifier, table_name, description, last_change FROM gpkg_contents"
    " WHERE table_name LIKE 'layer\\_%' ESCAPE '\\'"
)
_OURS: Final = " (layer)"  # appended to the name of a layer that has the name of one of our own tables
# QGIS shows this description. It also marks the layers that the map should draw; one that is not drawn
# has lost its drawing.
_DRAWN: Final = "read only: Tabuah imported it and draws it"
_BOUNDARIES: Final = "read only: Tabuah imported it and took the official boundaries from it"


class LayerFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An imported layer in the cache."""

    name: str
    table: str
    features: int
    drawn: bool = False  # as a layer of its own
    boundaries: bool = False  # its areas became the official boundaries
    imported_on: date | None = None  # local day of the import


class ImportedLayers:
    """The imported layers of one data directory. Belongs to the thread that opens it."""

    def __init__(self, directory: Path) -> None:
        prepare_directory(directory)
        self._path = directory / CACHE_NAME
        self._connection = open_cache(self._path)

    def close(self) -> None:
        self._connection.close()

    def keep(self, layer: ImportedLayer, *, boundaries: bool = False, on_saved: OnDone = ignore_count) -> LayerFacts:
        """Write a layer, replacing one that was imported under the same name; all of it or nothing.

        Args:
            layer: the imported layer, already checked.
            boundaries: whether its areas became the official ones, so that it is no layer of its own.
            on_saved: called with the number of features written.
        """
        columns = columns_of(layer.features)
        shapes = map(encode_geometry, homogeneous_shapes(layer.features))
        # prepared before the lock is taken, so that an incident can be saved in the meantime
        rows = [row_of(shape, each, columns) for shape, each in zip(shapes, layer.features, strict=True)]
        with transaction(self._connection, self._path):
            identifier = self._identifier(layer.name)
            self._drop(identifier)
            table = self._free_name(layer.name)
            self._create(table, identifier, columns, layer, description=_BOUNDARIES if boundaries else _DRAWN)
            marks = ", ".join("?" * (len(columns) + 1))
            statement = f"INSERT INTO {table} ({quote_identifiers(['geom', *columns])}) VALUES ({marks})"  # noqa: S608
            for start in range(0, len(rows), REPORT_EVERY):
                batch = rows[start : start + REPORT_EVERY]
                self._connection.executemany(statement, batch)
                on_saved(start + len(batch), len(rows))
            for guard in guard_statements([table]):
                self._connection.execute(guard)
        return LayerFacts(
            name=layer.name, table=table, features=len(rows), drawn=not boundaries, boundaries=boundaries
        )

    def remove(self, name: str) -> None:
        """Drop a layer's table, if there is one."""
        with transaction(self._connection, self._path):
            self._drop(self._identifier(name))

    def remove_boundaries(self) -> None:
        """Drop every table whose areas became the official boundaries."""
        with transaction(self._connection, self._path):
            for identifier, _table, mark, _changed in self._connection.execute(_LIST).fetchall():
                if mark == _BOUNDARIES:
                    self._drop(identifier)

    def rows(self, table: str) -> tuple[Shapes, list[dict[str, Any]]]:
        """Return the shapes (EPSG:4326) and attributes of a table from `list`, as they were imported."""
        cursor = self._connection.execute(f"SELECT * FROM {table} ORDER BY fid")  # noqa: S608 - a name of `list`
        columns = [each[0] for each in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor]
        shapes: Shapes = shapely.from_wkb([row.pop("geom")[_HEADER.size :] for row in rows])
        return np.atleast_1d(shapes), rows

    def list(self) -> tuple[LayerFacts, ...]:
        """Return all imported layers by name."""
        rows = self._connection.execute(_LIST).fetchall()
        return tuple(
            LayerFacts(
                name=self._name(identifier),
                table=table,
                features=self._count(table),
                drawn=mark == _DRAWN,
                boundaries=mark == _BOUNDARIES,
                imported_on=_local_day(changed),
            )
            for identifier, table, mark, changed in sorted(rows)
        )

    def _count(self, table: str) -> int:
        return int(self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our name

    def _identifier(self, name: str) -> str:
        """Return the name in QGIS: the layer's name, unless one of our own tables has it ("stations")."""
        return f"{name}{_OURS}" if self._connection.execute(_IS_OURS, (name,)).fetchone() else name

    def _name(self, identifier: str) -> str:
        """Return the layer's own name for a name in QGIS."""
        plain = identifier.removesuffix(_OURS)
        return plain if plain != identifier and self._identifier(plain) == identifier else identifier

    def _drop(self, identifier: str) -> None:
        for (table,) in self._connection.execute(_FIND, (identifier,)).fetchall():
            self._connection.execute("DELETE FROM gpkg_geometry_columns WHERE table_name = ?", (table,))
            self._connection.execute("DELETE FROM gpkg_contents WHERE table_name = ?", (table,))
            self._connection.execute(f"DROP TABLE {table}")

    def _free_name(self, name: str) -> str:
        wanted = PREFIX + (re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40] or "x")
        taken = {row[0] for row in self._connection.execute("SELECT name FROM sqlite_master")}
        numbered = (f"{wanted}_{number}" for number in range(2, len(taken) + 3))
        return next(free for free in (wanted, *numbered) if free not in taken)

    def _create(
        self,
        table: str,
        identifier: str,
        columns: Mapping[str, FeatureColumn],
        layer: ImportedLayer,
        *,
        description: str,
    ) -> None:
        shape = geometry_type(homogeneous_shapes(layer.features))
        own = f"fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {shape} NOT NULL"
        others = "".join(f", {quote_identifier(name)} {column.kind}" for name, column in columns.items())
        self._connection.execute(f"CREATE TABLE {table} ({own}{others})")
        west, south, east, north = shapely.total_bounds([feature.shape for feature in layer.features])
        self._connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, min_x, min_y, max_x, max_y,"
            " srs_id) VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?)",
            (table, identifier, description, west, south, east, north, SRS_ID),
        )
        self._connection.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", (table, shape, SRS_ID)
        )


def _local_day(moment: str | None) -> date | None:
    """Return the local day of a moment as GeoPackage writes it; None where another program wrote something else."""
    try:
        return datetime.fromisoformat((moment or "").replace("Z", "+00:00")).astimezone(home_zone()).date()
    except ValueError:
        return None


@contextmanager
def imported_layers(directory: Path) -> Iterator[ImportedLayers]:
    layers = ImportedLayers(directory)
    try:
        yield layers
    finally:
        layers.close()


def undrawn_layers(directory: Path, shown: Collection[str]) -> tuple[str, ...]:
    """Return the imported layers that should be drawn and are not: their drawing is missing or damaged.

    Args:
        directory: the data directory; it need not exist.
        shown: the names of the layers that the map draws.
    """
    if not (directory / CACHE_NAME).is_file():
        return ()
    drawn = {layer_of_part(name) for name in shown} | set(shown)
    with imported_layers(directory) as layers:
        return tuple(each.name for each in layers.list() if each.drawn and each.name not in drawn)
