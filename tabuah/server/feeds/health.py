"""Whether a feed works: what to say of it, and when its silence is an alarm of its own."""

from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.alarms.bodies import AlarmRaised
from tabuah.operations.alarms.causes import cause_of_link
from tabuah.operations.feeds.reading import ATTRIBUTION
from tabuah.operations.feeds.sources import FeedSource
from tabuah.operations.levels import AlarmSeverity
from tabuah.server.feeds.records import FeedRecord
from tabuah.storage.journal.protocol import FeedHealth, FeedState

FEED_RULE: Final = "feed"
LONGEST_REASON: Final = 400


def state_of(source: FeedSource, record: FeedRecord, now: datetime) -> FeedState:
    """How a feed is at `now` (UTC)."""
    if record.failing_since is not None:
        lost_at = record.failing_since + timedelta(seconds=source.lost_after_s)
        return FeedState.LOST if now >= lost_at else FeedState.FAILING
    if record.last_success_at is None:
        return FeedState.WAITING
    return FeedState.FROZEN if frozen_since(source, record, now) else FeedState.WORKING


def frozen_since(source: FeedSource, record: FeedRecord, now: datetime) -> datetime | None:
    """Since when nothing new has come although it should have; None where that is not so."""
    if not source.changes_within_h or record.last_change_at is None:
        return None
    should_at = record.last_change_at + timedelta(hours=source.changes_within_h)
    return record.last_change_at if now >= should_at else None


def alarm_of_feed(source: FeedSource, record: FeedRecord, now: datetime) -> AlarmRaised | None:
    """The alarm that a dead or frozen feed is; None while it works, or has only just begun to fail."""
    state = state_of(source, record, now)
    if state not in (FeedState.LOST, FeedState.FROZEN):
        return None
    since = record.failing_since or frozen_since(source, record, now) or now
    is_frozen = state is FeedState.FROZEN
    return AlarmRaised(
        rule=FEED_RULE,
        station="",
        parameter=feed_key(source.name),
        severity=AlarmSeverity.HIGH,
        onset_at=since if is_frozen else min(since, record.last_success_at or since),
        limit=float(source.changes_within_h) if is_frozen else None,
        unit="h" if is_frozen else "",
        title=f"{ATTRIBUTION} · {source.shown_title}",
        cause=cause_of_link(source.name),
        reason="" if is_frozen else record.error[:LONGEST_REASON],
    )


def feed_key(name: str) -> str:
    """What the alarm of a feed is found by."""
    return f"feed/{name}"


def health_of(source: FeedSource, record: FeedRecord, *, now: datetime, next_try_at: datetime | None) -> FeedHealth:
    """All of it, for people."""
    return FeedHealth(
        name=source.name,
        title=source.shown_title,
        content=source.content.value,
        source=ATTRIBUTION,
        url=source.url,
        state=state_of(source, record, now),
        last_success_at=record.last_success_at,
        last_change_at=record.last_change_at,
        last_tried_at=record.last_tried_at,
        failing_since=record.failing_since,
        next_try_at=next_try_at,
        error=record.error,
        moved_to=record.moved_to,
        changes_within_h=source.changes_within_h,
        readings=record.readings,
        unchanged=record.unchanged,
        new=record.new,
        revised=record.revised,
        set_aside=record.set_aside,
        refused=record.refused,
        asides=tuple(record.asides),
        said=record.said,
        exercise=source.exercise,
    )
