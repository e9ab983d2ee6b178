"""Texts about the age of data."""

from datetime import datetime

from tabuah.resources.localisation import _, format_age, format_moment, format_time
from tabuah.resources.time_zone import WIB


def data_age_text(at: datetime, now: datetime) -> str:
    """Return the age of data: "data 40 dtk lalu"."""
    return _("data {age} old").format(age=format_age(now - at))


def time_or_date(moment: datetime, now: datetime) -> str:
    """Return the time if it is today, otherwise date and time (WIB)."""
    same_day = moment.astimezone(WIB).date() == now.astimezone(WIB).date()
    return format_time(moment) if same_day else format_moment(moment)
