"""The units at one time: activity, position, track, and distance to an incident."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from tabuah.operations.codes import Status
from tabuah.operations.exercises.scope import InWorld, SubjectWorld, plain_code
from tabuah.operations.incidents.conflict_policy import decode_value
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.units.positions import UnitPosition, position_of
from tabuah.operations.units.tracks import Fix
from tabuah.operations.units.travel_distance import RoadDistances, TravelDistance, travel_distances
from tabuah.operations.units.unit import Unit, UnitState

_OF_STATUS: Final = {
    Status.EN_ROUTE: UnitState.EN_ROUTE,
    Status.ON_SCENE: UnitState.ON_SCENE,
    Status.CONTAINED: UnitState.ON_SCENE,  # a step that was skipped: the incident is contained by its units
}


class UnitActivity(msgspec.Struct, frozen=True, kw_only=True):
    """A unit with its derived state; `missions` are the open incidents it is assigned to."""

    unit: Unit
    state: UnitState
    since: datetime
    missions: tuple[Incident, ...] = ()

    @property
    def is_double_assigned(self) -> bool:
        """Return whether it is assigned to more than one incident, so a person must decide."""
        return len(self.missions) > 1


class UnitIndex:
    """Index of units by call sign, then by name, in any case; units in service come first."""

    def __init__(self, units: Iterable[Unit]) -> None:
        known = sorted(units, key=lambda unit: (unit.retired, unit.exercise))[::-1]  # the first one wins
        names = {(world, _plain(unit.name)): unit for unit in known for world in _worlds(unit)}
        ids = {(world, _plain(plain_code(unit.id))): unit for unit in known for world in _worlds(unit)}
        self._known = names | ids
        # A cache: thousands of incidents name the same few units.
        self._called: dict[tuple[SubjectWorld | None, str], Unit | None] = {}

    def find(self, text: str, of: InWorld | None = None) -> Unit | None:
        """Return the unit in the world of a value; None if the text names something else, such as a whole OPD.

        Without a value, real units come first.
        """
        world = None if of is None else SubjectWorld(of.exercise, of.exercise_id)
        if (world, text) not in self._called:
            self._called[world, text] = self._known.get((world, _plain(text)))
        return self._called[world, text]


def _worlds(unit: Unit) -> tuple[SubjectWorld | None, ...]:
    return None, SubjectWorld(unit.exercise, unit.exercise_id)


def unit_activities(units: Mapping[str, Unit], incidents: Iterable[Incident]) -> tuple[UnitActivity, ...]:
    """Return the activity of each unit in service, in the order given."""
    missions = _missions(UnitIndex(units.values()), incidents)
    return tuple(unit_activity(unit, missions.get(unit.id, ())) for unit in units.values() if not unit.retired)


def unit_activity(unit: Unit, missions: Sequence[Incident]) -> UnitActivity:
    """Return the activity of one unit.

    The unit's own state on a mission precedes the incident's status. Without an own state, the unit
    shares the steps that the incident took since the unit was assigned. When its mission has ended
    without a further report, the unit is available.

    Args:
        unit: the unit.
        missions: the open incidents it is assigned to.
    """
    known = tuple(missions)
    said = UnitActivity(unit=unit, state=unit.state, since=unit.state_at, missions=known)
    if unit.state is UnitState.UNAVAILABLE or unit.incident in {mission.id for mission in known}:
        return said
    if known:
        state, since = max(
            (_step_on(unit, mission) for mission in known), key=lambda step: (step[0].step or 0, step[1])
        )
        return msgspec.structs.replace(said, state=state, since=since)
    is_over = bool(unit.incident) and unit.state.is_busy and unit.state is not UnitState.RETURNING
    return msgspec.structs.replace(said, state=UnitState.AVAILABLE) if is_over else said


def infer_mission(standing: UnitActivity, to: UnitState) -> str:
    """Return the id of the incident that a unit's next state belongs to; empty if not clear."""
    known = [mission.id for mission in standing.missions]
    if len(known) == 1:
        return known[0]
    ends = to in (UnitState.RETURNING, UnitState.AVAILABLE)
    said = standing.unit.incident
    return said if said in known or (ends and not known) else ""


def current_mission(activity: UnitActivity) -> str:
    """Return the id of the incident that a crew is on, or returns from; empty if none, or if it is not clear."""
    return infer_mission(activity, activity.state)


def _missions(names: UnitIndex, incidents: Iterable[Incident]) -> dict[str, tuple[Incident, ...]]:
    found: dict[str, list[Incident]] = {}
    for incident in incidents:
        if not incident.assignment or not incident.is_open:
            continue
        for unit in filter(None, (names.find(text, incident) for text in incident.assignment)):
            known = found.setdefault(unit.id, [])
            if not known or known[-1] is not incident:  # named twice, by call sign and by name
                known.append(incident)
    return {unit_id: tuple(missions) for unit_id, missions in found.items()}


def _step_on(unit: Unit, mission: Incident) -> tuple[UnitState, datetime]:
    """Return how far the unit is by the incident's status; steps before its assignment do not count."""
    sent_at = _sent_at(unit, mission)
    state, since = UnitState.ASSIGNED, sent_at
    for status, reached in _OF_STATUS.items():
        at = mission.status_times.get(status)
        if at is not None and at >= sent_at and (mission.status.rank or 0) >= (status.rank or 0) and state != reached:
            state, since = reached, at
    return state, since


def _sent_at(unit: Unit, mission: Incident) -> datetime:
    """Return when the unit was last assigned."""
    sent_at = mission.reported_at
    was_there = False
    for writing in mission.writings.get("assignment", ()):
        is_there = is_assigned(unit, decode_value("assignment", writing.value))
        if is_there and not was_there:
            sent_at = writing.at
        was_there = is_there
    return sent_at


def is_assigned(unit: Unit, assignment: Iterable[str]) -> bool:
    """Return whether a unit is in an incident's assignment."""
    return any(_plain(text) in (_plain(plain_code(unit.id)), _plain(unit.name)) for text in assignment)


def _plain(text: str) -> str:
    return text.strip().casefold()


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
    """A unit and the way from it to a place; None if its position, or the place, is unknown."""

    known: KnownUnit
    travel: TravelDistance | None = None

    @property
    def distance_m(self) -> float | None:
        """Return the distance by road, or in a straight line; see `travel`."""
        return None if self.travel is None else self.travel.distance_m


def sort_by_distance(
    units: Iterable[KnownUnit], lon_deg: float, lat_deg: float, *, roads: RoadDistances | None = None
) -> tuple[UnitDistance, ...]:
    """Sort units: available ones by distance, then busy ones, unavailable ones last.

    Args:
        units: the units.
        lon_deg, lat_deg: the place.
        roads: measures by road; without it, distances are straight lines.
    """
    every = tuple(units)
    located = [(each, each.position) for each in every]
    places = [(position.lon_deg, position.lat_deg) for _each, position in located if position is not None]
    found = iter(travel_distances((lon_deg, lat_deg), places, roads=roads))
    away = [UnitDistance(known=each, travel=None if position is None else next(found)) for each, position in located]
    return tuple(sorted(away, key=_order))


def _order(away: UnitDistance) -> tuple[int, bool, bool, float, str]:
    """Return the sort key. A unit without any way by road comes after those that can drive there."""
    ranks = {UnitState.AVAILABLE: 0, UnitState.RETURNING: 1, UnitState.UNAVAILABLE: 3}
    standing, travel = away.known.activity, away.travel
    is_cut_off = travel is not None and travel.is_cut_off
    return ranks.get(standing.state, 2), travel is None, is_cut_off, away.distance_m or 0.0, standing.unit.id
