"""Drafts of shift entries: start, log, promise, hand over, confirm, close."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.roster.duty import ShiftOfWeek
from tabuah.operations.roster.entry_bodies import Crew
from tabuah.operations.shifts import entry_bodies as bodies
from tabuah.operations.shifts.decisions import HANDOVER, roster_shift_key
from tabuah.operations.shifts.duty_shift import DutyShift, Handover, Promise
from tabuah.operations.shifts.entry_bodies import HandoverSide, PromiseOutcome
from tabuah.operations.shifts.handover_facts import FactGroup, hash_content


def start_roster_shift(planned: ShiftOfWeek, world: SubjectWorld) -> Draft:
    """Start a shift of the roster.

    Raises:
        NotPossible: no crew is planned.
    """
    crew = planned.shift.planned
    if crew is None:
        raise NotPossible("shift_not_planned")
    week, shift = planned.roster.week, planned.shift.key
    body = bodies.ShiftStarted(
        crew=crew.crew,
        starts_at=planned.starts_at,
        ends_at=planned.ends_at,
        week=week,
        shift=shift,
        label=crew.label,
    )
    key = roster_shift_key(week, shift, exercise=world.exercise, exercise_id=world.exercise_id)
    return _start(key, body, world)


def start_other_shift(key: str, crew: Crew, starts_at: datetime, ends_at: datetime, *, world: SubjectWorld) -> Draft:
    """Start a shift that the roster does not plan, under a new key.

    Raises:
        NotPossible: the end is not within 48 hours after the start.
    """
    try:
        body = bodies.ShiftStarted(crew=crew, starts_at=starts_at, ends_at=ends_at)
    except ValueError as error:
        raise NotPossible("shift_length") from error
    return _start(key, body, world)


def join_shift(shift: DutyShift) -> Draft:
    return _draft(shift, "shift.joined", bodies.ShiftJoined())


def log_line(
    shift: DutyShift, text: str, *, about: str = "", at: datetime | None = None, corrects: str = ""
) -> Draft:
    """Write a line of the running log, or a correction of one; `at` is when it happened."""
    body = bodies.ShiftLogged(text=_text(text, bodies.MAX_LINE), about=about, corrects=corrects)
    return _draft(shift, "shift.logged", body, occurred_at=at)


def make_promise(shift: DutyShift, what: str, *, to: str, due_at: datetime, about: str = "") -> Draft:
    body = bodies.ShiftPromised(what=_text(what, bodies.MAX_LINE), to=_text(to, 200), due_at=due_at, about=about)
    return _draft(shift, "shift.promised", body)


def end_promise(shift: DutyShift, promise: Promise, outcome: PromiseOutcome, *, note: str = "") -> Draft:
    body = bodies.PromiseEnded(promise=promise.entry, outcome=outcome, note=note.strip()[: bodies.MAX_LINE])
    return _draft(shift, "shift.promise_ended", body)


def prepare_handover(shift: DutyShift, facts: Sequence[FactGroup], *, as_of: datetime, note: str = "") -> Draft:
    """Prepare the handover, in place of one that both sides have not confirmed."""
    written = note.strip()[: bodies.MAX_NOTE]
    content_hash = hash_content(subject_of("shift", shift.id), as_of, facts, written)
    body = bodies.HandoverPrepared(as_of=as_of, facts=tuple(facts), content_hash=content_hash, note=written)
    return _draft(shift, "shift.handover_prepared", body, base={HANDOVER: shift.handover_version})


def confirm_handover(shift: DutyShift, side: HandoverSide) -> Draft:
    """Confirm one side of the handover as it is.

    Raises:
        NotPossible: none is prepared.
    """
    handover = _prepared(shift)
    body = bodies.HandoverConfirmed(handover=handover.entry, content_hash=handover.content_hash, side=side)
    return _draft(shift, "shift.handover_confirmed", body)


def withdraw_handover(shift: DutyShift) -> Draft:
    """Take back the handover.

    Raises:
        NotPossible: none is prepared.
    """
    return _draft(shift, "shift.handover_withdrawn", bodies.HandoverWithdrawn(handover=_prepared(shift).entry))


def close_shift(shift: DutyShift, *, reason: str) -> Draft:
    """Close a shift without a handover."""
    return _draft(shift, "shift.closed", bodies.ShiftClosed(reason=_text(reason, bodies.MAX_SHIFT_REASON)))


def reopen_shift(shift: DutyShift, *, reason: str) -> Draft:
    return _draft(shift, "shift.reopened", bodies.ShiftReopened(reason=_text(reason, bodies.MAX_SHIFT_REASON)))


def _prepared(shift: DutyShift) -> Handover:
    if shift.handover is None:
        raise NotPossible("no_handover")
    return shift.handover


def _text(text: str, longest: int) -> str:
    """Return a text without outer blanks.

    Raises:
        NotPossible: it is empty or too long.
    """
    clean = text.strip()
    if not 1 <= len(clean) <= longest:
        raise NotPossible("shift_text_length", n=longest)
    return clean


def _start(key: str, body: bodies.ShiftStarted, world: SubjectWorld) -> Draft:
    return Draft(
        subject=subject_of("shift", key),
        kind="shift.started",
        body=encode_body(body),
        exercise=world.exercise,
        exercise_id=world.exercise_id,
    )


def _draft(
    shift: DutyShift,
    kind: str,
    body: msgspec.Struct,
    *,
    base: dict[str, str] | None = None,
    occurred_at: datetime | None = None,
) -> Draft:
    return Draft(
        subject=subject_of("shift", shift.id),
        kind=kind,
        body=encode_body(body),
        base=base or {},
        occurred_at=occurred_at,
        exercise=shift.exercise,
        exercise_id=shift.exercise_id,
    )
