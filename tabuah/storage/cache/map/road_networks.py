"""The road network of a data directory: built from its base map or a layer, and read for distances."""

from collections.abc import Callable, Sequence
from datetime import datetime, time
from pathlib import Path
from threading import Lock
from typing import Any, Final

from tabuah.gis.area_codes import name_column
from tabuah.gis.errors import RoadNetworkError
from tabuah.gis.osm.base_map_file import ATTRIBUTION, read_base_map_facts, read_objects
from tabuah.gis.osm.tag_classes import BaseMapTable
from tabuah.gis.roads.closures import RoadClosure
from tabuah.gis.roads.network_build import LAYER_TOLERANCE_M, BuiltNetwork, RoadLine, build_network
from tabuah.gis.roads.network_file import read_network, write_network
from tabuah.gis.roads.road_network import ROAD_CLASSES, RoadNetwork, RoadSource, RoadSourceKind
from tabuah.gis.roads.road_router import RoadRouter
from tabuah.resources.localisation import _
from tabuah.resources.time_zone import home_zone
from tabuah.storage.cache.cache_session import CACHE_NAME
from tabuah.storage.cache.errors import DiskFull
from tabuah.storage.cache.map.imported_layers import LayerFacts, imported_layers
from tabuah.storage.cache.map.maps import FileSignature, base_map_source, flush_file, map_lock
from tabuah.storage.cache.map.road_files import NETWORK_NAME, network_path, network_signature

_VEHICLE_CLASSES: Final = frozenset(ROAD_CLASSES) - {"track", "unclassified"}
_CLASS_COLUMNS: Final = ("class", "kelas", "highway", "fclass")


def build_road_network(
    directory: Path, *, built_at: datetime, layer: str = "", with_tracks: bool = False
) -> BuiltNetwork:
    """Build the network of a data directory and save it, replacing an earlier one.

    Args:
        directory: the data directory.
        built_at: the time of the build.
        layer: the imported layer of lines to build from; by default the base map.
        with_tracks: whether tracks of the base map are roads.

    Raises:
        RoadNetworkError: there is no such source, or it has no roads; an earlier network stays.
        MapBuildError: the base map is damaged; as above.
        DiskFull: the network could not be saved; as above.
    """
    if layer:
        lines, source = _layer_roads(directory, layer)
        built = build_network(lines, source=source, built_at=built_at, tolerance_m=LAYER_TOLERANCE_M)
    else:
        lines, source = _base_map_roads(directory, with_tracks=with_tracks)
        built = build_network(lines, source=source, built_at=built_at)
    path = network_path(directory)
    with map_lock(directory):
        unfinished = path.with_name(f"{NETWORK_NAME}.new")
        try:
            write_network(built.network, unfinished)
            flush_file(unfinished)
            unfinished.replace(path)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise DiskFull(path) from error
    return built


def remove_road_network(directory: Path) -> bool:
    """Remove the network of a data directory; return whether there was one."""
    path = network_path(directory)
    if not path.exists():
        return False
    with map_lock(directory):
        path.unlink(missing_ok=True)
    return True


def load_road_network(directory: Path) -> RoadNetwork | None:
    """Return the network of a data directory; None without one.

    Raises:
        RoadNetworkError: it is damaged.
    """
    path = network_path(directory)
    return read_network(path) if path.exists() else None


def is_outdated(directory: Path, network: RoadNetwork) -> bool:
    """Return whether the data that a network was built from have changed or are gone."""
    source = network.source
    if source.kind is RoadSourceKind.BASE_MAP:
        path = base_map_source(directory)
        return path is None or _base_map_identity(path) != (source.size, source.modified_ns)
    now = next((_layer_identity(facts) for facts in _layers(directory) if facts.name == source.name), None)
    return now != (source.size, source.modified_ns)


def line_layers(directory: Path) -> tuple[str, ...]:
    """Return the names of the imported layers, of which one may have the roads."""
    return tuple(facts.name for facts in _layers(directory) if not facts.boundaries)


