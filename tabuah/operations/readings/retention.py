"""Retention of readings on a console: values for days, hourly summaries for years."""

from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta

LEAST_DAYS: Final = 8
MOST_DAYS: Final = 3_660
LEAST_YEARS: Final = 1
MOST_YEARS: Final = 100


class Retention(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Retention settings; a station page shows 7 days of values, so 8 days are the minimum."""

    values_days: Annotated[int, Meta(ge=LEAST_DAYS, le=MOST_DAYS)] = 30
    hours_years: Annotated[int, Meta(ge=LEAST_YEARS, le=MOST_YEARS)] = 5

    def values_before(self, now: datetime) -> datetime:
        """Return the time before which values may be deleted."""
        return now - timedelta(days=self.values_days)

    def hours_before(self, now: datetime) -> datetime:
        """Return the time before which hours may be deleted; never later than that of values."""
        return min(now - timedelta(days=365.25 * self.hours_years), self.values_before(now))


class RetentionUsage(msgspec.Struct, frozen=True, kw_only=True):
    """Stored readings, and how many of them are older than the retention.

    `size_bytes` is the whole file; `free_bytes` of it are reused: the file never shrinks.
    """

    size_bytes: int
    free_bytes: int
    values: int
    hours: int
    oldest_value_at: datetime | None
    oldest_hour_at: datetime | None
    values_going: int
    hours_going: int

    @property
    def has_expired(self) -> bool:
        return self.values_going > 0 or self.hours_going > 0
