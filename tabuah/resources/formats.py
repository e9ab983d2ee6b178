"""How times, dates and numbers are written: WIB (UTC+7) and a decimal comma in Indonesian."""

from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import NumberPattern, parse_pattern

from tabuah.resources.catalogue import _, current_language

WIB: Final = timezone(timedelta(hours=7), "WIB")


def format_time(moment: datetime, *, seconds: bool = False, zone: bool = True) -> str:
    """The time of day in WIB as it is written in Indonesia: "14.30 WIB"."""
    local = moment.astimezone(WIB)
    text = local.strftime("%H.%M.%S" if seconds else "%H.%M")
    return f"{text} WIB" if zone else text


def format_day(moment: datetime | date) -> str:
    """The long date in WIB: "Selasa, 24 November 2026"."""
    day = moment.astimezone(WIB).date() if isinstance(moment, datetime) else moment
    return format_date(day, format="EEEE, d MMMM y", locale=current_language())


def format_moment(moment: datetime) -> str:
    """Date and time in WIB, short: "24 Nov 2026 14.30 WIB"."""
    local = moment.astimezone(WIB)
    return f"{format_date(local.date(), format='d MMM y', locale=current_language())} {format_time(moment)}"


def format_near(moment: datetime, now: datetime, *, zone: bool = True) -> str:
    """A moment as exactly as it needs to be told: "14.30 WIB", with its date where that is another day than today."""
    is_today = moment.astimezone(WIB).date() == now.astimezone(WIB).date()
    return format_time(moment, zone=zone) if is_today else format_moment(moment)


def format_number(value: float, *, digits: int = 0) -> str:
    """A number with grouping and exactly `digits` decimals in the current language."""
    return str(_pattern(digits).apply(value, _locale(current_language())))


def format_age(age: timedelta) -> str:
    """A duration in the one unit that matters: "40 dtk", "12 mnt", "3 jam", "2 hari"."""
    seconds = max(0, int(age.total_seconds()))
    if seconds < 60:
        return _("{n} s").format(n=seconds)
    if seconds < 3600:
        return _("{n} min").format(n=seconds // 60)
    if seconds < 172_800:
        return _("{n} h").format(n=seconds // 3600)
    return _("{n} d").format(n=seconds // 86_400)


@cache
def _pattern(digits: int) -> NumberPattern:
    """Parsed once: parsing took more than half of the time of writing a number."""
    return parse_pattern("#,##0" + ("." + "0" * digits if digits else ""))


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)
