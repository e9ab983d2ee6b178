"""Base maps from OpenStreetMap: build one for a file or a data directory, and install it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
import shapely

from tabuah.console.map.map_import import import_layer
from tabuah.gis.base_map_file import load_base_map
from tabuah.gis.errors import RoadNetworkError
from tabuah.gis.import_progress import BaseMapImportResult, LayerImportResult
from tabuah.gis.layer_import import read_layer
from tabuah.gis.osm.base_map_build import BuildProgress, build_base_map
from tabuah.gis.osm.base_map_file import ATTRIBUTION
from tabuah.gis.osm.base_map_layers import base_map_layers
from tabuah.gis.outline import outline_of
from tabuah.gis.roads.road_network import RoadSource, RoadSourceKind
from tabuah.resources.fault_isolation import record_fault
from tabuah.storage.cache.data_directory import prepare_directory
from tabuah.storage.cache.errors import DiskFull
from tabuah.storage.cache.map.maps import FOLDER, load_maps, save_base_map
from tabuah.storage.cache.map.road_networks import build_road_network, load_road_network, remove_road_network

MARGIN_DEG: Final = 0.05  # 5.5 km beyond the border: a road does not end there
_LABELLED_LAYERS: Final = frozenset({"nagari", "kecamatan_labels"})
_BUILD_NAME: Final = "built.gpkg"


class BaseMapBuildResult(msgspec.Struct, frozen=True, kw_only=True):
    """Result of a build, as printed by `map build --json`.

    `resumed_at` is the number of objects that an interrupted run had already read.
    """

    file: str
    in_use: bool
    counts: dict[str, int]
    troubles: dict[str, int]
    resumed_at: int
    boundaries: LayerImportResult | None = None


def build_map(
    directory: Path,
    extract: Path,
    *,
    boundaries: Path | None,
    output: Path | None,
    on_progress: Callable[[BuildProgress], None],
) -> BaseMapBuildResult:
    """Build a base map; without `output` this console uses it, with the boundaries, from then on.

    Args:
        directory: the data directory.
        extract: the OpenStreetMap extract (.osm.pbf).
        boundaries: a map file whose bounds, plus a margin, limit the map; by default the regency's.
        output: the GeoPackage to write; the console's own map then stays unchanged.
        on_progress: called every few thousand objects.

    Raises:
        GeographyError: the extract or the boundaries are unusable; the existing map is unchanged.
        CacheError: the map could not be saved.
    """
    bounds_deg = _bounds(directory, boundaries)
    target = output or _build_target(directory)
    target.parent.mkdir(parents=True, exist_ok=True)
    built = build_base_map(extract, target, bounds_deg=bounds_deg, on_progress=on_progress)
    imported = None
    if output is None:
        install_base_map(directory, target)
        target.unlink()
        imported = import_layer(directory, boundaries) if boundaries else None
    return BaseMapBuildResult(
        file=str((output or directory / FOLDER / "base.gpkg").absolute()),
        in_use=output is None,
        counts=built.counts,
        troubles=built.troubles,
        resumed_at=built.resumed_at,
        boundaries=imported,
    )


def install_base_map(directory: Path, file: Path) -> BaseMapImportResult:
    """Install a finished base map in place of the current one.

    Raises:
        MapBuildError: the file is damaged.
        CacheError: the map could not be saved.
    """
    named = [f for layer in load_base_map().layers if layer.name in _LABELLED_LAYERS for f in layer.features]
    layers = base_map_layers(file, named=named)
    save_base_map(directory, file, layers, attribution=ATTRIBUTION)
    renew_road_network(directory)
    return BaseMapImportResult(base_map=file.name, layers={layer.name: len(layer.features) for layer in layers})


def renew_road_network(directory: Path) -> None:
    """Build the road network from a new base map, unless the office chose a layer of its own for it.

    A base map without roads leaves no network. On a full disk the old one stays, and is shown as outdated.
    """
    source = _road_source(directory)
    if source is not None and source.kind is RoadSourceKind.LAYER:
        return
    with_tracks = source is not None and source.with_tracks
    try:
        build_road_network(directory, built_at=datetime.now(UTC), with_tracks=with_tracks)
    except RoadNetworkError:
        remove_road_network(directory)
    except DiskFull as error:
        record_fault("road network", str(directory), error)


def _road_source(directory: Path) -> RoadSource | None:
    try:
        network = load_road_network(directory)
    except RoadNetworkError:
        return None  # damaged: built again
    return None if network is None else network.source


def _build_target(directory: Path) -> Path:
    prepare_directory(directory)
    return directory / FOLDER / _BUILD_NAME


def _bounds(directory: Path, boundaries: Path | None) -> tuple[float, float, float, float]:
    if boundaries is None:
        shapes = [outline_of(load_maps(directory).base_map).shape]
    else:
        shapes = [feature.shape for feature in read_layer(boundaries).features]
    west, south, east, north = (round(float(side), 4) for side in shapely.total_bounds(shapes))
    return west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG
