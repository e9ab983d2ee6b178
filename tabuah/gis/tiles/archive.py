"""Interface of a tile archive, with the limits and errors that its readers share."""

import html
import re
from pathlib import Path
from typing import Final, Protocol

import msgspec

from tabuah.gis.errors import MissingTilesError, TileArchiveError
from tabuah.resources.localisation import _

SUFFIXES: Final = (".mbtiles", ".pmtiles")
MAX_TILE_BYTES: Final = 16 * 2**20  # bytes; images of 256 or 512 pixels are far smaller
MAX_ZOOM: Final = 26
_TAG: Final = re.compile(r"<[^>]*>")


class TileMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """Metadata of an archive; `bounds_deg` is west, south, east, north where stated."""

    title: str
    min_zoom: int
    max_zoom: int
    attribution: str = ""
    bounds_deg: tuple[float, float, float, float] | None = None


class TileArchive(Protocol):
    """An open archive; it belongs to the thread that opened it."""

    @property
    def facts(self) -> TileMetadata:
        """Return the metadata of the archive."""
        ...

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """Return the stored image of a tile, rows counted from the north; None where the archive has none.

        Raises:
            MissingTilesError: the file was deleted.
            TileArchiveError: the archive is damaged at this tile.
        """
        ...

    def close(self) -> None:
        """Close the file."""
        ...


def missing_tiles_error(path: Path) -> MissingTilesError:
    """Return the error of a missing file."""
    return MissingTilesError(_("The map file {file} does not exist.").format(file=path.name))


def damaged_tiles_error(path: Path, reason: object) -> TileArchiveError:
    """Return the error of a damaged file."""
    return TileArchiveError(_("{file} is damaged: {reason}").format(file=path.name, reason=reason))


def vector_tiles_error(path: Path) -> TileArchiveError:
    """Return the error of a file with vector tiles."""
    message = _("{file} contains vector tiles; only raster tiles (PNG, JPEG, WebP) are supported.")
    return TileArchiveError(message.format(file=path.name))


def strip_links(text: object) -> str:
    """Return an attribution without the HTML links of web maps."""
    return html.unescape(_TAG.sub("", str(text or ""))).strip()
