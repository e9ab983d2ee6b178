"""Fold of unit entries."""

from datetime import datetime
from typing import Any, Final

import msgspec

from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.units import entry_bodies
from tabuah.operations.units.conflict_policy import STATE
from tabuah.operations.units.unit import CheckIn, HelpRequest, ReportedPlace, Unit, UnitState

FORMER_KEPT: Final = 10
CHECK_INS_KEPT: Final = 10  # so that one that is withdrawn, or from a clock far ahead, leaves others
HELP_KEPT: Final = 10  # open requests of one crew; the oldest ones say the same
PLACES_KEPT: Final = 10  # so that one from a clock far ahead does not hide all others


def fold_unit(unit: Unit | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> Unit | None:
    """Return the unit after an accepted entry."""
    if isinstance(body, entry_bodies.UnitRegistered):
        return _register(unit, entry, body)
    if unit is None:
        return None
    match body:
        case entry_bodies.UnitEdited():
            return msgspec.structs.replace(unit, **_given(unit, body))
        case entry_bodies.UnitChanged():
            return unit if body.gateway is msgspec.UNSET else msgspec.structs.replace(unit, gateway=body.gateway)
        case entry_bodies.UnitMoved():
            return _move(unit, entry, body)
        case entry_bodies.UnitPlaced():
            return _place(unit, entry, body, body.note)
        case entry_bodies.UnitRetired():
            return msgspec.structs.replace(unit, retired=True, retired_reason=body.reason)
    return _fold_contact(unit, entry, body)


def _fold_contact(unit: Unit, entry: Entry, body: msgspec.Struct) -> Unit:
    """Return the unit after what its crew has said by radio."""
    match body:
        case entry_bodies.UnitCheckedIn():
            return _check_in(unit, entry, body)
        case entry_bodies.UnitCheckInWithdrawn():
            return _withdraw_check_in(unit, body)
        case entry_bodies.UnitHelpRequested():
            return _request_help(unit, entry, body)
        case entry_bodies.UnitHelpAcknowledged():
            return _acknowledge_help(unit, entry, body)
        case entry_bodies.UnitHelpEnded():
            return msgspec.structs.replace(unit, help=tuple(each for each in unit.help if each.entry != body.request))
    return unit


def is_late(unit: Unit, entry: Entry) -> bool:
    """Return whether the author of a move had not seen the unit's present state; a device knows its own."""
    return (
        bool(unit.state_entry)
        and entry.base.get(STATE, "") != unit.state_entry != entry.id
        and (unit.state_device != entry.device)
    )


def _register(unit: Unit | None, entry: Entry, body: entry_bodies.UnitRegistered) -> Unit:
    fields = msgspec.structs.asdict(body)
    if unit is not None:
        return msgspec.structs.replace(unit, **fields, retired=False, retired_reason="")
    return Unit(**fields, state_at=entry.happened_at, exercise=entry.exercise, exercise_id=entry.exercise_id)


def _given(unit: Unit, body: entry_bodies.UnitEdited) -> dict[str, Any]:
    given = {name: value for name, value in msgspec.structs.asdict(body).items() if value is not msgspec.UNSET}
    if "former" in given:
        given["former"] = (*(each for each in unit.former if each != body.former), body.former)[-FORMER_KEPT:]
    return given


def _move(unit: Unit, entry: Entry, body: entry_bodies.UnitMoved) -> Unit:
    """Apply the last move.

    A move by an author who had not seen later steps of the same mission never takes them back.
    """
    if is_late(unit, entry) and _is_behind(unit, body):
        return msgspec.structs.replace(unit, times=_first_time(unit.times, body.to, entry.happened_at))
    goes_on = body.incident == unit.incident and _step(body.to) > _step(unit.state)
    return msgspec.structs.replace(
        unit,
        state=body.to,
        state_at=entry.happened_at,
        state_by=entry.actor,
        state_note=body.note,
        state_entry=entry.id,
        state_device=entry.device,
        incident=body.incident,
        times=_first_time(unit.times if goes_on else {}, body.to, entry.happened_at),
    )


def _is_behind(unit: Unit, body: entry_bodies.UnitMoved) -> bool:
    """Return whether a move is an earlier step of the unit's present or last mission."""
    here, there = unit.state.step, body.to.step
    return (
        bool(unit.incident)
        and body.incident == unit.incident
        and None not in (here, there)
        and ((there or 0) <= (here or 0))
    )


def _step(state: UnitState) -> int:
    return state.step or 0


def _first_time(times: dict[UnitState, datetime], to: UnitState, at: datetime) -> dict[UnitState, datetime]:
    return {**times, to: min(times.get(to, at), at)}


def _place(
    unit: Unit, entry: Entry, position: entry_bodies.UnitPlaced | entry_bodies.CrewPosition, note: str
) -> Unit:
    """Add a reported place, sorted by the time it was true."""
    said = ReportedPlace(
        lon_deg=position.lon_deg,
        lat_deg=position.lat_deg,
        at=entry.happened_at,
        by=entry.actor,
        entry=entry.id,
        note=note,
    )
    places = sorted((*unit.places, said), key=lambda place: (place.at, place.entry))
    return msgspec.structs.replace(unit, places=tuple(places[-PLACES_KEPT:]))


def _check_in(unit: Unit, entry: Entry, body: entry_bodies.UnitCheckedIn) -> Unit:
    """Add a check-in, sorted by the time it was true, and the position that it states."""
    placed = _place(unit, entry, body.position, body.note) if body.position is not None else unit
    made = CheckIn(at=entry.happened_at, by=entry.actor, entry=entry.id, incident=body.incident, note=body.note)
    check_ins = sorted((*unit.check_ins, made), key=lambda each: (each.at, each.entry))
    return msgspec.structs.replace(placed, check_ins=tuple(check_ins[-CHECK_INS_KEPT:]))


def _withdraw_check_in(unit: Unit, body: entry_bodies.UnitCheckInWithdrawn) -> Unit:
    return msgspec.structs.replace(
        unit,
        check_ins=tuple(each for each in unit.check_ins if each.entry != body.check_in),
        places=tuple(each for each in unit.places if each.entry != body.check_in),
    )


def _request_help(unit: Unit, entry: Entry, body: entry_bodies.UnitHelpRequested) -> Unit:
    """Add a request for help, sorted by the time it was made, and the position that it states."""
    placed = _place(unit, entry, body.position, body.note) if body.position is not None else unit
    made = HelpRequest(at=entry.happened_at, by=entry.actor, entry=entry.id, incident=body.incident, note=body.note)
    requests = sorted((*unit.help, made), key=lambda each: (each.at, each.entry))
    return msgspec.structs.replace(placed, help=tuple(requests[-HELP_KEPT:]))


def _acknowledge_help(unit: Unit, entry: Entry, body: entry_bodies.UnitHelpAcknowledged) -> Unit:
    """Note the first acknowledgement of a request; a later one changes nothing."""

    def acknowledged(request: HelpRequest) -> HelpRequest:
        if request.entry != body.request or request.acknowledged_at is not None:
            return request
        return msgspec.structs.replace(request, acknowledged_at=entry.happened_at, acknowledged_by=entry.actor)

    return msgspec.structs.replace(unit, help=tuple(map(acknowledged, unit.help)))
