"""Deferred entries: they depend on an entry that is missing or held, and wait for it. Pure.

Offices are offline for days, and their bundles may arrive after the entries that depend on them. An
entry that would be rejected only for a missing dependency is deferred instead. It is rejected if
the dependency has arrived without effect, or was rejected; the subject's state records that.
"""

from typing import Final

import msgspec

from tabuah.operations.entries import Decision, Entry, Verdict, subject_kind
from tabuah.operations.identifiers import has_valid_id
from tabuah.operations.incidents.conflict_policy import DELETED, STATUS
from tabuah.operations.incidents.entry_bodies import ConflictSettled
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.subjects import SubjectState

DEPENDS_ON_HELD: Final = "rests_on_held"
DEPENDS_ON_UNKNOWN: Final = "rests_on_unknown"
DEFERRAL_REASONS: Final = frozenset({DEPENDS_ON_HELD, DEPENDS_ON_UNKNOWN})

MAX_DEFERRED: Final = 500  # on one subject, whose state is written again with each entry
MAX_REJECTED_IDS: Final = 64  # rejected entries on which others may still depend

# The entry kind that creates a subject, where people create it; all other kinds depend on it.
FIRST_KINDS: Final = {
    "incident": "incident.reported",
    "alarm": "alarm.raised",
    "maintenance": "maintenance.planned",
    "unit": "unit.registered",
    "station": "station.registered",
    "rule": "rule.written",
    "bulletin_rule": "bulletin_rule.written",
}
FIRST_ENTRY: Final = "beginning"  # stands for that entry while its id is unknown
_OPENS_OR_MOVES: Final = frozenset(
    {"incident.edited", "incident.moved", "incident.merged", "incident.deleted", "conflict.settled"}
)
_ENTRY: Final = msgspec.json.Decoder(Entry)


def is_first_entry(entry: Entry) -> bool:
    """Return whether an entry creates its subject."""
    return FIRST_KINDS.get(subject_kind(entry.subject)) == entry.kind and has_valid_id(entry.subject)


def held_entry(state: SubjectState, entry_id: str) -> Entry:
    return _ENTRY.decode(state.held[entry_id])


def defer_or_reject(state: SubjectState, entry: Entry, body: msgspec.Struct, refusal: Decision) -> Decision:
    """Defer an entry instead of rejecting it, if only a dependency is missing.

    Args:
        state: the subject's state after all earlier entries.
        entry: the entry that the rules reject.
        body: its decoded body.
        refusal: their decision.
    """
    need = _need_of(entry, body, refusal.reason)
    if not need or subject_kind(entry.subject) not in FIRST_KINDS or not has_valid_id(entry.subject):
        return refusal
    if _is_held(state, need):
        reason = DEPENDS_ON_HELD
    elif _has_come(state, need, body):
        return refusal
    else:
        reason = DEPENDS_ON_UNKNOWN
    if len(state.waiting) >= MAX_DEFERRED and entry.id not in state.waiting:
        return Decision(Verdict.REJECTED, "too_many_wait")
    return Decision(Verdict.HELD, reason)


def hold_entry(state: SubjectState, entry: Entry, *, text: str, reason: str) -> SubjectState:
    """Add a held or deferred entry to the state."""
    waiting = (*state.waiting, entry.id) if reason in DEFERRAL_REASONS else state.waiting
    return msgspec.structs.replace(state, held={**state.held, entry.id: text}, waiting=waiting)


def release_entry(state: SubjectState, entry_id: str) -> SubjectState:
    """Remove a held entry from the state."""
    held = {key: text for key, text in state.held.items() if key != entry_id}
    waiting = tuple(key for key in state.waiting if key != entry_id)
    return msgspec.structs.replace(state, held=held, waiting=waiting)


def remember_rejected(state: SubjectState, entry: Entry) -> SubjectState:
    """Record that a rejected entry can no longer be a dependency, if it could be one."""
    if is_first_entry(entry) and state.value is None:
        gone = FIRST_ENTRY
    elif entry.kind in _OPENS_OR_MOVES and (state.value is not None or state.held):
        gone = entry.id
    else:
        return state
    if gone in state.turned_away:
        return state
    return msgspec.structs.replace(state, turned_away=(*state.turned_away, gone)[-MAX_REJECTED_IDS:])


def _need_of(entry: Entry, body: msgspec.Struct, reason: str) -> str:
    """Return the missing dependency that the rules reject the entry for; empty if it is not that."""
    if reason == "unknown_subject":
        return FIRST_ENTRY
    if reason == "unknown_conflict" and isinstance(body, ConflictSettled):
        return body.conflict.rpartition(".")[0]
    return entry.base.get(STATUS, "") if reason == "close_needs_contained" else ""


def _is_held(state: SubjectState, need: str) -> bool:
    if need != FIRST_ENTRY:
        return need in state.held
    return any(is_first_entry(held_entry(state, key)) for key in state.held.keys() - set(state.waiting))


def _has_come(state: SubjectState, need: str, body: msgspec.Struct) -> bool:
    if need in state.turned_away or need == FIRST_ENTRY:
        return need in state.turned_away
    if isinstance(body, ConflictSettled) and body.conflict.endswith(f".{DELETED}"):
        return True  # any entry may have opened it, even one that left no trace in the state
    return not isinstance(state.value, Incident) or _left_a_trace(state.value, need)


def _left_a_trace(incident: Incident, entry_id: str) -> bool:
    written = any(writing.entry == entry_id for writings in incident.writings.values() for writing in writings)
    disputed = any(entry_id in conflict.members for conflict in incident.conflicts)
    return written or disputed or entry_id in incident.moves
