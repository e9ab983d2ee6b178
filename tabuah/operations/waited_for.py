"""What an entry waits for, in words: so that a person knows whom to ask for it."""

from datetime import timedelta
from typing import Final

from tabuah.operations.entries import Entry, subject_kind
from tabuah.operations.waiting import RESTS_ON_HELD
from tabuah.resources.catalogue import N_, _, ngettext

LONG: Final = timedelta(days=30)  # since then somebody should ask whether what it rests on will ever come

_BEGINNINGS: Final = {
    "incident": N_("the report of this incident"),
    "alarm": N_("the alarm itself"),
    "unit": N_("the registration of this unit"),
    "station": N_("the registration of this station"),
    "maintenance": N_("the plan of this maintenance"),
}


def wait_words(entry: Entry, reason: str, *, is_begun: bool) -> str:
    """For what an entry waits, and what ends that.

    Args:
        entry: the entry.
        reason: why it waits, as a stable code.
        is_begun: whether its subject has a value, so that it waits for something else than for that.
    """
    told = _("Waits for {what}, which has not come yet: once that is here, it takes effect by itself.")
    if reason == RESTS_ON_HELD:
        told = _("Waits for {what}, which is held: once that is released, it takes effect by itself.")
    return told.format(what=_what(entry, is_begun=is_begun))


def wait_advice(age: timedelta) -> str:
    """What to do about a wait of this age."""
    if age < LONG:
        return _("It is safe, and nothing has to be written again. A supervisor may refuse it.")
    days = age // timedelta(days=1)
    told = ngettext("It has waited for {n} day.", "It has waited for {n} days.", days).format(n=days)
    ask = _("Ask whose work it answers whether that can still be brought; what never comes a supervisor may refuse.")
    return f"{told} {ask}"


def _what(entry: Entry, *, is_begun: bool) -> str:
    if entry.kind == "conflict.settled" and is_begun:
        return _("the change whose conflict it settles")
    if is_begun:
        return _("the step from which it goes on")
    return _(_BEGINNINGS.get(subject_kind(entry.subject), N_("what it is about")))
