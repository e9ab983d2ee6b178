"""Text about a key renewal of this console: its cause, the preserved work and the next steps."""

from datetime import datetime, timedelta
from typing import Final

from tabuah.resources.localisation import _, format_moment, ngettext
from tabuah.storage.cache.key_replacement import KeyReplacement, KeyReplacementCause

SHOWN_FOR: Final = timedelta(days=14)


def is_recent_renewal(renewal: KeyReplacement | None, now: datetime) -> bool:
    return renewal is not None and now - renewal.at <= SHOWN_FOR


def describe_renewal_cause(renewal: KeyReplacement) -> str:
    if renewal.cause is KeyReplacementCause.FORK:
        message = _(
            "{moment}: another copy of this console's data has written in its name (cloned, or from a backup)."
        )
    else:
        message = _("{moment}: the key of this console's data was not on this computer; it got a new one.")
    return message.format(moment=format_moment(renewal.at))


def describe_preserved_work(renewal: KeyReplacement) -> str:
    """Describe the unsynced work that was preserved."""
    n = renewal.entries
    if not n:
        return _("Nothing was lost; it goes on under a new key.")
    message = ngettext(
        "Nothing was lost: {n} change that had not been sent goes on under a new key.",
        "Nothing was lost: {n} changes that had not been sent go on under a new key.",
        n,
    )
    return message.format(n=n)


def list_renewal_steps(renewal: KeyReplacement, *, approved: bool) -> tuple[str, ...]:
    """Return the steps for the user, one sentence each."""
    checks = []
    if renewal.cause is KeyReplacementCause.FORK:
        checks.append(_("Use only one of the two copies from now on."))
    if renewal.numbers:
        pairs = ", ".join(f"{earlier} → {number}" for earlier, number in renewal.numbers.items())
        checks.append(_("Correct numbers that were told to others: {pairs}.").format(pairs=pairs))
    if not approved:
        checks.append(_("Log in and sync; where devices need approval, an administrator approves this one."))
    return tuple(checks)


def describe_renewal(renewal: KeyReplacement, *, approved: bool) -> str:
    """Return cause, preserved work and next steps as one text."""
    return " ".join(
        (
            describe_renewal_cause(renewal),
            describe_preserved_work(renewal),
            *list_renewal_steps(renewal, approved=approved),
        )
    )
