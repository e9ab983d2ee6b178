"""RTree spatial index of a GeoPackage table, so that QGIS and others read only the visible part.

Tabuah itself draws a base map from memory, with an index for each level of detail.
"""

import sqlite3
from typing import Final

import shapely

_ROWS: Final = 5_000  # at a time: constant memory
_EXTENSIONS: Final = """CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT,
  extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))"""
_DEFINITION: Final = "http://www.geopackage.org/spec130/#extension_rtree"
_IS_SHAPE: Final = "(NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))"
_IS_NONE: Final = "(NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))"
_PUT: Final = """INSERT OR REPLACE INTO {index} VALUES
    (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));"""
_TAKE: Final = "DELETE FROM {index} WHERE id = OLD.fid;"
_TRIGGERS: Final = {  # from OGC 12-128r17 (GeoPackage 1.3), clause F.3; editors supply the functions
    "insert": ("AFTER INSERT ON {table}", _IS_SHAPE, _PUT),
    "update1": ("AFTER UPDATE OF geom ON {table}", f"OLD.fid = NEW.fid AND {_IS_SHAPE}", _PUT),
    "update2": ("AFTER UPDATE OF geom ON {table}", f"OLD.fid = NEW.fid AND {_IS_NONE}", _TAKE),
    "update3": ("AFTER UPDATE ON {table}", f"OLD.fid != NEW.fid AND {_IS_SHAPE}", _TAKE + _PUT),
    "update4": (
        "AFTER UPDATE ON {table}",
        f"OLD.fid != NEW.fid AND {_IS_NONE}",
        "DELETE FROM {index} WHERE id IN (OLD.fid, NEW.fid);",
    ),
    "delete": ("AFTER DELETE ON {table}", "OLD.geom NOT NULL", _TAKE),
}


def index_table(connection: sqlite3.Connection, table: str, *, header_bytes: int) -> None:
    """Index the shapes in `geom` of a table with key `fid`; an existing index stays unchanged.

    Args:
        connection: in a transaction of the caller.
        table: a trusted table name.
        header_bytes: bytes before the well-known binary of a shape.
    """
    index = f"rtree_{table}_geom"
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (index,)).fetchone():
        return
    connection.execute(_EXTENSIONS)
    connection.execute(f"CREATE VIRTUAL TABLE {index} USING rtree(id, minx, maxx, miny, maxy)")
    _fill(connection, table, index, header_bytes)
    for name, (when, condition, work) in _TRIGGERS.items():
        trigger = f"CREATE TRIGGER {index}_{name} {when} WHEN {condition} BEGIN {work} END"
        connection.execute(trigger.format(table=table, index=index))
    connection.execute(
        "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', ?, 'write-only')", (table, _DEFINITION)
    )


def _fill(connection: sqlite3.Connection, table: str, index: str, header_bytes: int) -> None:
    rows = connection.execute(f"SELECT fid, geom FROM {table}")  # noqa: S608 - our name
    while some := rows.fetchmany(_ROWS):
        shapes = shapely.from_wkb([row[1][header_bytes:] for row in some])
        west, south, east, north = shapely.bounds(shapes).T.tolist()
        boxes = zip((row[0] for row in some), west, east, south, north, strict=True)
        connection.executemany(f"INSERT INTO {index} VALUES (?, ?, ?, ?, ?)", boxes)  # noqa: S608 - our name
