"""What the entries about maintenance carry."""

from datetime import timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.entries import Moment
from tabuah.operations.stations.station import StationCode

LONGEST_MAINTENANCE: Final = timedelta(days=14)


class MaintenancePlanned(msgspec.Struct, frozen=True, kw_only=True):
    """These stations are worked on from `since` to `until`, for a reason; never without an end."""

    stations: Annotated[tuple[StationCode, ...], Meta(min_length=1, max_length=500)]
    since: Moment
    until: Moment
    reason: Annotated[str, Meta(min_length=1, max_length=400)]

    def __post_init__(self) -> None:
        """Refuse an end before the beginning, and one that nobody will remember."""
        if not self.since < self.until <= self.since + LONGEST_MAINTENANCE:
            raise ValueError("maintenance ends after it has begun, and within fourteen days")


class MaintenanceEnded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The work is over: said by a person, or by the server when the time was up."""

    ended_at: Moment
    note: str = ""
