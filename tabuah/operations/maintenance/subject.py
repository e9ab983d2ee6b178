"""The declaration of maintenance windows."""

from typing import Final

import msgspec

from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected
from tabuah.operations.maintenance.entry_bodies import MaintenanceEnded, MaintenancePlanned
from tabuah.operations.maintenance.window import MaintenanceWindow, fold_maintenance
from tabuah.operations.people.roles import CONTROL_ROOM, SETUP
from tabuah.operations.subject_type import UUID_KEY, DecisionContext, EntryKind, SubjectType


def decide_maintenance(
    window: MaintenanceWindow | None, _entry: Entry, body: msgspec.Struct, _context: DecisionContext
) -> Decision:
    if isinstance(body, MaintenancePlanned):
        return rejected("already_exists") if window else ACCEPT
    if window is None:
        return rejected("unknown_subject")
    if isinstance(body, MaintenanceEnded) and window.ended_at is not None:
        return rejected("already_ended")
    return ACCEPT


MAINTENANCE: Final = SubjectType(
    name="maintenance",
    state=MaintenanceWindow,
    key=UUID_KEY,
    kinds=(
        EntryKind(name="maintenance.planned", body=MaintenancePlanned, writers=CONTROL_ROOM | SETUP, creates=True),
        EntryKind(name="maintenance.ended", body=MaintenanceEnded, writers=CONTROL_ROOM | SETUP),
    ),
    decide=decide_maintenance,
    fold=fold_maintenance,
)
