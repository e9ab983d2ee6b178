"""Dependencies of incident entries on other entries of the same incident."""

import msgspec

from tabuah.operations.entries import Entry
from tabuah.operations.incidents.conflict_policy import DELETED, STATUS
from tabuah.operations.incidents.entry_bodies import ConflictSettled
from tabuah.operations.incidents.incident import Incident


def settled_entry(body: ConflictSettled) -> str:
    """Return the id of the entry that opened the conflict which a settlement ends."""
    return body.conflict.rpartition(".")[0]


def needed_entry(entry: Entry, body: msgspec.Struct, reason: str) -> str:
    """Return the id of the entry that is missing if an entry is rejected for a reason; empty if none is."""
    if reason == "unknown_conflict" and isinstance(body, ConflictSettled):
        return settled_entry(body)
    return entry.base.get(STATUS, "") if reason == "close_needs_contained" else ""


def has_arrived(incident: Incident | None, needed: str, body: msgspec.Struct) -> bool:
    """Return whether a needed entry has already been decided and took effect, or had none."""
    if isinstance(body, ConflictSettled) and body.conflict.endswith(f".{DELETED}"):
        return True  # any entry may have opened it, even one that left no trace in the state
    return incident is None or _left_a_trace(incident, needed)


def _left_a_trace(incident: Incident, entry_id: str) -> bool:
    written = any(writing.entry == entry_id for writings in incident.writings.values() for writing in writings)
    disputed = any(entry_id in conflict.members for conflict in incident.conflicts)
    return written or disputed or entry_id in incident.moves
