"""The entry kinds that end the wait of a held entry; they may be written on every subject."""

from typing import Final

from tabuah.operations.incidents.entry_bodies import EntryRefused, EntryReleased
from tabuah.operations.people.roles import SERVER_ONLY, SUPERVISORS
from tabuah.operations.subject_type import EntryKind


def _held_entry(body: EntryReleased | EntryRefused) -> str:
    return body.entry


HELD_ENTRY_KINDS: Final = (
    EntryKind(name="entry.released", body=EntryReleased, writers=SUPERVISORS | SERVER_ONLY, refers_to=_held_entry),
    EntryKind(name="entry.refused", body=EntryRefused, writers=SUPERVISORS | SERVER_ONLY, refers_to=_held_entry),
)
