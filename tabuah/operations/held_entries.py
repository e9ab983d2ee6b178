"""Drafts that release or reject held entries, by a supervisor or by the server."""

from collections.abc import Iterable

from tabuah.operations.decisions import judge_held
from tabuah.operations.deferred_entries import held_entry
from tabuah.operations.entries import Draft, Entry, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.held_entry_kinds import EntryRefused, EntryReleased
from tabuah.operations.lookups import NO_LOOKUPS, Lookups
from tabuah.operations.people.authority import Authority
from tabuah.operations.subject_state import SubjectState

LONGEST_REASON = 400


def release_held(entry: Entry) -> Draft:
    """Release a held entry; it takes effect as if it had just arrived."""
    return Draft(
        subject=entry.subject,
        kind="entry.released",
        body=encode_body(EntryReleased(entry=entry.id)),
        exercise=entry.exercise,
        exercise_id=entry.exercise_id,
    )


def refuse_held(entry: Entry, reason: str) -> Draft:
    """Reject a held entry; it stays in the history, and its author sees the reason.

    Raises:
        NotPossible: the reason is missing or too long.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise NotPossible("reason_length", n=LONGEST_REASON)
    return Draft(
        subject=entry.subject,
        kind="entry.refused",
        body=encode_body(EntryRefused(entry=entry.id, reason=reason)),
        exercise=entry.exercise,
        exercise_id=entry.exercise_id,
    )


def end_deferral(
    state: SubjectState,
    authority: Authority,
    lookups: Lookups = NO_LOOKUPS,
    among: Iterable[str] | None = None,
) -> Draft | None:
    """Return the server's draft for the first deferred entry that can be decided now.

    It is released, or rejected with the reason code of the rule; None while all remain deferred.

    Args:
        state: the state of the subject.
        authority: users and devices.
        lookups: lookups in the journal.
        among: the deferred entries that may be decided; None for all.
    """
    for entry_id in state.waiting if among is None else among:
        decision = judge_held(state, authority, entry_id, lookups=lookups, within_scope=True)
        if decision.verdict is Verdict.REJECTED:
            return refuse_held(held_entry(state, entry_id), decision.reason)
        if decision.verdict is not Verdict.HELD:
            return release_held(held_entry(state, entry_id))
    return None
