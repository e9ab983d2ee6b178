"""How long work on a station usually lasts: what is offered where it is begun."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tabuah.resources.formats import WIB

NEXT_SHIFT_AT_H: Final = 8  # WIB, when the day's people are there again


class WorkLength(StrEnum):
    """For how long, the shortest first."""

    ONE_HOUR = "one_hour"
    TWO_HOURS = "two_hours"
    EIGHT_HOURS = "eight_hours"
    TOMORROW = "tomorrow"


_HOURS: Final = {WorkLength.ONE_HOUR: 1, WorkLength.TWO_HOURS: 2, WorkLength.EIGHT_HOURS: 8}


def work_until(length: WorkLength, now: datetime) -> datetime:
    """When work that begins now (UTC) is over; until tomorrow means 08.00 WIB of the next day."""
    if length in _HOURS:
        return now + timedelta(hours=_HOURS[length])
    tomorrow = now.astimezone(WIB) + timedelta(days=1)
    return tomorrow.replace(hour=NEXT_SHIFT_AT_H, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)
