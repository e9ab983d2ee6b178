"""Why nothing comes by a link or a feed, in words: as whoever raised the alarm found it."""

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.causes import LINK, family_of
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_moment, format_number, format_time


def link_title(alarm: Alarm) -> str:
    """One line: what is lost, or answers without anything new, and since when."""
    if is_frozen(alarm):
        told, since = _("{name} is frozen: nothing new since {time}"), format_moment(alarm.onset_at)
    else:
        told, since = _("Link {name} is lost: nothing since {time}"), format_time(alarm.onset_at)
    return told.format(name=alarm.title, time=since)


def link_reason(alarm: Alarm) -> str:
    """Why; empty where the alarm is about something else, or whoever raised it did not know."""
    if is_frozen(alarm):
        return frozen_words(alarm.limit or 0)
    return alarm.reason if family_of(alarm) == LINK else ""


def frozen_words(changes_within_h: float) -> str:
    """That a feed answers, and still nothing new comes; `changes_within_h` is how long that may last."""
    told = _("it answers, and has had nothing new for more than {hours} hours, which is not normal")
    return told.format(hours=format_number(changes_within_h))


def is_frozen(alarm: Alarm) -> bool:
    """Whether a link answers with nothing new: then its limit is how many hours that may last."""
    return family_of(alarm) == LINK and alarm.limit is not None
