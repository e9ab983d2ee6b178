"""The declaration of units."""

from typing import Final

import msgspec

from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected, subject_key
from tabuah.operations.people.roles import CONTROL_ROOM, GATEWAYS, SETUP, SUPERVISORS, WORKERS, Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.subject_type import DecisionContext, EntryKind, SubjectType
from tabuah.operations.units import entry_bodies as bodies
from tabuah.operations.units.entry_bodies import (
    UnitChanged,
    UnitCheckedIn,
    UnitCheckInWithdrawn,
    UnitHelpAcknowledged,
    UnitHelpEnded,
    UnitHelpRequested,
    UnitMoved,
    UnitPlaced,
    UnitRegistered,
)
from tabuah.operations.units.fold import fold_unit
from tabuah.operations.units.unit import Unit

_HELP: Final = (UnitHelpRequested, UnitHelpAcknowledged, UnitHelpEnded)
_NEWER_KINDS: Final = (UnitChanged, UnitCheckedIn, UnitCheckInWithdrawn, *_HELP)
_REPORTS: Final = (UnitMoved, UnitPlaced, UnitCheckedIn, UnitCheckInWithdrawn, UnitHelpRequested)


def decide_unit(unit: Unit | None, entry: Entry, body: msgspec.Struct, context: DecisionContext) -> Decision:
    """Return the decision on a unit entry; a field office may change only its own units."""
    if isinstance(body, UnitRegistered):
        return _decide_registration(unit, subject_key(entry.subject), body)
    if isinstance(body, _NEWER_KINDS) and context.decide_version < PROVENANCE_VERSION:
        return rejected("unknown_kind")  # older versions do not know these kinds
    if unit is None:
        return rejected("unknown_subject")
    if isinstance(body, _REPORTS) and context.role is Role.FIELD and not is_of_opd(unit, context.opd):
        return rejected("unit_of_another_opd")
    return ACCEPT


def is_of_opd(unit: Unit, opd: str) -> bool:
    """Return whether a unit belongs to an office; case and outer spaces are ignored."""
    return bool(opd.strip()) and opd.strip().casefold() == unit.opd.strip().casefold()


def _decide_registration(unit: Unit | None, key: str, body: UnitRegistered) -> Decision:
    if body.id != key:
        return rejected("subject_of_another_name")
    if unit is not None and not unit.retired:
        return rejected("already_exists")
    return ACCEPT


UNIT: Final = SubjectType(
    name="unit",
    state=Unit,
    kinds=(
        EntryKind(
            name="unit.registered",
            body=bodies.UnitRegistered,
            writers=SETUP | CONTROL_ROOM,
            exercise_writers=GATEWAYS,  # the simulator registers its units
            creates=True,
        ),
        EntryKind(name="unit.edited", body=bodies.UnitEdited, writers=SETUP | CONTROL_ROOM),
        EntryKind(name="unit.changed", body=bodies.UnitChanged, writers=SETUP),
        EntryKind(name="unit.moved", body=bodies.UnitMoved, writers=WORKERS),
        EntryKind(name="unit.placed", body=bodies.UnitPlaced, writers=WORKERS),
        EntryKind(name="unit.checked_in", body=bodies.UnitCheckedIn, writers=WORKERS),
        EntryKind(
            name="unit.check_in_withdrawn", body=bodies.UnitCheckInWithdrawn, writers=WORKERS, reference="check_in"
        ),
        EntryKind(name="unit.help_requested", body=bodies.UnitHelpRequested, writers=WORKERS),
        # A field office that could acknowledge its own request would silence the control room.
        EntryKind(
            name="unit.help_acknowledged",
            body=bodies.UnitHelpAcknowledged,
            writers=CONTROL_ROOM,
            reference="request",
        ),
        EntryKind(name="unit.help_ended", body=bodies.UnitHelpEnded, writers=CONTROL_ROOM, reference="request"),
        EntryKind(name="unit.retired", body=bodies.UnitRetired, writers=SETUP | SUPERVISORS),
    ),
    decide=decide_unit,
    fold=fold_unit,
)
