"""Health of feeds: the record of each feed, kept through restarts, its state, and when a failure becomes an alarm."""

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from tabuah.operations.alarms.alarm import link_cause
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.feeds.feed_health import FeedHealth, FeedState, QuarantinedFeedItem
from tabuah.operations.feeds.feed_reading import ATTRIBUTION
from tabuah.operations.feeds.sources import FeedSource
from tabuah.operations.levels import AlarmSeverity
from tabuah.server.feeds.fetcher import Validators
from tabuah.storage.small_files import DamagedSmallFile, read_json_file

log = logging.getLogger(__name__)

FILE_NAME: Final = "feeds.json"
MAX_FINDINGS: Final = 20


class FeedRecord(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The record of one feed; `fingerprint` identifies its last content, `failing_since` is None while it works."""

    url: str = ""
    validators: Validators = Validators()
    fingerprint: str = ""
    first_tried_at: datetime | None = None
    last_tried_at: datetime | None = None
    last_success_at: datetime | None = None
    last_change_at: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    error: str = ""
    moved_to: str = ""
    readings: int = 0
    unchanged: int = 0
    new: int = 0
    revised: int = 0
    set_aside: int = 0
    refused: int = 0
    asides: list[QuarantinedFeedItem] = []
    said: tuple[str, ...] = ()  # lines of a weather forecast, which is not journalled

    def add_finding(self, found: QuarantinedFeedItem) -> None:
        """Add an unusable item to the findings, newest first; a repeated reason replaces the older one."""
        known = [aside for aside in self.asides if aside.reason != found.reason]
        self.asides = [found, *known][:MAX_FINDINGS]


MAX_RECORD_BYTES: Final = 16 << 20


def read_records(directory: Path) -> dict[str, FeedRecord]:
    """Read the records by feed name. A damaged file is ignored: all feeds are then fetched in full."""
    try:
        return read_json_file(directory / FILE_NAME, dict[str, FeedRecord], at_most=MAX_RECORD_BYTES)
    except FileNotFoundError:
        return {}
    except (OSError, DamagedSmallFile) as error:
        log.warning("the records of the feeds cannot be read: %s", error)
        return {}


def save_records(directory: Path, records: dict[str, FeedRecord]) -> None:
    """Save the records; if that fails, they are lost at the next restart."""
    file = directory / FILE_NAME
    unfinished = file.with_suffix(".new")
    try:
        unfinished.write_bytes(msgspec.json.encode(records))
        unfinished.replace(file)
    except OSError as error:
        log.warning("the records of the feeds cannot be saved: %s", error)


FEED_RULE: Final = "feed"
LONGEST_REASON: Final = 400


def state_of(source: FeedSource, record: FeedRecord, now: datetime) -> FeedState:
    """Return the state of a feed at `now` (UTC)."""
    if record.failing_since is not None:
        lost_at = record.failing_since + timedelta(seconds=source.lost_after_s)
        return FeedState.LOST if now >= lost_at else FeedState.FAILING
    if record.last_success_at is None:
        return FeedState.WAITING
    return FeedState.FROZEN if frozen_since(source, record, now) else FeedState.WORKING


def frozen_since(source: FeedSource, record: FeedRecord, now: datetime) -> datetime | None:
    """Return the time of the last change, if the feed should have changed since; otherwise None."""
    if not source.changes_within_h or record.last_change_at is None:
        return None
    should_at = record.last_change_at + timedelta(hours=source.changes_within_h)
    return record.last_change_at if now >= should_at else None


def alarm_of_feed(source: FeedSource, record: FeedRecord, now: datetime) -> AlarmRaised | None:
    """Return the alarm of a lost or frozen feed; None while it works or has only just begun to fail."""
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
        title=f"{ATTRIBUTION} · {source.display_title}",
        cause=link_cause(source.name),
        reason="" if is_frozen else record.error[:LONGEST_REASON],
    )


def feed_key(name: str) -> str:
    """Return the alarm key of a feed."""
    return f"feed/{name}"


def health_of(source: FeedSource, record: FeedRecord, *, now: datetime, next_try_at: datetime | None) -> FeedHealth:
    """Return the health of a feed for display."""
    return FeedHealth(
        name=source.name,
        title=source.display_title,
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
