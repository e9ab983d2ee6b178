"""Text for deferred entries: what they depend on, and what to do about it."""

from datetime import timedelta
from typing import Final

from tabuah.operations.deferred import DEPENDS_ON_HELD
from tabuah.operations.entries import Entry, subject_kind
from tabuah.resources.localisation import N_, _, ngettext

LONG_DEFERRAL: Final = timedelta(days=30)  # after this, somebody should ask whether the missing entry will ever come

_BEGINNINGS: Final = {
    "incident": N_("the report of this incident"),
    "alarm": N_("the alarm itself"),
    "unit": N_("the registration of this unit"),
    "station": N_("the registration of this station"),
    "maintenance": N_("the plan of this maintenance"),
}


def describe_deferral(entry: Entry, reason: str, *, is_begun: bool) -> str:
    """Return what an entry depends on, and when it takes effect.

    Args:
        entry: the entry.
        reason: its reason code.
        is_begun: whether its subject has a value, so that it depends on something else.
    """
    told = _("Depends on {what}, which has not arrived yet: it takes effect automatically once that has arrived.")
    if reason == DEPENDS_ON_HELD:
        told = _("Depends on {what}, which is held: it takes effect automatically once that is released.")
    return told.format(what=_what(entry, is_begun=is_begun))


def deferral_advice(age: timedelta) -> str:
    """Return what to do about a deferral of this age."""
    if age < LONG_DEFERRAL:
        return _("It is safe and need not be written again. A supervisor may reject it.")
    days = age // timedelta(days=1)
    told = ngettext("It has waited for {n} day.", "It has waited for {n} days.", days).format(n=days)
    ask = _(
        "Ask the author of the missing entry whether it can still be sent; if not, a supervisor may reject this one."
    )
    return f"{told} {ask}"


def _what(entry: Entry, *, is_begun: bool) -> str:
    if entry.kind == "conflict.settled" and is_begun:
        return _("the change whose conflict it settles")
    if is_begun:
        return _("the status change before it")
    return _(_BEGINNINGS.get(subject_kind(entry.subject), N_("its subject")))
