"""Answers about ways by road."""

import msgspec

LonLat = tuple[float, float]


class RoadDistance(msgspec.Struct, frozen=True, kw_only=True):
    """The distance between two places.

    Attributes:
        distance_m: by road, with the ways between the places and the roads; None if no road leads there.
        access_m: the part of it that is not on roads.
        is_near_road: whether both places are near enough to a road to have a distance by road at all.
    """

    distance_m: float | None
    access_m: float = 0.0
    is_near_road: bool = True


class RoadRoute(msgspec.Struct, frozen=True, kw_only=True):
    """The shortest way by road.

    Attributes:
        distance_m, access_m: as in `RoadDistance`.
        corners: from place to place in degrees, with the ways to and from the roads.
        roads: names and lengths in the order of travel; roads without a name have an empty one.
    """

    distance_m: float
    access_m: float
    corners: tuple[LonLat, ...]
    roads: tuple[tuple[str, float], ...]
