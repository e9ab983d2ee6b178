"""One poll of one feed: fetch, parse, journal, and record the result. Every failure is recorded with the feed."""

import hashlib
import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from tabuah.operations.feeds.cap_parser import parse_cap
from tabuah.operations.feeds.detection import AnyReading
from tabuah.operations.feeds.earthquakes import Earthquake, parse_earthquakes
from tabuah.operations.feeds.errors import FeedError
from tabuah.operations.feeds.feed_health import QuarantinedFeedItem
from tabuah.operations.feeds.nowcast_rss import NowcastNotice, parse_nowcast_rss
from tabuah.operations.feeds.sources import FeedContent, FeedSource
from tabuah.operations.feeds.weather_forecast import WeatherForecast, parse_forecast
from tabuah.resources.localisation import _, ngettext
from tabuah.server.errors import ServerError
from tabuah.server.feeds.current_bulletins import CurrentBulletins
from tabuah.server.feeds.drafts import FeedDrafts, draft_earthquakes, draft_warning
from tabuah.server.feeds.fetcher import NO_VALIDATORS, FeedMoved, FeedUnreachable, Fetcher
from tabuah.server.feeds.health import FeedRecord
from tabuah.server.journal import ServerJournal
from tabuah.text.feeds.feed_items import describe_forecast_steps
from tabuah.text.feeds.remarks import describe_remark

log = logging.getLogger(__name__)

MAX_SAVED_BYTES: Final = 64 * 1024
GONE_AFTER: Final = timedelta(hours=6)  # no nowcast warning lasts longer
MAX_WARNINGS: Final = 30  # fetched in one poll; the rest follows in the next


class WarningsMissing(Exception):
    """Some warnings of a list could not be fetched, so the list must be read again."""


