"""What a supervisor does with a held entry: let it take effect, or refuse it with a reason."""

from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft, Entry
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.bodies import EntryRefused, EntryReleased
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
