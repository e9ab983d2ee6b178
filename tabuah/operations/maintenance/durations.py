"""Usual durations of maintenance, offered when it is started."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tabuah.resources.time_zone import WIB

NEXT_SHIFT_HOUR: Final = 8  # WIB, when the day shift starts


class MaintenanceDuration(StrEnum):
    """Offered durations, shortest first."""

    ONE_HOUR = "one_hour"
    TWO_HOURS = "two_hours"
    EIGHT_HOURS = "eight_hours"
    TOMORROW = "tomorrow"


_HOURS: Final = {
    MaintenanceDuration.ONE_HOUR: 1,
    MaintenanceDuration.TWO_HOURS: 2,
    MaintenanceDuration.EIGHT_HOURS: 8,
}


def maintenance_ends_at(length: MaintenanceDuration, now: datetime) -> datetime:
    """Return when maintenance that starts now (UTC) ends; tomorrow means 08.00 WIB of the next day."""
    if length in _HOURS:
        return now + timedelta(hours=_HOURS[length])
    tomorrow = now.astimezone(WIB) + timedelta(days=1)
    return tomorrow.replace(hour=NEXT_SHIFT_HOUR, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)
