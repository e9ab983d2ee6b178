"""The declaration of shifts."""

from typing import Final

from tabuah.operations.people.roles import CONTROL_ROOM
from tabuah.operations.shifts import entry_bodies as bodies
from tabuah.operations.shifts.decisions import decide_shift, has_arrived_at_shift, needed_by_shift
from tabuah.operations.shifts.duty_shift import DutyShift, fold_shift
from tabuah.operations.subject_type import UUID_KEY, EntryKind, SubjectType

SHIFT: Final = SubjectType(
    name="shift",
    state=DutyShift,
    kinds=(
        EntryKind(name="shift.started", body=bodies.ShiftStarted, writers=CONTROL_ROOM, creates=True),
        EntryKind(name="shift.joined", body=bodies.ShiftJoined, writers=CONTROL_ROOM),
        EntryKind(
            name="shift.logged",
            body=bodies.ShiftLogged,
            writers=CONTROL_ROOM,
            may_be_needed=True,
            reference="corrects",
        ),
        EntryKind(name="shift.promised", body=bodies.ShiftPromised, writers=CONTROL_ROOM, may_be_needed=True),
        EntryKind(name="shift.promise_ended", body=bodies.PromiseEnded, writers=CONTROL_ROOM, reference="promise"),
        EntryKind(
            name="shift.handover_prepared", body=bodies.HandoverPrepared, writers=CONTROL_ROOM, may_be_needed=True
        ),
        EntryKind(
            name="shift.handover_confirmed",
            body=bodies.HandoverConfirmed,
            writers=CONTROL_ROOM,
            may_be_needed=True,
            reference="handover",
        ),
        EntryKind(
            name="shift.handover_withdrawn",
            body=bodies.HandoverWithdrawn,
            writers=CONTROL_ROOM,
            may_be_needed=True,
            reference="handover",
        ),
        EntryKind(name="shift.closed", body=bodies.ShiftClosed, writers=CONTROL_ROOM),
        EntryKind(name="shift.reopened", body=bodies.ShiftReopened, writers=CONTROL_ROOM),
    ),
    decide=decide_shift,
    fold=fold_shift,
    key=UUID_KEY,
    needed_entry=needed_by_shift,
    has_arrived=has_arrived_at_shift,
)
