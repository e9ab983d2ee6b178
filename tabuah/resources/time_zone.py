"""The time zone of the regency: WIB, UTC+7 without daylight saving."""

from datetime import datetime, timedelta, timezone
from typing import Final

WIB: Final = timezone(timedelta(hours=7), "WIB")


def in_wib(moment: datetime) -> datetime:
    """Return a moment in WIB; one within hours of the end of the calendar stays in its zone."""
    try:
        return moment.astimezone(WIB)
    except OverflowError:
        return moment
