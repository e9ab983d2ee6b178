"""Text for held, deferred and rejected entries: the reason, the dependency and the next step."""

from datetime import timedelta
from typing import Final

from tabuah.operations.deferred_entries import DEPENDS_ON_HELD
from tabuah.operations.entries import Entry, subject_kind
from tabuah.resources.localisation import N_, _, ngettext

LONG_DEFERRAL: Final = timedelta(days=30)  # then a person should check for the missing entry

_BEGINNINGS: Final = {
    "incident": N_("the report of this incident"),
    "alarm": N_("the alarm itself"),
    "aid": N_("the record of this line of the aid ledger"),
    "shelter": N_("the entry that adds this shelter"),
    "disruption": N_("the entry that reports this disruption"),
    "call": N_("the record of this call"),
    "task": N_("the task itself"),
    "parent_event": N_("the opening of this event"),
    "contact": N_("the registration of this contact"),
    "unit": N_("the registration of this unit"),
    "station": N_("the registration of this station"),
    "maintenance": N_("the plan of this maintenance"),
}


def describe_deferral(entry: Entry, reason: str, *, is_begun: bool) -> str:
    """Return the entry or subject that an entry depends on, and when it takes effect.

    Args:
        entry: the entry.
        reason: its reason code.
        is_begun: whether its subject has a value, so that it depends on something else.
    """
    text = _("Depends on {what}, which has not arrived yet: it takes effect automatically once that has arrived.")
    if reason == DEPENDS_ON_HELD:
        text = _("Depends on {what}, which is held: it takes effect automatically once that is released.")
    return text.format(what=_what(entry, is_begun=is_begun))


def deferral_advice(age: timedelta) -> str:
    """Return the next step for a deferral of this age."""
    if age < LONG_DEFERRAL:
        return _("It is safe and need not be written again. A supervisor may reject it.")
    days = age // timedelta(days=1)
    text = ngettext("It has waited for {n} day.", "It has waited for {n} days.", days).format(n=days)
    ask = _(
        "Ask the author of the missing entry whether it can still be sent; if not, a supervisor may reject this one."
    )
    return f"{text} {ask}"


def _what(entry: Entry, *, is_begun: bool) -> str:
    if entry.kind == "conflict.settled" and is_begun:
        return _("the change whose conflict it settles")
    if is_begun:
        return _("the status change before it")
    return _(_BEGINNINGS.get(subject_kind(entry.subject), N_("its subject")))


def held_advice(*, may_decide: bool) -> str:
    """Return the next step for a held entry, for a supervisor or for its author."""
    if may_decide:
        return _("If released, it takes effect as if just written; if refused, its author sees the reason.")
    return _("It is safe and waits for a supervisor; there is no need to write it again.")


def rejected_advice() -> str:
    """Return the next step for a rejected entry."""
    return _("Its text and photo are kept. Check the current state, then send it again or dismiss it.")


def supervisor_reason() -> str:
    """Return why the user cannot decide on a held entry."""
    return _("A supervisor decides on this.")


def deferred_reason() -> str:
    """Return why a deferred entry cannot be released."""
    return _("It takes effect automatically when the entry it depends on arrives.")


def describe_refused_by(name: str, reason: str) -> str:
    """Describe the refusal of an entry by a supervisor."""
    return _("Refused by {name}: {reason}").format(name=name, reason=reason)


def describe_unknown_subject(kind: str) -> str:
    """Describe a subject of which only the id is known; empty for other kinds than incidents and alarms."""
    texts = {"incident": _("An incident that has not arrived yet"), "alarm": _("An alarm that has not arrived yet")}
    return texts.get(kind, "")


def author_label(actor: str, *, own: bool) -> str:
    """Return the author of an entry; the user's own entries are marked."""
    return _("{name} (you)").format(name=actor) if own else actor


def list_held_changes(held: int, deferred: int) -> list[str]:
    """Describe how many changes a supervisor must decide, and how many are deferred."""
    waiting = ngettext("{n} change waits for a supervisor.", "{n} changes wait for a supervisor.", held)
    depending = ngettext(
        "{n} change is deferred: it depends on another entry.",
        "{n} changes are deferred: they depend on other entries.",
        deferred,
    )
    return [template.format(n=n) for template, n in ((waiting, held), (depending, deferred)) if n > 0]


def describe_rejected_count(n: int) -> str:
    """Describe how many changes were rejected; empty without any."""
    template = ngettext(
        "{n} change was rejected; its text is kept.", "{n} changes were rejected; their text is kept.", n
    )
    return template.format(n=n) if n else ""


def describe_ineffective_count(n: int) -> str:
    """Describe how many changes have no effect, rejected ones and those that depend on them; empty without any."""
    template = ngettext(
        "{n} change has no effect; its text is kept.", "{n} changes have no effect; their text is kept.", n
    )
    return template.format(n=n) if n else ""


def describe_more_elsewhere(n: int, world: str) -> str:
    """Return how many items of a list are in another world: "2 more in EXERCISE Galodo"."""
    return ngettext("{n} more in {world}", "{n} more in {world}", n).format(n=n, world=world)


def describe_work_elsewhere(world: str, *, conflicts: int, held: int, rejected: int) -> str:
    """Return the work for a person in another world: "EXERCISE Galodo: 1 conflict, 2 held"."""
    parts = (
        (conflicts, ngettext("{n} conflict", "{n} conflicts", conflicts)),
        (held, ngettext("{n} held", "{n} held", held)),
        (rejected, ngettext("{n} rejected", "{n} rejected", rejected)),
    )
    return f"{world}: {', '.join(text.format(n=n) for n, text in parts if n)}"


def describe_held_entry(text: str, actor: str, *, deferred: bool, own: bool) -> str:
    """Describe a held or deferred entry by its summary `text` and its author."""
    template = _("{text} ({name}): waits for a supervisor")
    if own:
        template = _("{text} (yours): held, waits for a supervisor")
    if deferred:
        template = _("{text} ({name}): deferred, depends on another entry")
    return template.format(text=text, name=actor)
