"""Named views of the map, in `<data>/bookmarks.json`; a lost or broken file costs only them."""

import logging
from pathlib import Path
from typing import Final

import msgspec

from tabuah.storage.cache.directory import write_private

FILE_NAME: Final = "bookmarks.json"
MOST: Final = 9  # as many as there are keys: Alt+1 to Alt+9

log = logging.getLogger(__name__)


class Bookmark(msgspec.Struct, frozen=True, kw_only=True):
    """One view: its name, its centre in degrees, and metres of EPSG:3857 a pixel."""

    name: str
    lon_deg: float
    lat_deg: float
    metres_per_px: float


def read_bookmarks(directory: Path) -> tuple[Bookmark, ...]:
    """What was kept; nothing where it cannot be read, which the log tells."""
    try:
        return msgspec.json.decode((directory / FILE_NAME).read_bytes(), type=tuple[Bookmark, ...])[:MOST]
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.DecodeError) as error:
        log.warning("bookmarks.json was not used: %s", error)
        return ()


def keep_bookmarks(directory: Path, bookmarks: tuple[Bookmark, ...]) -> None:
    """Keep these.

    Raises:
        DiskFull: the disk takes nothing; what was kept before is still there.
    """
    write_private(directory / FILE_NAME, msgspec.json.encode(bookmarks))
