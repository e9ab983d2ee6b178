"""The track of a unit, from the longitude and latitude readings of its GPS."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.gis.geodesy import bearing_deg, distance_m
from tabuah.operations.readings.reading import Reading

TRAIL: Final = timedelta(minutes=20)
FASTEST_MS: Final = 60.0  # 216 km/h; a position that needs more is a receiver error
MOVED_M: Final = 25.0  # the position of a resting receiver drifts by some metres
HEADING_FROM: Final = timedelta(minutes=2)


class Fix(msgspec.Struct, frozen=True):
    """One measured position (EPSG:4326)."""

    lon_deg: float
    lat_deg: float
    at: datetime


def track_of(lons: Iterable[Reading], lats: Iterable[Reading]) -> tuple[Fix, ...]:
    """Return the positions of one tracker, oldest first, without receiver errors.

    A longitude without its latitude is no position. A position is an error if no vehicle could have
    come from the previous one; the newest is accepted when another confirms it.
    """
    north = {reading.at: reading.value for reading in lats}
    east = {reading.at: reading.value for reading in lons}
    fixes = [Fix(east[at], north[at], at) for at in sorted(east.keys() & north.keys())]
    return _believable(fixes)


def heading_of(track: Sequence[Fix]) -> float | None:
    """Return the heading in degrees clockwise from north; None if the unit has not moved lately."""
    if not track:
        return None
    here = track[-1]
    for before in reversed(track[:-1]):
        if here.at - before.at > HEADING_FROM:
            return None
        if _apart_m(before, here) >= MOVED_M:
            return bearing_deg(before.lon_deg, before.lat_deg, here.lon_deg, here.lat_deg)
    return None


def _believable(fixes: Sequence[Fix]) -> tuple[Fix, ...]:
    kept: list[Fix] = []
    for number, fix in enumerate(fixes):
        if not kept or _can_follow(kept[-1], fix):
            kept.append(fix)
        elif number + 1 < len(fixes) and _can_follow(fix, fixes[number + 1]):
            # Two agree against the previous one: that was the error, or the unit was carried.
            if len(kept) == 1:
                kept.clear()
            kept.append(fix)
    return tuple(kept)


def _can_follow(before: Fix, after: Fix) -> bool:
    seconds = (after.at - before.at).total_seconds()
    return _apart_m(before, after) <= max(FASTEST_MS * seconds, MOVED_M)


def _apart_m(one: Fix, other: Fix) -> float:
    return distance_m(one.lon_deg, one.lat_deg, other.lon_deg, other.lat_deg)
