"""Build of a base map from an OpenStreetMap extract: one pass, constant memory, resumable after a kill."""

import importlib.util
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import shapely

from tabuah.gis.errors import MapBuildError
from tabuah.gis.osm import tag_classes
from tabuah.gis.osm.base_map_file import BaseMapFile, BuildIdentity, MapObject
from tabuah.gis.osm.tag_classes import KEYS, BaseMapTable, Tags
from tabuah.resources.localisation import _

if TYPE_CHECKING:
    from osmium.osm.types import Area, Node, OSMEntity, Relation, Way


MISSING_NODES: Final = "missing_nodes"  # drawn without the nodes that the extract lacks
BROKEN_WAYS: Final = "broken_ways"  # fewer than two nodes present
BROKEN_AREAS: Final = "broken_areas"  # rings that do not close or an incomplete relation

Bounds = tuple[float, float, float, float]


class FeatureExtractor:
    """Extracts table rows within bounds in degrees; `troubles` counts damaged objects by reason."""

    def __init__(self, bounds_deg: Bounds, troubles: Counter[str]) -> None:
        import osmium  # noqa: PLC0415 (an extra that only the build needs)

        self.troubles = troubles
        self._west, self._south, self._east, self._north = bounds_deg
        self._box = shapely.box(*bounds_deg)
        self._wkb = osmium.geom.WKBFactory()

    def features(self, entity: "OSMEntity") -> Iterator[MapObject]:
        """Yield the map objects of an entity: none, one, or a road and its bridge."""
        kind = entity.type_str()
        if kind == "n":
            return self._of_node(entity)  # type: ignore[arg-type]  # the letter says which class it is
        if kind == "w":
            return self._of_way(entity)  # type: ignore[arg-type]
        if kind == "a":
            return self._of_area(entity)  # type: ignore[arg-type]
        self._expect_area(entity)  # type: ignore[arg-type]
        return iter(())

    def final_counts(self) -> Counter[str]:
        """Return the counts after the whole extract; relations without an area are damaged or incomplete."""
        return +self.troubles

    def _expect_area(self, relation: "Relation") -> None:
        tags = dict(relation.tags)
        if tags.get("type") == "multipolygon" and _area_tables(tags):
            self.troubles[BROKEN_AREAS] += 1  # reverted when its area comes

    def _of_node(self, node: "Node") -> Iterator[MapObject]:
        if not node.location.valid() or not self._holds(node.location.lon, node.location.lat):
            return
        tags = dict(node.tags)
        point = shapely.to_wkb(shapely.Point(node.location.lon, node.location.lat), byte_order=1)
        yield from _points(tags, f"n{node.id}", point)

    def _of_way(self, way: "Way") -> Iterator[MapObject]:
        tags = dict(way.tags)
        road, river = tag_classes.road_class(tags), tag_classes.river_class(tags)
        if not (road or river) or tags.get("area") == "yes":
            return
        line = self._line(way)
        if line is None:
            return
        osm, name = f"w{way.id}", tags.get("name", "")
        wkb = shapely.to_wkb(line, byte_order=1)
        if river:
            yield MapObject(table=BaseMapTable.RIVERS, osm=osm, kind=river, wkb=wkb, name=name)
            return
        bridge = tag_classes.is_bridge(tags)
        yield MapObject(
            table=BaseMapTable.ROADS, osm=osm, kind=road, wkb=wkb, name=name, ref=tags.get("ref", ""), bridge=bridge
        )
        if bridge and road != "path":
            middle = shapely.to_wkb(line.interpolate(0.5, normalized=True), byte_order=1)
            yield MapObject(
                table=BaseMapTable.FACILITIES,
                osm=osm,
                kind="bridge",
                wkb=middle,
                name=tags.get("bridge:name", "") or name,
            )

    def _line(self, way: "Way") -> shapely.LineString | None:
        """Return the line through the nodes present; None without a line or outside the bounds."""
        places = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
        if len(places) < 2 or len(set(places)) < 2:
            self.troubles[BROKEN_WAYS] += 1
            return None
        line = shapely.LineString(places)
        if not line.intersects(self._box):
            return None
        if len(places) < len(way.nodes):
            self.troubles[MISSING_NODES] += 1
        return line

    def _of_area(self, area: "Area") -> Iterator[MapObject]:
        tags = dict(area.tags)
        tables = _area_tables(tags)
        if not tables:
            return
        if not area.from_way():
            self.troubles[BROKEN_AREAS] -= 1
        try:
            shape = shapely.from_wkb(self._wkb.create_multipolygon(area))
        except (RuntimeError, shapely.errors.ShapelyError):
            self.troubles[BROKEN_AREAS] += 1
            return
        if not shape.intersects(self._box):
            return
        osm = f"{'w' if area.from_way() else 'r'}{area.orig_id()}"
        wkb, name = shapely.to_wkb(shape, byte_order=1), tags.get("name", "")
        for table, kind in tables.items():
            if table in (BaseMapTable.LAKES, BaseMapTable.BUILDINGS):
                yield MapObject(table=table, osm=osm, kind=kind, wkb=wkb, name=name)
        yield from _points(tags, osm, shapely.to_wkb(shape.representative_point(), byte_order=1))

    def _holds(self, lon_deg: float, lat_deg: float) -> bool:
        return self._west <= lon_deg <= self._east and self._south <= lat_deg <= self._north


