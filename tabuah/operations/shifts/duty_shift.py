"""The shift: its state and the fold of its entries."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import UNSET
from msgspec.structs import asdict, replace

from tabuah.operations.bounds import IdText, LabelText, ProseText, StoredMoment, bounded
from tabuah.operations.entries import Entry, ExerciseRef, Verdict, subject_key
from tabuah.operations.roster.entry_bodies import Crew
from tabuah.operations.shifts import entry_bodies as bodies
from tabuah.operations.shifts.entry_bodies import HandoverSide, PromiseOutcome
from tabuah.operations.shifts.handover_facts import FactGroup

MAX_LINES: Final = 500  # of a log
MAX_PROMISES: Final = 100  # of a shift
MAX_JOINED: Final = 50
_KEPT_HANDOVERS: Final = 64


class LogLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of the running log; `corrects` is the entry of the line that it corrects."""

    entry: IdText
    by: IdText
    at: StoredMoment
    text: ProseText
    about: IdText = ""
    corrects: IdText = ""


class Promise(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A promise; it is open until `outcome` is set."""

    entry: IdText
    by: IdText
    at: StoredMoment
    what: ProseText
    to: LabelText
    due_at: StoredMoment
    about: IdText = ""
    outcome: PromiseOutcome | None = None
    ended_by: IdText = ""
    ended_at: StoredMoment | None = None
    note: ProseText = ""

    @property
    def is_open(self) -> bool:
        return self.outcome is None


class Confirmation(msgspec.Struct, frozen=True, kw_only=True):
    """Who confirmed one side of a handover, when and where."""

    by: IdText
    at: StoredMoment
    entry: IdText
    device: IdText


class Handover(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A prepared handover; `version` is the entry that last changed it."""

    entry: IdText
    version: IdText
    by: IdText
    at: StoredMoment
    as_of: StoredMoment
    facts: Annotated[tuple[FactGroup, ...], bounded(max_length=20)]
    content_hash: IdText
    note: ProseText = ""
    outgoing: Confirmation | None = None
    incoming: Confirmation | None = None

    @property
    def is_complete(self) -> bool:
        """Whether both sides have confirmed it."""
        return self.outgoing is not None and self.incoming is not None

    def confirmation(self, side: HandoverSide) -> Confirmation | None:
        return self.outgoing if side is HandoverSide.OUTGOING else self.incoming


class DutyShift(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="shift"):
    """One shift on duty.

    Attributes:
        crew: as the roster planned it, or as the person who started the shift gave it.
        week, shift: the shift of the roster; empty where it plans none.
        joined: the people who are on duty without being of the crew.
        handover_entries: the last entries that prepared, confirmed or withdrew a handover.
        closed_at: when both sides confirmed the handover, or the shift was closed without one.
        close_reason: why it has no handover.
    """

    id: IdText
    crew: Crew
    starts_at: StoredMoment
    ends_at: StoredMoment
    started_by: IdText
    started_at: StoredMoment
    device: IdText = ""
    week: IdText = ""
    shift: IdText = ""
    label: LabelText = ""
    joined: Annotated[tuple[IdText, ...], bounded(max_length=MAX_JOINED)] = ()
    log: Annotated[tuple[LogLine, ...], bounded(max_length=MAX_LINES)] = ()
    promises: Annotated[tuple[Promise, ...], bounded(max_length=MAX_PROMISES)] = ()
    handover: Handover | None = None
    handover_entries: Annotated[tuple[IdText, ...], bounded(max_length=_KEPT_HANDOVERS)] = ()
    closed_at: StoredMoment | None = None
    closed_by: IdText = ""
    close_reason: LabelText = ""
    exercise: bool = False
    exercise_ref: ExerciseRef = msgspec.field(default=UNSET, name="exercise_id")

    @property
    def exercise_id(self) -> str:
        """Return the id of its exercise; empty for the real world and for drills of no named exercise."""
        return self.exercise_ref or ""

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def people(self) -> tuple[str, ...]:
        """The people on duty: the crew, who started the shift, and who joined."""
        return tuple(dict.fromkeys((*self.crew.people, self.started_by, *self.joined)))

    @property
    def handover_version(self) -> str:
        """The entry that a change of the handover names as its base; empty without a handover."""
        return self.handover.version if self.handover else ""

    @property
    def open_promises(self) -> tuple[Promise, ...]:
        return tuple(promise for promise in self.promises if promise.is_open)

    def corrected(self) -> frozenset[str]:
        """Return the entries of the lines that a later line corrects."""
        return frozenset(line.corrects for line in self.log if line.corrects)


def find_promise(shift: DutyShift, entry: str) -> Promise | None:
    return next((promise for promise in shift.promises if promise.entry == entry), None)


def find_line(shift: DutyShift, entry: str) -> LogLine | None:
    return next((line for line in shift.log if line.entry == entry), None)


def open_shift(shifts: Iterable[DutyShift], now: datetime) -> DutyShift | None:
    """Return the shift on duty: of the open ones that have begun, the one that began last."""
    found = (each for each in shifts if each.is_open and min(each.starts_at, each.started_at) <= now)
    return max(found, key=lambda each: (each.starts_at, each.started_at, each.id), default=None)


def last_completed_handover(shifts: Iterable[DutyShift]) -> DutyShift | None:
    """Return the shift whose handover both sides confirmed last."""
    found = (each for each in shifts if each.handover is not None and each.handover.is_complete)
    return max(found, key=lambda each: (each.closed_at or each.ends_at, each.id), default=None)


def fold_shift(shift: DutyShift | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> DutyShift | None:
    """Return the shift after an accepted entry. Line, promise and handover keep the fields of their bodies."""
    if isinstance(body, bodies.ShiftStarted):
        return _start(entry, body) if shift is None else _join(shift, entry)
    if shift is None:
        return None
    match body:
        case bodies.ShiftJoined():
            return _join(shift, entry)
        case bodies.ShiftLogged():
            return _log(shift, entry, body)
        case bodies.ShiftPromised():
            return _promise(shift, entry, body)
        case bodies.PromiseEnded():
            return _end_promise(shift, entry, body)
        case bodies.ShiftClosed():
            return replace(shift, closed_at=entry.happened_at, closed_by=entry.actor, close_reason=body.reason)
        case bodies.ShiftReopened():
            return replace(shift, closed_at=None, closed_by="", close_reason="")
    return _fold_handover(shift, entry, body)


def _start(entry: Entry, body: bodies.ShiftStarted) -> DutyShift:
    return DutyShift(
        id=subject_key(entry.subject),
        started_by=entry.actor,
        started_at=entry.happened_at,
        device=entry.device,
        exercise=entry.exercise,
        exercise_ref=entry.exercise_ref,
        **asdict(body),
    )


def _join(shift: DutyShift, entry: Entry) -> DutyShift:
    if entry.actor in shift.people:
        return shift
    return replace(shift, joined=(*shift.joined, entry.actor))


def _log(shift: DutyShift, entry: Entry, body: bodies.ShiftLogged) -> DutyShift:
    line = LogLine(entry=entry.id, by=entry.actor, at=entry.happened_at, **asdict(body))
    lines = sorted((*shift.log, line), key=lambda each: (each.at, each.entry))
    return replace(shift, log=tuple(lines))


def _promise(shift: DutyShift, entry: Entry, body: bodies.ShiftPromised) -> DutyShift:
    promise = Promise(entry=entry.id, by=entry.actor, at=entry.happened_at, **asdict(body))
    ordered = sorted((*shift.promises, promise), key=lambda each: (each.due_at, each.entry))
    return replace(shift, promises=tuple(ordered))


def _end_promise(shift: DutyShift, entry: Entry, body: bodies.PromiseEnded) -> DutyShift:
    def ended(promise: Promise) -> Promise:
        if promise.entry != body.promise or not promise.is_open:
            return promise
        return replace(
            promise, outcome=body.outcome, ended_by=entry.actor, ended_at=entry.happened_at, note=body.note
        )

    return replace(shift, promises=tuple(map(ended, shift.promises)))


def _fold_handover(shift: DutyShift, entry: Entry, body: msgspec.Struct) -> DutyShift:
    match body:
        case bodies.HandoverPrepared():
            prepared = Handover(entry=entry.id, version=entry.id, by=entry.actor, at=entry.at, **asdict(body))
            return _with_handover(shift, entry, prepared)
        case bodies.HandoverWithdrawn():
            return _with_handover(shift, entry, None)
        case bodies.HandoverConfirmed() if shift.handover is not None:
            return _confirm(shift, shift.handover, entry, body)
    return shift


def _confirm(shift: DutyShift, handover: Handover, entry: Entry, body: bodies.HandoverConfirmed) -> DutyShift:
    """Add a confirmation; the second one closes the shift."""
    given = Confirmation(by=entry.actor, at=entry.at, entry=entry.id, device=entry.device)
    changed = replace(handover, version=entry.id, **{body.side.value: given})
    shift = _with_handover(shift, entry, changed)
    if not changed.is_complete:
        return shift
    return replace(shift, closed_at=entry.at, closed_by=entry.actor)


def _with_handover(shift: DutyShift, entry: Entry, handover: Handover | None) -> DutyShift:
    known = (*shift.handover_entries, entry.id)[-_KEPT_HANDOVERS:]
    return replace(shift, handover=handover, handover_entries=known)
