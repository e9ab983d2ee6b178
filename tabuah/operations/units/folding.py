"""How an accepted entry changes a unit."""

from datetime import datetime
from typing import Any, Final

import msgspec

from tabuah.operations.entries import Entry
from tabuah.operations.units import bodies
from tabuah.operations.units.codes import UnitState
from tabuah.operations.units.fields import STATE
from tabuah.operations.units.unit import SaidPlace, Unit

PLACES_KEPT: Final = 10  # so that one written by a clock that is far ahead does not hide all others


def fold_unit(unit: Unit | None, entry: Entry, body: msgspec.Struct) -> Unit | None:
    """The unit after an accepted entry."""
    if isinstance(body, bodies.UnitRegistered):
        return _register(unit, entry, body)
    if unit is None:
        return None
    match body:
        case bodies.UnitEdited():
            return msgspec.structs.replace(unit, **_given(body))
        case bodies.UnitMoved():
            return _move(unit, entry, body)
        case bodies.UnitPlaced():
            return _place(unit, entry, body)
        case bodies.UnitRetired():
            return msgspec.structs.replace(unit, retired=True, retired_reason=body.reason)
    return unit


def is_late(unit: Unit, entry: Entry) -> bool:
    """Whether the author of a move had not seen the unit's present state; a device knows its own entries."""
    return (
        bool(unit.state_entry)
        and entry.base.get(STATE, "") != unit.state_entry != entry.id
        and (unit.state_device != entry.device)
    )


def _register(unit: Unit | None, entry: Entry, body: bodies.UnitRegistered) -> Unit:
    fields = msgspec.structs.asdict(body)
    if unit is not None:
        return msgspec.structs.replace(unit, **fields, retired=False, retired_reason="")
    return Unit(**fields, state_at=entry.happened_at, exercise=entry.exercise)


def _given(body: bodies.UnitEdited) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(body).items() if value is not msgspec.UNSET}


def _move(unit: Unit, entry: Entry, body: bodies.UnitMoved) -> Unit:
    """The last move stands; one from somebody who had not seen how far the same mission is never takes it back."""
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


def _is_behind(unit: Unit, body: bodies.UnitMoved) -> bool:
    """Whether a move tells an earlier step of the mission on which the unit is, or from which it is back."""
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


def _place(unit: Unit, entry: Entry, body: bodies.UnitPlaced) -> Unit:
    """What people said, in the order in which it was true, however late it came."""
    said = SaidPlace(
        lon_deg=body.lon_deg,
        lat_deg=body.lat_deg,
        at=entry.happened_at,
        by=entry.actor,
        entry=entry.id,
        note=body.note,
    )
    places = sorted((*unit.places, said), key=lambda place: (place.at, place.entry))
    return msgspec.structs.replace(unit, places=tuple(places[-PLACES_KEPT:]))
