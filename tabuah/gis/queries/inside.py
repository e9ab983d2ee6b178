"""What lies inside an area: people where their number is given, things by kind, roads by length."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from tabuah.gis.geodesy import area_m2, length_m
from tabuah.gis.queries.things import Thing, Things

ROAD: Final = "road"
PLACE: Final = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The people that are known of: `counted` live in `places`; nothing is known of `without_number` others.

    `estimated` says that a part of an area was counted by its share.
    """

    counted: int
    places: int
    without_number: int
    estimated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What lies inside an area; `roads_m` are metres by class, longest first."""

    area_m2: float
    people: People
    roads_m: dict[str, float]
    kinds: dict[str, int]
    things: tuple[Thing, ...]


def what_is_inside(area: BaseGeometry, things: Things) -> Inside:
    """Everything inside an area; roads are cut at its border, all else counts when it reaches into it.

    Args:
        area: valid polygons in EPSG:4326.
        things: roads have a kind "road/CLASS", settlements "place/CLASS".
    """
    shapely.prepare(area)
    found = things.inside(area)
    roads = [thing for thing in found if thing.kind.startswith(f"{ROAD}/")]
    others = tuple(thing for thing in found if not thing.kind.startswith(f"{ROAD}/"))
    kinds = Counter(thing.kind for thing in others)
    return Inside(
        area_m2=area_m2(area),
        people=_people(area, others),
        roads_m=_road_lengths(area, roads),
        kinds=dict(sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))),
        things=others,
    )


def _people(area: BaseGeometry, things: tuple[Thing, ...]) -> People:
    counted, estimated = 0.0, False
    known = [thing for thing in things if thing.population is not None]
    for thing in known:
        share = 1.0
        if thing.shape.area and not area.contains(thing.shape):
            share = area_m2(shapely.intersection(area, thing.shape)) / area_m2(thing.shape)
            estimated = True
        counted += share * (thing.population or 0)
    silent = sum(thing.kind.startswith(f"{PLACE}/") and thing.population is None for thing in things)
    return People(counted=round(counted), places=len(known), without_number=silent, estimated=estimated)


def _road_lengths(area: BaseGeometry, roads: list[Thing]) -> dict[str, float]:
    lengths: dict[str, float] = {}
    for road in roads:
        kind = road.kind.partition("/")[2]
        lengths[kind] = lengths.get(kind, 0.0) + length_m(shapely.intersection(road.shape, area))
    return dict(sorted(lengths.items(), key=lambda pair: -pair[1]))
