"""What rests on something that has not come, or is held: it waits, and is judged by itself once that is there. Pure.

Offices are offline for days, and what they hand on by bundle may reach the server before what it answers. An answer
that would be refused only for want of that is held instead. A refusal that time cannot mend stays one: what has come
and took no effect, or was turned away, is known to the subject's state.
"""

from typing import Final

import msgspec

from tabuah.operations.entries import Decision, Entry, Verdict, subject_kind
from tabuah.operations.identifying import is_well_named
from tabuah.operations.incidents.bodies import ConflictSettled
from tabuah.operations.incidents.fields import DELETED, STATUS
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.subjects import SubjectState

RESTS_ON_HELD: Final = "rests_on_held"
RESTS_ON_UNKNOWN: Final = "rests_on_unknown"
WAITS: Final = frozenset({RESTS_ON_HELD, RESTS_ON_UNKNOWN})

MAX_WAITING: Final = 500  # on one subject, whose state is written anew with each of its entries
MAX_TURNED_AWAY: Final = 64  # of which others may still come that rest on it

# The kind of entry by which a subject begins, where people begin it; all other kinds rest on that one.
BEGINNINGS: Final = {
    "incident": "incident.reported",
    "alarm": "alarm.raised",
    "maintenance": "maintenance.planned",
    "unit": "unit.registered",
    "station": "station.registered",
    "rule": "rule.written",
    "bulletin_rule": "bulletin_rule.written",
}
BEGINNING: Final = "beginning"  # names that entry where its id is not known
_OPENS_OR_MOVES: Final = frozenset(
    {"incident.edited", "incident.moved", "incident.merged", "incident.deleted", "conflict.settled"}
)
_ENTRY: Final = msgspec.json.Decoder(Entry)


def begins(entry: Entry) -> bool:
    """Whether an entry is of the kind by which its subject begins."""
    return BEGINNINGS.get(subject_kind(entry.subject)) == entry.kind and is_well_named(entry.subject)


def held_entry(state: SubjectState, entry_id: str) -> Entry:
    """An entry that is held."""
    return _ENTRY.decode(state.held[entry_id])


def wait_or_refuse(state: SubjectState, entry: Entry, body: msgspec.Struct, refusal: Decision) -> Decision:
    """A refusal for want of something that may still take effect becomes a wait for it.

    Args:
        state: the subject's state after all earlier entries.
        entry: the entry that the rules refuse.
        body: its decoded body.
        refusal: their decision.
    """
    need = _need_of(entry, body, refusal.reason)
    if not need or subject_kind(entry.subject) not in BEGINNINGS or not is_well_named(entry.subject):
        return refusal
    if _is_held(state, need):
        reason = RESTS_ON_HELD
    elif _has_come(state, need, body):
        return refusal
    else:
        reason = RESTS_ON_UNKNOWN
    if len(state.waiting) >= MAX_WAITING and entry.id not in state.waiting:
        return Decision(Verdict.REJECTED, "too_many_wait")
    return Decision(Verdict.HELD, reason)


def hold(state: SubjectState, entry: Entry, *, text: str, reason: str) -> SubjectState:
    """Keep an entry beside the state: for a supervisor, or until what it rests on is there."""
    waiting = (*state.waiting, entry.id) if reason in WAITS else state.waiting
    return msgspec.structs.replace(state, held={**state.held, entry.id: text}, waiting=waiting)


def let_go(state: SubjectState, entry_id: str) -> SubjectState:
    """The state without a held entry, of which something has become."""
    held = {key: text for key, text in state.held.items() if key != entry_id}
    waiting = tuple(key for key in state.waiting if key != entry_id)
    return msgspec.structs.replace(state, held=held, waiting=waiting)


def turn_away(state: SubjectState, entry: Entry) -> SubjectState:
    """Remember of a rejected or refused entry that nothing may wait for it any more, where something could."""
    if begins(entry) and state.value is None:
        gone = BEGINNING
    elif entry.kind in _OPENS_OR_MOVES and (state.value is not None or state.held):
        gone = entry.id
    else:
        return state
    if gone in state.turned_away:
        return state
    return msgspec.structs.replace(state, turned_away=(*state.turned_away, gone)[-MAX_TURNED_AWAY:])


def _need_of(entry: Entry, body: msgspec.Struct, reason: str) -> str:
    """For want of which entry the rules refuse this one; empty where it is not for want of anything."""
    if reason == "unknown_subject":
        return BEGINNING
    if reason == "unknown_conflict" and isinstance(body, ConflictSettled):
        return body.conflict.rpartition(".")[0]
    return entry.base.get(STATUS, "") if reason == "close_needs_contained" else ""


def _is_held(state: SubjectState, need: str) -> bool:
    if need != BEGINNING:
        return need in state.held
    return any(begins(held_entry(state, key)) for key in state.held.keys() - set(state.waiting))


def _has_come(state: SubjectState, need: str, body: msgspec.Struct) -> bool:
    if need in state.turned_away or need == BEGINNING:
        return need in state.turned_away
    if isinstance(body, ConflictSettled) and body.conflict.endswith(f".{DELETED}"):
        return True  # any entry may have opened it, also one that left nothing in the state by which it is known
    return not isinstance(state.value, Incident) or _left_a_trace(state.value, need)


def _left_a_trace(incident: Incident, entry_id: str) -> bool:
    written = any(writing.entry == entry_id for writings in incident.writings.values() for writing in writings)
    disputed = any(entry_id in conflict.members for conflict in incident.conflicts)
    return written or disputed or entry_id in incident.moves
