"""The road network in commands: the router of one world, and the places of a route."""

from collections.abc import Callable

import msgspec

from tabuah.console.map.query_inputs import find_query_place
from tabuah.console.units.known_units import read_known_units
from tabuah.gis.errors import UnknownPlaceError
from tabuah.gis.roads.road_distance import LonLat
from tabuah.gis.roads.road_router import RoadRouter
from tabuah.operations.exercises.scope import ExerciseScope, plain_code
from tabuah.operations.units.travel_distance import road_closures
from tabuah.resources.localisation import _
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.map.maps import load_maps
from tabuah.storage.cache.map.road_networks import RoadRouters
from tabuah.storage.cache.store import ConsoleStore


class RoutePlace(msgspec.Struct, frozen=True, kw_only=True):
    """One end of a route; `name` is empty where a position was given."""

    name: str
    at: LonLat


def read_router(store: ConsoleStore, scope: ExerciseScope, *, on_problem: Callable[[str], None]) -> RoadRouter | None:
    """Return the router around the closed roads of a world; None without a network.

    A damaged network counts as missing, and `on_problem` gets the text about it.
    """
    routers = RoadRouters(store.directory, on_problem=on_problem)
    return routers.router(road_closures(scope.select(store.disruptions())))


def find_route_place(store: ConsoleStore, text: str, scope: ExerciseScope) -> RoutePlace:
    """Return the place of a unit, of an incident, of a name, or of a position.

    Raises:
        UnknownPlaceError: there is none, or its place is not known.
        CoordinateError: the text looks like a position and is invalid.
    """
    wanted = text.strip().upper()
    for known in read_known_units(store, scope=scope):
        if plain_code(known.unit.id).upper() == wanted:
            if known.position is None:
                raise UnknownPlaceError(_("The position of {unit} is not known.").format(unit=wanted))
            return RoutePlace(name=wanted, at=(known.position.lon_deg, known.position.lat_deg))
    if any(sign.isdigit() for sign in text):
        try:
            incident = store.incident(text.strip())
        except UnknownKey:
            pass
        else:
            if incident.place is None:
                raise UnknownPlaceError(_("Incident {number} has no place yet.").format(number=incident.number))
            return RoutePlace(name=incident.number, at=(incident.place.lon_deg, incident.place.lat_deg))
    found = find_query_place(text, load_maps(store.directory).gazetteer())
    return RoutePlace(name=found.name, at=(found.lon_deg, found.lat_deg))
