"""What one reading of a feed gave: the items, and whatever was set aside or repaired."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Generic, TypeVar

from tabuah.operations.feeds.remarks import Remark

ATTRIBUTION: Final = "BMKG"  # BMKG asks to be named as the source wherever its data are shown

Item_co = TypeVar("Item_co", covariant=True)


class FeedKind(StrEnum):
    """Which feed it is, by the name BMKG gives it."""

    LATEST_EARTHQUAKE = "autogempa"
    RECENT_EARTHQUAKES = "gempaterkini"
    FELT_EARTHQUAKES = "gempadirasakan"
    WARNING = "nowcast_cap"
    WARNING_LIST = "nowcast_rss"
    FORECAST = "prakiraan"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know about an item: `index` counts from 0 in the order of the feed, None is the whole."""

    index: int | None
    reason: Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReading(Generic[Item_co]):
    """The items that can be used, newest first as published, with every item that was not and why.

    `set_aside` are items left out, `notes` are items taken with a repair or a doubt.
    `issued_at` is when the feed itself says that it was made (UTC), where it says so.
    """

    kind: FeedKind
    items: tuple[Item_co, ...]
    set_aside: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    issued_at: datetime | None = None
    source: str = ATTRIBUTION