def _area_tables(tags: Tags) -> dict[BaseMapTable, str]:
    """Return the tables of an area with these tags, with its class in each."""
    found = {
        BaseMapTable.LAKES: tag_classes.water_class(tags),
        BaseMapTable.BUILDINGS: tag_classes.building_class(tags),
        BaseMapTable.FACILITIES: tag_classes.facility_class(tags),
    }
    return {table: kind for table, kind in found.items() if kind}


def _points(tags: Tags, osm: str, wkb: bytes) -> Iterator[MapObject]:
    name = tags.get("name", "")
    place, facility = tag_classes.place_class(tags), tag_classes.facility_class(tags)
    if place and name and osm.startswith("n"):
        people = tag_classes.population_of(tags)
        yield MapObject(table=BaseMapTable.PLACES, osm=osm, kind=place, wkb=wkb, name=name, population=people)
    if facility:
        yield MapObject(table=BaseMapTable.FACILITIES, osm=osm, kind=facility, wkb=wkb, name=name)


COMMIT_EVERY: Final = 5_000  # objects between two commits


class BuildProgress(msgspec.Struct, frozen=True, kw_only=True):
    """Progress of a build: extract objects read and kept; `resumed_at` is where it resumed."""

    seen: int
    kept: int
    resumed_at: int = 0


class BuiltMap(msgspec.Struct, frozen=True, kw_only=True):
    """Result of a build: objects of each table, objects left out by reason, and where an earlier build resumed."""

    path: Path
    counts: dict[str, int]
    troubles: dict[str, int]
    resumed_at: int


def build_base_map(
    extract: Path, output: Path, *, bounds_deg: Bounds, on_progress: Callable[[BuildProgress], None] | None = None
) -> BuiltMap:
    """Build the GeoPackage `output`; an existing one is replaced only when the new one is complete.

    Node positions are kept in a sorted array on disk next to the output, 16 bytes a node.

    Args:
        extract: an .osm.pbf (or .osm, .osm.bz2) file, sorted as all extracts are.
        output: the base map.
        bounds_deg: west, south, east, north of the area to keep.
        on_progress: called every few thousand objects.

    Raises:
        MapBuildError: the extract is unreadable, has nothing in the area, or pyosmium is not installed.
    """
    if importlib.util.find_spec("osmium") is None:
        raise MapBuildError(_("Reading OpenStreetMap needs the package osmium: pip install 'tabuah[osm]'"))
    unfinished = output.with_name(output.name + ".part")
    nodes = output.with_name(output.name + ".nodes")
    identity = _identity(extract, bounds_deg)
    _remove(nodes)
    try:
        with closing(BaseMapFile(unfinished, identity)) as file:
            resumed_at = file.seen
            _fill(file, _objects(extract, nodes), bounds_deg, on_progress or _ignore_progress)
            counts, troubles = file.counts, file.troubles
            if not any(counts.values()):
                raise MapBuildError(_("{name} has no objects inside the map area.").format(name=extract.name))
            file.finish(bounds_deg)
    except (OSError, sqlite3.Error) as error:
        raise MapBuildError(_("The map cannot be written: {reason}").format(reason=error)) from error
    finally:
        _remove(nodes)
    unfinished.replace(output)
    return BuiltMap(path=output, counts=counts, troubles=troubles, resumed_at=resumed_at)


def _remove(nodes: Path) -> None:
    """Delete the node file. Windows keeps a file that is still open; the next build deletes it then."""
    with suppress(OSError):
        nodes.unlink(missing_ok=True)


def _identity(extract: Path, bounds_deg: Bounds) -> BuildIdentity:
    try:
        facts = extract.stat()
    except FileNotFoundError as error:
        raise MapBuildError(_("There is no file {path}.").format(path=extract)) from error
    if not extract.is_file() or not facts.st_size:
        raise MapBuildError(_("{name} is empty or not a file.").format(name=extract.name))
    return BuildIdentity(
        source=extract.name, size=facts.st_size, modified_ns=facts.st_mtime_ns, bounds_deg=bounds_deg
    )


def _objects(extract: Path, nodes: Path) -> "Iterator[OSMEntity]":
    """Yield all objects with one of our keys, including areas assembled from closed ways and relations."""
    import osmium  # noqa: PLC0415 (an extra that only this needs)

    processor = (
        osmium.FileProcessor(str(extract))
        .with_locations(f"sparse_file_array,{nodes}")
        .with_areas(osmium.filter.KeyFilter(*KEYS))
        .with_filter(osmium.filter.KeyFilter(*KEYS))
    )
    try:
        yield from processor
    except RuntimeError as error:
        message = _("{name} cannot be read as OpenStreetMap data: {reason}. It may be incomplete: download it again.")
        raise MapBuildError(message.format(name=extract.name, reason=error)) from error


def _fill(
    file: BaseMapFile,
    objects: "Iterator[OSMEntity]",
    bounds_deg: Bounds,
    on_progress: Callable[[BuildProgress], None],
) -> None:
    resumed_at = file.seen
    sorter = FeatureExtractor(bounds_deg, Counter(file.troubles))
    kept = sum(file.counts.values())
    seen = 0
    for seen, entity in enumerate(objects, start=1):
        if seen <= resumed_at:
            continue
        for feature in sorter.features(entity):
            file.add(feature)
            kept += 1
        if seen % COMMIT_EVERY == 0:
            file.commit(seen=seen, troubles=sorter.troubles)
            on_progress(BuildProgress(seen=seen, kept=kept, resumed_at=resumed_at))
    file.commit(seen=seen, troubles=sorter.final_counts())
    on_progress(BuildProgress(seen=seen, kept=kept, resumed_at=resumed_at))


def _ignore_progress(_progress: BuildProgress) -> None:
    """Discard progress."""
