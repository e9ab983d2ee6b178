"""Reader of raster PMTiles (specification 3): one file with a directory of tiles along a Hilbert curve.

The pmtiles package decodes header and directories and numbers the tiles. Its own `Reader` unpacks the
directories again for every tile and checks no sizes, so this module caches decoded directories and
bounds what a hostile file can make it read (docs/decisions/0028-pmtiles-package.md).
"""

import gzip
import io
import json
import re
import zlib
from collections import OrderedDict
from pathlib import Path
from typing import Final

import zstandard
from pmtiles.tile import (
    Compression,
    Entry,
    HeaderDict,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    read_varint,
    zxy_to_tileid,
)

from tabuah.gis.errors import TileArchiveError
from tabuah.gis.tiles import archive
from tabuah.resources.localisation import _

_HEADER_BYTES: Final = 127
_LARGEST_DIRECTORY: Final = 32 * 2**20
_DEEPEST: Final = 4  # nested directories
_MOST_ENTRIES: Final = 2**20  # in a directory; writers put 4,096 to about 60,000 into one
_KEPT: Final = 32
_CONTINUED: Final = bytes(range(0x80, 0x100))  # bytes of a varint before its last
_VECTOR: Final = (TileType.MVT, TileType.MLT)
_LONG_VARINT: Final = re.compile(rb"[\x80-\xff]{10}")  # more than 64 bits


class PmtilesArchive:
    """An open PMTiles file, read only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("rb")
        self._directories: OrderedDict[int, list[Entry]] = OrderedDict()
        try:
            self._header = self._read_header()
            self.facts = self._read_facts()
        except BaseException:
            self._file.close()
            raise

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        header = self._header
        wanted = zxy_to_tileid(zoom, column, row)
        start, length = header["root_offset"], header["root_length"]
        for _level in range(_DEEPEST):
            entry = find_tile(self._directory(start, length), wanted)
            if entry is None:
                return None
            if entry.run_length > 0:
                return self._unpacked_tile(header["tile_data_offset"] + entry.offset, entry.length)
            start, length = header["leaf_directory_offset"] + entry.offset, entry.length
        raise archive.damaged_tiles_error(self._path, _("its directories form a cycle"))

    def close(self) -> None:
        self._file.close()

    def _read_header(self) -> HeaderDict:
        head = self._read(0, _HEADER_BYTES)
        try:
            return deserialize_header(head)
        except (MagicNumberNotFound, SpecVersionUnsupported, UnicodeDecodeError) as error:
            reason = _("it is not a PMTiles file of version 3")
            raise archive.damaged_tiles_error(self._path, reason) from error
        except ValueError as error:  # an unknown compression or tile type
            raise archive.damaged_tiles_error(self._path, error) from error

    def _read_facts(self) -> archive.TileMetadata:
        header = self._header
        if header["tile_type"] in _VECTOR:
            raise archive.vector_tiles_error(self._path)
        least, most = header["min_zoom"], header["max_zoom"]
        if not 0 <= least <= most <= archive.MAX_ZOOM:
            raise archive.damaged_tiles_error(self._path, f"zoom {least}–{most}")
        west, south = header["min_lon_e7"] / 1e7, header["min_lat_e7"] / 1e7
        east, north = header["max_lon_e7"] / 1e7, header["max_lat_e7"] / 1e7
        self._directory(header["root_offset"], header["root_length"])  # detects a damaged one now
        metadata = self._metadata(header["metadata_offset"], header["metadata_length"])
        return archive.TileMetadata(
            title=str(metadata.get("name") or self._path.stem),
            min_zoom=least,
            max_zoom=most,
            attribution=archive.strip_links(metadata.get("attribution")),
            bounds_deg=(west, south, east, north) if west < east and south < north else None,
        )

    def _metadata(self, offset: int, length: int) -> dict[str, object]:
        """Return the metadata of the map; a missing or invalid one does not prevent showing the tiles."""
        try:
            metadata = json.loads(self._unpacked(offset, length)) if length else {}
        except (ValueError, RecursionError, TileArchiveError):
            return {}
        return metadata if isinstance(metadata, dict) else {}

    def _directory(self, offset: int, length: int) -> list[Entry]:
        known = self._directories.pop(offset, None)
        if known is None:
            known = self._decoded_directory(self._unpacked(offset, length))
        self._directories[offset] = known
        if len(self._directories) > _KEPT:
            self._directories.popitem(last=False)
        return known

    def _decoded_directory(self, data: bytes) -> list[Entry]:
        """Decode a directory after checking what the package does not: the size of its numbers and their count."""
        if not data or _LONG_VARINT.search(data):
            raise archive.damaged_tiles_error(self._path, _("a directory is damaged"))
        stored = len(data.translate(None, _CONTINUED))
        if data[-1] & 0x80 or stored != 1 + 4 * (count := read_varint(io.BytesIO(data))) or count > _MOST_ENTRIES:
            raise archive.damaged_tiles_error(self._path, _("a directory is truncated"))
        # The package accepts gzip only and unpacks it without a limit; level 0 stores without compressing.
        return deserialize_directory(gzip.compress(data, compresslevel=0))

    def _unpacked_tile(self, offset: int, length: int) -> bytes:
        """Return the image of a tile; empty where damaged, which affects only that tile."""
        if length > archive.MAX_TILE_BYTES:
            return b""
        data = self._read(offset, length)
        try:
            return _unpack(data, self._header["tile_compression"], archive.MAX_TILE_BYTES)
        except ValueError:
            return b""

    def _unpacked(self, offset: int, length: int) -> bytes:
        if length > _LARGEST_DIRECTORY:
            raise archive.damaged_tiles_error(self._path, _("a directory is too long"))
        try:
            return _unpack(self._read(offset, length), self._header["internal_compression"], _LARGEST_DIRECTORY)
        except ValueError as error:
            raise archive.damaged_tiles_error(self._path, error) from error

    def _read(self, offset: int, length: int) -> bytes:
        try:
            self._file.seek(offset)
            data = self._file.read(length)
        except (OSError, OverflowError, ValueError) as error:  # ValueError: an offset of more than 63 bits
            if not self._path.is_file():
                raise archive.missing_tiles_error(self._path) from error
            raise archive.damaged_tiles_error(self._path, error) from error
        if len(data) != length:
            raise archive.damaged_tiles_error(self._path, _("the file is truncated"))
        return data


def _unpack(data: bytes, packing: Compression, most: int) -> bytes:
    """Unpack at most `most` bytes.

    Raises:
        ValueError: damaged, too many bytes, or unknown compression.
    """
    try:
        match packing:
            case Compression.UNKNOWN | Compression.NONE:
                return data
            case Compression.GZIP:
                unpacker = zlib.decompressobj(wbits=31)
                result = unpacker.decompress(data, most + 1)
            case Compression.ZSTD:
                # The package allocates the size that the frame states, whatever `max_output_size` allows.
                if zstandard.frame_content_size(data) > most:
                    raise ValueError(_("too large after unpacking"))
                result = zstandard.ZstdDecompressor().decompress(data, max_output_size=most + 1)
            case _:
                raise ValueError(_("unknown compression"))
    except (zlib.error, zstandard.ZstdError) as error:
        raise ValueError(str(error)) from error
    if len(result) > most:
        raise ValueError(_("too large after unpacking"))
    return result
