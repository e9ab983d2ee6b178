"""Summary of the contents of an area: population where known, features by kind, roads by length."""

from collections import Counter
from typing import Final

import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

from tabuah.gis.geodesy import area_m2, length_m
from tabuah.gis.queries.feature_index import FeatureIndex, IndexedFeature

ROAD: Final = "road"
PLACE: Final = "place"


class Population(msgspec.Struct, frozen=True, kw_only=True):
    """Known population: `counted` people live in `places`; `without_number` places have no figure.

    `estimated` means that a place was counted by its share inside the area.
    """

    counted: int
    places: int
    without_number: int
    estimated: bool


class AreaSummary(msgspec.Struct, frozen=True, kw_only=True):
    """Contents of an area; `roads_m` are metres by class, longest first."""

    area_m2: float
    people: Population
    roads_m: dict[str, float]
    kinds: dict[str, int]
    features: tuple[IndexedFeature, ...]


def summarise_area(area: BaseGeometry, things: FeatureIndex) -> AreaSummary:
    """Return the contents of an area; roads are clipped at its border, other features count if they intersect it.

    Args:
        area: valid polygons in EPSG:4326.
        things: roads have a kind "road/CLASS", settlements "place/CLASS".
    """
    shapely.prepare(area)
    found = things.inside(area)
    roads = [thing for thing in found if thing.kind.startswith(f"{ROAD}/")]
    others = tuple(thing for thing in found if not thing.kind.startswith(f"{ROAD}/"))
    kinds = Counter(thing.kind for thing in others)
    return AreaSummary(
        area_m2=area_m2(area),
        people=_people(area, others),
        roads_m=_road_lengths(area, roads),
        kinds=dict(sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))),
        features=others,
    )


def _people(area: BaseGeometry, things: tuple[IndexedFeature, ...]) -> Population:
    counted, estimated = 0.0, False
    known = [thing for thing in things if thing.population is not None]
    for thing in known:
        share = 1.0
        if thing.shape.area and not area.contains(thing.shape):
            share = area_m2(shapely.intersection(area, thing.shape)) / area_m2(thing.shape)
            estimated = True
        counted += share * (thing.population or 0)
    silent = sum(thing.kind.startswith(f"{PLACE}/") and thing.population is None for thing in things)
    return Population(counted=round(counted), places=len(known), without_number=silent, estimated=estimated)


def _road_lengths(area: BaseGeometry, roads: list[IndexedFeature]) -> dict[str, float]:
    lengths: dict[str, float] = {}
    for road in roads:
        kind = road.kind.partition("/")[2]
        lengths[kind] = lengths.get(kind, 0.0) + length_m(shapely.intersection(road.shape, area))
    return dict(sorted(lengths.items(), key=lambda pair: -pair[1]))
