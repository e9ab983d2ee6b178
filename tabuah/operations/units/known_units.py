"""The units at one time: activity, position, track, and distance to an incident."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec

from tabuah.gis.geodesy import distance_m
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.units.activity import UnitActivity, unit_activities
from tabuah.operations.units.codes import UnitState
from tabuah.operations.units.positions import UnitPosition, position_of
from tabuah.operations.units.tracks import Fix
from tabuah.operations.units.unit import Unit

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)  # so that any reported place counts
Tracks = Mapping[str, tuple[Fix, ...]]  # by tracker, oldest first


class KnownUnit(msgspec.Struct, frozen=True, kw_only=True):
    """One unit; `position` is None if unknown, `track` holds its recent GPS positions."""

    activity: UnitActivity
    position: UnitPosition | None
    track: tuple[Fix, ...] = ()

    @property
    def unit(self) -> Unit:
        return self.activity.unit


def known_units(
    units: Mapping[str, Unit], incidents: Iterable[Incident], *, tracks: Tracks, now: datetime
) -> tuple[KnownUnit, ...]:
    """Return all units in service, in the order given."""
    return tuple(
        locate_unit(standing, tracks.get(standing.unit.tracker, ()), now)
        for standing in unit_activities(units, incidents)
    )


def locate_unit(standing: UnitActivity, track: tuple[Fix, ...], now: datetime) -> KnownUnit:
    """Return a unit with its position; `track` is that of its tracker."""
    unit = standing.unit
    fix = track[-1] if track and unit.tracker else None
    position = position_of(unit, fix=fix, at_post_since=_at_post_since(standing), now=now)
    return KnownUnit(activity=standing, position=position, track=track if fix else ())


def _at_post_since(standing: UnitActivity) -> datetime | None:
    """Return the time since which a unit belongs at its post; an assigned unit has not left yet."""
    unit = standing.unit
    if standing.state is UnitState.AVAILABLE:
        return standing.since
    if standing.state is UnitState.ASSIGNED:
        return unit.state_at if unit.state is UnitState.AVAILABLE else _LONG_AGO
    return None


class UnitDistance(msgspec.Struct, frozen=True, kw_only=True):
    """A unit and its distance to a place over the ellipsoid; None if its position is unknown."""

    known: KnownUnit
    distance_m: float | None


def sort_by_distance(units: Iterable[KnownUnit], lon_deg: float, lat_deg: float) -> tuple[UnitDistance, ...]:
    """Sort units: available ones by distance, then busy ones, unavailable ones last."""
    away = [UnitDistance(known=unit, distance_m=_distance_m(unit.position, lon_deg, lat_deg)) for unit in units]
    return tuple(sorted(away, key=_order))


def _order(away: UnitDistance) -> tuple[int, bool, float, str]:
    ranks = {UnitState.AVAILABLE: 0, UnitState.RETURNING: 1, UnitState.UNAVAILABLE: 3}
    standing = away.known.activity
    distance = away.distance_m
    return ranks.get(standing.state, 2), distance is None, distance or 0.0, standing.unit.id


def _distance_m(position: UnitPosition | None, lon_deg: float, lat_deg: float) -> float | None:
    return None if position is None else distance_m(lon_deg, lat_deg, position.lon_deg, position.lat_deg)
