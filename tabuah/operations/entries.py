"""The entry: one signed, immutable change, and what the server adds when it orders and judges it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

# A time without a zone cannot be compared with one that has it, so it is no time at all.
Moment = Annotated[datetime, Meta(tz=True)]

SERVER_ACTOR: Final = "server"  # who is named as the author of what the server itself says
GENESIS: Final = "0" * 64  # stands for the entry before the first, in chains and in the server's hash


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What a person or device says happened. Its JSON text is signed and relayed verbatim, never re-encoded.

    `prev` is the SHA-256 (hex) of this device's previous entry text. `base` names, for each guarded field in the
    body, the entry that last wrote it in the author's own view. `at` is the author's clock corrected by the last
    measured offset, `occurred_at` when it really happened; both UTC, and neither decides order. `again` is set where
    a device's data went on under another key: `<device>/<n>` of the entry that this one is, signed anew.
    """

    id: str
    device: str
    n: int
    prev: str
    actor: str
    grant: str
    subject: str
    kind: str
    body: msgspec.Raw
    at: Moment
    base: dict[str, str] = {}
    occurred_at: Moment | None = None
    exercise: bool = False
    schema: int = 1
    replaces: str | None = None
    again: Annotated[str, Meta(max_length=120)] = ""

    @property
    def happened_at(self) -> datetime:
        """When it happened, as far as is known."""
        return self.occurred_at or self.at


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An entry before a device numbers, chains and signs it: what a gesture produces."""

    subject: str
    kind: str
    body: msgspec.Raw
    base: dict[str, str] = {}
    occurred_at: Moment | None = None
    exercise: bool = False
    replaces: str | None = None
    again: Annotated[str, Meta(max_length=120)] = ""
    personal: tuple["PersonalValue", ...] = ()


class PersonalValue(msgspec.Struct, frozen=True, kw_only=True):
    """A personal datum beside its entry; the entry holds only the salted commitment, so this can be erased.

    `field` is the name in the body; `salt` is 32 hex digits. `entry` is filled when the entry has its id.
    """

    field: str
    salt: str
    value: str
    entry: str = ""


class Verdict(StrEnum):
    """What the server decided about an authentic entry."""

    ACCEPTED = "accepted"
    CONFLICT = "conflict"
    HELD = "held"
    REJECTED = "rejected"


class Decision(msgspec.Struct, frozen=True):
    """The result of `decide`: a verdict and, unless accepted, the stable code of the reason."""

    verdict: Verdict
    reason: str = ""


ACCEPT: Final = Decision(Verdict.ACCEPTED)


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """What the server adds to an entry; `hash` = SHA-256(previous hash, entry text, the other fields here)."""

    seq: int
    received_at: Moment
    verdict: Verdict
    reason: str = ""
    hash: str = ""


def subject_of(kind: str, key: str) -> str:
    """Join a subject's kind and key: `incident/0192…`."""
    return f"{kind}/{key}"


def subject_kind(subject: str) -> str:
    """The part before the slash: incident, station, rule, alarm, user, device and so on."""
    return subject.partition("/")[0]


def subject_key(subject: str) -> str:
    """The part after the first slash."""
    return subject.partition("/")[2]
