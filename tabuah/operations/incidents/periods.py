"""Periods of the incident performance figures, in the time zone of the regency, each with the one before it. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from tabuah.resources.time_zone import home_zone

_DAY: Final = timedelta(days=1)


class PeriodKind(StrEnum):
    """A period that ends now; `OWN` has two given ends."""

    TODAY = "today"
    DAYS_7 = "days_7"
    DAYS_30 = "days_30"
    MONTH = "month"
    YEAR = "year"
    OWN = "own"


class PerformancePeriod(msgspec.Struct, frozen=True, kw_only=True):
    """From `since` until before `until`, and the period that it is compared with."""

    since: datetime
    until: datetime
    before_since: datetime
    before_until: datetime

    def has(self, moment: datetime) -> bool:
        return self.since <= moment < self.until

    def has_before(self, moment: datetime) -> bool:
        """Return whether a moment lies in the period before."""
        return self.before_since <= moment < self.before_until


def own_period(since: datetime, until: datetime, *, now: datetime) -> PerformancePeriod:
    """Return the period between two moments, up to `now` at most; the one before has the same length."""
    until = min(until, now) if since < now else until
    until = max(since, until)
    return PerformancePeriod(since=since, until=until, before_since=since - (until - since), before_until=since)


def period_until(kind: PeriodKind, now: datetime) -> PerformancePeriod:
    """Return the period of a kind that ends at `now`.

    A day, a month and a year that are not over are compared with the same part of the one before: the 10th of
    March, 14:00, with the first of February until the 10th of February, 14:00.
    """
    midnight = now.astimezone(home_zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    match kind:
        case PeriodKind.MONTH:
            since = midnight.replace(day=1)
            before = (since - _DAY).replace(day=1)
        case PeriodKind.YEAR:
            since = midnight.replace(month=1, day=1)
            before = since.replace(year=since.year - 1)
        case _:
            days = {PeriodKind.DAYS_7: 7, PeriodKind.DAYS_30: 30}.get(kind, 1)
            since = midnight - (days - 1) * _DAY
            before = since - days * _DAY
    before_until = min(before + (now - since), since)
    return PerformancePeriod(since=since, until=now, before_since=before, before_until=before_until)
