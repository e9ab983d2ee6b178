"""What the store answers about the work that waits: conflicts, set-aside entries, counts."""

from datetime import datetime

import msgspec

from tabuah.operations.entries import Entry
from tabuah.operations.incidents.incident import Conflict, Incident


class OpenConflict(msgspec.Struct, frozen=True):
    """A conflict that a person must settle, with its incident."""

    incident: Incident
    conflict: Conflict


class SetAsideEntry(msgspec.Struct, frozen=True):
    """An entry that took no effect: held for a supervisor, or rejected; `reason` is the stable code."""

    entry: Entry
    reason: str


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What waits: entries not yet confirmed and since when, open conflicts, held and rejected entries."""

    pending: int
    since: datetime | None
    conflicts: int
    held: int
    rejected: int
