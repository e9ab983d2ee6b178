"""The position of a unit, with its source and age."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from tabuah.operations.units.tracks import Fix
from tabuah.operations.units.unit import Unit

GPS_SPEAKS_FOR: Final = timedelta(minutes=5)
PERSON_SPEAKS_FOR: Final = timedelta(minutes=60)
CLOCK_AHEAD: Final = timedelta(minutes=1)  # a place further in the future comes from a wrong clock


class PositionSource(StrEnum):
    """Source of a position."""

    GPS = "gps"
    PERSON = "person"
    POST = "post"  # the unit is available and nothing else is known, so its post is assumed


class UnitPosition(msgspec.Struct, frozen=True, kw_only=True):
    """A position (EPSG:4326); `at` is None at the post."""

    lon_deg: float
    lat_deg: float
    source: PositionSource
    at: datetime | None
    by: str = ""

    def age(self, now: datetime) -> timedelta | None:
        return None if self.at is None else max(now - self.at, timedelta())

    def is_old(self, now: datetime) -> bool:
        """Return whether it is too old for the present."""
        age = self.age(now)
        limit = GPS_SPEAKS_FOR if self.source is PositionSource.GPS else PERSON_SPEAKS_FOR
        return age is not None and age > limit


def position_of(unit: Unit, *, fix: Fix | None, at_post_since: datetime | None, now: datetime) -> UnitPosition | None:
    """Return the best known position of a unit; None if there is none.

    It is the newest of GPS and reported places. A unit that has not left is assumed at its post, unless
    it has a GPS position or its place was reported since it returned.

    Args:
        unit: the unit.
        fix: the newest position of its GPS.
        at_post_since: the time since which it belongs at its post; None while it is out.
        now: UTC.
    """
    said = next((place for place in reversed(unit.places) if place.at <= now + CLOCK_AHEAD), None)
    if fix is not None and (said is None or fix.at >= said.at):
        return UnitPosition(lon_deg=fix.lon_deg, lat_deg=fix.lat_deg, source=PositionSource.GPS, at=fix.at)
    is_back = said is not None and at_post_since is not None and said.at < at_post_since
    if unit.home is not None and at_post_since is not None and fix is None and (said is None or is_back):
        return UnitPosition(lon_deg=unit.home.lon_deg, lat_deg=unit.home.lat_deg, source=PositionSource.POST, at=None)
    if said is None:
        return None
    return UnitPosition(
        lon_deg=said.lon_deg, lat_deg=said.lat_deg, source=PositionSource.PERSON, at=said.at, by=said.by
    )
