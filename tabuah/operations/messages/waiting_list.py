"""The order in which messages are worked on, and how long one may wait."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tabuah.operations.messages.message import Message, waiting_messages

LATE_AFTER: Final = timedelta(minutes=5)
OVERDUE_AFTER: Final = timedelta(minutes=15)


class WaitingTime(StrEnum):
    """How long a message waits, measured by the two limits."""

    SHORT = "short"
    LATE = "late"
    OVERDUE = "overdue"


def waiting_age(message: Message, now: datetime) -> timedelta:
    """Return how long a message waits; zero where the clocks differ."""
    return max(timedelta(), now - message.received_at)


def waiting_time(message: Message, now: datetime) -> WaitingTime:
    """Return how long a message waits, by the limits."""
    age = waiting_age(message, now)
    if age >= OVERDUE_AFTER:
        return WaitingTime.OVERDUE
    return WaitingTime.LATE if age >= LATE_AFTER else WaitingTime.SHORT


def sort_for_work(messages: Iterable[Message]) -> list[Message]:
    """Return the waiting messages, the oldest first, then the others, the newest first."""
    known = list(messages)
    others = (each for each in known if not each.is_waiting)
    return [*waiting_messages(known), *sorted(others, key=lambda each: (each.received_at, each.id), reverse=True)]
