"""How long a console keeps what is measured: every value for days, whole hours for years."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta


class Keeping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an administrator may set; a station's page looks back over 7 days of values, so 8 are the least."""

    values_days: Annotated[int, Meta(ge=8, le=3_660)] = 30
    hours_years: Annotated[int, Meta(ge=1, le=100)] = 5

    def values_before(self, now: datetime) -> datetime:
        """Values from before this moment may go."""
        return now - timedelta(days=self.values_days)

    def hours_before(self, now: datetime) -> datetime:
        """Hours from before this moment may go; never sooner than their values."""
        return min(now - timedelta(days=365.25 * self.hours_years), self.values_before(now))
