"""Bodies of maintenance entries."""

from datetime import timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.bounds import ProseText
from tabuah.operations.entries import Moment
from tabuah.operations.stations.station import StationCode

LONGEST_MAINTENANCE: Final = timedelta(days=14)


class MaintenancePlanned(msgspec.Struct, frozen=True, kw_only=True):
    """Maintenance of some stations from `since` to `until`, with a reason; an end is required."""

    stations: Annotated[tuple[StationCode, ...], Meta(min_length=1, max_length=500)]
    since: Moment
    until: Moment
    reason: Annotated[str, Meta(min_length=1, max_length=400)]

    def __post_init__(self) -> None:
        """Reject an end before the start, or too far ahead."""
        if not (self.since < self.until and self.until - self.since <= LONGEST_MAINTENANCE):
            raise ValueError("maintenance ends after it has begun, and within fourteen days")


class MaintenanceEnded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The maintenance has ended, by a person or by the server when its time was over."""

    ended_at: Moment
    note: ProseText = ""
