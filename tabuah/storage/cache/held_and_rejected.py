"""Held, rejected and refused entries with their reasons and dependents, until a person decides."""

from collections.abc import Iterable
from typing import Final

import msgspec

from tabuah.operations.decisions import judge_held
from tabuah.operations.deferred_entries import DEPENDS_ON_UNKNOWN
from tabuah.operations.entries import Draft, Entry, Verdict
from tabuah.operations.entry_dependencies import dependents_of, group_by_dependency
from tabuah.operations.entry_kinds import read_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.fold import fold
from tabuah.operations.held_entry_kinds import EntryRefused
from tabuah.operations.incidents.editable_text import replace_text
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.outcomes import EntryOutcome, held_outcomes
from tabuah.operations.reissued_entries import ALREADY_THERE, has_twin
from tabuah.operations.subject_state import EMPTY, SubjectState
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.key_replacement import redraft
from tabuah.storage.cache.pending_work import BlockedEntry, HeldReport, PendingCounts, Rejection
from tabuah.storage.journal.wire import decode_entry

TWIN_NOT_FOUND: Final = "twin_not_found"  # rejected as a duplicate of work that is not here


def held_entries(session: CacheSession) -> list[BlockedEntry]:
    """Return entries of all devices that wait for a supervisor or for a dependency; the oldest first."""
    found = [
        BlockedEntry(entry, _reason_of_held(session, row.confirmed, entry))
        for row in session.subjects.with_held()
        for entry in map(decode_entry, row.confirmed.held.values())
    ]
    return sorted(found, key=lambda aside: (aside.entry.at, aside.entry.id))


def held_reports(session: CacheSession) -> list[HeldReport]:
    """Return incidents whose report is held, so that no other state of them exists yet."""
    devices, found = own_devices(session), []
    for row in session.subjects.with_held():
        if row.state.value is None:
            incident = _as_if_released(decode_entry(text) for text in row.state.held.values())
            if incident is not None:
                found.append(HeldReport(incident, own=incident.device in devices))
    return found


def rejected_entries(session: CacheSession) -> list[BlockedEntry]:
    """Return own entries that the server rejected; without reissued and dismissed ones."""
    rejected = session.journal.rejected(own_devices(session))
    return [BlockedEntry(entry, reason) for entry, reason in rejected]


def refused_entries(session: CacheSession) -> list[BlockedEntry]:
    """Return own entries that were held and then refused; without reissued and dismissed ones."""
    found = (_refusal_of(session, entry) for entry in session.journal.own_held(own_devices(session)))
    return [refused for refused in found if refused is not None]


def rejections(session: CacheSession, *, dismissed: bool = False) -> list[Rejection]:
    """Return the tray "Ditolak", each entry once and under the one it depends on; or its dismissed items."""
    asides = {aside.entry.id: aside for aside in (_dismissed(session) if dismissed else _undecided(session))}
    in_time = sorted((aside.entry for aside in asides.values()), key=lambda e: (e.at, e.id))
    return [
        Rejection(asides[root.id], (*(asides[e.id] for e in under), *_in_conflict(session, root)))
        for root, under in group_by_dependency(in_time)
    ]


def count_rejections(session: CacheSession) -> int:
    """Count the entries in the tray "Ditolak"."""
    return len(_undecided(session))


def _dismissed(session: CacheSession) -> list[BlockedEntry]:
    found = session.journal.dismissed(own_devices(session))
    refusals = {entry.id: _refusal_of(session, entry) for entry, reason in found if reason == "refused"}
    return [refusals.get(entry.id) or BlockedEntry(entry, _reason_in_tray(reason)) for entry, reason in found]


def _undecided(session: CacheSession) -> list[BlockedEntry]:
    asides = (*rejected_entries(session), *refused_entries(session))
    return [
        msgspec.structs.replace(aside, reason=_reason_in_tray(aside.reason))
        for aside in asides
        if aside.reason != ALREADY_THERE or not took_effect_elsewhere(session, aside.entry)
    ]


def _reason_in_tray(reason: str) -> str:
    return TWIN_NOT_FOUND if reason == ALREADY_THERE else reason


