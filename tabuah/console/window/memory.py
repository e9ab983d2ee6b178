"""What the window remembers, in `<data>/window.json`; a lost or broken file costs only that."""

import logging
from pathlib import Path
from typing import Final

import msgspec

from tabuah.gis.layers.arranging import NO_CHOICES, LayerChoices
from tabuah.resources.catalogue import DEFAULT_LANGUAGE
from tabuah.storage.cache.directory import write_private
from tabuah.storage.cache.errors import DiskFull

FILE_NAME: Final = "window.json"

log = logging.getLogger(__name__)


class MapMemory(msgspec.Struct, frozen=True, kw_only=True):
    """Where the map was looked at, unless it showed the whole regency."""

    lon_deg: float
    lat_deg: float
    metres_per_px: float


class WindowMemory(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Look, language, layout and view; `geometry` and `layout` are Qt's own states in base64."""

    theme: str = "dark"
    language: str = DEFAULT_LANGUAGE
    text_scale: float = 1.0
    geometry: str = ""
    layout: str = ""
    hidden_layers: tuple[str, ...] = ()
    shown_layers: tuple[str, ...] = ()  # of those that the style does not show at first
    layers: LayerChoices = NO_CHOICES
    legend: bool = True
    view: MapMemory | None = None
    board_tab: str = "board"
    filter: str = ""
    station: str = ""


def read_memory(directory: Path) -> WindowMemory:
    """What was remembered; the defaults where nothing was, or where it cannot be read."""
    try:
        return msgspec.json.decode((directory / FILE_NAME).read_bytes(), type=WindowMemory)
    except FileNotFoundError:
        return WindowMemory()
    except (OSError, msgspec.DecodeError) as error:
        log.warning("window.json was not used: %s", error)
        return WindowMemory()


def keep_memory(directory: Path, memory: WindowMemory) -> None:
    """Remember; a disk that takes nothing is told in the log only, since no work is lost."""
    try:
        write_private(directory / FILE_NAME, msgspec.json.encode(memory))
    except DiskFull as error:
        log.warning("window.json was not written: %s", error)
