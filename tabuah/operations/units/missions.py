"""Missions of units, from the entries of their histories: the unit's state has only the last one. Pure."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.units.entry_bodies import (
    UnitCheckedIn,
    UnitCheckInWithdrawn,
    UnitHelpAcknowledged,
    UnitHelpEnded,
    UnitHelpRequested,
    UnitMoved,
)
from tabuah.operations.units.unit import UnitState

_HelpBody = UnitHelpRequested | UnitHelpAcknowledged | UnitHelpEnded
MissionBody = UnitMoved | UnitCheckedIn | UnitCheckInWithdrawn | _HelpBody

_MISSION_KINDS = (
    *("unit.moved", "unit.checked_in", "unit.check_in_withdrawn"),
    *("unit.help_requested", "unit.help_acknowledged", "unit.help_ended"),
)
_NO_EFFECT = (Verdict.HELD, Verdict.REJECTED)


class Mission(msgspec.Struct, frozen=True, kw_only=True):
    """The work of a unit on an incident, from its first recorded step until it is available again (None: not yet)."""

    unit: str
    incident: str
    started_at: datetime
    ended_at: datetime | None = None


def missions_of(unit: str, history: Iterable[tuple[Entry, Verdict | None]]) -> tuple[Mission, ...]:
    """Return the missions in the history of a unit, one for each incident, oldest first.

    Held and rejected entries have no effect. An entry that cannot be read is left out.
    """
    missions: dict[str, Mission] = {}
    for entry, verdict in history:
        if entry.kind != "unit.moved" or verdict in _NO_EFFECT or (move := _read_move(entry)) is None:
            continue
        known = missions.get(move.incident)
        if known is None and move.to.is_busy:
            missions[move.incident] = Mission(unit=unit, incident=move.incident, started_at=entry.happened_at)
        elif known is not None:
            missions[move.incident] = _continued(known, move, entry.happened_at)
    return tuple(sorted(missions.values(), key=lambda each: (each.started_at, each.incident)))


def _continued(mission: Mission, move: UnitMoved, at: datetime) -> Mission:
    if move.to.is_busy:
        return msgspec.structs.replace(mission, started_at=min(mission.started_at, at), ended_at=None)
    if move.to is UnitState.UNAVAILABLE:
        return mission
    return msgspec.structs.replace(mission, ended_at=at)


def read_mission_body(entry: Entry) -> MissionBody | None:
    """Return the body of an entry of a crew on a mission; None for other entries, and for one that cannot be read."""
    if entry.kind not in _MISSION_KINDS:
        return None
    try:
        body = decode_body(entry)
    except MalformedBody:
        return None
    return body if isinstance(body, MissionBody) else None


def incident_of_unit_entry(entry: Entry) -> str:
    """Return the id of the incident that an entry of a unit names; empty for none."""
    body = read_mission_body(entry)
    return "" if body is None else body.incident


def _read_move(entry: Entry) -> UnitMoved | None:
    """Return the move onto an incident that an entry describes; None for any other entry."""
    body = read_mission_body(entry)
    return body if isinstance(body, UnitMoved) and body.incident else None
