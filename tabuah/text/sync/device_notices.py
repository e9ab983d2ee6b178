"""Text about this device: its key renewal, and entries written while its clock was wrong."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from msgspec.structs import replace

from tabuah.operations.people.key_replacement import KeyReplacement, KeyReplacementCause
from tabuah.resources.localisation import _, format_age, format_moment, ngettext
from tabuah.text.incidents.timeline import TimelineEvent
from tabuah.text.sync.held_and_rejected import describe_rejected_count


def describe_renewal_cause(renewal: KeyReplacement) -> str:
    match renewal.cause:
        case KeyReplacementCause.FORK:
            message = _(
                "{moment}: another copy of this console's data has written in its name (cloned, or from a backup)."
            )
        case KeyReplacementCause.RESTORED:
            message = _("{moment}: this console's data were restored from a backup; they got a new key.")
        case KeyReplacementCause.REPAIRED:
            message = _("{moment}: this console's data were damaged and repaired; they got a new key.")
        case KeyReplacementCause.REVOKED:
            message = _("{moment}: this device had been revoked; it goes on under a new key, as a new device.")
        case KeyReplacementCause.TAG_TAKEN:
            message = _(
                "{moment}: another device has the same short name; this one got a new key, and with it another name."
            )
        case KeyReplacementCause.LOST_KEY:
            message = _("{moment}: the key of this console's data was not on this computer; it got a new one.")
    return message.format(moment=format_moment(renewal.at))


def describe_preserved_work(renewal: KeyReplacement) -> str:
    """Describe the unsynced work that is kept here. Whether the server accepts it is not known yet."""
    n = renewal.entries
    if not n:
        return _("No change was waiting to be sent; it goes on under a new key.")
    message = ngettext(
        "{n} change that had not been sent is kept here and goes on under a new key.",
        "{n} changes that had not been sent are kept here and go on under a new key.",
        n,
    )
    return message.format(n=n)


def list_renewal_steps(renewal: KeyReplacement, *, approved: bool) -> tuple[str, ...]:
    """Return the steps for the user, one sentence each."""
    checks = []
    if renewal.cause in (KeyReplacementCause.FORK, KeyReplacementCause.RESTORED):
        checks.append(_("Use only one of the two copies from now on."))
    if renewal.numbers:
        pairs = ", ".join(f"{earlier} → {number}" for earlier, number in renewal.numbers.items())
        checks.append(_("Correct numbers that were given to others: {pairs}.").format(pairs=pairs))
    if not approved:
        checks.append(_("Log in and sync; where devices need approval, an administrator approves this one."))
    return tuple(checks)


def describe_renewal(renewal: KeyReplacement, *, approved: bool, rejected: int = 0) -> str:
    """Return cause, preserved work, the number of rejected changes and next steps as one text."""
    parts = (
        describe_renewal_cause(renewal),
        describe_preserved_work(renewal),
        describe_rejected_count(rejected),
        *list_renewal_steps(renewal, approved=approved),
    )
    return " ".join(filter(None, parts))


def describe_clock_error(*, offset_s: float, entries: int) -> str:
    """Describe the clock error measured by a log-in and the number of entries that keep the wrong time."""
    ahead = _("This device's clock is {span} fast. {n} changes written before the log-in keep its time, marked so.")
    behind = _("This device's clock is {span} slow. {n} changes written before the log-in keep its time, marked so.")
    message = ahead if offset_s < 0 else behind
    return message.format(span=_format_offset(offset_s), n=entries) + " " + _("From now on the time is right.")


def mark_misdated_events(events: Iterable[TimelineEvent], misdated: Mapping[str, float]) -> tuple[TimelineEvent, ...]:
    """Return the events; those dated by a wrong clock say so in their text."""
    return tuple(
        replace(event, text=_mark_text(event.text, misdated[event.entry])) if event.entry in misdated else event
        for event in events
    )


def _mark_text(text: str, offset_s: float) -> str:
    ahead = _("{text} (this device's clock was {span} fast)")
    behind = _("{text} (this device's clock was {span} slow)")
    return (ahead if offset_s < 0 else behind).format(text=text, span=_format_offset(offset_s))


def _format_offset(offset_s: float) -> str:
    return format_age(timedelta(minutes=round(abs(offset_s) / 60)))


def locked_device_text() -> str:
    """Return why a log-in on a revoked device fails, and the way on."""
    return _(
        "This device is locked. If it was approved before, its own work is handed in, and a supervisor decides on it."
        " If it is back in your hands, go on as a new device: unsent work goes with it."
    )
