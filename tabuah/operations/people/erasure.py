"""Erasure of personal values: an entry names the entries whose values are deleted everywhere; the entries stay.

The values are not part of the journal, only commitments to them. So the chain verifies as before, and the erasure
itself is proven by its entry. It is an entry so that it reaches every console, and a restored server with the records
that consoles hand back.
"""

import re
from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.bounds import IdText, LabelText, bounded
from tabuah.operations.entries import Entry, Verdict, subject_key

MOST_ENTRIES: Final = 500
ERASURE_KEY: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class ErasureOrdered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The personal values of these entries are deleted. `reason` names the ground, and no person."""

    entries: Annotated[tuple[IdText, ...], Meta(min_length=1, max_length=MOST_ENTRIES)]
    reason: Annotated[str, Meta(min_length=1, max_length=400)]


class Erasure(msgspec.Struct, frozen=True, kw_only=True, tag="erasure"):
    """An erasure; `id` is the key of its subject."""

    id: IdText
    entries: Annotated[tuple[IdText, ...], bounded(max_length=MOST_ENTRIES)]
    reason: LabelText
    ordered_at: datetime
    ordered_by: IdText


def fold_erasure(erasure: Erasure | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> Erasure | None:
    if erasure is not None or not isinstance(body, ErasureOrdered):
        return erasure
    return Erasure(
        id=subject_key(entry.subject),
        entries=body.entries,
        reason=body.reason,
        ordered_at=entry.at,
        ordered_by=entry.actor,
    )
