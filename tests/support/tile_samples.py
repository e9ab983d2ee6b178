"""Small tile archives: MBTiles, and PMTiles written from the specification."""

import gzip
import json
import sqlite3
import struct
from pathlib import Path

from pmtiles.tile import zxy_to_tileid
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

Tiles = dict[tuple[int, int, int], bytes]  # zoom, column, row from the north


def picture(colour: str, side: int = 256, kind: str = "PNG") -> bytes:
    """Return a tile of one colour."""
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)
    return bytes(buffer.data().data())


def write_mbtiles(path: Path, tiles: Tiles, **told: str) -> Path:
    """Write an MBTiles file; `told` are additional metadata rows."""
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        database.execute("CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)")
        database.executemany(
            "INSERT INTO metadata VALUES (?, ?)", {"name": "contoh", "format": "png", **told}.items()
        )
        rows = [(z, x, 2**z - 1 - y, data) for (z, x, y), data in tiles.items()]
        database.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    database.close()
    return path


def write_pmtiles(path: Path, tiles: Tiles, *, leaf_size: int = 0, kind: int = 2, **told: str) -> Path:
    """Write a PMTiles file; with `leaf_size` its directory is split into leaves of that many entries."""
    entries, body = [], b""
    for number, data in sorted((zxy_to_tileid(*place), data) for place, data in tiles.items()):
        entries.append((number, 1, len(data), len(body)))
        body += data
    leaves = b""
    root = entries
    if leaf_size:
        root = []
        for first in range(0, len(entries), leaf_size):
            leaf = gzip.compress(directory(entries[first : first + leaf_size]))
            root.append((entries[first][0], 0, len(leaf), len(leaves)))
            leaves += leaf
    packed, metadata = gzip.compress(directory(root)), gzip.compress(json.dumps({"name": "contoh", **told}).encode())
    at = [127, 127 + len(packed), 127 + len(packed) + len(metadata)]
    zooms = [place[0] for place in tiles] or [0]
    head = struct.pack(
        "<7sB11QBBBBBB4iB2i",
        *(
            b"PMTiles",
            3,
            at[0],
            len(packed),
            at[1],
            len(metadata),
            at[2],
            len(leaves),
            at[2] + len(leaves),
            len(body),
        ),
        *(len(entries), len(entries), len(entries), 1, 2, 1, kind, min(zooms), max(zooms)),
        *(1000000000, -15000000, 1015000000, -3000000, 0, 0, 0),
    )
    path.write_bytes(head + packed + metadata + leaves + body)
    return path


def directory(entries: list[tuple[int, int, int, int]]) -> bytes:
    """Return a directory of number, run, length and offset."""
    out, last = varint(len(entries)), 0
    for number, *_rest in entries:
        out += varint(number - last)
        last = number
    out += b"".join(varint(entry[1]) for entry in entries) + b"".join(varint(entry[2]) for entry in entries)
    for index, (_number, _run, _length, offset) in enumerate(entries):
        follows = index > 0 and offset == entries[index - 1][3] + entries[index - 1][2]
        out += varint(0 if follows else offset + 1)
    return out


def varint(number: int) -> bytes:
    """Return a number as a varint."""
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])
