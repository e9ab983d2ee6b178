"""Everything on this console's map that questions are asked about, and the place or area a question means."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from tabuah.console.known_units import read_known_units
from tabuah.gis.basemap import Feature, LayerKind, MapLayer
from tabuah.gis.coordinates import parse_position
from tabuah.gis.errors import CoordinateError, UnknownPlaceError
from tabuah.gis.gazetteer import Gazetteer
from tabuah.gis.layer_import import read_layer
from tabuah.gis.levels_of_detail import in_degrees
from tabuah.gis.osm.base_map_file import read_objects
from tabuah.gis.osm.classes import Table
from tabuah.gis.queries.covering import area_of_rings
from tabuah.gis.queries.inside import PLACE, ROAD
from tabuah.gis.queries.things import Thing, Things, circle
from tabuah.operations.codes import Status
from tabuah.operations.errors import OperationsError
from tabuah.operations.feeds.cap_values import CapAlert, CapArea
from tabuah.operations.feeds.recognising import read_feed
from tabuah.resources.catalogue import _
from tabuah.storage.cache.desk import CACHE_NAME
from tabuah.storage.cache.maps import DirectoryMaps, base_map_source
from tabuah.storage.cache.store import ConsoleStore

_OWN_LAYERS: Final = frozenset({"streams", "rivers", "lakes", "buildings", "facilities", "places"})
_POPULATION: Final = ("population", "penduduk", "jumlah_penduduk", "jml_penduduk", "jiwa")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPlace:
    """The place a question means, and what it is called where it was asked for by name."""

    lon_deg: float
    lat_deg: float
    name: str = ""


def place_meant(text: str, gazetteer: Gazetteer) -> AskedPlace:
    """The position or the place of a name.

    Raises:
        CoordinateError: it looks like a position and is none.
        UnknownPlaceError: no place has this name.
    """
    try:
        lon_deg, lat_deg = parse_position(text)
    except CoordinateError:
        if any(sign.isdigit() for sign in text) and not gazetteer.find(text, limit=1):
            raise
    else:
        return AskedPlace(lon_deg=lon_deg, lat_deg=lat_deg)
    found = gazetteer.find(text, limit=1)
    if not found:
        raise UnknownPlaceError(_("No place is called “{name}”. Try the name of a nagari.").format(name=text))
    name = f"{found[0].name}, {found[0].within}" if found[0].within else found[0].name
    return AskedPlace(lon_deg=found[0].lon_deg, lat_deg=found[0].lat_deg, name=name)


def things_of(directory: Path, maps: DirectoryMaps) -> Things:
    """Facilities, settlements and roads of the base map, imported layers, stations, units and open incidents."""
    source = base_map_source(directory)
    things = [*(_of_base_map(source) if source else ()), *_of_imported(maps)]
    if (directory / CACHE_NAME).exists():
        store = ConsoleStore(directory)
        try:
            things += _of_store(store)
        finally:
            store.close()
    return Things(things)


def area_of_file(file: Path, layer: str | None) -> BaseGeometry:
    """The areas of a map file as one.

    Raises:
        LayerImportError: the file cannot be used, or holds no area.
    """
    shapes = [f.shape for f in read_layer(file, layer).features if f.kind is LayerKind.POLYGON]
    return _valid_area(shapes, file)


def area_of_warning(file: Path) -> BaseGeometry:
    """The area of a warning in CAP, its circles among it.

    Raises:
        OperationsError: the file is no warning or has no area.
    """
    try:
        reading = read_feed(file.read_bytes(), now=datetime.now(UTC))
    except OSError as error:
        raise OperationsError(
            _("{name} cannot be read: {reason}").format(name=file.name, reason=error.strerror or error)
        ) from error
    areas = [area for alert in reading.items if isinstance(alert, CapAlert) for i in alert.infos for area in i.areas]
    shapes = [shape for area in areas for shape in _warned(area)]
    if not shapes:
        raise OperationsError(_("{name} is no warning with an area (CAP).").format(name=file.name))
    whole: BaseGeometry = shapely.union_all(shapes)
    return whole


def _warned(area: CapArea) -> Iterator[BaseGeometry]:
    if area.polygons:
        yield area_of_rings([[(corner.lon_deg, corner.lat_deg) for corner in ring] for ring in area.polygons])
    for round_one in area.circles:
        centre = round_one.centre
        yield circle(centre.lon_deg, centre.lat_deg, radius_m=max(1.0, round_one.radius_km * 1000))


def _valid_area(shapes: list[BaseGeometry], file: Path) -> BaseGeometry:
    whole: BaseGeometry = shapely.union_all(shapes)
    if whole.is_empty:
        raise UnknownPlaceError(_("{name} holds no area.").format(name=file.name))
    return whole


def _of_base_map(source: Path) -> Iterator[Thing]:
    for place in read_objects(source, Table.PLACES):
        yield Thing(
            kind=f"{PLACE}/{place.kind}",
            id=place.osm,
            name=place.name,
            shape=place.shape,
            population=place.population,
        )
    for facility in read_objects(source, Table.FACILITIES):
        yield Thing(kind=facility.kind, id=facility.osm, name=facility.name, shape=facility.shape)
    for road in read_objects(source, Table.ROADS):
        yield Thing(kind=f"{ROAD}/{road.kind}", id=road.osm, name=road.name or road.ref, shape=road.shape)


def _of_imported(maps: DirectoryMaps) -> Iterator[Thing]:
    """Points of layers that were imported besides a base map."""
    for layer in maps.imported:
        if layer.kind is LayerKind.POINT and layer.name not in _OWN_LAYERS:
            yield from (_imported(layer, feature) for feature in layer.features)


def _imported(layer: MapLayer, feature: Feature) -> Thing:
    given = {name.lower(): value for name, value in feature.attributes.items()}
    people = next((given[name] for name in _POPULATION if isinstance(given.get(name), int | float)), None)
    return Thing(
        kind=layer.name,
        id=feature.code,
        name=feature.name,
        shape=in_degrees(shapely.Point(*feature.label_m)),
        population=None if people is None else int(people),
    )


def _of_store(store: ConsoleStore) -> Iterator[Thing]:
    for station in store.stations():
        point = shapely.Point(station.lon_deg, station.lat_deg)
        yield Thing(kind="station", id=station.code, name=station.name, shape=point)
    for known in read_known_units(store):
        if known.position is not None:
            point = shapely.Point(known.position.lon_deg, known.position.lat_deg)
            yield Thing(kind="unit", id=known.unit.id, name=known.unit.name, shape=point)
    for row in store.rows():
        if row.status != Status.CLOSED and row.lon_deg is not None and row.lat_deg is not None:
            point = shapely.Point(row.lon_deg, row.lat_deg)
            yield Thing(kind="incident", id=row.number, name=row.title, shape=point)
