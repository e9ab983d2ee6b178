"""The units at one time: activity, position and track."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec

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
    """Return since when a unit belongs at its post; an assigned one has not left yet."""
    unit = standing.unit
    if standing.state is UnitState.AVAILABLE:
        return standing.since
    if standing.state is UnitState.ASSIGNED:
        return unit.state_at if unit.state is UnitState.AVAILABLE else _LONG_AGO
    return None
