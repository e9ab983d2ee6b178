"""What a user must know when this console had to take a new key: what happened, what is safe, what to check."""

from datetime import datetime, timedelta
from typing import Final

from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_moment
from tabuah.storage.cache.renewals import Cause, Renewal

TOLD_FOR: Final = timedelta(days=14)


def is_recent(renewal: Renewal | None, now: datetime) -> bool:
    """Whether it is still worth telling."""
    return renewal is not None and now - renewal.at <= TOLD_FOR


def what_happened(renewal: Renewal) -> str:
    """In one sentence."""
    if renewal.cause is Cause.FORK:
        told = _("{moment}: another copy of this console's data has written in its name (cloned, or from a backup).")
    else:
        told = _("{moment}: the key of this console's data was not on this computer; it got a new one.")
    return told.format(moment=format_moment(renewal.at))


def what_is_safe(renewal: Renewal) -> str:
    """What became of the work."""
    n = renewal.entries
    if not n:
        return _("Nothing was lost; it goes on under a new key.")
    told = ngettext(
        "Nothing was lost: {n} change that had not been sent goes on under a new key.",
        "Nothing was lost: {n} changes that had not been sent go on under a new key.",
        n,
    )
    return told.format(n=n)


def what_to_check(renewal: Renewal, *, approved: bool) -> tuple[str, ...]:
    """What a person must do, one sentence each."""
    checks = []
    if renewal.cause is Cause.FORK:
        checks.append(_("Use only one of the two copies from now on."))
    if renewal.numbers:
        pairs = ", ".join(f"{earlier} → {number}" for earlier, number in renewal.numbers.items())
        checks.append(_("Correct numbers that were told to others: {pairs}.").format(pairs=pairs))
    if not approved:
        checks.append(_("Log in and sync; where devices need approval, an administrator approves this one."))
    return tuple(checks)


def renewal_words(renewal: Renewal, *, approved: bool) -> str:
    """All of it in one text."""
    return " ".join((what_happened(renewal), what_is_safe(renewal), *what_to_check(renewal, approved=approved)))
