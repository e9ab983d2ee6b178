"""The feeds service: one thread that asks feeds when they are due and settles the alarms that follow."""

import logging
import random
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.entries import subject_kind
from tabuah.operations.feeds.sources import FeedSet, FeedSource
from tabuah.server.errors import ServerError
from tabuah.server.feeds.alarms import BulletinAlarms, Wanted
from tabuah.server.feeds.fetching import Fetcher
from tabuah.server.feeds.health import alarm_of_feed, feed_key, health_of
from tabuah.server.feeds.knowledge import KINDS, Knowledge
from tabuah.server.feeds.pace import RequestPace
from tabuah.server.feeds.poller import Poller
from tabuah.server.feeds.records import FeedRecord, read_records, save_records
from tabuah.server.journal import ServerJournal
from tabuah.server.status_routes import VERSION
from tabuah.storage.journal.protocol import FeedsReply
from tabuah.storage.journal.wire import Record, decode_entry

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 15.0
FIRST_PAUSE_S: Final = 60.0
LONGEST_PAUSE_S: Final = 900.0
JITTER: Final = 0.1  # servers that began together do not ask together


class FeedsService:
    """`start` before use, `stop` before the journal is closed. Without feeds it only settles alarms."""

    def __init__(
        self, journal: ServerJournal, feeds: FeedSet, *, asking: bool, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        """Prepare to ask.

        Args:
            journal: takes what came.
            feeds: what to ask.
            asking: whether to ask at all.
            clock_s: of the machine, for pauses.
        """
        self.sources = feeds.feed if asking else ()
        self._journal, self._asking, self._clock_s = journal, asking, clock_s
        self._directory = journal.directory.path
        self._records = read_records(self._directory)
        self._due_s = {source.name: clock_s() for source in self.sources}
        self._random = random.Random()
        self._stopping, self._wake = threading.Event(), threading.Event()
        pace = RequestPace(clock_s)
        self._fetcher = Fetcher(pace, agent=f"Tabuah/{VERSION} (Kabupaten Solok)", pause=self._stopping.wait)
        self._knowledge = Knowledge(journal)
        self._alarms = BulletinAlarms(journal)
        self.poller = Poller(journal, self._fetcher, self._knowledge, self._directory)
        self._unsubscribe: Callable[[], None] = lambda: None
        self._told: set[str] = set()  # of which entries have come since the last look
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="tabuah-feeds", daemon=True)

    def load(self) -> None:
        """Know what the journal says; `start` does it."""
        self._knowledge.load()
        self._alarms.load()

    def start(self) -> None:
        """Know what the journal says, and begin."""
        self.load()
        self._unsubscribe = self._journal.subscribe(self._on_records)
        self._thread.start()

    def stop(self) -> None:
        """End within a moment, whatever is being waited for."""
        self._unsubscribe()
        self._stopping.set()
        self._wake.set()
        self._fetcher.abort()
        if self._thread.ident is not None:
            self._thread.join()
        self._fetcher.close()

    def health(self) -> FeedsReply:
        """How all of them are, for people; from any thread."""
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

    def ask_due(self) -> None:
        """Ask those that are due; the thread does it."""
        for source in self.sources:
            if self._stopping.is_set():
                return
            if self._clock_s() >= self._due_s[source.name]:
                self._ask(source)

    def settle(self) -> None:
        """Raise and clear what follows from what is known now; the thread does it."""
        with self._lock:
            told, self._told = self._told, set()
        try:
            self._knowledge.learn(told)
            now = self._journal.clock()
            self._alarms.settle(self._wanted(now), now)
        except ServerError as error:
            log.warning("alarms of feeds wait: %s", error)
            with self._lock:
                self._told |= told

    def _wanted(self, now: datetime) -> dict[str, Wanted]:
        wanted = self._knowledge.wanted_alarms(now)
        for source in self.sources:
            record = self._records.get(source.name)
            if record is not None:
                alarm = alarm_of_feed(source, record, now)
                wanted[feed_key(source.name)] = Wanted(alarm, source.exercise)
        return wanted

    def _ask(self, source: FeedSource) -> None:
        record = self._records.setdefault(source.name, FeedRecord())
        retry_after_s = self.poller.poll(source, record)
        if self._stopping.is_set():
            return  # what failed because we stop is no failure of the feed
        pause_s = max(retry_after_s, _pause_s(source, record))
        self._due_s[source.name] = self._clock_s() + pause_s * self._random.uniform(1 - JITTER, 1 + JITTER)
        save_records(self._directory, self._records)

    def _on_records(self, records: tuple[Record, ...]) -> None:
        """On the journal's thread: a person has told of a volcano or written a rule, or we ourselves of something."""
        told = {decode_entry(record.text).subject for record in records}
        told = {subject for subject in told if subject_kind(subject) in KINDS}
        if told:
            with self._lock:
                self._told |= told
            self._wake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.ask_due()
                self.settle()
            except Exception:
                log.exception("the feeds could not be looked after because of a bug")
            self._wake.wait(self._next_look_s())
            self._wake.clear()

    def _next_look_s(self) -> float:
        due_s = min(self._due_s.values(), default=float("inf")) - self._clock_s()
        return min(max(due_s, 0.05), LOOK_EVERY_S)


def _pause_s(source: FeedSource, record: FeedRecord) -> float:
    """How long to leave it alone: longer with every failure, a quarter of an hour at most."""
    if not record.failures:
        return source.every_s
    growing_s = FIRST_PAUSE_S * 2.0 ** min(record.failures - 1, 10)
    return min(growing_s, LONGEST_PAUSE_S)
