"""What takes a moment to read and is needed once: the base map with its gazetteer, on a worker."""

from dataclasses import dataclass

from tabuah.gis.basemap import Basemap, MapLayer
from tabuah.gis.basemap_file import load_basemap
from tabuah.gis.gazetteer import Gazetteer


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadedMap:
    """The map of the regency, layers that were imported into this console, and the names of places."""

    basemap: Basemap
    layers: tuple[MapLayer, ...]
    gazetteer: Gazetteer


def load_map() -> LoadedMap:
    """Read the shipped map.

    Raises:
        MapFileError: it is missing or damaged.
    """
    basemap = load_basemap()
    return LoadedMap(basemap=basemap, layers=(), gazetteer=Gazetteer(basemap))
