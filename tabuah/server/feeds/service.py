"""The feeds service: one thread that polls feeds when they are due and updates the alarms that follow."""

import logging
import random
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.entries import subject_kind
from tabuah.operations.feeds.sources import FeedSet, FeedSource
from tabuah.resources.regency import current_regency
from tabuah.server.errors import ServerError
from tabuah.server.feeds.bulletin_alarms import BulletinAlarms, ExpectedAlarm
from tabuah.server.feeds.current_bulletins import KINDS, CurrentBulletins
from tabuah.server.feeds.fetcher import Fetcher, RateLimiter
from tabuah.server.feeds.health import FeedRecord, alarm_of_feed, feed_key, health_of, read_records, save_records
from tabuah.server.feeds.poller import FeedPoller
from tabuah.server.health import VERSION
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.protocol import FeedsReply
from tabuah.storage.journal.wire import Record, decode_entry

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 15.0
FIRST_PAUSE_S: Final = 60.0
LONGEST_PAUSE_S: Final = 900.0
JITTER: Final = 0.1  # so that servers started together do not poll together


class FeedsService:
    """Call `start` before use and `stop` before the journal is closed. Without feeds it only updates alarms."""

    def __init__(
        self, journal: ServerJournal, feeds: FeedSet, *, asking: bool, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        """Prepare the service.

        Args:
            journal: receives the entries.
            feeds: feeds to poll.
            asking: whether to poll at all.
            clock_s: monotonic clock, for pauses.
        """
        self.sources = feeds.feed if asking else ()
        self._journal, self._asking, self._clock_s = journal, asking, clock_s
        self._directory = journal.directory.path
        self._records = read_records(self._directory)
        self._due_s = {source.name: clock_s() for source in self.sources}
        self._random = random.Random()
        self._stopping, self._wake = threading.Event(), threading.Event()
        pace = RateLimiter(clock_s)
        self._fetcher = Fetcher(pace, agent=f"Tabuah/{VERSION} ({current_regency().name})", pause=self._stopping.wait)
        self._knowledge = CurrentBulletins(journal)
        self._alarms = BulletinAlarms(journal)
        self.poller = FeedPoller(journal, self._fetcher, self._knowledge, self._directory)
        self._unsubscribe: Callable[[], None] = lambda: None
        self._changed_subjects: set[str] = set()  # subjects with entries since the last update
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="tabuah-feeds", daemon=True)

    def load(self) -> None:
        """Load the state from the journal; `start` calls it."""
        self._knowledge.load()
        self._alarms.load()

    def start(self) -> None:
        """Load the state from the journal, and start the thread."""
        self.load()
        self._unsubscribe = self._journal.subscribe(self._on_records)
        self._thread.start()

    def stop(self) -> None:
        """Stop at once, whatever the thread is waiting for."""
        self._unsubscribe()
        self._stopping.set()
        self._wake.set()
        self._fetcher.abort()
        if self._thread.ident is not None:
            self._thread.join()
        self._fetcher.close()

    @property
    def is_running(self) -> bool:
        """Whether the thread runs; callable from any thread."""
        return self._thread.is_alive()

    def health(self) -> FeedsReply:
        """Return the health of all feeds; callable from any thread."""
        now, clock_s = self._journal.clock(), self._clock_s()
        return FeedsReply(
            asking=self._asking,
            feeds=tuple(
                health_of(
                    source,
                    self._records.get(source.name) or FeedRecord(),
                    now=now,
                    next_try_at=now + timedelta(seconds=max(0.0, self._due_s[source.name] - clock_s)),
                )
                for source in self.sources
            ),
        )

    def poll_due(self) -> None:
        """Poll the feeds that are due; the thread calls it."""
        for source in self.sources:
            if self._stopping.is_set():
                return
            if self._clock_s() >= self._due_s[source.name]:
                self._poll(source)

    def update_alarms(self) -> None:
        """Raise and clear alarms for the current state; the thread calls it."""
        with self._lock:
            changed, self._changed_subjects = self._changed_subjects, set()
        try:
            if any(subject_kind(subject) == "exercise" for subject in changed):
                self.load()  # a wiped exercise has taken its bulletins and alarms with it
            self._knowledge.learn(subject for subject in changed if subject_kind(subject) in KINDS)
            now = self._journal.clock()
            self._alarms.update_alarms(self._expected(now), now)
        except ServerError as error:
            log.warning("alarms of feeds wait: %s", error)
            with self._lock:
                self._changed_subjects |= changed

    def _expected(self, now: datetime) -> dict[str, ExpectedAlarm]:
        expected = self._knowledge.expected_alarms(now)
        for source in self.sources:
            record = self._records.get(source.name)
            if record is not None:
                alarm = alarm_of_feed(source, record, now)
                expected[feed_key(source.name)] = ExpectedAlarm(alarm, source.world)
        return expected

    def _poll(self, source: FeedSource) -> None:
        record = self._records.setdefault(source.name, FeedRecord())
        retry_after_s = self.poller.poll(source, record)
        if self._stopping.is_set():
            return  # an error caused by stopping is not a failure of the feed
        pause_s = max(retry_after_s, _pause_s(source, record))
        self._due_s[source.name] = self._clock_s() + pause_s * self._random.uniform(1 - JITTER, 1 + JITTER)
        save_records(self._directory, self._records)

    def _on_records(self, records: tuple[Record, ...]) -> None:
        """Note changed bulletins and rules, written by a person or by this service; runs on the journal's thread."""
        changed = {decode_entry(record.text).subject for record in records}
        changed = {subject for subject in changed if subject_kind(subject) in (*KINDS, "exercise")}
        if changed:
            with self._lock:
                self._changed_subjects |= changed
            self._wake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.poll_due()
                self.update_alarms()
            except Exception:
                log.exception("polling the feeds failed because of a bug")
            self._wake.wait(self._next_look_s())
            self._wake.clear()

    def _next_look_s(self) -> float:
        due_s = min(self._due_s.values(), default=float("inf")) - self._clock_s()
        return min(max(due_s, 0.05), LOOK_EVERY_S)


def _pause_s(source: FeedSource, record: FeedRecord) -> float:
    """Return the pause until the next poll: it doubles with every failure, up to a quarter of an hour."""
    if not record.failures:
        return source.every_s
    growing_s = FIRST_PAUSE_S * 2.0 ** min(record.failures - 1, 10)
    return min(growing_s, LONGEST_PAUSE_S)
