"""Decision on unit entries."""

import msgspec

from tabuah.operations.entries import ACCEPT, Decision, Verdict
from tabuah.operations.people.roles import Role
from tabuah.operations.units.entry_bodies import UnitMoved, UnitPlaced, UnitRegistered
from tabuah.operations.units.unit import Unit


def decide_unit(unit: Unit | None, key: str, body: msgspec.Struct, *, role: Role, opd: str) -> Decision:
    """Decide on an entry whose author may write this kind.

    Args:
        unit: the state after all earlier entries, None before the first.
        key: the unit's id by the entry's subject.
        body: the decoded body.
        role: the author's role.
        opd: the author's office; a field office may change only its own units.
    """
    if isinstance(body, UnitRegistered):
        return _decide_registration(unit, key, body)
    if unit is None:
        return _rejected("unknown_subject")
    if isinstance(body, UnitMoved | UnitPlaced) and role is Role.FIELD and not is_of_opd(unit, opd):
        return _rejected("unit_of_another_opd")
    return ACCEPT


def is_of_opd(unit: Unit, opd: str) -> bool:
    """Return whether a unit belongs to an office; case and outer spaces are ignored."""
    return bool(opd.strip()) and opd.strip().casefold() == unit.opd.strip().casefold()


def _decide_registration(unit: Unit | None, key: str, body: UnitRegistered) -> Decision:
    if body.id != key:
        return _rejected("subject_of_another_name")
    if unit is not None and not unit.retired:
        return _rejected("already_exists")
    return ACCEPT


def _rejected(reason: str) -> Decision:
    return Decision(Verdict.REJECTED, reason)
