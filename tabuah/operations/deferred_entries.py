"""Deferred entries: they depend on an entry that is missing or held, and wait for it. Pure.

Offices are offline for days, and their bundles may arrive after the entries that depend on them. An
entry that would be rejected only for a missing dependency is deferred instead. It is rejected if
the dependency has arrived without effect, or was rejected; the subject's state records that.
"""

from functools import lru_cache
from typing import Any, Final

import msgspec

from tabuah.operations.entries import Decision, Entry, Verdict, subject_kind
from tabuah.operations.entry_dependencies import dependency_names
from tabuah.operations.reissued_entries import work_names
from tabuah.operations.subject_state import SubjectState
from tabuah.operations.subject_type import SubjectType
from tabuah.operations.subjects import ENTRY_KINDS, SUBJECT_TYPES

DEPENDS_ON_HELD: Final = "rests_on_held"
DEPENDS_ON_UNKNOWN: Final = "rests_on_unknown"
DEFERRAL_REASONS: Final = frozenset({DEPENDS_ON_HELD, DEPENDS_ON_UNKNOWN})

MAX_DEFERRED: Final = 500  # on one subject, whose state is written again with each entry
MAX_HELD: Final = 1_000  # on one subject, for a supervisor
MAX_REJECTED_IDS: Final = 64  # rejected entries on which others may still depend

FIRST_ENTRY: Final = "beginning"  # names the entry that creates the subject while its id is unknown
_CACHED_TEXT: Final = 4_096  # characters; longer entries are rare, and not worth the memory
_ENTRY: Final = msgspec.json.Decoder(Entry)


def is_first_entry(entry: Entry) -> bool:
    """Return whether an entry creates its subject, so that others wait for it."""
    subject = SUBJECT_TYPES.get(subject_kind(entry.subject))
    return subject is not None and subject.awaited_kind == entry.kind and subject.has_valid_key(entry.subject)


def held_entry(state: SubjectState, entry_id: str) -> Entry:
    return decode_held(state.held[entry_id])


def decode_held(text: str) -> Entry:
    return _ENTRY.decode(text)


def defer_or_reject(state: SubjectState, entry: Entry, body: msgspec.Struct, refusal: Decision) -> Decision:
    """Defer an entry instead of rejecting it, if only a dependency is missing.

    Args:
        state: the subject's state after all earlier entries.
        entry: the entry that the rules reject.
        body: its decoded body.
        refusal: their decision.
    """
    subject = SUBJECT_TYPES.get(subject_kind(entry.subject))
    if subject is None or not subject.awaited_kind or not subject.has_valid_key(entry.subject):
        return refusal
    is_missing = refusal.reason == "unknown_subject"
    needed = FIRST_ENTRY if is_missing else subject.needed_entry(entry, body, refusal.reason)
    if not needed:
        return refusal
    if _is_held(state, needed):
        reason = DEPENDS_ON_HELD
    elif _has_arrived(state, subject, needed, body):
        return refusal
    else:
        reason = DEPENDS_ON_UNKNOWN
    if len(state.waiting) >= MAX_DEFERRED and entry.id not in state.waiting:
        return Decision(Verdict.REJECTED, "too_many_wait")
    return Decision(Verdict.HELD, reason)


def find_affected(before: SubjectState, after: SubjectState, entry: Entry) -> tuple[str, ...]:
    """Return the deferred entries that may be decided after an entry, in order.

    Each waits for an entry that it names, or for the one that creates the subject. Judging all of them after each
    entry would delay every other request.

    Args:
        before: the state before the entry.
        after: the state after it.
        entry: the entry; the release or refusal of a held entry counts as that entry.
    """
    if not after.waiting or after is before or entry.id in after.held:
        return ()
    has_begun = (before.value is None) != (after.value is None)
    if has_begun or (FIRST_ENTRY in after.turned_away) != (FIRST_ENTRY in before.turned_away):
        return after.waiting
    names = work_names(entry)
    for released in dependency_names(entry) & before.held.keys():
        names |= work_names(held_entry(before, released))
    return tuple(key for key in after.waiting if not names.isdisjoint(_names_in(after.held[key])))


def _names_in(text: str) -> frozenset[str]:
    """Return the names of entries on which a deferred entry may depend."""
    return _cached_names_in(text) if len(text) <= _CACHED_TEXT else _cached_names_in.__wrapped__(text)


@lru_cache(maxsize=8 * MAX_DEFERRED)
def _cached_names_in(text: str) -> frozenset[str]:
    entry: Entry = _ENTRY.decode(text)
    return dependency_names(entry) | work_names(entry)


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
    elif _may_be_needed(entry.kind) and (state.value is not None or state.held):
        gone = entry.id
    else:
        return state
    if gone in state.turned_away:
        return state
    return msgspec.structs.replace(state, turned_away=(*state.turned_away, gone)[-MAX_REJECTED_IDS:])


def _may_be_needed(kind: str) -> bool:
    return kind in ENTRY_KINDS and ENTRY_KINDS[kind].may_be_needed


def _is_held(state: SubjectState, needed: str) -> bool:
    if needed != FIRST_ENTRY:
        return needed in state.held
    return any(is_first_entry(held_entry(state, key)) for key in state.held.keys() - set(state.waiting))


def _has_arrived(state: SubjectState, subject: SubjectType[Any], needed: str, body: msgspec.Struct) -> bool:
    if needed in state.turned_away or needed == FIRST_ENTRY:
        return needed in state.turned_away
    return subject.has_arrived(subject.own_value(state.value), needed, body)
