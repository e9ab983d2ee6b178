"""The entry: one signed, immutable change, and the fields that the server adds."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tabuah.operations.bounds import LARGEST_COUNT, MOMENT_BOUNDS, IdText, LabelText, bounded

# A time without a zone cannot be compared with one that has a zone, so it is rejected. Bounded at admission.
Moment = Annotated[datetime, Meta(tz=True), MOMENT_BOUNDS]
ExerciseRef = IdText | UnsetType  # id of an exercise; not encoded where it is not set
SubjectText = Annotated[str, bounded(max_length=300)]
Base = Annotated[dict[LabelText, LabelText], bounded(max_length=100)]

SERVER_ACTOR: Final = "server"  # author of the server's own entries
GENESIS: Final = "0" * 64  # the hash before the first entry, in device chains and the server's hash chain


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A change as its author wrote it. The JSON text is signed and relayed verbatim, never re-encoded.

    `prev` is the SHA-256 (hex) of this device's previous entry text. `base` names, for each guarded
    field in the body, the entry that last wrote it in the author's view. `at` is the author's clock,
    corrected by the last measured offset; `occurred_at` is when the event happened. Both are UTC and
    neither decides the order. `again` is set where a device's data went on under another key: it is
    the identity of the original entry, which this entry repeats under the new key (see `reissued_entries`).
    `exercise_ref` is the wire field `exercise_id`; entries outside of named exercises do not contain it.
    """

    id: IdText
    device: IdText
    n: Annotated[int, bounded(ge=0, le=LARGEST_COUNT)]
    prev: IdText
    actor: IdText
    grant: IdText
    subject: SubjectText
    kind: IdText
    body: msgspec.Raw
    at: Moment
    base: Base = {}
    occurred_at: Moment | None = None
    exercise: bool = False
    schema: Annotated[int, bounded(ge=0, le=LARGEST_COUNT)] = 1
    replaces: IdText | None = None
    again: Annotated[str, Meta(max_length=120)] = ""
    exercise_ref: ExerciseRef = msgspec.field(default=UNSET, name="exercise_id")

    @property
    def exercise_id(self) -> str:
        """Return the id of its exercise; empty for the real world and for drills of no named exercise."""
        return self.exercise_ref or ""

    @property
    def happened_at(self) -> datetime:
        """Return when it happened, else when it was written."""
        return self.occurred_at or self.at


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An entry before the device numbers, chains and signs it."""

    subject: str
    kind: str
    body: msgspec.Raw
    base: dict[str, str] = {}
    occurred_at: Moment | None = None
    exercise: bool = False
    exercise_id: str = ""
    replaces: str | None = None
    again: Annotated[str, Meta(max_length=120)] = ""
    personal: tuple["PersonalValue", ...] = ()


class PersonalValue(msgspec.Struct, frozen=True, kw_only=True):
    """A personal value of an entry.

    The entry holds only the salted commitment, so the value can be erased. `field` is the name in
    the body; `salt` is 32 hex digits. `entry` is set when the entry has its id.
    """

    field: str
    salt: str
    value: str
    entry: str = ""


class Verdict(StrEnum):
    """The server's decision on an authentic entry."""

    ACCEPTED = "accepted"
    CONFLICT = "conflict"
    HELD = "held"
    REJECTED = "rejected"


class Decision(msgspec.Struct, frozen=True):
    """The result of `decide`: a verdict and, unless accepted, a stable reason code."""

    verdict: Verdict
    reason: str = ""


ACCEPT: Final = Decision(Verdict.ACCEPTED)
CONFLICT: Final = Decision(Verdict.CONFLICT, "stale_base")


def rejected(reason: str) -> Decision:
    return Decision(Verdict.REJECTED, reason)


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """The fields that the server adds to an entry.

    `hash` = SHA-256(previous hash, entry text, the other fields here).
    """

    seq: int
    received_at: Moment
    verdict: Verdict
    reason: str = ""
    hash: str = ""


def subject_of(kind: str, key: str) -> str:
    """Join a subject's kind and key: `incident/0192…`."""
    return f"{kind}/{key}"


def subject_kind(subject: str) -> str:
    """Return the kind of a subject, the part before the slash: for example `incident`."""
    return subject.partition("/")[0]


def subject_key(subject: str) -> str:
    """Return the key of a subject, the part after the first slash."""
    return subject.partition("/")[2]
