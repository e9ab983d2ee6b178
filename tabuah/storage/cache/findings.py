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
    """An entry that took no effect: held for a supervisor, rejected, or refused; `reason` is the stable code.

    Where a supervisor refused it, `told` is the reason in the words of `by`.
    """

    entry: Entry
    reason: str
    told: str = ""
    by: str = ""


class Rejection(msgspec.Struct, frozen=True):
    """One item of the tray "Ditolak" with what rests on it, in the order in which it was written."""

    root: SetAsideEntry
    resting: tuple[SetAsideEntry, ...] = ()

    @property
    def entries(self) -> tuple[SetAsideEntry, ...]:
        """All that is issued again or set aside together; what is in a conflict is settled there."""
        return (self.root, *(aside for aside in self.resting if aside.reason != "stale_base"))


class HeldReport(msgspec.Struct, frozen=True):
    """An incident that exists for nobody yet, as it will be once its entries are released; `own` was made here."""

    incident: Incident
    own: bool


class Reissued(msgspec.Struct, frozen=True):
    """What issuing again did: the new entries, and the reasons why some could not be and stay in the tray."""

    issued: tuple[Entry, ...]
    left: tuple[str, ...] = ()


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What waits: entries not yet confirmed and since when, open conflicts, held and rejected entries.

    `pending_bytes` is what the entries that wait come to, before the line compresses them.
    """

    pending: int
    since: datetime | None
    conflicts: int
    held: int
    rejected: int
    pending_bytes: int = 0
