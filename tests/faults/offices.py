"""Offices that keep working during faults: the real store and the real sync, with a ledger."""

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from support.console_stores import report_incident_at
from support.running_server import PASSWORD

from tabuah.operations.codes import Severity
from tabuah.operations.incidents.drafts import edit_incident, note_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.chain import ChainedEntry
from tabuah.storage.journal.push import PushedEntry, PushReply
from tabuah.storage.sync.errors import SyncError
from tabuah.storage.sync.push import push_outbox
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import run_sync_pass

T = TypeVar("T")
PAUSE_S: Final = 0.1  # after a failed sync; people and syncers wait longer


@dataclass
class Ledger:
    """Saved entries, acknowledged entries, and failure messages of an office."""

    saved: list[str] = field(default_factory=list)
    acknowledged: dict[str, PushedEntry] = field(default_factory=dict)
    failures: list[SyncError] = field(default_factory=list)


class RecordingStore(ConsoleStore):
    """Console store that records each save and acknowledgement in a ledger."""

    ledger: Ledger

    def save_all(self, drafts: object) -> tuple[ChainedEntry, ...]:
        chained = super().save_all(drafts)  # type: ignore[arg-type]
        self.ledger.saved.extend(one.entry.id for one in chained)
        return chained

    def acknowledge(self, reply: PushReply) -> None:
        for result in reply.results:
            known = self.ledger.acknowledged.setdefault(result.id, result)
            assert known == result, f"the server acknowledged {result.id} in two ways"
        super().acknowledge(reply)


class Office:
    """One console; it runs on its own thread, and the calls here wait for it."""

    def __init__(self, directory: Path, *, clock: Callable[[], datetime] | None = None) -> None:
        self.directory = directory
        self.ledger = Ledger()
        self._clock = clock or _utc_now
        self._numbers = itertools.count(1)
        self._session: ConsoleSession | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"office {directory.name}")
        self.store: RecordingStore = self._do(self._open)

    def log_in(self, url: str, user: str) -> None:
        """Log in through a connection."""
        self._do(lambda: log_in(self.store, url=url, user=user, password=PASSWORD))

    def work(self, rounds: int) -> None:
        """Write and sync `rounds` times."""
        self._do(lambda: self._work(range(rounds), threading.Event()))

    def begin_work(self, until: threading.Event) -> "Future[None]":
        """Write and sync continuously in the background until `until` is set."""
        return self._thread.submit(self._work, itertools.count(), until)

    def write(self, count: int) -> None:
        """Save without a sync."""
        self._do(lambda: [self._write() for _one in range(count)])

    def push(self) -> None:
        """Push the outbox, and nothing else, over a persistent connection."""
        self._do(self._push)

    def sync(self) -> bool:
        """Sync once; return whether it completed."""
        return bool(self._do(self._sync))

    def ask(self, question: Callable[[RecordingStore], T]) -> T:
        """Query the store."""
        return self._do(lambda: question(self.store))

    def close(self) -> None:
        self._do(self._close)
        self._thread.shutdown()

    def _do(self, work: Callable[[], T]) -> T:
        return self._thread.submit(work).result()

    def _open(self) -> RecordingStore:
        store = RecordingStore(self.directory, clock=self._clock)
        store.ledger = self.ledger
        return store

    def _work(self, rounds: Iterable[int], until: threading.Event) -> None:
        for _round in rounds:
            if until.is_set():
                return
            for _one in range(3):
                self._write()
            if not self._sync():
                until.wait(PAUSE_S)

    def _write(self) -> None:
        """Write a report now and then, else a note or a grade on any open incident."""
        number = next(self._numbers)
        incidents = self.store.incidents()
        if number % 5 == 1 or not incidents:
            report_incident_at(self.store, f"{self.directory.name} {number}")
            return
        incident = incidents[number % len(incidents)]
        if number % 4 == 0:
            grade = IncidentEdited(severity=list(Severity)[number % len(Severity)])
            self.store.save(edit_incident(incident, grade))
        else:
            self.store.save(note_incident(incident, f"catatan {number} dari {self.directory.name}"))

    def _push(self) -> None:
        self._session = self._session or ConsoleSession(self.store)
        push_outbox(self.store, self._session.client)

    def _close(self) -> None:
        if self._session is not None:
            self._session.client.close()
        self.store.close()

    def _sync(self) -> bool:
        try:
            session = ConsoleSession(self.store)
            with session.client:
                run_sync_pass(self.store, session)
        except SyncError as error:
            self.ledger.failures.append(error)
            return False
        return True


def _utc_now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def open_offices(folder: Path, *names: str, url: str) -> Iterator[list[Office]]:
    """Open logged-in offices of these users."""
    with ExitStack() as opened:
        offices = []
        for name in names:
            office = Office(folder / name)
            opened.callback(office.close)
            office.log_in(url, name)
            offices.append(office)
        yield offices
