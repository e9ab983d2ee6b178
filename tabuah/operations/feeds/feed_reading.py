"""Result of reading a feed: usable items, and notes on omitted or repaired ones."""

from datetime import datetime
from enum import StrEnum
from typing import Final, Generic, TypeVar

import msgspec

from tabuah.operations.feeds.remarks import FeedRemark

ATTRIBUTION: Final = "BMKG"  # BMKG requires attribution wherever its data are shown

Item_co = TypeVar("Item_co", covariant=True)


class FeedKind(StrEnum):
    """Feed by its BMKG name."""

    LATEST_EARTHQUAKE = "autogempa"
    RECENT_EARTHQUAKES = "gempaterkini"
    FELT_EARTHQUAKES = "gempadirasakan"
    WARNING = "nowcast_cap"
    WARNING_LIST = "nowcast_rss"
    FORECAST = "prakiraan"


class FeedNote(msgspec.Struct, frozen=True):
    """A note on an item: `index` counts from 0 in feed order, None is the whole feed."""

    index: int | None
    reason: FeedRemark


class FeedReading(msgspec.Struct, Generic[Item_co], frozen=True, kw_only=True):
    """The usable items, in published order (newest first), and notes on all others.

    `set_aside` lists omitted items, `notes` lists repaired or doubtful items. `issued_at` is the feed's
    own time of issue (UTC), where stated.
    """

    kind: FeedKind
    items: tuple[Item_co, ...]
    set_aside: tuple[FeedNote, ...] = ()
    notes: tuple[FeedNote, ...] = ()
    issued_at: datetime | None = None
    source: str = ATTRIBUTION