def took_effect_elsewhere(session: CacheSession, entry: Entry) -> bool:
    """Return whether a duplicate's work took effect under another key, as far as the journal here shows it."""
    return has_twin(
        session.subjects.confirmed(entry.subject),
        session.authority(),
        entry,
        text=session.journal.text_of(entry.id),
        lookups=session.lookups,
    )


def draft_of_rejected(session: CacheSession, entry: Entry, words: str | None) -> Draft:
    """Return a rejected or refused entry as a new draft based on the current state.

    `words` replaces its text.

    Raises:
        NotPossible: the entry cannot have these words.
    """
    if words is not None:
        entry = msgspec.structs.replace(entry, body=replace_text(entry, words))
    return redraft(session, entry)


def own_devices(session: CacheSession) -> tuple[str, ...]:
    """Return the devices under which this console has written."""
    return tuple(device for device in (*session.meta.former_devices, session.meta.device) if device)


def _reason_of_held(session: CacheSession, state: SubjectState, entry: Entry) -> str:
    """Return why an entry is held: a missing dependency, the scope, the server's reason, or the rules' reason."""
    if entry.id in state.waiting:
        due = judge_held(state, session.authority(), entry.id, lookups=session.lookups, within_scope=True)
        return due.reason if due.verdict is Verdict.HELD else DEPENDS_ON_UNKNOWN
    return session.journal.reason_of(entry.id) or session.authority().authorise(entry).doubt


def _as_if_released(entries: Iterable[Entry]) -> Incident | None:
    """Return the incident as it would be once its held entries are released in the order of writing."""
    state = EMPTY
    for entry in sorted(entries, key=lambda entry: (entry.at, entry.id)):
        state = fold(state, entry, Verdict.ACCEPTED, text="")
    return state.value if isinstance(state.value, Incident) else None


def _refusal_of(session: CacheSession, entry: Entry) -> BlockedEntry | None:
    history = session.journal.entries_of(entry.subject)
    outcome = held_outcomes(history).get(entry.id)
    if outcome not in (EntryOutcome.REFUSED, EntryOutcome.DEFERRED_REJECTED):
        return None
    for other, verdict in history:
        if other.kind == "entry.refused" and verdict is not Verdict.REJECTED:
            refusal = _refusal(other)
            if refusal is not None and refusal.entry == entry.id:
                by_rules = BlockedEntry(entry, refusal.reason)
                return (
                    by_rules
                    if outcome is EntryOutcome.DEFERRED_REJECTED
                    else _refused_by_person(entry, refusal, other.actor)
                )
    return None


def _refused_by_person(entry: Entry, refusal: EntryRefused, by: str) -> BlockedEntry:
    return BlockedEntry(entry, "refused", refusal_reason=refusal.reason, by=by)


def _refusal(entry: Entry) -> EntryRefused | None:
    try:
        return read_body(entry, EntryRefused)
    except MalformedBody:
        return None


def _in_conflict(session: CacheSession, root: Entry) -> Iterable[BlockedEntry]:
    """Yield own entries that depend on a rejected value and are in an open conflict."""
    incident = session.subjects.read(root.subject).state.value
    if root.kind == "incident.reported" or not isinstance(incident, Incident):
        return ()
    disputed = {member for conflict in incident.open_conflicts for member in conflict.members}
    history = session.journal.entries_of(root.subject)
    later = [entry for entry, _verdict in history if entry.id in disputed and entry.device == root.device]
    return tuple(BlockedEntry(entry, "stale_base") for entry in dependents_of(root, later))


_COUNTS: Final = """SELECT (SELECT coalesce(sum(conflicts), 0) FROM subjects WHERE conflicts > 0),
                           (SELECT coalesce(sum(held), 0) FROM subjects WHERE held > 0)"""


def count_pending_work(session: CacheSession) -> PendingCounts:
    """Count the work that waits for the server, for a decision, or for this console's user."""
    pending, since = session.journal.waiting_since()
    conflicts, held = session.connection.execute(_COUNTS).fetchone()
    return PendingCounts(
        pending=pending,
        since=since,
        conflicts=conflicts,
        held=held,
        rejected=count_rejections(session),
        pending_bytes=session.journal.waiting_bytes() if pending else 0,
    )
