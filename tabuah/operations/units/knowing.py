"""What a room knows of its units at one moment: what each is doing, where it is and how it came there."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec

from tabuah.operations.incidents.incident import Incident
from tabuah.operations.units.codes import UnitState
from tabuah.operations.units.positions import UnitPosition, position_of
from tabuah.operations.units.standing import UnitStanding, standings
from tabuah.operations.units.tracks import Fix
from tabuah.operations.units.unit import Unit

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)  # then whatever a person said of where it is stands
Tracks = Mapping[str, tuple[Fix, ...]]  # by tracker, oldest first


class KnownUnit(msgspec.Struct, frozen=True, kw_only=True):
    """One unit; `position` is None where nobody knows, `track` what its GPS measured lately."""

    standing: UnitStanding
    position: UnitPosition | None
    track: tuple[Fix, ...] = ()

    @property
    def unit(self) -> Unit:
        """The unit itself."""
        return self.standing.unit


def known_units(
    units: Mapping[str, Unit], incidents: Iterable[Incident], *, tracks: Tracks, now: datetime
) -> tuple[KnownUnit, ...]:
    """All units that are not retired, in the order given."""
    return tuple(
        locate_unit(standing, tracks.get(standing.unit.tracker, ()), now) for standing in standings(units, incidents)
    )


def locate_unit(standing: UnitStanding, track: tuple[Fix, ...], now: datetime) -> KnownUnit:
    """A unit with its position; `track` is that of its tracker."""
    unit = standing.unit
    fix = track[-1] if track and unit.tracker else None
    position = position_of(unit, fix=fix, at_post_since=_at_post_since(standing), now=now)
    return KnownUnit(standing=standing, position=position, track=track if fix else ())


def _at_post_since(standing: UnitStanding) -> datetime | None:
    """Since when a unit belongs at its post: one that is only assigned has not left yet."""
    unit = standing.unit
    if standing.state is UnitState.AVAILABLE:
        return standing.since
    if standing.state is UnitState.ASSIGNED:
        return unit.state_at if unit.state is UnitState.AVAILABLE else _LONG_AGO
    return None
