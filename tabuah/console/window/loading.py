"""What takes a moment to read and is needed once: the base map with its gazetteer, on a worker."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tabuah.gis.basemap import Basemap, MapLayer
from tabuah.gis.gazetteer import Gazetteer
from tabuah.gis.layers.specification import MapStyle
from tabuah.gis.layers.style_file import shipped_style
from tabuah.storage.cache.imported_layers import missing_layers
from tabuah.storage.cache.maps import load_maps
from tabuah.storage.cache.tile_files import TileFile, tile_files
from tabuah.widgets.map.content import TileLayer

BORDERS: Final = "kecamatan"  # the layer that official boundaries replace


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadedMap:
    """The map of the regency, layers that were imported into this console, and the names of places."""

    basemap: Basemap
    layers: tuple[MapLayer, ...]
    gazetteer: Gazetteer
    style: MapStyle = field(default_factory=shipped_style)
    tiles: tuple[TileFile, ...] = ()
    problems: tuple[str, ...] = ()  # what could not be read, in words
    removable: frozenset[str] = frozenset()  # names of what was imported here and may be taken away
    missing: tuple[str, ...] = ()  # names of layers that were imported and have lost their drawing


def tile_layers(files: tuple[TileFile, ...]) -> tuple[TileLayer, ...]:
    """Files of tiles as the map draws them."""
    return tuple(
        TileLayer(name=file.name, path=file.path, title=file.title, attribution=file.attribution) for file in files
    )


def load_map(directory: Path) -> LoadedMap:
    """Read the map of a data directory: the shipped one, or official boundaries and layers that were imported.

    Raises:
        MapFileError: the shipped map is missing or damaged.
    """
    maps = load_maps(directory)
    return LoadedMap(
        basemap=maps.basemap,
        layers=maps.imported,
        gazetteer=maps.gazetteer(),
        style=maps.style,
        tiles=tile_files(directory, maps.style),
        problems=maps.problems,
        removable=frozenset(maps.own) | ({BORDERS} if maps.is_official else frozenset()),
        missing=missing_layers(directory, maps.own),
    )
