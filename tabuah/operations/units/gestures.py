"""What a person's gesture on a unit becomes, as drafts."""

from datetime import datetime
from typing import Any

import msgspec

from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.errors import NotPossible
from tabuah.operations.units import bodies
from tabuah.operations.units.codes import UnitState
from tabuah.operations.units.fields import STATE
from tabuah.operations.units.unit import Unit
from tabuah.resources.catalogue import _


def register_unit(body: bodies.UnitRegistered, *, exercise: bool = False) -> Draft:
    """A new unit, or a retired one that is back."""
    return Draft(
        subject=subject_of("unit", body.id), kind="unit.registered", body=encode_body(body), exercise=exercise
    )


def edit_unit(unit: Unit, body: bodies.UnitEdited) -> Draft:
    """Some fields anew."""
    return _draft(unit, "unit.edited", body)


def move_unit(
    unit: Unit, to: UnitState, *, incident: str = "", note: str = "", occurred_at: datetime | None = None
) -> Draft:
    """Another state, on the way to, at or back from `incident`.

    Raises:
        NotPossible: the unit is retired.
    """
    _refuse_retired(unit)
    body = bodies.UnitMoved(to=to, incident=incident, note=note)
    base = {STATE: unit.state_entry} if unit.state_entry else {}
    return _draft(unit, "unit.moved", body, base=base, occurred_at=occurred_at)


def place_unit(
    unit: Unit, *, lon_deg: float, lat_deg: float, note: str = "", occurred_at: datetime | None = None
) -> Draft:
    """Where a person says that it is, or was at `occurred_at`.

    Raises:
        NotPossible: the unit is retired.
    """
    _refuse_retired(unit)
    body = bodies.UnitPlaced(lon_deg=lon_deg, lat_deg=lat_deg, note=note)
    return _draft(unit, "unit.placed", body, occurred_at=occurred_at)


def retire_unit(unit: Unit, *, reason: str) -> Draft:
    """Do not send it out any more.

    Raises:
        NotPossible: it is retired already.
    """
    _refuse_retired(unit)
    return _draft(unit, "unit.retired", bodies.UnitRetired(reason=reason))


def _refuse_retired(unit: Unit) -> None:
    if unit.retired:
        raise NotPossible("unit_retired", _("Unit {unit} is retired.").format(unit=unit.id))


def _draft(unit: Unit, kind: str, body: msgspec.Struct, **fields: Any) -> Draft:
    return Draft(
        subject=subject_of("unit", unit.id), kind=kind, body=encode_body(body), exercise=unit.exercise, **fields
    )
