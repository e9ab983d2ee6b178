"""One reading of one feed: asked, read, journalled, and remembered; whatever goes wrong is told of that feed."""

import hashlib
import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from tabuah.operations.feeds.cap import parse_cap
from tabuah.operations.feeds.describing import forecast_lines
from tabuah.operations.feeds.earthquakes import Earthquake, parse_earthquakes
from tabuah.operations.feeds.errors import FeedError
from tabuah.operations.feeds.forecast import WeatherForecast, parse_forecast
from tabuah.operations.feeds.nowcast_rss import NowcastNotice, parse_nowcast_rss
from tabuah.operations.feeds.recognising import AnyReading
from tabuah.operations.feeds.sources import FeedContent, FeedSource
from tabuah.resources.catalogue import _, ngettext
from tabuah.server.errors import ServerError
from tabuah.server.feeds.fetching import NOTHING_KNOWN, FeedMoved, FeedUnreachable, Fetcher
from tabuah.server.feeds.knowledge import Knowledge
from tabuah.server.feeds.records import FeedRecord
from tabuah.server.feeds.taking import Taken, take_earthquakes, take_warning
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.protocol import FeedAside

log = logging.getLogger(__name__)

KEPT_ASIDE_BYTES: Final = 64 * 1024
GONE_AFTER: Final = timedelta(hours=6)  # no nowcast lasts longer
MOST_WARNINGS: Final = 30  # fetched by one reading; the rest comes with the next


class NotAllFetched(Exception):
    """Some warnings of a list could not be had, so that the list is not done with."""


class Poller:
    """Belongs to the thread that asks."""

    def __init__(self, journal: ServerJournal, fetcher: Fetcher, knowledge: Knowledge, directory: Path) -> None:
        self._journal, self._fetcher, self._knowledge, self._directory = journal, fetcher, knowledge, directory
        self._seen: set[tuple[str, str]] = set()  # warnings that were fetched, by feed and link

    def poll(self, source: FeedSource, record: FeedRecord) -> float:
        """Ask once and write into the record how it went.

        Returns:
            How long the other side asked to be left alone, in seconds.
        """
        now = self._journal.clock()
        record.last_tried_at = now
        record.first_tried_at = record.first_tried_at or now
        if record.url != source.url:
            record.url, record.validators, record.moved_to = source.url, NOTHING_KNOWN, ""
        try:
            self._read(source, record, now)
        except FeedUnreachable as error:
            _fail(record, str(error), now)
            return error.retry_after_s
        except FeedError as error:
            record.refused += 1
            record.put_aside(FeedAside(at=now, reason=str(error)))
            _fail(record, str(error), now)
        except (ServerError, NotAllFetched) as error:
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
            self._keep_aside(source, fetched.body)
            raise
        record.readings += 1
        self._note_asides(record, reading, now)
        self._take(source, record, reading, now)
        record.validators = fetched.validators  # only now: what was not saved must come again
        fingerprint = _fingerprint(reading)
        if fingerprint != record.fingerprint:
            record.fingerprint, record.last_change_at = fingerprint, now
        else:
            record.unchanged += 1

    def _take(self, source: FeedSource, record: FeedRecord, reading: AnyReading, now: datetime) -> None:
        match source.content:
            case FeedContent.EARTHQUAKES:
                known = tuple(self._knowledge.earthquakes.values())
                quakes = (item for item in reading.items if isinstance(item, Earthquake))
                taken = take_earthquakes(quakes, known, feed=source.name, exercise=source.exercise)
                self._write(record, taken)
            case FeedContent.WARNINGS:
                notices = [item for item in reading.items if isinstance(item, NowcastNotice)]
                self._take_warnings(source, record, notices, now)
            case FeedContent.FORECAST:
                forecasts = (item for item in reading.items if isinstance(item, WeatherForecast))
                record.said = tuple(told for forecast in forecasts for told in forecast_lines(forecast))

    def _take_warnings(
        self, source: FeedSource, record: FeedRecord, notices: list[NowcastNotice], now: datetime
    ) -> None:
        """Fetch what is not known yet, of our province and of those that hide theirs."""
        ours = [n for n in notices if not source.province or n.province_code in ("", source.province)]
        new = [n for n in ours if n.guid not in self._knowledge.warnings and (source.name, n.link) not in self._seen]
        missing = sum(not self._has_taken(source, record, notice, now) for notice in new[:MOST_WARNINGS])
        missing += max(0, len(new) - MOST_WARNINGS)
        if missing:
            told = ngettext(
                "{n} weather warning of the list could not be fetched",
                "{n} weather warnings of the list could not be fetched",
                missing,
            )
            raise NotAllFetched(told.format(n=missing))

    def _has_taken(self, source: FeedSource, record: FeedRecord, notice: NowcastNotice, now: datetime) -> bool:
        """Fetch and journal one warning; what cannot be used is put aside and counts as done."""
        if not notice.link:
            record.set_aside += 1
            reason = _("{title}: the link does not lead to BMKG").format(title=notice.title)
            record.put_aside(FeedAside(at=now, reason=reason))
            return True
        try:
            body = self._fetcher.fetch(notice.link).body or b""
        except FeedUnreachable as error:
            record.put_aside(FeedAside(at=now, reason=f"{notice.title}: {error}"))
            if not isinstance(error, FeedMoved) or now - notice.published_at < GONE_AFTER:
                return False
            record.set_aside += 1  # its time is over; the list still names what its sender has taken away
            self._seen.add((source.name, notice.link))
            return True
        self._seen.add((source.name, notice.link))
        try:
            alert = parse_cap(body, now=now)
        except FeedError as error:
            record.set_aside += 1
            record.put_aside(FeedAside(at=now, reason=f"{notice.title}: {error}"))
            self._keep_aside(source, body)
            return True
        self._write(record, take_warning(alert, self._knowledge.warnings, exercise=source.exercise))
        return True

    def _write(self, record: FeedRecord, taken: Taken) -> None:
        if taken.drafts:
            self._journal.append_own(taken.drafts)
            self._knowledge.learn(draft.subject for draft in taken.drafts)
        record.new += taken.new
        record.revised += taken.revised

    def _note_asides(self, record: FeedRecord, reading: AnyReading, now: datetime) -> None:
        record.set_aside += len(reading.set_aside)
        for finding in reading.set_aside:
            record.put_aside(FeedAside(at=now, reason=str(finding.reason)))

    def _keep_aside(self, source: FeedSource, body: bytes) -> None:
        """The beginning of what came last and could not be read, for who looks into it."""
        folder = self._directory / "feeds-aside"
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            (folder / f"{source.name}.bin").write_bytes(body[:KEPT_ASIDE_BYTES])
        except OSError as error:
            log.warning("what feed %s sent cannot be kept aside: %s", source.name, error)


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
    """Names what was said, so that the same words in another order of bytes are nothing new."""
    return hashlib.sha256(repr((reading.items, reading.issued_at)).encode("utf-8", "replace")).hexdigest()
