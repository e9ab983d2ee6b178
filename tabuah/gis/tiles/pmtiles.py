"""Reader of raster PMTiles (specification 3): one file with a directory of tiles along a Hilbert curve.

Our own reader: the published one unpacks and reads the directories again for every tile
(docs/decisions).
"""

import json
import struct
import zlib
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import zstandard

from tabuah.gis.errors import TileArchiveError
from tabuah.gis.tiles.archive import (
    MAX_TILE_BYTES,
    MAX_ZOOM,
    TileMetadata,
    damaged_tiles_error,
    missing_tiles_error,
    strip_links,
    vector_tiles_error,
)
from tabuah.resources.catalogue import _

_HEADER: Final = struct.Struct("<7sB11QBBBBBB4iB2i")
_LARGEST_DIRECTORY: Final = 32 * 2**20
_DEEPEST: Final = 4  # nested directories
_KEPT: Final = 32
_VECTOR: Final = 1


@dataclass(frozen=True, slots=True)
class _Directory:
    """Entries in order of their first tile; a run length of 0 points to another directory."""

    ids: list[int]
    runs: list[int]
    lengths: list[int]
    offsets: list[int]


class PmtilesArchive:
    """An open PMTiles file, read only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("rb")
        self._directories: OrderedDict[int, _Directory] = OrderedDict()
        try:
            self.facts = self._read_facts()
        except BaseException:
            self._file.close()
            raise

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        wanted = tile_id(zoom, column, row)
        start, length = self._root
        for _level in range(_DEEPEST):
            directory = self._directory(start, length)
            index = bisect_right(directory.ids, wanted) - 1
            if index < 0:
                return None
            run, size, offset = directory.runs[index], directory.lengths[index], directory.offsets[index]
            if run == 0:
                start, length = self._leaves_at + offset, size
                continue
            if wanted - directory.ids[index] >= run:
                return None
            return self._unpacked_tile(self._tiles_at + offset, size)
        raise damaged_tiles_error(self._path, _("its directories form a cycle"))

    def close(self) -> None:
        self._file.close()

    def _read_facts(self) -> TileMetadata:
        head = self._read(0, _HEADER.size)
        magic, version, *numbers = _HEADER.unpack(head)
        if magic != b"PMTiles" or version != 3:
            raise damaged_tiles_error(self._path, _("it is not a PMTiles file of version 3"))
        self._root = (numbers[0], numbers[1])
        self._leaves_at, self._tiles_at = numbers[4], numbers[6]
        _clustered, self._packing, self._tile_packing, kind, least, most = numbers[11:17]
        if kind == _VECTOR:
            raise vector_tiles_error(self._path)
        if not 0 <= least <= most <= MAX_ZOOM:
            raise damaged_tiles_error(self._path, f"zoom {least}–{most}")
        west, south, east, north = (number / 1e7 for number in numbers[17:21])
        self._directory(*self._root)  # detects a damaged one now
        told = self._metadata(numbers[2], numbers[3])
        return TileMetadata(
            title=str(told.get("name") or self._path.stem),
            min_zoom=least,
            max_zoom=most,
            attribution=strip_links(told.get("attribution")),
            bounds_deg=(west, south, east, north) if west < east and south < north else None,
        )

    def _metadata(self, offset: int, length: int) -> dict[str, object]:
        """Return the metadata of the map; a missing or invalid one does not prevent showing the tiles."""
        try:
            told = json.loads(self._unpacked(offset, length)) if length else {}
        except (ValueError, TileArchiveError):
            return {}
        return told if isinstance(told, dict) else {}

    def _directory(self, offset: int, length: int) -> _Directory:
        known = self._directories.pop(offset, None)
        if known is None:
            try:
                known = _directory(self._unpacked(offset, length))
            except (IndexError, ValueError) as error:
                raise damaged_tiles_error(self._path, error) from error
        self._directories[offset] = known
        if len(self._directories) > _KEPT:
            self._directories.popitem(last=False)
        return known

    def _unpacked_tile(self, offset: int, length: int) -> bytes:
        """Return the image of a tile; empty where damaged, which affects only that tile."""
        if length > MAX_TILE_BYTES:
            return b""
        data = self._read(offset, length)
        try:
            return _unpack(data, self._tile_packing, MAX_TILE_BYTES)
        except ValueError:
            return b""

    def _unpacked(self, offset: int, length: int) -> bytes:
        if length > _LARGEST_DIRECTORY:
            raise damaged_tiles_error(self._path, _("a directory is too long"))
        try:
            return _unpack(self._read(offset, length), self._packing, _LARGEST_DIRECTORY)
        except ValueError as error:
            raise damaged_tiles_error(self._path, error) from error

    def _read(self, offset: int, length: int) -> bytes:
        try:
            self._file.seek(offset)
            data = self._file.read(length)
        except (OSError, OverflowError) as error:
            if not self._path.is_file():
                raise missing_tiles_error(self._path) from error
            raise damaged_tiles_error(self._path, error) from error
        if len(data) != length:
            raise damaged_tiles_error(self._path, _("the file is truncated"))
        return data


def tile_id(zoom: int, column: int, row: int) -> int:
    """Return the number of a tile: all tiles of lower zooms, then its position on the Hilbert curve of its zoom."""
    number, side = int((4**zoom - 1) // 3), int(2**zoom)
    x, y, step = column, row, side // 2
    while step:
        right, down = int(x & step > 0), int(y & step > 0)
        number += step * step * ((3 * right) ^ down)
        if not down:
            if right:
                x, y = step - 1 - x, step - 1 - y
            x, y = y, x
        step //= 2
    return number


def _unpack(data: bytes, packing: int, most: int) -> bytes:
    """Unpack at most `most` bytes.

    Raises:
        ValueError: damaged, too many bytes, or unknown compression.
    """
    try:
        match packing:
            case 0 | 1:
                return data
            case 2:
                unpacker = zlib.decompressobj(wbits=31)
                result = unpacker.decompress(data, most + 1)
            case 4:
                result = zstandard.ZstdDecompressor().decompress(data, max_output_size=most + 1)
            case _:
                raise ValueError(_("unknown compression"))
    except (zlib.error, zstandard.ZstdError) as error:
        raise ValueError(str(error)) from error
    if len(result) > most:
        raise ValueError(_("too large after unpacking"))
    return result


def _directory(data: bytes) -> _Directory:
    """Decode the four columns of a directory, all varints."""
    numbers = _varints(data)
    count = numbers[0]
    if len(numbers) != 4 * count + 1:
        raise ValueError(_("a directory is truncated"))
    columns = [numbers[1 + n * count : 1 + (n + 1) * count] for n in range(4)]
    ids: list[int] = []
    offsets: list[int] = []
    last = 0
    for difference in columns[0]:
        last += difference
        ids.append(last)
    for index, stored in enumerate(columns[3]):
        follows = stored == 0 and index > 0
        offsets.append(offsets[-1] + columns[2][index - 1] if follows else stored - 1)
    return _Directory(ids=ids, runs=columns[1], lengths=columns[2], offsets=offsets)


def _varints(data: bytes) -> list[int]:
    numbers, number, shift = [], 0, 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        if byte & 0x80:
            shift += 7
            if shift > 63:
                raise ValueError(_("a directory is damaged"))
        else:
            numbers.append(number)
            number, shift = 0, 0
    if shift:
        raise ValueError(_("a directory is truncated"))
    return numbers
