"""GeoPackage of a base map: written in steps that survive a kill, read for drawing and queries."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

from tabuah.gis.errors import MapBuildError
from tabuah.gis.osm.spatial_index import index_table
from tabuah.gis.osm.tag_classes import BaseMapTable
from tabuah.resources.localisation import _

ATTRIBUTION: Final = "© OpenStreetMap contributors (ODbL)"
BUILD_TABLE: Final = "tabuah_build"
FORMAT: Final = 1
_SRS_ID: Final = 4326
_APPLICATION_ID: Final = 0x47504B47  # "GPKG", OGC 12-128r18 clause 1.1.1.1.1
_USER_VERSION: Final = 10_300
_HEADER: Final = b"GP\x00\x01" + _SRS_ID.to_bytes(4, "little")
_WGS84_WKT: Final = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,'
    'AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)
_SCHEMA: Final = f"""
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL PRIMARY KEY REFERENCES gpkg_contents(table_name),
  column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL REFERENCES
  gpkg_spatial_ref_sys(srs_id), z TINYINT NOT NULL, m TINYINT NOT NULL);
CREATE TABLE {BUILD_TABLE} (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
"""
_GEOMETRY: Final = {
    BaseMapTable.ROADS: "LINESTRING",
    BaseMapTable.RIVERS: "LINESTRING",
    BaseMapTable.LAKES: "MULTIPOLYGON",
    BaseMapTable.BUILDINGS: "MULTIPOLYGON",
    BaseMapTable.PLACES: "POINT",
    BaseMapTable.FACILITIES: "POINT",
}


class BuildIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """Inputs of a build; an unfinished file is continued only when all of them are the same."""

    source: str
    size: int
    modified_ns: int
    bounds_deg: tuple[float, float, float, float]
    format: int = FORMAT


class MapObject(msgspec.Struct, frozen=True, kw_only=True):
    """One object of the base map (EPSG:4326); `osm` is its type and number there, such as w123."""

    table: BaseMapTable
    osm: str
    kind: str
    wkb: bytes
    name: str = ""
    ref: str = ""
    bridge: bool = False
    population: int | None = None


class BaseMapFile:
    """A base map being written. Belongs to the thread that opens it; only committed data survive a kill."""

    def __init__(self, path: Path, identity: BuildIdentity) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA synchronous=NORMAL")
        if not self._is_of(identity):
            self._recreate(path, identity)
        self._connection.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Close without committing."""
        self._connection.close()

    @property
    def seen(self) -> int:
        """Return the number of extract objects already processed."""
        return int(self._value("seen") or 0)

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of objects in each table."""
        return {table.value: self._count(table) for table in BaseMapTable}

    def add(self, feature: MapObject) -> None:
        """Write an object; an existing one stays unchanged."""
        extra = [getattr(feature, name) for name in _EXTRA.get(feature.table, {})]
        marks = ", ".join("?" * (4 + len(extra)))
        columns = ", ".join(("geom", "osm", "class", "name", *_EXTRA.get(feature.table, {})))
        self._connection.execute(
            f"INSERT OR IGNORE INTO {feature.table} ({columns}) VALUES ({marks})",  # noqa: S608 - our names
            (_HEADER + feature.wkb, feature.osm, feature.kind, feature.name or None, *extra),
        )

    def commit(self, *, seen: int, troubles: dict[str, int]) -> None:
        """Commit the written objects and the number of processed extract objects."""
        self._keep("seen", str(seen))
        self._keep("troubles", json.dumps(troubles))
        self._connection.execute("COMMIT")
        self._connection.execute("BEGIN IMMEDIATE")

    @property
    def troubles(self) -> dict[str, int]:
        """Return how many objects could not be drawn, by reason."""
        return dict(json.loads(self._value("troubles") or "{}"))

    def finish(self, bounds_deg: tuple[float, float, float, float]) -> None:
        """Store the bounds of each table, index it, and mark the map as complete."""
        for table in BaseMapTable:
            index_table(self._connection, table.value, header_bytes=len(_HEADER))
            self._connection.execute(
                "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?",
                (*bounds_deg, table.value),
            )
        self._keep("finished", "1")
        self._connection.execute("COMMIT")

    def _is_of(self, identity: BuildIdentity) -> bool:
        try:
            stored = self._value("identity")
        except sqlite3.DatabaseError:  # new, or interrupted during creation
            return False
        return stored == msgspec.json.encode(identity).decode()

    def _recreate(self, path: Path, identity: BuildIdentity) -> None:
        self._connection.close()
        path.unlink(missing_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute(f"PRAGMA application_id={_APPLICATION_ID}")
        self._connection.execute(f"PRAGMA user_version={_USER_VERSION}")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(f"BEGIN;{_SCHEMA}{''.join(map(_table_of, BaseMapTable))}COMMIT;")
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)",
            [
                ("WGS 84", _SRS_ID, "EPSG", _SRS_ID, _WGS84_WKT),
                ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined"),
                ("Undefined geographic SRS", 0, "NONE", 0, "undefined"),
            ],
        )
        for table in BaseMapTable:
            self._connection.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)"
                " VALUES (?, 'features', ?, ?, ?)",
                (table.value, table.value, ATTRIBUTION, _SRS_ID),
            )
            self._connection.execute(
                "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
                (table.value, _GEOMETRY[table], _SRS_ID),
            )
        self._keep("identity", msgspec.json.encode(identity).decode())
        self._connection.execute("COMMIT")

    def _keep(self, key: str, value: str) -> None:
        self._connection.execute(f"INSERT OR REPLACE INTO {BUILD_TABLE} VALUES (?, ?)", (key, value))  # noqa: S608

    def _value(self, key: str) -> str | None:
        row = self._connection.execute(f"SELECT value FROM {BUILD_TABLE} WHERE key = ?", (key,)).fetchone()  # noqa: S608
        return str(row[0]) if row else None

    def _count(self, table: BaseMapTable) -> int:
        return int(self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our name


class StoredObject(msgspec.Struct, frozen=True, kw_only=True):
    """One object of a finished base map; the shape is in degrees (EPSG:4326)."""

    kind: str
    name: str
    shape: BaseGeometry
    osm: str
    ref: str = ""
    bridge: bool = False
    population: int | None = None


def is_base_map(path: Path) -> bool:
    """Return whether a file is a finished base map built by Tabuah."""
    try:
        with path.open("rb") as file:
            if not file.read(16).startswith(b"SQLite format 3"):
                return False
        with _reading(path) as connection:
            query = f"SELECT 1 FROM {BUILD_TABLE} WHERE key = 'finished'"  # noqa: S608 - our name
            return connection.execute(query).fetchone() is not None
    except (OSError, sqlite3.Error):
        return False


class BaseMapFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a finished base map is made of: the day of its extract, its bounds in degrees, classes of each table."""

    extracted_at: datetime
    bounds_deg: tuple[float, float, float, float]
    classes: dict[BaseMapTable, frozenset[str]]


def read_base_map_facts(path: Path) -> BaseMapFacts:
    """Return what a base map is made of.

    Raises:
        MapBuildError: the file is damaged or not a base map.
    """
    try:
        with _reading(path) as connection:
            query = f"SELECT value FROM {BUILD_TABLE} WHERE key = 'identity'"  # noqa: S608 - our name
            identity = msgspec.json.decode(connection.execute(query).fetchone()[0], type=BuildIdentity)
            classes = {
                table: frozenset(row[0] for row in connection.execute(f"SELECT DISTINCT class FROM {table}"))  # noqa: S608
                for table in BaseMapTable
            }
        extracted_at = datetime.fromtimestamp(identity.modified_ns / 1e9, UTC)
    except (sqlite3.Error, TypeError, ValueError, OverflowError, OSError, msgspec.DecodeError) as error:
        raise _damaged(path) from error
    return BaseMapFacts(extracted_at=extracted_at, bounds_deg=identity.bounds_deg, classes=classes)


def read_objects(
    path: Path, table: BaseMapTable, *, within_deg: tuple[float, float, float, float] | None = None
) -> tuple[StoredObject, ...]:
    """Return the objects of one table of a base map: all, or those whose box meets a box in degrees.

    Raises:
        MapBuildError: the file is damaged or not a base map.
    """
    extra = tuple(_EXTRA.get(table, {}))
    columns = ", ".join(("geom", "class", "name", "osm", *extra))
    near, box = ("", ()) if within_deg is None else (_NEAR.format(table=table), within_deg)
    try:
        with _reading(path) as connection:
            rows = connection.execute(f"SELECT {columns} FROM {table}{near} ORDER BY fid", box).fetchall()  # noqa: S608
        shapes = shapely.from_wkb([row[0][len(_HEADER) :] for row in rows])
    except (sqlite3.Error, shapely.errors.ShapelyError) as error:
        raise _damaged(path) from error
    return tuple(
        StoredObject(shape=shape, kind=row[1], name=row[2] or "", osm=row[3], **_extras(extra, row[4:]))
        for shape, row in zip(shapes, rows, strict=True)
    )


_NEAR: Final = (
    " WHERE fid IN (SELECT id FROM rtree_{table}_geom WHERE maxx >= ?1 AND maxy >= ?2 AND minx <= ?3 AND miny <= ?4)"
)


def _damaged(path: Path) -> MapBuildError:
    return MapBuildError(_("{name} is damaged. Build it again with: tabuah map build").format(name=path.name))


def _extras(names: tuple[str, ...], values: Sequence[Any]) -> dict[str, Any]:
    given = dict(zip(names, values, strict=True))
    if "bridge" in given:
        given["bridge"] = bool(given["bridge"])
    return {name: value or "" if name == "ref" else value for name, value in given.items()}


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


_EXTRA: Final[dict[BaseMapTable, dict[str, str]]] = {
    BaseMapTable.ROADS: {"ref": "TEXT", "bridge": "BOOLEAN"},
    BaseMapTable.PLACES: {"population": "INTEGER"},
}


def _table_of(table: BaseMapTable) -> str:
    extra = "".join(f", {name} {kind}" for name, kind in _EXTRA.get(table, {}).items())
    return (
        f"CREATE TABLE {table} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {_GEOMETRY[table]} NOT NULL,"
        f" osm TEXT NOT NULL UNIQUE, class TEXT NOT NULL, name TEXT{extra});"
    )
