"""The server's journal as the rest of the server sees it: push, append own entries, read, listen."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

import msgspec
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError

from tabuah.operations.authority.authority import Authority
from tabuah.operations.entries import SERVER_ACTOR, Draft, PersonalValue
from tabuah.operations.subjects import SubjectState
from tabuah.resources.catalogue import _
from tabuah.server.admission.memory import JournalHead, Memory
from tabuah.server.admission.own import AppendOwn, BeginJournal
from tabuah.server.admission.pushing import AdmitPush
from tabuah.server.admission.sheet import Sheet
from tabuah.server.admission.writer import Listener, Writer
from tabuah.server.database import queries
from tabuah.server.database.engine import database_url, open_engine
from tabuah.server.database.failures import failure_of
from tabuah.server.database.migrations import migrate
from tabuah.server.database.schema import CHAIN_HEADS
from tabuah.server.directory import ServerDirectory
from tabuah.server.errors import DamagedData, NotInitialised
from tabuah.storage.journal.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from tabuah.storage.journal.sealed_values import open_values
from tabuah.storage.journal.signing import DeviceKey
from tabuah.storage.journal.wire import PushReply, PushRequest, Record
from tabuah.storage.process_lock import ProcessLock

log = logging.getLogger(__name__)

T = TypeVar("T")

PAGE: Final = 500


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


class ServerJournal:
    """All of it may be called from any thread, except that a listener must not write.

    `authority` and `head()` are those of the last commit: read them anew each time.
    """

    def __init__(
        self, directory: ServerDirectory, engine: Engine, key: DeviceKey, clock: Callable[[], datetime]
    ) -> None:
        self.directory = directory
        self.key = key
        self.clock = clock
        self._engine = engine
        self._memory = Memory()
        self._writer = Writer(engine, self._memory, clock, self._tell_listeners)
        self._listeners: tuple[Listener, ...] = ()
        self._listeners_lock = threading.Lock()
        self._lock: ProcessLock | None = None

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        database: str = "",
        create: bool = True,
        serving: bool = False,
        clock: Callable[[], datetime] = utc_now,
    ) -> Self:
        """Open the journal in a directory.

        Args:
            path: the server's directory.
            database: another database than the file in it, as a URL.
            create: begin a journal where there is none.
            serving: hold the directory's lock, as a server does; commands write beside it without.
            clock: tells the time in UTC.

        Raises:
            ServerError: it cannot be opened; the message says what to do.
        """
        directory = ServerDirectory(path)
        url = database_url(path, database)
        is_new = not Path(url.database or "").exists()
        if is_new and not create:
            raise NotInitialised(
                _("There is no server's data in {directory}. Run: tabuah server init").format(directory=path)
            )
        directory.create()
        lock = directory.lock() if serving else None
        journal = None
        try:
            key = _key_of(directory, is_new=is_new)
            journal = cls(directory, open_engine(url), key, clock)
            journal._begin()
        except BaseException:
            if journal is not None:
                journal._engine.dispose()
            if lock is not None:
                lock.release()
            raise
        journal._lock = lock
        return journal

    def _begin(self) -> None:
        """Bring the database up to date, check that it is ours, and start to write."""
        try:
            with self._engine.connect() as connection:
                migrate(connection)
                self._memory.load(connection)
                self._check_key(connection)
        except DBAPIError as error:
            raise failure_of(error) or error from error
        self._writer.start()
        if self.head().seq == 0:
            self._writer.submit(BeginJournal(self.key)).result()

    def _check_key(self, connection: Connection) -> None:
        first = select(CHAIN_HEADS.c.n).where(CHAIN_HEADS.c.device == self.key.device_id)
        if self.head().seq > 0 and connection.execute(first).first() is None:
            raise DamagedData(
                _("{file} is not the key of this journal: restore it from a backup.").format(
                    file=self.directory.key_path
                )
            )

    def close(self) -> None:
        """Save what waits and close the database."""
        self._writer.stop()
        self._engine.dispose()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        """The journal itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    # What is committed

    @property
    def server_id(self) -> str:
        """The server's device id, which names the journal."""
        return self.key.device_id

    @property
    def authority(self) -> Authority:
        """Users, devices and grants as of the last commit; never change it."""
        return self._memory.authority

    def head(self) -> JournalHead:
        """The newest entry's seq and hash."""
        return self._memory.head

    def waiting(self) -> int:
        """How many requests wait for the writer."""
        return self._writer.waiting()

    def checkpoint(self) -> SignedCheckpoint:
        """The head, signed by the server."""
        head = self.head()
        checkpoint = Checkpoint(server=self.server_id, seq=head.seq, hash=head.hash, at=self.clock())
        return sign_checkpoint(checkpoint, self.key)

    # Writing

    def submit_push(self, request: PushRequest) -> "Future[PushReply]":
        """Let a device's entries be admitted; the future resolves after the commit.

        Raises, through the future:
            JournalError: the request is not authentic; nothing was taken.
            Refusal: the device may not write yet, or the request is too large.
            StorageFailed: nothing was saved.
        """
        if request.sealed:
            personal = (*request.personal, *open_values(request.sealed, self.key))
            request = msgspec.structs.replace(request, personal=personal, sealed=())
        return self._writer.submit(AdmitPush(request, self.key))

    def push(self, request: PushRequest) -> PushReply:
        """Like `submit_push`, and wait."""
        return self.submit_push(request).result()

    def append_own(
        self, drafts: Sequence[Draft], *, actor: str = SERVER_ACTOR, passwords: Mapping[str, str] | None = None
    ) -> tuple[Record, ...]:
        """Write entries of the server's own, all or none, and wait for the commit.

        Args:
            drafts: what to write; `at` will be the journal's clock.
            actor: who is named as the author.
            passwords: Argon2id hashes by user name, saved in the same transaction.

        Raises:
            DraftRefused: one of them is against the rules; nothing was written.
            StorageFailed: nothing was saved.
        """
        return self.submit(AppendOwn(self.key, tuple(drafts), actor, dict(passwords or {}))).result()

    def catch_up(self) -> None:
        """Wait until `authority` and `head()` know what commands have written beside the server until now."""
        self.submit(lambda _sheet: None).result()

    def submit(self, work: Callable[[Sheet], T]) -> "Future[T]":
        """Do something in the writer's transaction, with its connection."""
        return self._writer.submit(work)

    # Reading

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on a connection of its own.

        Raises:
            StorageFailed: the database cannot be read.
        """
        try:
            with self._engine.connect() as connection:
                return query(connection)
        except DBAPIError as error:
            raise failure_of(error) or error from error

    def records_after(self, seq: int, limit: int = PAGE) -> tuple[Record, ...]:
        """The next records after `seq`, at most `limit`; a page also ends when it has become large."""
        return self.read(lambda connection: queries.records_after(connection, seq, limit))

    def records_of(self, subject: str, after: int = 0, limit: int = PAGE) -> tuple[Record, ...]:
        """The records of one subject that follow `after`."""
        return self.read(lambda connection: queries.records_of(connection, subject, after, limit))

    def records_by(self, device: str, after: int = 0, limit: int = PAGE) -> tuple[Record, ...]:
        """The records that a device wrote and that follow `after`."""
        return self.read(lambda connection: queries.records_by(connection, device, after, limit))

    def personal_values_of(self, records: Iterable[Record]) -> tuple[PersonalValue, ...]:
        """The personal values that are kept beside these records."""
        seqs = [record.seq for record in records]
        return self.read(lambda connection: queries.personal_values_of(connection, seqs))

    def state_of(self, subject: str) -> SubjectState:
        """The committed state of a subject."""
        return self.read(lambda connection: queries.state_of(connection, subject))

    def states_of_kind(self, kind: str) -> dict[str, SubjectState]:
        """The committed states of all subjects of a kind (`station`, `rule`, `alarm` …), by subject."""
        return self.read(lambda connection: queries.states_of_kind(connection, kind))

    def subjects_naming(self, sha256: str) -> tuple[str, ...]:
        """The subjects whose entries name an attachment, or name it as their thumbnail."""
        return self.read(lambda connection: queries.subjects_naming(connection, sha256))

    # Listening

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with the records of every later commit, in order, on the writer's thread.

        It must be quick and never write.

        Returns:
            A function that ends it.
        """
        known_until = self.head().seq  # whoever waited for a commit hears of it before the listeners do

        def hear(records: tuple[Record, ...]) -> None:
            fresh = records if records[0].seq > known_until else tuple(r for r in records if r.seq > known_until)
            if fresh:
                listener(fresh)

        with self._listeners_lock:
            self._listeners = (*self._listeners, hear)

        def unsubscribe() -> None:
            with self._listeners_lock:
                self._listeners = tuple(known for known in self._listeners if known is not hear)

        return unsubscribe

    def _tell_listeners(self, records: tuple[Record, ...]) -> None:
        for listener in self._listeners:
            try:
                listener(records)
            except Exception:
                log.exception("a listener failed on entries %d to %d", records[0].seq, records[-1].seq)


def _key_of(directory: ServerDirectory, *, is_new: bool) -> DeviceKey:
    key = directory.read_key()
    if key is None and not is_new:
        raise DamagedData(
            _("{file} is missing: without its key a server cannot go on. Restore it from a backup.").format(
                file=directory.key_path
            )
        )
    return key or directory.create_key()
