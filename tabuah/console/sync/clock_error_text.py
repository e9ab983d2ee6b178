"""Text about entries that were written while the device's clock was wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from tabuah.resources.localisation import _, format_age
from tabuah.storage.cache.misdated_entries import MisdatedRange
from tabuah.text.incidents.timeline import TimelineEvent


def describe_clock_error(early: MisdatedRange) -> str:
    """Describe the clock error measured by a log-in and the entries that keep the wrong time."""
    ahead = _("This device's clock is {span} fast. {n} changes written before the log-in keep its time, marked so.")
    behind = _("This device's clock is {span} slow. {n} changes written before the log-in keep its time, marked so.")
    message = ahead if early.offset_s < 0 else behind
    return (
        message.format(span=_format_offset(early.offset_s), n=early.until) + " " + _("From now on the time is right.")
    )


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
