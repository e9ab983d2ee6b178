"""Health of a feed: its state, times and counts."""

from datetime import datetime
from enum import StrEnum

import msgspec


class FeedState(StrEnum):
    """State of a feed.

    FAILING has just begun. FROZEN answers, but has had nothing new for too long.
    """

    WAITING = "waiting"
    WORKING = "working"
    FAILING = "failing"
    LOST = "lost"
    FROZEN = "frozen"


class QuarantinedFeedItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something from a feed that could not be used, and why."""

    at: datetime
    reason: str


class FeedHealth(msgspec.Struct, frozen=True, kw_only=True):
    """State and counts of one feed; `readings` counts answers that could be read."""

    name: str
    title: str
    content: str
    source: str
    url: str
    state: FeedState
    last_success_at: datetime | None = None
    last_change_at: datetime | None = None
    last_tried_at: datetime | None = None
    failing_since: datetime | None = None
    next_try_at: datetime | None = None
    error: str = ""
    moved_to: str = ""
    changes_within_h: float = 0.0
    readings: int = 0
    unchanged: int = 0
    new: int = 0
    revised: int = 0
    set_aside: int = 0
    refused: int = 0
    asides: tuple[QuarantinedFeedItem, ...] = ()
    said: tuple[str, ...] = ()  # a forecast in words, step by step
    exercise: bool = False
