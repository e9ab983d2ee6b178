"""Pending work as values: conflicts, held and rejected entries, counts."""

from datetime import datetime

import msgspec

from tabuah.operations.entries import Entry
from tabuah.operations.incidents.incident import Conflict, Incident


class OpenConflict(msgspec.Struct, frozen=True):
    """A conflict that a person must settle, with its incident."""

    incident: Incident
    conflict: Conflict


class BlockedEntry(msgspec.Struct, frozen=True):
    """An entry that took no effect: held, rejected or refused; `reason` is the stable code.

    If the supervisor `by` refused it, `refusal_reason` is the reason in their words.
    """

    entry: Entry
    reason: str
    refusal_reason: str = ""
    by: str = ""


class Rejection(msgspec.Struct, frozen=True):
    """One item of the tray "Ditolak" with its dependent entries, in the order of writing."""

    root: BlockedEntry
    dependents: tuple[BlockedEntry, ...] = ()

    @property
    def entries(self) -> tuple[BlockedEntry, ...]:
        """Return the entries to reissue or dismiss together; those in a conflict are settled there."""
        return (self.root, *(aside for aside in self.dependents if aside.reason != "stale_base"))


class HeldReport(msgspec.Struct, frozen=True):
    """An incident whose report is held, as it will be after the release; `own` if reported here."""

    incident: Incident
    own: bool


class ReissueResult(msgspec.Struct, frozen=True):
    """The result of reissuing: the new entries, and the reasons why others stay in the tray."""

    issued: tuple[Entry, ...]
    left: tuple[str, ...] = ()


class PendingCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of pending entries and since when, open conflicts, held and rejected entries.

    `pending_bytes` is the size of the pending entries before compression.
    """

    pending: int
    since: datetime | None
    conflicts: int
    held: int
    rejected: int
    pending_bytes: int = 0
