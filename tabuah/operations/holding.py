"""What becomes of a held entry: a supervisor lets it take effect or refuses it, and the server ends a wait."""

from tabuah.operations.authority.authority import Authority
from tabuah.operations.bodies import encode_body
from tabuah.operations.deciding import judge_held
from tabuah.operations.entries import Draft, Entry, Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.bodies import EntryRefused, EntryReleased
from tabuah.operations.subjects import SubjectState
from tabuah.operations.waiting import held_entry
from tabuah.resources.catalogue import _

LONGEST_REASON = 400


def release_held(entry: Entry) -> Draft:
    """Let a held entry take effect as if it had just come."""
    return Draft(
        subject=entry.subject,
        kind="entry.released",
        body=encode_body(EntryReleased(entry=entry.id)),
        exercise=entry.exercise,
    )


def refuse_held(entry: Entry, reason: str) -> Draft:
    """Refuse a held entry; it stays in the history, and its author reads the reason.

    Raises:
        NotPossible: the reason is missing or too long.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise NotPossible(
            "malformed_body", _("Refusing needs a reason of at most {n} characters.").format(n=LONGEST_REASON)
        )
    return Draft(
        subject=entry.subject,
        kind="entry.refused",
        body=encode_body(EntryRefused(entry=entry.id, reason=reason)),
        exercise=entry.exercise,
    )


def end_of_wait(state: SubjectState, authority: Authority) -> Draft | None:
    """What the server says of the first entry on a subject whose wait is over; None while all of them must wait on.

    It takes effect, or is refused with the code of the rule that is against it, now that there is something to judge.
    """
    for entry_id in state.waiting:
        decision = judge_held(state, authority, entry_id)
        if decision.verdict is Verdict.REJECTED:
            return refuse_held(held_entry(state, entry_id), decision.reason)
        if decision.verdict is not Verdict.HELD:
            return release_held(held_entry(state, entry_id))
    return None
