"""What is decided about an authentic entry on a unit."""

import msgspec

from tabuah.operations.authority.roles import Role
from tabuah.operations.entries import ACCEPT, Decision, Verdict
from tabuah.operations.units.bodies import UnitMoved, UnitPlaced, UnitRegistered
from tabuah.operations.units.unit import Unit


def decide_unit(unit: Unit | None, key: str, body: msgspec.Struct, *, role: Role, opd: str) -> Decision:
    """Judge an entry whose author may write this kind at all.

    Args:
        unit: the state that all earlier entries left, None before the first.
        key: the unit's id by the entry's subject.
        body: the decoded body.
        role: the author's role.
        opd: the author's office; a field office speaks only for units of its own.
    """
    if isinstance(body, UnitRegistered):
        return _decide_registration(unit, key, body)
    if unit is None:
        return _rejected("unknown_subject")
    if isinstance(body, UnitMoved | UnitPlaced) and role is Role.FIELD and not is_of_opd(unit, opd):
        return _rejected("unit_of_another_opd")
    return ACCEPT


def is_of_opd(unit: Unit, opd: str) -> bool:
    """Whether a unit belongs to an office, however that is written."""
    return bool(opd.strip()) and opd.strip().casefold() == unit.opd.strip().casefold()


def _decide_registration(unit: Unit | None, key: str, body: UnitRegistered) -> Decision:
    if body.id != key:
        return _rejected("subject_of_another_name")
    if unit is not None and not unit.retired:
        return _rejected("already_exists")
    return ACCEPT


def _rejected(reason: str) -> Decision:
    return Decision(Verdict.REJECTED, reason)
