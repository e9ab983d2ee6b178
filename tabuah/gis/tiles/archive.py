"""What an archive of map tiles offers, and how a file becomes one."""

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from tabuah.gis.errors import MissingTilesError, TileArchiveError
from tabuah.resources.catalogue import _

SUFFIXES: Final = (".mbtiles", ".pmtiles")
LARGEST_TILE: Final = 16 * 2**20  # bytes; a picture of 256 or 512 pixels never comes near
DEEPEST_ZOOM: Final = 26
_TAG: Final = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class TileFacts:
    """What an archive says of itself; `bounds_deg` is west, south, east, north where it is told."""

    title: str
    min_zoom: int
    max_zoom: int
    attribution: str = ""
    bounds_deg: tuple[float, float, float, float] | None = None


class TileArchive(Protocol):
    """An open archive; it belongs to the thread that opened it."""

    @property
    def facts(self) -> TileFacts:
        """What the archive says of itself."""
        ...

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """The picture of a tile as it is stored, rows counted from the north; None where the archive has none.

        Raises:
            MissingTilesError: the file is gone.
            TileArchiveError: the archive is damaged there.
        """
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


def open_tiles(path: Path) -> TileArchive:
    """Open a file of raster tiles.

    Raises:
        MissingTilesError: the file is not there.
        TileArchiveError: it is damaged, or holds something else.
    """
    from tabuah.gis.tiles.mbtiles import MbtilesArchive  # noqa: PLC0415 (each reader imports this module)
    from tabuah.gis.tiles.pmtiles import PmtilesArchive  # noqa: PLC0415

    if not path.is_file():
        raise missing(path)
    if path.suffix.lower() == ".mbtiles":
        return MbtilesArchive(path)
    if path.suffix.lower() == ".pmtiles":
        return PmtilesArchive(path)
    raise TileArchiveError(_("{file} is neither .mbtiles nor .pmtiles.").format(file=path.name))


def missing(path: Path) -> MissingTilesError:
    """The error of a file that is gone."""
    return MissingTilesError(_("The map file {file} is not there.").format(file=path.name))


def damaged(path: Path, reason: object) -> TileArchiveError:
    """The error of a file that is not what it should be."""
    return TileArchiveError(_("{file} is damaged: {reason}").format(file=path.name, reason=reason))


def vector_tiles(path: Path) -> TileArchiveError:
    """The error of a file that holds no pictures."""
    message = _("{file} holds vector tiles; only pictures (PNG, JPEG, WebP) can be shown.")
    return TileArchiveError(message.format(file=path.name))


def plain_text(text: object) -> str:
    """An attribution without the links that web maps put around it."""
    return html.unescape(_TAG.sub("", str(text or ""))).strip()
