"""Where a unit is, by whom that is known, and how old it is."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from tabuah.operations.units.tracks import Fix
from tabuah.operations.units.unit import Unit

GPS_SPEAKS_FOR: Final = timedelta(minutes=5)
PERSON_SPEAKS_FOR: Final = timedelta(minutes=60)
_AHEAD: Final = timedelta(minutes=1)  # what claims to be later than that is of a wrong clock


class PositionSource(StrEnum):
    """By what a position is known."""

    GPS = "gps"
    PERSON = "person"
    POST = "post"  # the unit is ready and nobody says otherwise, so it is taken to be where it belongs


class UnitPosition(msgspec.Struct, frozen=True, kw_only=True):
    """A position (EPSG:4326); `at` is None at its post, of which nobody says anything."""

    lon_deg: float
    lat_deg: float
    source: PositionSource
    at: datetime | None
    by: str = ""

    def age(self, now: datetime) -> timedelta | None:
        """How old it is."""
        return None if self.at is None else max(now - self.at, timedelta())

    def is_old(self, now: datetime) -> bool:
        """Whether it no longer speaks for the present."""
        age = self.age(now)
        limit = GPS_SPEAKS_FOR if self.source is PositionSource.GPS else PERSON_SPEAKS_FOR
        return age is not None and age > limit


def position_of(unit: Unit, *, fix: Fix | None, at_post_since: datetime | None, now: datetime) -> UnitPosition | None:
    """The best that is known of where a unit is, None where nothing is.

    The newest of what its GPS measured and what a person said. A unit that has not left is taken to be at its post,
    as long as no GPS tells otherwise and nobody has said where it is since it came back.

    Args:
        unit: the unit.
        fix: the newest position of its GPS.
        at_post_since: since when it belongs at its post, None while it is out.
        now: the present moment (UTC).
    """
    said = next((place for place in reversed(unit.places) if place.at <= now + _AHEAD), None)
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
