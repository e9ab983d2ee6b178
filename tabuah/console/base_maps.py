"""Base maps of OpenStreetMap: built for a file or for a data directory, and taken into use there."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import shapely

from tabuah.console.import_results import BaseMapTaken, Imported
from tabuah.console.importing import import_layer
from tabuah.gis.basemap_file import load_basemap
from tabuah.gis.layer_import import read_layer
from tabuah.gis.osm.base_map_file import ATTRIBUTION
from tabuah.gis.osm.building import BuildProgress, build_base_map
from tabuah.gis.osm.drawing import map_layers_of
from tabuah.gis.outline import outline_of
from tabuah.storage.cache.directory import prepare_directory
from tabuah.storage.cache.map_files import FOLDER
from tabuah.storage.cache.maps import keep_base_map, load_maps

MARGIN_DEG: Final = 0.05  # 5.5 km beyond the border: a road does not end there
_NAMED: Final = frozenset({"nagari", "kecamatan_labels"})
_BUILD_NAME: Final = "built.gpkg"


class BaseMapBuilt(msgspec.Struct, frozen=True, kw_only=True):
    """What was built: the shape of `map build --json`. `resumed_at` counts what an earlier run had looked at."""

    file: str
    in_use: bool
    counts: dict[str, int]
    troubles: dict[str, int]
    resumed_at: int
    boundaries: Imported | None = None


def build_map(
    directory: Path,
    extract: Path,
    *,
    boundaries: Path | None,
    output: Path | None,
    on_progress: Callable[[BuildProgress], None],
) -> BaseMapBuilt:
    """Build a base map; without `output` this console uses it, and the boundaries, from then on.

    Args:
        directory: the data directory.
        extract: the extract of OpenStreetMap.
        boundaries: a map file; what lies within its bounds and a margin is kept, else within the regency's.
        output: the GeoPackage to write; the console's map stays as it is then.
        on_progress: told every few thousand objects.

    Raises:
        GeographyError: the extract or the boundaries cannot be used; the map that was there stays.
        CacheError: it could not be saved.
    """
    bounds_deg = _bounds(directory, boundaries)
    target = output or _own_target(directory)
    target.parent.mkdir(parents=True, exist_ok=True)
    built = build_base_map(extract, target, bounds_deg=bounds_deg, on_progress=on_progress)
    imported = None
    if output is None:
        take_map(directory, target)
        target.unlink()
        imported = import_layer(directory, boundaries) if boundaries else None
    return BaseMapBuilt(
        file=str((output or directory / FOLDER / "base.gpkg").absolute()),
        in_use=output is None,
        counts=built.counts,
        troubles=built.troubles,
        resumed_at=built.resumed_at,
        boundaries=imported,
    )


def take_map(directory: Path, file: Path) -> BaseMapTaken:
    """Use a finished base map from now on, in the place of an earlier one.

    Raises:
        MapBuildError: the file is damaged.
        CacheError: it could not be saved.
    """
    named = [f for layer in load_basemap().layers if layer.name in _NAMED for f in layer.features]
    layers = map_layers_of(file, named=named)
    keep_base_map(directory, file, layers, attribution=ATTRIBUTION)
    return BaseMapTaken(base_map=file.name, layers={layer.name: len(layer.features) for layer in layers})


def _own_target(directory: Path) -> Path:
    prepare_directory(directory)
    return directory / FOLDER / _BUILD_NAME


def _bounds(directory: Path, boundaries: Path | None) -> tuple[float, float, float, float]:
    if boundaries is None:
        shapes = [outline_of(load_maps(directory).basemap).shape]
    else:
        shapes = [feature.shape for feature in read_layer(boundaries).features]
    west, south, east, north = (round(float(side), 4) for side in shapely.total_bounds(shapes))
    return west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG
