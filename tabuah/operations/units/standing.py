"""What a unit is doing now: from what was said of it, and from the incidents to which it is assigned."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.codes import Status
from tabuah.operations.incidents.fields import read_value
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.units.codes import UnitState
from tabuah.operations.units.unit import Unit

_OF_STATUS: Final = {Status.EN_ROUTE: UnitState.EN_ROUTE, Status.ON_SCENE: UnitState.ON_SCENE}


class UnitStanding(msgspec.Struct, frozen=True, kw_only=True):
    """A unit with its state as far as it follows; `missions` are the open incidents to which it is assigned."""

    unit: Unit
    state: UnitState
    since: datetime
    missions: tuple[Incident, ...] = ()

    @property
    def is_double(self) -> bool:
        """Whether it is sent to more than one place: somebody must say to which it goes."""
        return len(self.missions) > 1


class UnitNames:
    """Finds the unit that a text names: by call sign before name, in any case, one in service before others."""

    def __init__(self, units: Iterable[Unit]) -> None:
        known = sorted(units, key=lambda unit: unit.retired)
        self._ids = {_plain(unit.id): unit for unit in reversed(known)}
        self._names = {_plain(unit.name): unit for unit in reversed(known)}
        self._called: dict[str, Unit | None] = {}  # thousands of incidents name the same few

    def unit_called(self, text: str) -> Unit | None:
        """The unit; None where the text names another thing, such as an OPD as a whole."""
        if text not in self._called:
            wanted = _plain(text)
            self._called[text] = self._ids.get(wanted) or self._names.get(wanted)
        return self._called[text]


def standings(units: Mapping[str, Unit], incidents: Iterable[Incident]) -> tuple[UnitStanding, ...]:
    """All units that are not retired, in the order given, each with what it is doing."""
    missions = _missions(UnitNames(units.values()), incidents)
    return tuple(standing_of(unit, missions.get(unit.id, ())) for unit in units.values() if not unit.retired)


def standing_of(unit: Unit, missions: Sequence[Incident]) -> UnitStanding:
    """What one unit is doing.

    What was said of the unit on a mission stands before what the incident's status says of all who were sent. Where
    nothing was said, it shares the steps that the incident has taken since the unit was assigned to it. When its
    mission has ended and nobody said more, it is ready again.

    Args:
        unit: the unit.
        missions: the open incidents to which it is assigned.
    """
    known = tuple(missions)
    said = UnitStanding(unit=unit, state=unit.state, since=unit.state_at, missions=known)
    if unit.state is UnitState.UNAVAILABLE or unit.incident in {mission.id for mission in known}:
        return said
    if known:
        state, since = max(
            (_step_on(unit, mission) for mission in known), key=lambda step: (step[0].step or 0, step[1])
        )
        return msgspec.structs.replace(said, state=state, since=since)
    is_over = bool(unit.incident) and unit.state.is_busy and unit.state is not UnitState.RETURNING
    return msgspec.structs.replace(said, state=UnitState.AVAILABLE) if is_over else said


def mission_meant(standing: UnitStanding, to: UnitState) -> str:
    """The id of the incident that a unit's next state is about, where that is clear; empty where it is not."""
    known = [mission.id for mission in standing.missions]
    if len(known) == 1:
        return known[0]
    ends = to in (UnitState.RETURNING, UnitState.AVAILABLE)
    said = standing.unit.incident
    return said if said in known or (ends and not known) else ""


def _missions(names: UnitNames, incidents: Iterable[Incident]) -> dict[str, tuple[Incident, ...]]:
    found: dict[str, list[Incident]] = {}
    for incident in incidents:
        if not incident.assignment or not incident.is_open:
            continue
        for unit in filter(None, map(names.unit_called, incident.assignment)):
            known = found.setdefault(unit.id, [])
            if not known or known[-1] is not incident:  # named twice, by call sign and by name
                known.append(incident)
    return {unit_id: tuple(missions) for unit_id, missions in found.items()}


def _step_on(unit: Unit, mission: Incident) -> tuple[UnitState, datetime]:
    """How far the unit is by the incident's status; steps taken before it was sent are not its own."""
    sent_at = _sent_at(unit, mission)
    state, since = UnitState.ASSIGNED, sent_at
    for status, reached in _OF_STATUS.items():
        at = mission.status_times.get(status)
        if at is not None and at >= sent_at and (mission.status.rank or 0) >= (status.rank or 0):
            state, since = reached, at
    return state, since


def _sent_at(unit: Unit, mission: Incident) -> datetime:
    """When the unit came to be among those assigned, for the last time."""
    sent_at = mission.reported_at
    was_there = False
    for writing in mission.writings.get("assignment", ()):
        is_there = is_among(unit, read_value("assignment", writing.value))
        if is_there and not was_there:
            sent_at = writing.at
        was_there = is_there
    return sent_at


def is_among(unit: Unit, assignment: Iterable[str]) -> bool:
    """Whether a unit is among those to whom an incident is assigned."""
    return any(_plain(text) in (_plain(unit.id), _plain(unit.name)) for text in assignment)


def _plain(text: str) -> str:
    return text.strip().casefold()
