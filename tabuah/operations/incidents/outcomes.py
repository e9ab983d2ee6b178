"""Outcomes of held and deferred entries, and settlements without effect."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from tabuah.operations.entries import SERVER_ACTOR, Entry, Verdict
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.held_entry_kinds import EntryRefused, EntryReleased
from tabuah.operations.incidents import entry_bodies


class EntryOutcome(StrEnum):
    """The state of an entry, as far as known here."""

    PENDING = "pending"  # not yet on the server
    EFFECTIVE = "effective"
    CONFLICT = "conflict"
    HELD = "held"  # waits for a supervisor
    RELEASED = "released"  # was held, then released by a supervisor
    REFUSED = "refused"  # was held, then rejected by a supervisor
    DEFERRED = "waits"  # deferred until the entry it depends on arrives
    RESOLVED = "came"  # was deferred, then took effect
    DEFERRED_REJECTED = "in_vain"  # was deferred, then rejected by the rules
    REJECTED = "rejected"  # by the rules


OUTCOME_OF_VERDICT: Final = {
    None: EntryOutcome.PENDING,
    Verdict.ACCEPTED: EntryOutcome.EFFECTIVE,
    Verdict.CONFLICT: EntryOutcome.CONFLICT,
    Verdict.HELD: EntryOutcome.HELD,
    Verdict.REJECTED: EntryOutcome.REJECTED,
}
_ENDS: Final = {  # by (released or rejected, decided by the server)
    (True, False): EntryOutcome.RELEASED,
    (False, False): EntryOutcome.REFUSED,
    (True, True): EntryOutcome.RESOLVED,
    (False, True): EntryOutcome.DEFERRED_REJECTED,
}


def held_outcomes(entries: Iterable[tuple[Entry, Verdict | None]]) -> dict[str, EntryOutcome]:
    """Return the outcome of held entries of one subject, given in server order; the first one counts."""
    held: dict[str, EntryOutcome] = {}
    for entry, verdict in entries:
        if verdict is Verdict.HELD:
            held[entry.id] = EntryOutcome.HELD
        elif verdict is not Verdict.REJECTED and entry.kind.startswith("entry."):
            spoken = _spoken_about(entry)
            if held.get(spoken) is EntryOutcome.HELD:
                held[spoken] = _ENDS[entry.kind == "entry.released", is_server_decision(entry)]
    return held


def is_server_decision(entry: Entry) -> bool:
    """Return whether a release or rejection is the server's end of a deferral, not a supervisor's."""
    return entry.actor == SERVER_ACTOR and not entry.grant


def late_settlements(entries: Iterable[tuple[Entry, Verdict | None]]) -> dict[str, Entry]:
    """Return settlements without effect, each with the earlier one that settled the conflict.

    A settlement that was held counts from its release.
    """
    first: dict[str, Entry] = {}
    late: dict[str, Entry] = {}
    held: dict[str, Entry] = {}
    for entry, verdict in entries:
        if verdict is Verdict.REJECTED:
            continue
        if verdict is Verdict.HELD:
            held[entry.id] = entry
            continue
        spoken = held.pop(_spoken_about(entry), None)
        settlement = entry if not entry.kind.startswith("entry.") else spoken
        if settlement is None or entry.kind == "entry.refused" or not (conflict := settled_conflict(settlement)):
            continue
        earlier = first.setdefault(conflict, settlement)
        if earlier is not settlement:
            late[settlement.id] = earlier
    return late


def settled_conflict(entry: Entry) -> str:
    """Return the id of the conflict that an entry settles; empty for any other entry."""
    if entry.kind != "conflict.settled":
        return ""
    try:
        body = decode_body(entry)
    except MalformedBody:
        return ""
    return body.conflict if isinstance(body, entry_bodies.ConflictSettled) else ""


def _spoken_about(entry: Entry) -> str:
    try:
        body = decode_body(entry)
    except MalformedBody:
        return ""
    return body.entry if isinstance(body, EntryReleased | EntryRefused) else ""
