"""The time in a line about a call: "14.05", "jam 2 siang", "kemarin 23.10", "tadi 10 menit", "an hour ago"."""

import re
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.incidents.call_line_vocabulary import NUMBER_WORDS
from tabuah.resources.moment_parser import moment_text

_MOST_MINUTES: Final = 48 * 60
_AMOUNTS: Final[dict[str, float]] = {**NUMBER_WORDS, "setengah": 0.5, "half an": 0.5, "an": 1, "a": 1}
_UNIT_MINUTES: Final = {"menit": 1, "mnt": 1, "min": 1, "minute": 1, "minutes": 1, "jam": 60, "hour": 60, "hours": 60}


def _any_of(words: dict[str, int] | dict[str, float]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_SPAN: Final = rf"(?P<amount>\d{{1,4}}|{_any_of(_AMOUNTS)})\s*(?P<unit>{_any_of(_UNIT_MINUTES)})"
_AGO: Final = (
    re.compile(rf"\b(?:tadi\s+)?(?:sekitar\s+|about\s+)?{_SPAN}\s+(?:(?:yang|yg)\s+)?(?:lalu|ago)\b", re.IGNORECASE),
    re.compile(rf"\btadi\s+(?:sekitar\s+)?{_SPAN}\b", re.IGNORECASE),
)
_DAY: Final = r"(?:(?P<day>kemarin|kemaren|kmrn|yesterday)\s+)?"
_HOUR: Final = r"(?P<hour>[01]?\d|2[0-3])"
_PART: Final = r"(?:\s*(?P<part>pagi|siang|sore|malam|am|pm)\b)?(?:\s+WIB\b)?"
_NO_QUANTITY: Final = (
    r"(?![.:,]?\d)(?!\s*(?:%|(?:m|cm|km|mm|ha|kg|kk|meter|metres?|liter|juta|jt|ribu|rb|derajat|orang|org|jiwa|warga"
    r"|rumah|unit|menit|mnt|jam|hours?|minutes?|people|houses?)\b))"
)
_CLOCKS: Final = (
    re.compile(
        rf"\b{_DAY}(?:(?:jam|pukul|pkl\.?|at)\s+){_HOUR}(?:[.:]?(?P<minute>[0-5]\d))?{_NO_QUANTITY}{_PART}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![\w.,:+-])(?:tadi\s+)?{_DAY}{_HOUR}[.:](?P<minute>[0-5]\d){_NO_QUANTITY}{_PART}", re.IGNORECASE
    ),
)
_AFTERNOON: Final = frozenset({"siang", "sore", "malam", "pm"})
_NOON: Final = 12


class FoundTime(msgspec.Struct, frozen=True):
    """A part of a line, from `start` to `end`, and its time as the form reads it."""

    start: int
    end: int
    text: str


def find_time(text: str, *, now: datetime) -> FoundTime | None:
    """Return the first time in a line; a number with a unit, such as "3.42 m", is none."""
    for pattern in _AGO:
        for found in pattern.finditer(text):
            minutes = _minutes(found)
            if minutes <= _MOST_MINUTES:
                before = now - timedelta(minutes=minutes)
                return FoundTime(found.start(), found.end(), moment_text(before, now=now))
    for pattern in _CLOCKS:
        if clock := pattern.search(text):
            return FoundTime(clock.start(), clock.end(), _clock_text(clock))
    return None


def _minutes(found: re.Match[str]) -> float:
    amount = " ".join(found["amount"].casefold().split())
    count = _AMOUNTS[amount] if amount in _AMOUNTS else int(amount)
    return count * _UNIT_MINUTES[found["unit"].casefold()]


def _clock_text(found: re.Match[str]) -> str:
    hour, minute, part = int(found["hour"]), int(found["minute"] or 0), (found["part"] or "").casefold()
    if part in _AFTERNOON and hour < _NOON and not (part == "siang" and hour > _NOON - 3):
        hour += _NOON
    day = "yesterday " if found["day"] else ""
    return f"{day}{hour:02}.{minute:02}"
