"""How long a console keeps what is measured, values for days and whole hours for years, and what that comes to."""

from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta

LEAST_DAYS: Final = 8
MOST_DAYS: Final = 3_660
LEAST_YEARS: Final = 1
MOST_YEARS: Final = 100


class Keeping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an administrator may set; a station's page looks back over 7 days of values, so 8 are the least."""

    values_days: Annotated[int, Meta(ge=LEAST_DAYS, le=MOST_DAYS)] = 30
    hours_years: Annotated[int, Meta(ge=LEAST_YEARS, le=MOST_YEARS)] = 5

    def values_before(self, now: datetime) -> datetime:
        """Values from before this moment may go."""
        return now - timedelta(days=self.values_days)

    def hours_before(self, now: datetime) -> datetime:
        """Hours from before this moment may go; never sooner than their values."""
        return min(now - timedelta(days=365.25 * self.hours_years), self.values_before(now))


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept now, and how much of it is older than a setting allows.

    `size_bytes` is the whole file; `free_bytes` of it stand empty for what comes: the file never becomes smaller.
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
    def is_going(self) -> bool:
        """Whether anything is too old."""
        return self.values_going > 0 or self.hours_going > 0
