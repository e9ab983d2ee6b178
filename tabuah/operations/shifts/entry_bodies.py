"""Bodies of shift entries. Lines are never changed: a correction is a line of its own."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.bounds import IdText, bounded
from tabuah.operations.entries import Moment
from tabuah.operations.roster.entry_bodies import LONGEST_SHIFT_MIN, Crew, ShiftName
from tabuah.operations.shifts.handover_facts import FactGroup

MAX_LINE: Final = 1_000
MAX_NOTE: Final = 4_000
MAX_SHIFT_REASON: Final = 400

LineText = Annotated[str, Meta(min_length=1, max_length=MAX_LINE)]
ShiftReason = Annotated[str, Meta(min_length=1, max_length=MAX_SHIFT_REASON)]
AboutSubject = Annotated[str, Meta(max_length=200, pattern=r"^((incident|alarm|station)/[^/\x00-\x20\x7f]+)?$")]
ContentHash = Annotated[str, Meta(max_length=64, pattern=r"^[0-9a-f]{64}$")]
EntryRef = Annotated[IdText, Meta(min_length=1)]


class PromiseOutcome(StrEnum):
    """How a promise ended."""

    DONE = "done"
    WITHDRAWN = "withdrawn"


class HandoverSide(StrEnum):
    """The side of a handover that a person confirms."""

    OUTGOING = "outgoing"
    INCOMING = "incoming"


class ShiftStarted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A crew is on duty; `week` and `shift` name the shift of the roster, empty where it plans none."""

    crew: Crew
    starts_at: Moment
    ends_at: Moment
    week: Annotated[str, Meta(max_length=8, pattern=r"^([0-9]{4}-W[0-9]{2})?$")] = ""
    shift: Annotated[str, Meta(max_length=7, pattern=r"^([1-7]T[0-2][0-9]:[0-5][0-9])?$")] = ""
    label: ShiftName = ""

    def __post_init__(self) -> None:
        """Reject an end before the start, a shift that is too long, and half a name of the roster."""
        if not timedelta() < self.ends_at - self.starts_at <= timedelta(minutes=LONGEST_SHIFT_MIN):
            raise ValueError("a shift ends after it has begun, and within 48 hours")
        if bool(self.week) != bool(self.shift):
            raise ValueError("a shift of the roster has a week and a name")


class ShiftJoined(msgspec.Struct, frozen=True, kw_only=True):
    """The author is on duty in this shift, too."""


class ShiftLogged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of the running log, perhaps about a subject; `corrects` names the line that it corrects."""

    text: LineText
    about: AboutSubject = ""
    corrects: IdText = ""


class ShiftPromised(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The control room has promised something to a person or an office, until `due_at`."""

    what: LineText
    to: Annotated[str, Meta(min_length=1, max_length=200)]
    due_at: Moment
    about: AboutSubject = ""


class PromiseEnded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A promise was kept or withdrawn; `promise` is the entry that made it."""

    promise: EntryRef
    outcome: PromiseOutcome
    note: Annotated[str, Meta(max_length=MAX_LINE)] = ""


class HandoverPrepared(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The facts that the outgoing shift hands over, as they were at `as_of`.

    `content_hash` covers the facts that were shown (`handover_facts.hash_content`). Guarded by `base["handover"]`.
    """

    as_of: Moment
    facts: Annotated[tuple[FactGroup, ...], bounded(max_length=20)]
    content_hash: ContentHash
    note: Annotated[str, Meta(max_length=MAX_NOTE)] = ""


class HandoverConfirmed(msgspec.Struct, frozen=True, kw_only=True):
    """The author has read a handover and confirms one side of it; the hash identifies the content."""

    handover: EntryRef
    content_hash: ContentHash
    side: HandoverSide


class HandoverWithdrawn(msgspec.Struct, frozen=True, kw_only=True):
    """A handover that both sides have not confirmed is taken back."""

    handover: EntryRef


class ShiftClosed(msgspec.Struct, frozen=True, kw_only=True):
    """The shift has ended without a handover, for a reason."""

    reason: ShiftReason


class ShiftReopened(msgspec.Struct, frozen=True, kw_only=True):
    """A shift that was closed without a handover goes on."""

    reason: ShiftReason
