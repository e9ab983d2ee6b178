"""The declaration of units."""

from typing import Final

from tabuah.operations.people.roles import CONTROL_ROOM, GATEWAYS, SETUP, SUPERVISORS, WORKERS
from tabuah.operations.subject_type import EntryKind, SubjectType
from tabuah.operations.units import entry_bodies as bodies
from tabuah.operations.units.decisions import decide_unit
from tabuah.operations.units.fold import fold_unit
from tabuah.operations.units.unit import Unit

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
        EntryKind(name="unit.moved", body=bodies.UnitMoved, writers=WORKERS),
        EntryKind(name="unit.placed", body=bodies.UnitPlaced, writers=WORKERS),
        EntryKind(name="unit.retired", body=bodies.UnitRetired, writers=SETUP | SUPERVISORS),
    ),
    decide=decide_unit,
    fold=fold_unit,
)
