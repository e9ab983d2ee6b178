"""Travel distances: by road where a road network measures them, otherwise in a straight line."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec

from tabuah.gis.geodesy import distances_m
from tabuah.gis.roads.closures import RoadClosure
from tabuah.gis.roads.road_distance import LonLat, RoadDistance
from tabuah.operations.disruptions.disruption import Disruption, DisruptionExtent


class RoadDistances(Protocol):
    """Measures by road; see `tabuah.gis.roads.road_router.RoadRouter`."""

    def distances(self, start: LonLat, ends: Sequence[LonLat], /) -> Sequence[RoadDistance]: ...


class TravelDistance(msgspec.Struct, frozen=True, kw_only=True):
    """The way between a unit and a place.

    Attributes:
        distance_m: by road, or in a straight line over the ellipsoid.
        by_road: which of them it is.
        access_m: the part of a way by road that is not on roads.
        is_cut_off: no road leads there, because of closed roads or because the roads do not meet; the distance is
            then a straight line.
    """

    distance_m: float
    by_road: bool = False
    access_m: float = 0.0
    is_cut_off: bool = False


def travel_distances(
    place: LonLat, others: Sequence[LonLat], *, roads: RoadDistances | None = None
) -> tuple[TravelDistance, ...]:
    """Return the distance between a place and each of several others."""
    if not others:
        return ()
    lons, lats = zip(*others, strict=True)
    straight = distances_m(*place, to_lon_deg=lons, to_lat_deg=lats).tolist()
    if roads is None:
        return tuple(TravelDistance(distance_m=each) for each in straight)
    by_road = roads.distances(place, others)
    return tuple(_travel(straight_m, found) for straight_m, found in zip(straight, by_road, strict=True))


def road_closures(disruptions: Iterable[Disruption]) -> tuple[RoadClosure, ...]:
    """Return the roads and bridges that the disruptions of one world close completely, in a fixed order."""
    closed = [
        each
        for each in disruptions
        if each.is_open and each.kind.blocks_traffic and each.extent is DisruptionExtent.FULL
    ]
    return tuple(
        RoadClosure(id=each.id, corners=each.line or ((each.place.lon_deg, each.place.lat_deg),))
        for each in sorted(closed, key=lambda each: each.id)
    )


def _travel(straight_m: float, found: RoadDistance) -> TravelDistance:
    if found.distance_m is None:
        return TravelDistance(distance_m=straight_m, is_cut_off=found.is_near_road)
    if found.access_m >= straight_m:  # close together and away from the road: the straight way is shorter
        return TravelDistance(distance_m=straight_m)
    return TravelDistance(distance_m=found.distance_m, by_road=True, access_m=found.access_m)