class FeedPoller:
    """Belongs to the feeds thread."""

    def __init__(
        self, journal: ServerJournal, fetcher: Fetcher, knowledge: CurrentBulletins, directory: Path
    ) -> None:
        self._journal, self._fetcher, self._knowledge, self._directory = journal, fetcher, knowledge, directory
        self._seen: set[tuple[str, str]] = set()  # (feed, link) of the warnings that were fetched

    def poll(self, source: FeedSource, record: FeedRecord) -> float:
        """Poll once and write the result into the record.

        Returns:
            The pause in seconds that the other side asked for.
        """
        now = self._journal.clock()
        record.last_tried_at = now
        record.first_tried_at = record.first_tried_at or now
        if record.url != source.url:
            record.url, record.validators, record.moved_to = source.url, NO_VALIDATORS, ""
        try:
            self._read(source, record, now)
        except FeedUnreachable as error:
            _fail(record, str(error), now)
            return error.retry_after_s
        except FeedError as error:
            record.refused += 1
            record.add_finding(QuarantinedFeedItem(at=now, reason=describe_remark(error.remark)))
            _fail(record, describe_remark(error.remark), now)
        except (ServerError, WarningsMissing) as error:
            _fail(record, str(error), now)
        except Exception as error:
            log.exception("feed %s could not be read because of a bug", source.name)
            _fail(record, f"{type(error).__name__}: {error}", now)
        else:
            record.failing_since, record.failures, record.error, record.last_success_at = None, 0, "", now
        return 0.0

    def _read(self, source: FeedSource, record: FeedRecord, now: datetime) -> None:
        fetched = self._fetcher.fetch(source.url, record.validators)
        record.moved_to = fetched.moved_to
        if fetched.body is None:
            record.unchanged += 1
            return
        try:
            reading = _parse(source, fetched.body, now)
        except FeedError:
            self._save_unreadable(source, fetched.body)
            raise
        record.readings += 1
        self._note_findings(record, reading, now)
        self._journal_items(source, record, reading, now)
        record.validators = fetched.validators  # only now: what was not saved must be delivered again
        fingerprint = _fingerprint(reading)
        if fingerprint != record.fingerprint:
            record.fingerprint, record.last_change_at = fingerprint, now
        else:
            record.unchanged += 1

    def _journal_items(self, source: FeedSource, record: FeedRecord, reading: AnyReading, now: datetime) -> None:
        match source.content:
            case FeedContent.EARTHQUAKES:
                known = tuple(self._knowledge.earthquakes.values())
                quakes = (item for item in reading.items if isinstance(item, Earthquake))
                taken = draft_earthquakes(quakes, known, feed=source.name, exercise=source.exercise)
                self._write(record, taken)
            case FeedContent.WARNINGS:
                notices = [item for item in reading.items if isinstance(item, NowcastNotice)]
                self._journal_warnings(source, record, notices, now)
            case FeedContent.FORECAST:
                forecasts = (item for item in reading.items if isinstance(item, WeatherForecast))
                record.said = tuple(
                    message for forecast in forecasts for message in describe_forecast_steps(forecast)
                )

    def _journal_warnings(
        self, source: FeedSource, record: FeedRecord, notices: list[NowcastNotice], now: datetime
    ) -> None:
        """Fetch unknown warnings of our province, and those whose province is not given."""
        ours = [n for n in notices if not source.province or n.province_code in ("", source.province)]
        new = [n for n in ours if n.guid not in self._knowledge.warnings and (source.name, n.link) not in self._seen]
        missing = sum(not self._is_journalled(source, record, notice, now) for notice in new[:MAX_WARNINGS])
        missing += max(0, len(new) - MAX_WARNINGS)
        if missing:
            message = ngettext(
                "{n} weather warning of the list could not be fetched",
                "{n} weather warnings of the list could not be fetched",
                missing,
            )
            raise WarningsMissing(message.format(n=missing))

    def _is_journalled(self, source: FeedSource, record: FeedRecord, notice: NowcastNotice, now: datetime) -> bool:
        """Fetch and journal one warning; one that cannot be used is recorded as a finding and counts as done."""
        if not notice.link:
            record.set_aside += 1
            reason = _("{title}: the link does not lead to BMKG").format(title=notice.title)
            record.add_finding(QuarantinedFeedItem(at=now, reason=reason))
            return True
        try:
            body = self._fetcher.fetch(notice.link).body or b""
        except FeedUnreachable as error:
            record.add_finding(QuarantinedFeedItem(at=now, reason=f"{notice.title}: {error}"))
            if not isinstance(error, FeedMoved) or now - notice.published_at < GONE_AFTER:
                return False
            record.set_aside += 1  # it has expired; the list still names what its sender has removed
            self._seen.add((source.name, notice.link))
            return True
        self._seen.add((source.name, notice.link))
        try:
            alert = parse_cap(body, now=now)
        except FeedError as error:
            record.set_aside += 1
            reason = f"{notice.title}: {describe_remark(error.remark)}"
            record.add_finding(QuarantinedFeedItem(at=now, reason=reason))
            self._save_unreadable(source, body)
            return True
        self._write(record, draft_warning(alert, self._knowledge.warnings, exercise=source.exercise))
        return True

    def _write(self, record: FeedRecord, taken: FeedDrafts) -> None:
        if taken.drafts:
            self._journal.append_drafts(taken.drafts)
            self._knowledge.learn(draft.subject for draft in taken.drafts)
        record.new += taken.new
        record.revised += taken.revised

    def _note_findings(self, record: FeedRecord, reading: AnyReading, now: datetime) -> None:
        record.set_aside += len(reading.set_aside)
        for finding in reading.set_aside:
            record.add_finding(QuarantinedFeedItem(at=now, reason=describe_remark(finding.reason)))

    def _save_unreadable(self, source: FeedSource, body: bytes) -> None:
        """Save the beginning of the last unreadable response for diagnosis."""
        folder = self._directory / "feeds-aside"
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            (folder / f"{source.name}.bin").write_bytes(body[:MAX_SAVED_BYTES])
        except OSError as error:
            log.warning("the unreadable response of feed %s cannot be saved: %s", source.name, error)


def _parse(source: FeedSource, body: bytes, now: datetime) -> AnyReading:
    match source.content:
        case FeedContent.EARTHQUAKES:
            return parse_earthquakes(body, now=now)
        case FeedContent.WARNINGS:
            return parse_nowcast_rss(body, now=now, origin=source.url)
        case FeedContent.FORECAST:
            return parse_forecast(body, now=now)


def _fail(record: FeedRecord, reason: str, now: datetime) -> None:
    record.failing_since = record.failing_since or now
    record.failures += 1
    record.error = reason


def _fingerprint(reading: AnyReading) -> str:
    """Identify the content, so that the same items in another byte order are not a change."""
    return hashlib.sha256(repr((reading.items, reading.issued_at)).encode("utf-8", "replace")).hexdigest()
