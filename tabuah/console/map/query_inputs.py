"""Inputs of map queries: the objects on the console's map, and the place or area of a query."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

from tabuah.console.units.known_units import read_known_units
from tabuah.gis.base_map import Feature, LayerKind, MapLayer
from tabuah.gis.coordinates import parse_position
from tabuah.gis.errors import CoordinateError, UnknownPlaceError
from tabuah.gis.gazetteer import Gazetteer
from tabuah.gis.layer_import import read_layer
from tabuah.gis.levels_of_detail import in_degrees
from tabuah.gis.osm.base_map_file import read_objects
from tabuah.gis.osm.tag_classes import BaseMapTable
from tabuah.gis.queries.area_summary import PLACE, ROAD
from tabuah.gis.queries.coverage import area_of_rings
from tabuah.gis.queries.feature_index import FeatureIndex, IndexedFeature, circle_polygon
from tabuah.operations.codes import Status
from tabuah.operations.errors import OperationsError
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope, InWorld, plain_code
from tabuah.operations.feeds.cap_alert import CapAlert, CapArea
from tabuah.operations.feeds.detection import read_feed
from tabuah.resources.localisation import _
from tabuah.storage.cache.cache_session import CACHE_NAME
from tabuah.storage.cache.map.maps import DirectoryMaps, base_map_source
from tabuah.storage.cache.store import ConsoleStore

_OWN_LAYERS: Final = frozenset({"streams", "rivers", "lakes", "buildings", "facilities", "places"})
_POPULATION: Final = ("population", "penduduk", "jumlah_penduduk", "jml_penduduk", "jiwa")


class QueryPlace(msgspec.Struct, frozen=True, kw_only=True):
    """The place of a query; `name` is empty where a position was given."""

    lon_deg: float
    lat_deg: float
    name: str = ""


def find_query_place(text: str, gazetteer: Gazetteer) -> QueryPlace:
    """Return the place of a position or of a name.

    Raises:
        CoordinateError: the text looks like a position and is invalid.
        UnknownPlaceError: no place has this name.
    """
    try:
        lon_deg, lat_deg = parse_position(text)
    except CoordinateError:
        if any(sign.isdigit() for sign in text) and not gazetteer.find(text, limit=1):
            raise
    else:
        return QueryPlace(lon_deg=lon_deg, lat_deg=lat_deg)
    found = gazetteer.find(text, limit=1)
    if not found:
        raise UnknownPlaceError(_("No place is called “{name}”. Try the name of a nagari.").format(name=text))
    name = f"{found[0].name}, {found[0].within}" if found[0].within else found[0].name
    return QueryPlace(lon_deg=found[0].lon_deg, lat_deg=found[0].lat_deg, name=name)


def read_map_objects(directory: Path, maps: DirectoryMaps, scope: ExerciseScope = REAL_WORLD) -> FeatureIndex:
    """Return facilities, settlements and roads, imported points, and stations, units and open incidents in scope."""
    source = base_map_source(directory)
    things = [*(_base_map_objects(source) if source else ()), *_imported_objects(maps)]
    if (directory / CACHE_NAME).exists():
        store = ConsoleStore(directory)
        try:
            things += _operational_objects(store, scope)
        finally:
            store.close()
    return FeatureIndex(things)


def read_area(file: Path, layer: str | None) -> BaseGeometry:
    """Return the areas of a map file as one geometry.

    Raises:
        LayerImportError: the file cannot be read, or holds no area.
    """
    shapes = [f.shape for f in read_layer(file, layer).features if f.kind is LayerKind.POLYGON]
    return _union_of_areas(shapes, file)


def read_warning_area(file: Path) -> BaseGeometry:
    """Return the area of a CAP warning, including its circles.

    Raises:
        OperationsError: the file is no warning, or has no area.
    """
    try:
        reading = read_feed(file.read_bytes(), now=datetime.now(UTC))
    except OSError as error:
        raise OperationsError(
            _("{name} cannot be read: {reason}").format(name=file.name, reason=error.strerror or error)
        ) from error
    areas = [area for alert in reading.items if isinstance(alert, CapAlert) for i in alert.infos for area in i.areas]
    shapes = [shape for area in areas for shape in _warning_shapes(area)]
    if not shapes:
        raise OperationsError(_("{name} is no warning with an area (CAP).").format(name=file.name))
    whole: BaseGeometry = shapely.union_all(shapes)
    return whole


def _warning_shapes(area: CapArea) -> Iterator[BaseGeometry]:
    if area.polygons:
        yield area_of_rings([[(corner.lon_deg, corner.lat_deg) for corner in ring] for ring in area.polygons])
    for circle_area in area.circles:
        centre = circle_area.centre
        yield circle_polygon(centre.lon_deg, centre.lat_deg, radius_m=max(1.0, circle_area.radius_km * 1000))


def _union_of_areas(shapes: list[BaseGeometry], file: Path) -> BaseGeometry:
    whole: BaseGeometry = shapely.union_all(shapes)
    if whole.is_empty:
        raise UnknownPlaceError(_("{name} holds no area.").format(name=file.name))
    return whole


def _base_map_objects(source: Path) -> Iterator[IndexedFeature]:
    for place in read_objects(source, BaseMapTable.PLACES):
        yield IndexedFeature(
            kind=f"{PLACE}/{place.kind}",
            id=place.osm,
            name=place.name,
            shape=place.shape,
            population=place.population,
        )
    for facility in read_objects(source, BaseMapTable.FACILITIES):
        yield IndexedFeature(kind=facility.kind, id=facility.osm, name=facility.name, shape=facility.shape)
    for road in read_objects(source, BaseMapTable.ROADS):
        yield IndexedFeature(kind=f"{ROAD}/{road.kind}", id=road.osm, name=road.name or road.ref, shape=road.shape)


def _imported_objects(maps: DirectoryMaps) -> Iterator[IndexedFeature]:
    """Yield the points of imported layers that do not belong to a base map."""
    for layer in maps.imported:
        if layer.kind is LayerKind.POINT and layer.name not in _OWN_LAYERS:
            yield from (_imported_object(layer, feature) for feature in layer.features)


def _imported_object(layer: MapLayer, feature: Feature) -> IndexedFeature:
    given = {name.lower(): value for name, value in feature.attributes.items()}
    people = next((given[name] for name in _POPULATION if isinstance(given.get(name), int | float)), None)
    return IndexedFeature(
        kind=layer.name,
        id=feature.code,
        name=feature.name,
        shape=in_degrees(shapely.Point(*feature.label_m)),
        population=None if people is None else int(people),
    )


def _operational_objects(store: ConsoleStore, scope: ExerciseScope) -> Iterator[IndexedFeature]:
    """Yield the objects in scope, by default those of the real world: an exercise has no help for a real incident."""
    for station in scope.select(store.stations()):
        if station.retired is not None:
            continue
        point = shapely.Point(station.lon_deg, station.lat_deg)
        yield IndexedFeature(
            kind="station", id=plain_code(station.code), name=station.name, shape=point, world=_world(station)
        )
    for known in read_known_units(store, scope=scope):
        if known.position is not None:
            point = shapely.Point(known.position.lon_deg, known.position.lat_deg)
            yield IndexedFeature(
                kind="unit", id=plain_code(known.unit.id), name=known.unit.name, shape=point, world=_world(known.unit)
            )
    for row in scope.select(store.rows()):
        if row.status != Status.CLOSED and row.lon_deg is not None and row.lat_deg is not None:
            point = shapely.Point(row.lon_deg, row.lat_deg)
            yield IndexedFeature(kind="incident", id=row.number, name=row.title, shape=point, world=_world(row))


def _world(value: InWorld) -> str | None:
    return value.exercise_id if value.exercise else None
