"""`fold`: the state of a subject after a decided entry, the same on every machine. Pure."""

from typing import Final

import msgspec

from tabuah.operations.deferred_entries import held_entry, hold_entry, release_entry, remember_rejected
from tabuah.operations.entries import Entry, Verdict, subject_kind
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.held_entry_kinds import EntryRefused, EntryReleased
from tabuah.operations.reissued_entries import record_received
from tabuah.operations.subject_state import SubjectState, SubjectValue
from tabuah.operations.subjects import SUBJECT_TYPES

NOT_JUDGEABLE: Final = "not_judgeable"  # the server's verdict where a rule failed; it changes no state anywhere


def fold(state: SubjectState, entry: Entry, verdict: Verdict, *, text: str, reason: str = "") -> SubjectState:
    """Return the state after an entry.

    Args:
        state: the subject's state before.
        entry: the entry.
        verdict: the decision on it.
        text: the entry's own text, kept while it is held.
        reason: reason code of the verdict; a held entry waits for a supervisor or is deferred.
    """
    if verdict is Verdict.REJECTED:
        return state if reason == NOT_JUDGEABLE else remember_rejected(state, entry)
    state = record_received(state, entry)
    if verdict is Verdict.HELD:
        return hold_entry(state, entry, text=text, reason=reason)
    return _take_effect(state, entry, verdict)


def _take_effect(state: SubjectState, entry: Entry, verdict: Verdict) -> SubjectState:
    if entry.schema != 1:
        return _remember_unknown(state, entry.kind)
    try:
        body = decode_body(entry)
    except MalformedBody:  # also a kind of a newer version
        return _remember_unknown(state, entry.kind)
    if isinstance(body, EntryReleased | EntryRefused):
        return _unhold(state, body, verdict)
    return msgspec.structs.replace(state, value=fold_value(state.value, entry, body, verdict))


def _remember_unknown(state: SubjectState, kind: str) -> SubjectState:
    if kind in state.unknown_kinds:
        return state
    return msgspec.structs.replace(state, unknown_kinds=(*state.unknown_kinds, kind))


def _unhold(state: SubjectState, body: EntryReleased | EntryRefused, verdict: Verdict) -> SubjectState:
    """Apply a released entry now, as if it had just arrived, with the verdict of its release.

    Conflicts that the state alone shows are checked now, too.
    """
    if body.entry not in state.held:
        return state
    held = held_entry(state, body.entry)
    state = release_entry(state, body.entry)
    if isinstance(body, EntryRefused):
        return remember_rejected(state, held)
    return _take_effect(state, held, verdict)


def fold_value(
    value: SubjectValue | None, entry: Entry, body: msgspec.Struct, verdict: Verdict
) -> SubjectValue | None:
    """Return the value of a subject after an entry with the verdict accepted or conflict."""
    subject = SUBJECT_TYPES.get(subject_kind(entry.subject))
    return value if subject is None else subject.fold(subject.own_value(value), entry, body, verdict)
