"""Times as people write them: "sekarang", "745", "14.30", "kemarin 21.00", "24.11.2026 14.30" or ISO 8601.

A time without a zone is in that of the regency, and one without a date is today.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from tabuah.resources.localisation import _
from tabuah.resources.regency_profile import ZONE_LABELS
from tabuah.resources.time_zone import home_zone, zone_label

_NOW: Final = frozenset({"sekarang", "kini", "now"})
_YESTERDAY: Final = frozenset({"kemarin", "kemaren", "kmrn", "yesterday"})
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3])[.:]?([0-5]\d)")  # 745, 0745, 7.45, 07:45
_SECONDS: Final = re.compile(r"([01]?\d|2[0-3])[.:]([0-5]\d)[.:]([0-5]\d)")
_EXAMPLE: Final = "2026-11-24T14:30"
_YEARS: Final = range(1970, 2100)  # the journal takes no others, see `operations.bounds`
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})")  # 24-11-2026, 24/11/2026


def parse_moment(text: str, *, now: datetime) -> datetime:
    """Return the time that a text means, in UTC.

    Raises:
        ValueError: the text is no time; the message shows an example.
    """
    clean, zone = _take_zone(text)
    words = clean.casefold().split()
    if len(words) == 1 and words[0] in _NOW:
        return now.astimezone(UTC)
    today = now.astimezone(zone).date()
    if len(words) == 2 and words[0] in _YESTERDAY:
        at = _at_clock(words[1], today - timedelta(days=1), zone)
    elif len(words) == 1:
        at = _at_clock(words[0], today, zone)
    else:
        at = None
    if at is not None:
        return at
    try:
        return _iso(clean, zone)
    except (ValueError, OverflowError):
        message = _("{text} is no time; write {example} ({zone})")
        raise ValueError(message.format(text=text.strip()[:40], example=_EXAMPLE, zone=zone_label())) from None


def past_moment(text: str, *, now: datetime) -> datetime:
    """Return the time of something that has happened, in UTC, to the minute.

    Raises:
        ValueError: the text is no time, or a time in the future; the message says what to write.
    """
    at = parse_moment(text, now=now).replace(second=0, microsecond=0)
    if at > now:
        raise ValueError(_("This time is in the future. For the day before write: yesterday 23.50"))
    return at


def parse_day(text: str, *, now: datetime) -> date:
    """Return the day in the regency's zone that a text means: "kemarin", "24-11-2026" or "2026-11-24".

    Raises:
        ValueError: the text is no day; the message shows an example.
    """
    words, today = text.casefold().strip(), now.astimezone(home_zone()).date()
    if words in _YESTERDAY:
        return today - timedelta(days=1)
    try:
        if found := _DAY_FIRST.fullmatch(words):
            day, month, year = (int(part) for part in found.groups())
            return date(year, month, day)
        return date.fromisoformat(words)
    except ValueError:
        message = _("{text} is no day; write 24-11-2026 or yesterday")
        raise ValueError(message.format(text=text.strip()[:40])) from None


def moment_text(moment: datetime, *, now: datetime) -> str:
    """Return a text that means a time, to the minute; the shortest that `parse_moment` reads in any language."""
    local, today = moment.astimezone(home_zone()), now.astimezone(home_zone()).date()
    if local.date() == today:
        return f"{local:%H.%M}"
    return f"{local:%Y-%m-%d %H.%M}"


def _take_zone(text: str) -> tuple[str, tzinfo]:
    """Return a time without the label of its zone, and the zone: the regency's, unless another one is named."""
    for label, zone in ZONE_LABELS.items():
        if re.search(rf"\b{label}\b", text):
            return text.replace(label, " "), zone
    return text, home_zone()


def _at_clock(text: str, day: date, zone: tzinfo) -> datetime | None:
    found = _CLOCK.fullmatch(text) or _SECONDS.fullmatch(text)
    if found is None:
        return None
    hour, minute, second = (int(part) for part in (*found.groups(), "0")[:3])
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone).astimezone(UTC)


def _iso(text: str, zone: tzinfo) -> datetime:
    day, *clock = text.split()
    if found := _DAY_FIRST.fullmatch(day):
        day = f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}"
        if len(clock) == 1 and (time := _CLOCK.fullmatch(clock[0])):  # 2100 and 7.45, which ISO 8601 does not have
            clock = [f"{int(time[1]):02d}:{time[2]}"]
    clean = " ".join((day, *clock))
    if "T" not in clean and "." in clean and ":" not in clean:
        clean = clean.replace(".", ":")
    moment = datetime.fromisoformat(clean)
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    if moment.year not in _YEARS:
        raise ValueError(clean)
    return moment