class RoadRouters:
    """Routers of a data directory, made again when its network or the closed roads change; for any thread."""

    def __init__(self, directory: Path, *, on_problem: Callable[[str], None] = lambda _text: None) -> None:
        self._directory, self._on_problem = directory, on_problem
        self._lock = Lock()
        self._signature: FileSignature | None = None
        self._network: RoadNetwork | None = None
        self._routers: dict[tuple[RoadClosure, ...], RoadRouter] = {}

    def router(self, closures: tuple[RoadClosure, ...]) -> RoadRouter | None:
        """Return the router around closed roads; None without a network.

        A damaged network is reported once and counts as missing.
        """
        with self._lock:
            self._read_again()
            if self._network is None:
                return None
            if closures not in self._routers:
                while len(self._routers) >= _KEPT_ROUTERS:
                    del self._routers[next(iter(self._routers))]
                self._routers[closures] = RoadRouter(self._network, closures)
            return self._routers[closures]

    def _read_again(self) -> None:
        signature = network_signature(self._directory)
        if signature == self._signature:
            return
        self._signature, self._network = signature, None
        self._routers.clear()
        try:
            self._network = load_road_network(self._directory)
        except RoadNetworkError as error:
            self._on_problem(str(error))


_KEPT_ROUTERS: Final = 3  # the real world, and exercises with other closed roads


def _base_map_roads(directory: Path, *, with_tracks: bool) -> tuple[list[RoadLine], RoadSource]:
    path = base_map_source(directory)
    if path is None:
        message = _(
            "There is no base map with roads. Build one with: {build}. Or import a layer of roads, and: {layer}"
        )
        raise RoadNetworkError(
            message.format(build="tabuah map build --osm FILE.pbf", layer="tabuah map roads build --layer NAME")
        )
    size, modified_ns = _base_map_identity(path)
    facts = read_base_map_facts(path)
    classes = _VEHICLE_CLASSES | ({"track"} if with_tracks else set())
    lines = [
        RoadLine(shape=road.shape, kind=road.kind, name=road.name or road.ref)
        for road in read_objects(path, BaseMapTable.ROADS)
        if road.kind in classes
    ]
    source = RoadSource(
        kind=RoadSourceKind.BASE_MAP,
        name="OpenStreetMap",
        size=size,
        modified_ns=modified_ns,
        dated_at=facts.extracted_at,
        with_tracks=with_tracks,
        attribution=ATTRIBUTION,
    )
    return lines, source


def _base_map_identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _layer_roads(directory: Path, name: str) -> tuple[list[RoadLine], RoadSource]:
    if not (directory / CACHE_NAME).is_file():
        raise _unknown_layer(name, ())
    with imported_layers(directory) as layers:
        known = [facts for facts in layers.list() if not facts.boundaries]
        facts = next((each for each in known if each.name == name), None)
        if facts is None:
            raise _unknown_layer(name, tuple(each.name for each in known))
        shapes, rows = layers.rows(facts.table)
    named = name_column(rows, 0)
    lines = [
        RoadLine(shape=shape, kind=_class_of(row), name=str(row.get(named) or "").strip())
        for shape, row in zip(shapes, rows, strict=True)
    ]
    (size, modified_ns), imported_on = _layer_identity(facts), facts.imported_on
    source = RoadSource(
        kind=RoadSourceKind.LAYER,
        name=name,
        size=size,
        modified_ns=modified_ns,
        dated_at=None if imported_on is None else datetime.combine(imported_on, time(), home_zone()),
    )
    return lines, source


def _layer_identity(facts: LayerFacts) -> tuple[int, int]:
    """Return the number of features and the day of an import; a layer of the same of both counts as the same."""
    return facts.features, 0 if facts.imported_on is None else facts.imported_on.toordinal()


def _class_of(row: dict[str, Any]) -> str:
    given = {str(column).lower(): value for column, value in row.items()}
    return next((str(given[column]) for column in _CLASS_COLUMNS if given.get(column)), "")


def _layers(directory: Path) -> tuple[LayerFacts, ...]:
    if not (directory / CACHE_NAME).is_file():
        return ()
    with imported_layers(directory) as layers:
        return layers.list()


def _unknown_layer(name: str, known: Sequence[str]) -> RoadNetworkError:
    listed = ", ".join(known) if known else _("none")
    return RoadNetworkError(_("No layer {name} was imported. Imported are: {names}").format(name=name, names=listed))
