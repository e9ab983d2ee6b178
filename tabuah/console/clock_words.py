"""What people are told about a clock that was wrong when they wrote."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from tabuah.operations.incidents.timeline import TimelineEvent
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_age
from tabuah.storage.cache.early_clock import EarlyClock


def early_clock_words(early: EarlyClock) -> str:
    """After the log-in that measured it: how wrong it was, what keeps its time, and what is right from now on."""
    ahead = _("This device's clock is {span} fast. {n} changes written before the log-in keep its time, marked so.")
    behind = _("This device's clock is {span} slow. {n} changes written before the log-in keep its time, marked so.")
    told = ahead if early.offset_s < 0 else behind
    return told.format(span=_span(early.offset_s), n=early.until) + " " + _("From now on the time is right.")


def marked(events: Iterable[TimelineEvent], misdated: Mapping[str, float]) -> tuple[TimelineEvent, ...]:
    """The events, each that a wrong clock dated saying so."""
    return tuple(
        replace(event, text=_mark(event.text, misdated[event.entry])) if event.entry in misdated else event
        for event in events
    )


def _mark(text: str, offset_s: float) -> str:
    ahead = _("{text} (this device's clock was {span} fast)")
    behind = _("{text} (this device's clock was {span} slow)")
    return (ahead if offset_s < 0 else behind).format(text=text, span=_span(offset_s))


def _span(offset_s: float) -> str:
    return format_age(timedelta(minutes=round(abs(offset_s) / 60)))
