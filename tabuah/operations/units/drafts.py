"""Drafts of unit entries."""

from datetime import datetime
from typing import Any

import msgspec

from tabuah.operations.bounds import LONGEST_REASON
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import code_in_exercise, plain_code
from tabuah.operations.hidden_characters import plain_line
from tabuah.operations.units import entry_bodies
from tabuah.operations.units.conflict_policy import STATE
from tabuah.operations.units.unit import FormerUnit, Unit, UnitState


def register_unit(body: entry_bodies.UnitRegistered, *, exercise: bool = False, exercise_id: str = "") -> Draft:
    """Register a new unit, or a retired one again."""
    return Draft(
        subject=subject_of("unit", body.id),
        kind="unit.registered",
        body=encode_body(body),
        exercise=exercise,
        exercise_id=exercise_id,
    )


def unit_in_exercise(body: entry_bodies.UnitRegistered, exercise_id: str) -> entry_bodies.UnitRegistered:
    """Return the registration of a unit of an exercise, with a call sign and a tracker of its own."""
    tracker = code_in_exercise(body.tracker, exercise_id) if body.tracker else ""
    return msgspec.structs.replace(body, id=code_in_exercise(body.id, exercise_id), tracker=tracker)


def edit_unit(unit: Unit, body: entry_bodies.UnitEdited) -> Draft:
    """Change fields of a unit; the code of a tracker gets the prefix of its exercise."""
    if isinstance(body.tracker, str) and body.tracker:
        tracker = code_in_exercise(plain_code(body.tracker), unit.exercise_id)
        body = msgspec.structs.replace(body, tracker=tracker)
    if body.name not in (msgspec.UNSET, unit.name) or body.opd not in (msgspec.UNSET, unit.opd):
        body = msgspec.structs.replace(body, former=FormerUnit(name=unit.name, opd=unit.opd))
    return _draft(unit, "unit.edited", body)


def assign_tracker(unit: Unit, gateway: str, *, reason: str) -> Draft:
    """Assign the gateway account that sends the positions of a unit; an empty name allows none.

    Raises:
        NotPossible: the reason is missing.
    """
    if not reason.strip():
        raise NotPossible("no_assignment_reason")
    body = entry_bodies.UnitChanged(reason=reason.strip()[:400], gateway=gateway.strip())
    return _draft(unit, "unit.changed", body)


def move_unit(
    unit: Unit, to: UnitState, *, incident: str = "", note: str = "", occurred_at: datetime | None = None
) -> Draft:
    """Change a unit's state on the way to, at or back from `incident`.

    Raises:
        NotPossible: the unit is retired.
    """
    _refuse_retired(unit)
    body = entry_bodies.UnitMoved(to=to, incident=incident, note=note)
    base = {STATE: unit.state_entry} if unit.state_entry else {}
    return _draft(unit, "unit.moved", body, base=base, occurred_at=occurred_at)


def place_unit(
    unit: Unit, *, lon_deg: float, lat_deg: float, note: str = "", occurred_at: datetime | None = None
) -> Draft:
    """Report where a unit is, or was at `occurred_at`.

    Raises:
        NotPossible: the unit is retired.
    """
    _refuse_retired(unit)
    body = entry_bodies.UnitPlaced(lon_deg=lon_deg, lat_deg=lat_deg, note=note)
    return _draft(unit, "unit.placed", body, occurred_at=occurred_at)


def check_in_unit(
    unit: Unit,
    *,
    incident: str = "",
    note: str = "",
    position: entry_bodies.CrewPosition | None = None,
    occurred_at: datetime | None = None,
) -> Draft:
    """Record that the crew checks in from its mission `incident`, or did at `occurred_at`.

    Raises:
        NotPossible: the unit is retired.
    """
    _refuse_retired(unit)
    body = entry_bodies.UnitCheckedIn(incident=incident, note=_one_line(note), position=position)
    return _draft(unit, "unit.checked_in", body, occurred_at=occurred_at)


def withdraw_check_in(unit: Unit, check_in: str, *, reason: str) -> Draft:
    """Withdraw a check-in, given by its entry, such as one of another unit.

    Raises:
        NotPossible: the unit has no such check-in, or the reason is missing.
    """
    found = next((each for each in unit.check_ins if each.entry == check_in), None)
    if found is None:
        raise NotPossible("no_check_in", unit=plain_code(unit.id))
    if not _one_line(reason):
        raise NotPossible("no_check_in_reason")
    body = entry_bodies.UnitCheckInWithdrawn(check_in=check_in, reason=_one_line(reason), incident=found.incident)
    return _draft(unit, "unit.check_in_withdrawn", body)


def request_help(
    unit: Unit,
    *,
    incident: str = "",
    note: str = "",
    position: entry_bodies.CrewPosition | None = None,
    occurred_at: datetime | None = None,
) -> Draft:
    """Record that the crew asks for help, or did at `occurred_at`.

    Raises:
        NotPossible: the unit is retired.
    """
    _refuse_retired(unit)
    body = entry_bodies.UnitHelpRequested(incident=incident, note=_one_line(note), position=position)
    return _draft(unit, "unit.help_requested", body, occurred_at=occurred_at)


def acknowledge_help(unit: Unit) -> tuple[Draft, ...]:
    """Acknowledge all unacknowledged requests of a crew.

    Raises:
        NotPossible: there is none.
    """
    waiting = [each for each in unit.help if each.acknowledged_at is None]
    if not waiting:
        if unit.help:
            raise NotPossible("help_acknowledged", unit=plain_code(unit.id))
        raise NotPossible("no_help_request", unit=plain_code(unit.id))
    bodies = (entry_bodies.UnitHelpAcknowledged(request=each.entry, incident=each.incident) for each in waiting)
    return tuple(_draft(unit, "unit.help_acknowledged", body) for body in bodies)


def end_help(unit: Unit, *, reason: str) -> tuple[Draft, ...]:
    """End all open requests of a crew, because it is safe or had not asked for help.

    Raises:
        NotPossible: there is none, or the reason is missing.
    """
    if not unit.help:
        raise NotPossible("no_help_request", unit=plain_code(unit.id))
    if not _one_line(reason):
        raise NotPossible("no_help_reason")
    bodies = (
        entry_bodies.UnitHelpEnded(request=each.entry, reason=_one_line(reason), incident=each.incident)
        for each in unit.help
    )
    return tuple(_draft(unit, "unit.help_ended", body) for body in bodies)


def retire_unit(unit: Unit, *, reason: str) -> Draft:
    """Take a unit out of service.

    Raises:
        NotPossible: it is retired already, or asks for help.
    """
    _refuse_retired(unit)
    if unit.help:
        raise NotPossible("unit_needs_help", unit=plain_code(unit.id))
    return _draft(unit, "unit.retired", entry_bodies.UnitRetired(reason=reason))


def _one_line(text: str) -> str:
    return plain_line(text)[:LONGEST_REASON]


def _refuse_retired(unit: Unit) -> None:
    if unit.retired:
        raise NotPossible("unit_retired", unit=unit.id)


def _draft(unit: Unit, kind: str, body: msgspec.Struct, **fields: Any) -> Draft:
    return Draft(
        subject=subject_of("unit", unit.id),
        kind=kind,
        body=encode_body(body),
        exercise=unit.exercise,
        exercise_id=unit.exercise_id,
        **fields,
    )
