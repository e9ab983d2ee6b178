"""Decisions on shift entries: log lines are kept, and two people confirm a handover as it was shown."""

import hashlib
from typing import Final

import msgspec

from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected, subject_key
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.shifts import entry_bodies as bodies
from tabuah.operations.shifts.duty_shift import (
    MAX_JOINED,
    MAX_LINES,
    MAX_PROMISES,
    DutyShift,
    Handover,
    find_line,
    find_promise,
)
from tabuah.operations.shifts.entry_bodies import HandoverSide
from tabuah.operations.shifts.handover_facts import hash_content
from tabuah.operations.subject_type import DecisionContext

HANDOVER: Final = "handover"  # the guarded field
HANDOVER_CHANGED: Final = "handover_changed"
UNKNOWN_LINE: Final = "unknown_log_line"
UNKNOWN_PROMISE: Final = "unknown_promise"


def roster_shift_key(week: str, shift: str, *, exercise: bool = False, exercise_id: str = "") -> str:
    """Return the key of a shift of the roster: two desks that start it write about the same subject."""
    world = f"exercise:{exercise_id}" if exercise else "real"
    digits = hashlib.sha256(f"shift/{week}/{shift}/{world}".encode()).hexdigest()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))


def decide_shift(shift: DutyShift | None, entry: Entry, body: msgspec.Struct, context: DecisionContext) -> Decision:
    """Return the decision on a shift entry of a person who may write it."""
    if context.decide_version < PROVENANCE_VERSION:
        return rejected("unknown_kind")  # as servers decided that did not know it
    if isinstance(body, bodies.ShiftStarted):
        return _decide_start(shift, entry, body)
    if shift is None:
        return rejected("unknown_subject")
    match body:
        case bodies.ShiftJoined():
            return _decide_joining(shift, entry)
        case bodies.ShiftLogged():
            return _decide_line(shift, body)
        case bodies.ShiftPromised():
            return rejected("too_many_promises") if len(shift.promises) >= MAX_PROMISES else ACCEPT
        case bodies.PromiseEnded():
            return _decide_end_of_promise(shift, body)
        case bodies.ShiftReopened():
            return _decide_reopening(shift)
    return _decide_handover(shift, entry, body) if shift.is_open else rejected("shift_closed")


def _decide_handover(shift: DutyShift, entry: Entry, body: msgspec.Struct) -> Decision:
    """Return the decision on a change of the handover, or on the end of a shift without one."""
    match body:
        case bodies.HandoverPrepared():
            return _decide_preparation(shift, entry, body)
        case bodies.HandoverWithdrawn():
            return ACCEPT if _is_current(shift.handover, body.handover) else rejected(HANDOVER_CHANGED)
        case bodies.HandoverConfirmed():
            return _decide_confirmation(shift, entry, body)
    return ACCEPT


def needed_by_shift(entry: Entry, body: msgspec.Struct, reason: str) -> str:
    """Return the entry that must arrive before an entry makes sense."""
    match body:
        case bodies.ShiftLogged() if reason == UNKNOWN_LINE:
            return body.corrects
        case bodies.PromiseEnded() if reason == UNKNOWN_PROMISE:
            return body.promise
        case bodies.HandoverConfirmed() | bodies.HandoverWithdrawn() if reason == HANDOVER_CHANGED:
            return body.handover
        case bodies.HandoverPrepared() if reason == HANDOVER_CHANGED:
            return entry.base.get(HANDOVER, "")
    return ""


def has_arrived_at_shift(shift: DutyShift | None, needed: str, body: msgspec.Struct) -> bool:
    """Return whether a needed entry has already been decided."""
    if shift is None:
        return False
    match body:
        case bodies.ShiftLogged():
            return find_line(shift, needed) is not None
        case bodies.PromiseEnded():
            return find_promise(shift, needed) is not None
    return needed in shift.handover_entries


def _decide_start(shift: DutyShift | None, entry: Entry, body: bodies.ShiftStarted) -> Decision:
    """Accept a start; the second one of the same shift, at another desk, joins it."""
    key = subject_key(entry.subject)
    if body.week:
        named = roster_shift_key(body.week, body.shift, exercise=entry.exercise, exercise_id=entry.exercise_id)
        if key != named:
            return rejected("subject_of_another_name")
    if shift is None:
        return ACCEPT
    if (body.week, body.shift) != (shift.week, shift.shift) or not body.week:
        return rejected("already_exists")
    return _decide_joining(shift, entry)


def _decide_joining(shift: DutyShift, entry: Entry) -> Decision:
    if not shift.is_open:
        return rejected("shift_closed")
    is_new = entry.actor not in shift.people
    return rejected("too_many_people") if is_new and len(shift.joined) >= MAX_JOINED else ACCEPT


def _decide_line(shift: DutyShift, body: bodies.ShiftLogged) -> Decision:
    """Accept a line, also of a closed shift: a desk without a connection may learn late that it has ended."""
    if len(shift.log) >= MAX_LINES:
        return rejected("too_many_log_lines")
    if body.corrects and find_line(shift, body.corrects) is None:
        return rejected(UNKNOWN_LINE)
    return ACCEPT


def _decide_end_of_promise(shift: DutyShift, body: bodies.PromiseEnded) -> Decision:
    promise = find_promise(shift, body.promise)
    if promise is None:
        return rejected(UNKNOWN_PROMISE)
    return ACCEPT if promise.is_open else rejected("promise_already_ended")


def _decide_reopening(shift: DutyShift) -> Decision:
    if shift.is_open:
        return rejected("shift_not_closed")
    is_complete = shift.handover is not None and shift.handover.is_complete
    return rejected("handover_complete") if is_complete else ACCEPT


def _decide_preparation(shift: DutyShift, entry: Entry, body: bodies.HandoverPrepared) -> Decision:
    if entry.base.get(HANDOVER, "") != shift.handover_version:
        return rejected(HANDOVER_CHANGED)
    expected = hash_content(entry.subject, body.as_of, body.facts, body.note)
    return ACCEPT if body.content_hash == expected else rejected("handover_hash")


def _decide_confirmation(shift: DutyShift, entry: Entry, body: bodies.HandoverConfirmed) -> Decision:
    handover = shift.handover
    if handover is None or not _is_current(handover, body.handover):
        return rejected(HANDOVER_CHANGED)
    if body.content_hash != handover.content_hash:
        return rejected("handover_hash")
    if handover.confirmation(body.side) is not None:
        return rejected("already_confirmed")
    if any(given is not None and given.by == entry.actor for given in (handover.outgoing, handover.incoming)):
        return rejected("same_person")
    if body.side is HandoverSide.OUTGOING and entry.actor not in shift.people:
        return rejected("not_of_shift")
    return ACCEPT


def _is_current(handover: Handover | None, entry: str) -> bool:
    return handover is not None and handover.entry == entry
