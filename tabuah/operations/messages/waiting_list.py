"""The order in which messages are worked on, and how long one may wait."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from tabuah.operations.messages.message import Message, waiting_messages
from tabuah.resources.regency import current_regency


class WaitingTime(StrEnum):
    """The waiting time of a message, classified by the two limits of the profile."""

    SHORT = "short"
    LATE = "late"
    OVERDUE = "overdue"


def waiting_age(message: Message, now: datetime) -> timedelta:
    """Return how long a message waits; zero where the clocks differ."""
    return max(timedelta(), now - message.received_at)


def waiting_time(message: Message, now: datetime) -> WaitingTime:
    """Return the class of the waiting time of a message, by the limits of the profile."""
    age, limits = waiting_age(message, now), current_regency().message_times
    if age >= timedelta(minutes=limits.overdue_min):
        return WaitingTime.OVERDUE
    return WaitingTime.LATE if age >= timedelta(minutes=limits.late_min) else WaitingTime.SHORT


def sort_for_work(messages: Iterable[Message], now: datetime) -> list[Message]:
    """Return the messages that wait at `now`, the oldest first, then the others, the newest first."""
    known = list(messages)
    others = (each for each in known if not each.waits_at(now))
    return [
        *waiting_messages(known, now),
        *sorted(others, key=lambda each: (each.received_at, each.id), reverse=True),
    ]
