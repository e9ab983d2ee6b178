"""Imported layers as feature tables of the cache, with their attributes, so that QGIS opens them like our own."""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
import shapely

from tabuah.gis.import_progress import BATCH, OnDone, count_for_nobody
from tabuah.gis.layer_import import ImportedLayer
from tabuah.storage.cache.connecting import open_cache, transaction
from tabuah.storage.cache.desk import CACHE_NAME
from tabuah.storage.cache.directory import prepare_directory
from tabuah.storage.cache.geometry import SRS_ID
from tabuah.storage.cache.layer_columns import (
    Column,
    columns_of,
    encoded,
    geometry_type,
    of_one_type,
    quoted,
    quoted_names,
    row_of,
)
from tabuah.storage.cache.maps import layer_of_part
from tabuah.storage.cache.schema import guard_statements

PREFIX: Final = "layer_"
_FIND: Final = "SELECT table_name FROM gpkg_contents WHERE identifier = ? AND table_name LIKE 'layer\\_%' ESCAPE '\\'"
_IS_OURS: Final = "SELECT 1 FROM gpkg_contents WHERE identifier = ? AND table_name NOT LIKE 'layer\\_%' ESCAPE '\\'"
_LIST: Final = (
    "SELECT identifier, table_name, description FROM gpkg_contents WHERE table_name LIKE 'layer\\_%' ESCAPE '\\'"
)
_OURS: Final = " (layer)"  # behind the name of a layer that is called like one of our own tables
# What QGIS shows as the description. It also says whether the map should draw the layer: one that it should and does
# not has lost its drawing.
_DRAWN: Final = "read only: Tabuah imported it and draws it"
_BOUNDARIES: Final = "read only: Tabuah imported it and took the official boundaries from it"


class LayerFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An imported layer as it stands in the cache."""

    name: str
    table: str
    features: int
    drawn: bool = False  # as a layer of its own
    boundaries: bool = False  # its areas became the official ones


class ImportedLayers:
    """The imported layers of one data directory. Belongs to the thread that opens it."""

    def __init__(self, directory: Path) -> None:
        prepare_directory(directory)
        self._path = directory / CACHE_NAME
        self._connection = open_cache(self._path)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def keep(
        self, layer: ImportedLayer, *, boundaries: bool = False, on_saved: OnDone = count_for_nobody
    ) -> LayerFacts:
        """Write a layer, in the place of one that was imported under the same name; all of it or nothing.

        Args:
            layer: as it was read and checked.
            boundaries: its areas became the official ones, so that it is no layer of its own.
            on_saved: told how many features are written.
        """
        columns = columns_of(layer.features)
        shapes = map(encoded, of_one_type(layer.features))
        # made before the lock, which others wait for: an incident is saved in the meantime
        rows = [row_of(shape, each, columns) for shape, each in zip(shapes, layer.features, strict=True)]
        with transaction(self._connection, self._path):
            identifier = self._identifier(layer.name)
            self._drop(identifier)
            table = self._free_name(layer.name)
            self._create(table, identifier, columns, layer, description=_BOUNDARIES if boundaries else _DRAWN)
            marks = ", ".join("?" * (len(columns) + 1))
            statement = f"INSERT INTO {table} ({quoted_names(['geom', *columns])}) VALUES ({marks})"  # noqa: S608
            for start in range(0, len(rows), BATCH):
                batch = rows[start : start + BATCH]
                self._connection.executemany(statement, batch)
                on_saved(start + len(batch), len(rows))
            for guard in guard_statements([table]):
                self._connection.execute(guard)
        return LayerFacts(
            name=layer.name, table=table, features=len(rows), drawn=not boundaries, boundaries=boundaries
        )

    def remove(self, name: str) -> None:
        """Drop a layer's table, where there is one."""
        with transaction(self._connection, self._path):
            self._drop(self._identifier(name))

    def remove_boundaries(self) -> None:
        """Drop every table of which the areas became the official ones."""
        with transaction(self._connection, self._path):
            for identifier, _table, mark in self._connection.execute(_LIST).fetchall():
                if mark == _BOUNDARIES:
                    self._drop(identifier)

    def list(self) -> tuple[LayerFacts, ...]:
        """All imported layers by name."""
        rows = self._connection.execute(_LIST).fetchall()
        return tuple(
            LayerFacts(
                name=self._name(identifier),
                table=table,
                features=self._count(table),
                drawn=mark == _DRAWN,
                boundaries=mark == _BOUNDARIES,
            )
            for identifier, table, mark in sorted(rows)
        )

    def _count(self, table: str) -> int:
        return int(self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our name

    def _identifier(self, name: str) -> str:
        """What QGIS lists it as: its name, unless one of our own tables is listed so, as "stations" is."""
        return f"{name}{_OURS}" if self._connection.execute(_IS_OURS, (name,)).fetchone() else name

    def _name(self, identifier: str) -> str:
        """The layer's own name of what QGIS lists."""
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
        self, table: str, identifier: str, columns: Mapping[str, Column], layer: ImportedLayer, *, description: str
    ) -> None:
        shape = geometry_type(of_one_type(layer.features))
        own = f"fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {shape} NOT NULL"
        others = "".join(f", {quoted(name)} {column.kind}" for name, column in columns.items())
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


@contextmanager
def imported_layers(directory: Path) -> Iterator[ImportedLayers]:
    """Open the imported layers of a data directory and close them at the end."""
    layers = ImportedLayers(directory)
    try:
        yield layers
    finally:
        layers.close()


def missing_layers(directory: Path, shown: Collection[str]) -> tuple[str, ...]:
    """The layers that were imported and should be drawn, and are not: their drawing is gone or damaged.

    Args:
        directory: the data directory; it need not exist.
        shown: the names of the layers that the map draws.
    """
    if not (directory / CACHE_NAME).is_file():
        return ()
    drawn = {layer_of_part(name) for name in shown} | set(shown)
    with imported_layers(directory) as layers:
        return tuple(each.name for each in layers.list() if each.drawn and each.name not in drawn)
