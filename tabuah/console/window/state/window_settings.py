"""Window settings in `<data>/window.json`. A lost or damaged file costs only the settings."""

import logging
from pathlib import Path
from typing import Final

import msgspec

from tabuah.gis.layers.layer_choices import NO_CHOICES, LayerChoices
from tabuah.resources.localisation import DEFAULT_LANGUAGE
from tabuah.storage.cache.data_directory import read_private, write_private
from tabuah.storage.cache.errors import DiskFull

SETTINGS_FILE: Final = "window.json"

log = logging.getLogger(__name__)


class SavedMapView(msgspec.Struct, frozen=True, kw_only=True):
    """The map view, unless it showed the whole regency."""

    lon_deg: float
    lat_deg: float
    metres_per_px: float


class WindowSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Theme, language, layout and views; `geometry` and `layout` are Qt's own states in base64."""

    theme: str = "dark"
    language: str = DEFAULT_LANGUAGE
    text_scale: float = 1.0
    geometry: str = ""
    layout: str = ""
    hidden_layers: tuple[str, ...] = ()
    shown_layers: tuple[str, ...] = ()  # layers shown although the style hides them at first
    layers: LayerChoices = NO_CHOICES
    legend: bool = True
    view: SavedMapView | None = None
    board_tab: str = "board"
    filter: str = ""
    station: str = ""
    files_folder: str = ""  # folder of the last file dialog


def read_window_settings(directory: Path) -> WindowSettings:
    """Read the settings; the defaults if there are none or they cannot be read."""
    try:
        return read_private(directory / SETTINGS_FILE, WindowSettings)
    except FileNotFoundError:
        return WindowSettings()
    except (OSError, msgspec.DecodeError) as error:
        log.warning("window.json was not used: %s", error)
        return WindowSettings()


def save_window_settings(directory: Path, memory: WindowSettings) -> None:
    """Save the settings. A full disk is only logged, since no work is lost."""
    try:
        write_private(directory / SETTINGS_FILE, msgspec.json.encode(memory))
    except DiskFull as error:
        log.warning("window.json was not written: %s", error)
