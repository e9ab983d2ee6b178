"""The entry kinds that end the wait of a held entry; they may be written on every subject."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.bounds import IdText
from tabuah.operations.people.roles import SERVER_ONLY, SUPERVISORS
from tabuah.operations.subject_type import EntryKind

RELEASED_KIND: Final = "entry.released"


class EntryReleased(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor released a held entry, or the server released a deferred one."""

    entry: IdText


class EntryRefused(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor rejected a held entry, or the server a deferred one; it stays in the history."""

    entry: IdText
    reason: Annotated[str, Meta(max_length=400)]


HELD_ENTRY_KINDS: Final = (
    EntryKind(
        name=RELEASED_KIND, body=EntryReleased, writers=SUPERVISORS | SERVER_ONLY, any_subject=True, reference="entry"
    ),
    EntryKind(
        name="entry.refused",
        body=EntryRefused,
        writers=SUPERVISORS | SERVER_ONLY,
        any_subject=True,
        reference="entry",
    ),
)
