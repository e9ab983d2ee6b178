"""The time zone of the regency: WIB, WITA or WIT, without daylight saving time."""

from datetime import datetime, timezone

from tabuah.resources.regency import current_regency


def home_zone() -> timezone:
    """Return the time zone of the regency."""
    return current_regency().zone


def zone_label() -> str:
    """Return the name of the regency's time zone: "WIB", "WITA" or "WIT"."""
    return current_regency().zone_label


def in_home_zone(moment: datetime) -> datetime:
    """Return a moment in the regency's zone; one within hours of the end of the calendar stays in its zone."""
    try:
        return moment.astimezone(home_zone())
    except OverflowError:
        return moment
