"""Map files of the data directory: reading them on a worker, and watching for changes."""

from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from tabuah.gis.base_map import BaseMap, MapLayer
from tabuah.gis.gazetteer import Gazetteer
from tabuah.gis.layers.map_style import MapStyle
from tabuah.gis.layers.style_file import shipped_style
from tabuah.storage.cache.map.imported_layers import undrawn_layers
from tabuah.storage.cache.map.maps import load_maps, map_signature
from tabuah.storage.cache.map.tile_files import TileFile, list_tile_files
from tabuah.widgets.map.content import TileLayer

BOUNDARIES_LAYER: Final = "kecamatan"  # the layer that official boundaries replace


class LoadedMap(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The map of the regency with imported layers and the gazetteer."""

    base_map: BaseMap
    layers: tuple[MapLayer, ...]
    gazetteer: Gazetteer
    style: MapStyle = msgspec.field(default_factory=shipped_style)
    tiles: tuple[TileFile, ...] = ()
    problems: tuple[str, ...] = ()  # descriptions of files that could not be read
    removable: frozenset[str] = frozenset()  # names of imported layers, which can be removed
    missing: tuple[str, ...] = ()  # names of imported layers whose drawing is missing


def tile_layers(files: tuple[TileFile, ...]) -> tuple[TileLayer, ...]:
    """Return tile files as layers of the map."""
    return tuple(
        TileLayer(name=file.name, path=file.path, title=file.title, attribution=file.attribution) for file in files
    )


def load_map(directory: Path) -> LoadedMap:
    """Read the map of a data directory: the shipped one or official boundaries, and imported layers.

    Raises:
        MapFileError: the shipped map is missing or damaged.
    """
    maps = load_maps(directory)
    return LoadedMap(
        base_map=maps.base_map,
        layers=maps.imported,
        gazetteer=maps.gazetteer(),
        style=maps.style,
        tiles=list_tile_files(directory, maps.style),
        problems=maps.problems,
        removable=frozenset(maps.own) | ({BOUNDARIES_LAYER} if maps.is_official else frozenset()),
        missing=undrawn_layers(directory, maps.own),
    )


_LOOK_MS: Final = 1_000  # a handful of local files: a few microseconds


class MapFileWatcher(QObject):
    """Looks once a second and waits until nothing is being written.

    Signals:
        changed: the maps must be read again.
    """

    changed = Signal()

    def __init__(self, directory: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._directory = directory
        self._read = self._seen = map_signature(directory)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.check)

    def start(self) -> None:
        """Start watching; the current files count as read."""
        self._timer.start()

    def close(self) -> None:
        self._timer.stop()

    def mark_read(self) -> None:
        """Mark the current files as read."""
        self._read = self._seen = map_signature(self._directory)

    def check(self) -> None:
        """Check now. A change counts when it is the same in two successive checks."""
        before, self._seen = self._seen, map_signature(self._directory)
        if self._seen == before and self._seen != self._read:
            self._read = self._seen
            self.changed.emit()
