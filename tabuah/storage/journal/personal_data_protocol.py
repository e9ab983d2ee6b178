"""Records of the HTTP interface for personal data: where they occur, without the data, and their erasure."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

MOST_FOUND: Final = 200

PersonalSubject = Annotated[str, Meta(min_length=1, max_length=200)]


class PersonalRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The personal values of one subject, without the values.

    `number` and `status` are those of an incident, `name` is that of a contact.
    """

    subject: str
    number: str
    status: str
    values: int
    first_at: datetime
    last_at: datetime
    ended_at: datetime | None
    name: str = ""


class PersonalSearch(msgspec.Struct, frozen=True, kw_only=True):
    """Find a person by a part of the name, by a telephone number, or by the number of an incident; empty for all."""

    text: Annotated[str, Meta(max_length=100)] = ""


class PersonalDataReply(msgspec.Struct, frozen=True, kw_only=True):
    """Where personal data were found, the oldest first; `total` counts also those beyond the first 200."""

    found: tuple[PersonalRecord, ...]
    total: int


class PersonalErasure(msgspec.Struct, frozen=True, kw_only=True):
    """Erase the personal values of subjects for good; `reason` names the ground, and no person."""

    subjects: Annotated[tuple[PersonalSubject, ...], Meta(min_length=1, max_length=MOST_FOUND)]
    reason: Annotated[str, Meta(min_length=1, max_length=400)]


class ErasureOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The record of the journal that orders an erasure; `hash` is that of the chain after it."""

    seq: int
    hash: str
    received_at: datetime


class ErasureProof(msgspec.Struct, frozen=True, kw_only=True):
    """The proof of an erasure: the entries whose values were erased, its records, and how many values are left."""

    entries: int
    orders: tuple[ErasureOrder, ...]
    left: int
