"""The language of every text: the one translation catalogue, and the formats of times, dates and numbers.

The code is in English; Indonesian is the default, with times in the regency's zone and a decimal comma.
"""

import gettext
import io
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import NumberPattern, parse_pattern

from tabuah.resources.level_names import with_level_names
from tabuah.resources.time_zone import in_home_zone, zone_label
from tabuah.resources.translation_files import compiled_translations

LANGUAGES: Final = ("id", "en")
DEFAULT_LANGUAGE: Final = "id"


class _Selection:
    """Language of this process: a program has one language and one user."""

    language = DEFAULT_LANGUAGE


@cache
def _translations(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    return gettext.GNUTranslations(io.BytesIO(compiled_translations(language)))


def set_language(language: str) -> None:
    """Set the language of the process.

    Raises:
        ValueError: the language is not in `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise ValueError(f"unknown language {language!r}, expected one of {', '.join(LANGUAGES)}")
    _Selection.language = language


def current_language() -> str:
    """Return the current language: "id" or "en"."""
    return _Selection.language


def _(message: str) -> str:
    """Translate `message` (English) into the current language; untranslated text is returned unchanged."""
    return with_level_names(_translations(_Selection.language).gettext(message))


def N_(message: str) -> str:
    """Mark `message` (English) for translation where it is only stored; it is translated with `_` when shown."""
    return message


def ngettext(singular: str, plural: str, count: int) -> str:
    """Translate a message that depends on `count`."""
    return with_level_names(_translations(_Selection.language).ngettext(singular, plural, count))


def format_time(moment: datetime, *, seconds: bool = False, zone: bool = True) -> str:
    """Return the time of day in the regency's zone as written in Indonesia: "14.30 WIB"."""
    local = in_home_zone(moment)
    text = local.strftime("%H.%M.%S" if seconds else "%H.%M")
    return f"{text} {zone_label()}" if zone else text


def format_day(moment: datetime | date) -> str:
    """Return the long date in the regency's zone: "Selasa, 24 November 2026"."""
    day = in_home_zone(moment).date() if isinstance(moment, datetime) else moment
    return format_date(day, format="EEEE, d MMMM y", locale=current_language())


def format_short_day(moment: datetime | date) -> str:
    """Return the date in the regency's zone, short: "24 Nov 2026"."""
    day = in_home_zone(moment).date() if isinstance(moment, datetime) else moment
    return format_date(day, format="d MMM y", locale=current_language())


def format_moment(moment: datetime) -> str:
    """Return date and time in the regency's zone, short: "24 Nov 2026 14.30 WIB"."""
    return f"{format_short_day(moment)} {format_time(moment)}"


def format_recent_moment(moment: datetime, now: datetime, *, zone: bool = True) -> str:
    """Return the time "14.30 WIB", with the date where it is not today."""
    is_today = in_home_zone(moment).date() == in_home_zone(now).date()
    return format_time(moment, zone=zone) if is_today else format_moment(moment)


def format_number(value: float, *, digits: int = 0) -> str:
    """Return a number with grouping and exactly `digits` decimals in the current language."""
    return str(_pattern(digits).apply(value, _locale(current_language())))


def format_age(age: timedelta) -> str:
    """Return a duration in its largest unit: "40 dtk", "12 mnt", "3 jam", "2 hari"."""
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
    """Return the number pattern, parsed once: parsing took more than half of the formatting time."""
    return parse_pattern("#,##0" + ("." + "0" * digits if digits else ""))


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def format_size(size: int) -> str:
    """Format a size in bytes as kB or MB."""
    if size < 1_000_000:
        return f"{format_number(max(1, size / 1000))} kB"
    return f"{format_number(size / 1_000_000, digits=1)} MB"
