"""Offices that work whatever becomes of the line: the real store and the real sync, and a ledger beside them."""

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from consoles import report
from running_server import PASSWORD

from tabuah.operations.codes import Severity
from tabuah.operations.incidents.bodies import IncidentEdited
from tabuah.operations.incidents.gestures import edit_incident, note_incident
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.chain import ChainedEntry
from tabuah.storage.journal.wire import PushedEntry, PushReply
from tabuah.storage.sync.errors import SyncError
from tabuah.storage.sync.once import sync_once
from tabuah.storage.sync.pushing import push_outbox
from tabuah.storage.sync.session import ConsoleSession, log_in

T = TypeVar("T")
PAUSE_S: Final = 0.1  # after a sync that failed; people and syncers wait longer


@dataclass
class Ledger:
    """What an office saved, what the server has acknowledged to it, and what it was told when that did not go."""

    saved: list[str] = field(default_factory=list)
    acknowledged: dict[str, PushedEntry] = field(default_factory=dict)
    told: list[SyncError] = field(default_factory=list)


class NotingStore(ConsoleStore):
    """A console's store that notes each save and each acknowledgement in a ledger."""

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
    """One console; everything it does happens on a thread of its own, and the calls here wait for it."""

    def __init__(self, directory: Path, *, clock: Callable[[], datetime] | None = None) -> None:
        self.directory = directory
        self.ledger = Ledger()
        self._clock = clock or _utc_now
        self._numbers = itertools.count(1)
        self._session: ConsoleSession | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"office {directory.name}")
        self.store: NotingStore = self._do(self._open)

    def log_in(self, url: str, user: str) -> None:
        """Log in through a line."""
        self._do(lambda: log_in(self.store, url=url, user=user, password=PASSWORD))

    def work(self, rounds: int) -> None:
        """Write and sync so many times."""
        self._do(lambda: self._work(range(rounds), threading.Event()))

    def begin_work(self, until: threading.Event) -> "Future[None]":
        """Write and sync on and on, beside whatever the caller does."""
        return self._thread.submit(self._work, itertools.count(), until)

    def write(self, count: int) -> None:
        """Save without a sync."""
        self._do(lambda: [self._write() for _one in range(count)])

    def push(self) -> None:
        """Send what waits, and nothing else, over a connection that stays open."""
        self._do(self._push)

    def sync(self) -> bool:
        """One sync; whether it came to its end."""
        return bool(self._do(self._sync))

    def ask(self, question: Callable[[NotingStore], T]) -> T:
        """What the store says."""
        return self._do(lambda: question(self.store))

    def close(self) -> None:
        """End it."""
        self._do(self._close)
        self._thread.shutdown()

    def _do(self, work: Callable[[], T]) -> T:
        return self._thread.submit(work).result()

    def _open(self) -> NotingStore:
        store = NotingStore(self.directory, clock=self._clock)
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
        """A report now and then, else a note or a grade on any open incident, also of others."""
        number = next(self._numbers)
        incidents = self.store.incidents()
        if number % 5 == 1 or not incidents:
            report(self.store, f"{self.directory.name} {number}")
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
                sync_once(self.store, session)
        except SyncError as error:
            self.ledger.told.append(error)
            return False
        return True


def _utc_now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def open_offices(folder: Path, *names: str, url: str) -> Iterator[list[Office]]:
    """Offices of these users, logged in."""
    with ExitStack() as opened:
        offices = []
        for name in names:
            office = Office(folder / name)
            opened.callback(office.close)
            office.log_in(url, name)
            offices.append(office)
        yield offices
