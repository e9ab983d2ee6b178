"""Places where one hazard recurs: within a radius, or in a nagari. Pure."""

from collections.abc import Iterable, Sequence
from math import cos, floor, radians
from typing import Final, NamedTuple, TypeAlias

import msgspec

from tabuah.gis.geodesy import distance_m
from tabuah.operations.codes import Hazard
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace

FEWEST: Final = 3  # incidents of one hazard that make a place a recurring one
RADIUS_M: Final = 1_000.0
_METRES_OF_DEGREE: Final = 111_320.0  # of latitude
_Cell: TypeAlias = tuple[int, int]


class RecurringPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Incidents of one hazard at one place, in the order of their reports.

    `radius_m` is None for a whole nagari. The point is the mean of the incidents (EPSG:4326).
    """

    hazard: Hazard
    nagari: str
    kecamatan: str
    lon_deg: float
    lat_deg: float
    radius_m: float | None
    ids: tuple[str, ...]


class _Placed(NamedTuple):
    incident: Incident
    place: IncidentPlace


def find_recurring_places(
    incidents: Iterable[Incident], *, fewest: int = FEWEST, radius_m: float = RADIUS_M
) -> tuple[RecurringPlace, ...]:
    """Return the recurring places, those with the most incidents first.

    A nagari is left out if one place within the radius has the same incidents. An incident of which only
    the nagari is known counts for the nagari alone.
    """
    placed: dict[Hazard, list[_Placed]] = {}
    for incident in sorted(incidents, key=lambda each: (each.reported_at, each.id)):
        if incident.place is not None:
            placed.setdefault(incident.hazard, []).append(_Placed(incident, incident.place))
    found: list[RecurringPlace] = []
    for hazard, items in placed.items():
        spots = [_recurring(hazard, group, radius_m) for group in _clusters(items, radius_m) if len(group) >= fewest]
        known = {spot.ids for spot in spots}
        nagari = [_recurring(hazard, group, None) for group in _by_nagari(items) if len(group) >= fewest]
        found += [*spots, *(each for each in nagari if each.ids not in known)]
    return tuple(sorted(found, key=lambda each: (-len(each.ids), each.hazard, each.nagari, each.ids)))


def _by_nagari(items: Iterable[_Placed]) -> list[list[_Placed]]:
    groups: dict[str, list[_Placed]] = {}
    for item in items:
        if key := item.place.nagari_code or item.place.nagari:
            groups.setdefault(key, []).append(item)
    return list(groups.values())


def _clusters(items: Iterable[_Placed], radius_m: float) -> list[list[_Placed]]:
    """Return groups around the first incident of each; a later one joins the nearest within the radius.

    A grid of cells as wide as the radius keeps the search short for ten thousand incidents.
    """
    cells: dict[_Cell, list[list[_Placed]]] = {}
    groups: list[list[_Placed]] = []
    for item in items:
        if item.place.radius_m is not None:
            continue
        cell = _cell(item.place, radius_m)
        near = [
            (apart_m, number, group)
            for number, group in enumerate(_groups_around(cells, cell))
            if (apart_m := _apart_m(group[0].place, item.place)) <= radius_m
        ]
        if near:
            min(near, key=lambda each: each[:2])[2].append(item)
        else:
            groups.append([item])
            cells.setdefault(cell, []).append(groups[-1])
    return groups


def _cell(place: IncidentPlace, radius_m: float) -> _Cell:
    row = floor(place.lat_deg * _METRES_OF_DEGREE / radius_m)
    # The width of a column follows from its row alone, so that the cells of one row have one width.
    width_m = _METRES_OF_DEGREE * max(0.01, cos(radians(min(89.0, abs(row * radius_m / _METRES_OF_DEGREE) + 0.1))))
    return floor(place.lon_deg * width_m / radius_m), row


def _groups_around(cells: dict[_Cell, list[list[_Placed]]], cell: _Cell) -> list[list[_Placed]]:
    column, row = cell
    around = ((column + east, row + north) for north in (-1, 0, 1) for east in (-2, -1, 0, 1, 2))
    return [group for each in around for group in cells.get(each, ())]


def _apart_m(one: IncidentPlace, other: IncidentPlace) -> float:
    return distance_m(one.lon_deg, one.lat_deg, other.lon_deg, other.lat_deg)


def _recurring(hazard: Hazard, group: Sequence[_Placed], radius_m: float | None) -> RecurringPlace:
    first = group[0].place
    return RecurringPlace(
        hazard=hazard,
        nagari=first.nagari,
        kecamatan=first.kecamatan,
        lon_deg=sum(item.place.lon_deg for item in group) / len(group),
        lat_deg=sum(item.place.lat_deg for item in group) / len(group),
        radius_m=radius_m,
        ids=tuple(item.incident.id for item in group),
    )
