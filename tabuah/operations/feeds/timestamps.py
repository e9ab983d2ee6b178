"""Parser of feed timestamps: ISO 8601, RFC 822, or an Indonesian date with WIB, WITA or WIT."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from tabuah.operations.feeds.errors import UnusableItem

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2090, 1, 1, tzinfo=UTC)
CLOCK_SLACK: Final = timedelta(hours=1)  # tolerance for a feed ahead of the caller's clock

_ZONE_HOURS: Final = {"WIB": 7, "WITA": 8, "WIT": 9, "UTC": 0}
_MONTHS: Final = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6, "jul": 7, "agu": 8, "agt": 8, "ags": 8,
    "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "nop": 11, "des": 12, "dec": 12,
}  # fmt: skip
_DATE: Final = re.compile(r"([0-9]{1,2})[ -]([A-Za-z]{3})[a-z]*[ -]([0-9]{4})")
_CLOCK: Final = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})[:.]([0-9]{2})\s*(WIB|WITA|WIT|UTC)")


def read_iso(text: str, field: str, *, now: datetime | None = None) -> datetime:
    """Parse an ISO 8601 time with a zone to UTC.

    Raises:
        UnusableItem: invalid, without zone, or not plausible (see `check_timestamp`).
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UnusableItem("not_a_time", field=field, text=text[:40]) from None
    return check_timestamp(moment, field, now=now)


def read_mail_date(text: str, field: str, *, now: datetime | None = None) -> datetime:
    """Parse an RFC 822 time, as in RSS, to UTC.

    Raises:
        UnusableItem: invalid, without zone, or not plausible.
    """
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - a window starts without mail and sockets

    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise UnusableItem("not_a_time", field=field, text=text[:40]) from None
    return check_timestamp(moment, field, now=now)


def read_local_time(date_text: str, clock_text: str, *, now: datetime | None = None) -> datetime:
    """Parse BMKG's `Tanggal` and `Jam` ("23 Sep 2026" and "19:16:56 WIB") to UTC.

    Raises:
        UnusableItem: invalid, without zone, or not plausible.
    """
    date = _DATE.fullmatch(date_text.strip())
    clock = _CLOCK.fullmatch(clock_text.strip())
    month = _MONTHS.get(date[2].lower()) if date else None
    if date is None or clock is None or month is None:
        raise UnusableItem("not_a_time", field="Tanggal/Jam", text=f"{date_text} {clock_text}"[:40])
    zone = timezone(timedelta(hours=_ZONE_HOURS[clock[4]]))
    try:
        moment = datetime(int(date[3]), month, int(date[1]), int(clock[1]), int(clock[2]), int(clock[3]), tzinfo=zone)
    except ValueError:
        raise UnusableItem("not_a_time", field="Tanggal/Jam", text=f"{date_text} {clock_text}"[:40]) from None
    return check_timestamp(moment, "Tanggal/Jam", now=now)


def check_timestamp(moment: datetime, field: str, *, now: datetime | None = None) -> datetime:
    """Return the time as UTC if plausible: from 2000 on, and at most an hour after `now` (where given).

    Raises:
        UnusableItem: it has no zone or is not plausible.
    """
    if moment.tzinfo is None:
        raise UnusableItem("no_time_zone", field=field)
    try:
        utc = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        raise UnusableItem("outside_calendar", field=field) from None
    latest = LATEST if now is None else now + CLOCK_SLACK
    if utc < EARLIEST:
        raise UnusableItem("too_long_ago", field=field, moment=utc.isoformat())
    if utc > latest:
        raise UnusableItem("in_the_future", field=field, moment=utc.isoformat())
    return utc
