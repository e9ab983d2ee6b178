"""The server's journal, as the rest of the server uses it: push, append own entries, read, subscribe."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self, TypeVar

import msgspec
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError

from tabuah.operations.entries import SERVER_ACTOR, Draft, PersonalValue
from tabuah.operations.people.authority import Authority
from tabuah.operations.policy.policy import NEWEST_VERSION
from tabuah.operations.subject_state import SubjectState, clamp_state
from tabuah.resources.localisation import _
from tabuah.server.admission.journal_cache import AdmissionBatch, CommittedHead, JournalCache
from tabuah.server.admission.push import AdmitPush, verify_ahead
from tabuah.server.admission.server_entries import AppendServerEntries, BeginJournal, BringPolicyUpToDate
from tabuah.server.admission.signature_verifier import SignatureVerifier
from tabuah.server.admission.writer import JournalWriter, Listener
from tabuah.server.clock_check import check_clock
from tabuah.server.database import queries
from tabuah.server.database.engine import database_url, open_engine
from tabuah.server.database.error_translation import translate_database_error
from tabuah.server.database.migrations import migrate
from tabuah.server.database.schema import CHAIN_HEADS
from tabuah.server.directory import ServerDirectory
from tabuah.server.disk_space import has_space
from tabuah.server.errors import DamagedData, NewerDatabase, StorageFailed
from tabuah.server.handback.wait import read_wait
from tabuah.server.read_only import ReadOnlyMode, ReadOnlyReason
from tabuah.server.security_log import SecurityLog
from tabuah.server.server_keys import ServerKeys, key_of, read_certificates
from tabuah.storage.journal.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from tabuah.storage.journal.protocol import WriterHealth
from tabuah.storage.journal.push import PushReply, PushRequest
from tabuah.storage.journal.sealed_values import open_values
from tabuah.storage.journal.server_keys import KeyCertificates
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import Record
from tabuah.storage.process_lock import ProcessLock

log = logging.getLogger(__name__)

T = TypeVar("T")

PAGE: Final = 500


def utc_now() -> datetime:
    return datetime.now(UTC)


class ServerJournal:
    """May be called from any thread, except that a listener must not write.

    `authority` and `head()` are those of the last commit: read them again each time.
    """

    def __init__(
        self, directory: ServerDirectory, engine: Engine, key: DeviceKey, clock: Callable[[], datetime]
    ) -> None:
        self.directory = directory
        self.keys = ServerKeys(key, directory.read_keys()[1:])
        self.clock = clock
        self.read_only = ReadOnlyMode()
        self.returned_until = 0  # the newest record handed back in this run: up to it, own alarms are news, too
        self.security_log = SecurityLog(directory.path, clock=clock)
        self._engine = engine
        self._journal_cache = JournalCache()
        self._writer = JournalWriter(engine, self._journal_cache, clock, self._notify_listeners, self._on_failure)
        self._verifier = SignatureVerifier()
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
        checks_clock: bool = False,
        clock: Callable[[], datetime] = utc_now,
    ) -> Self:
        """Open the journal in a directory.

        Args:
            path: the server's directory.
            database: URL of another database than the file in the directory.
            create: create a journal where there is none.
            serving: lock the directory, as a server does; commands write in parallel without the lock.
            checks_clock: refuse a clock that is behind the newest entry.
            clock: returns the time in UTC.

        Raises:
            ServerError: it cannot be opened; the message gives the next step.
        """
        directory, url = ServerDirectory(path), database_url(path, database)
        is_new = not Path(url.database or "").exists()
        directory.check(has_journal=not is_new, create=create)
        directory.create()
        with ExitStack() as opened:
            lock = directory.lock() if serving else None
            if lock is not None:
                opened.callback(lock.release)
            key, engine = key_of(directory, is_new=is_new), open_engine(url)
            opened.callback(engine.dispose)
            journal = cls(directory, engine, key, clock)
            opened.callback(journal._writer.stop)
            journal._begin(checks_clock=checks_clock)
            journal._lock = lock
            opened.pop_all()
            return journal

    def _on_failure(self, error: Exception) -> None:
        """Become read-only if nothing can be saved because the disk has no space."""
        if isinstance(error, StorageFailed) and not has_space(self.directory.path):
            self.read_only.begin(ReadOnlyReason.NO_SPACE)

    def check_space(self) -> None:
        """Take entries again if the disk has space again."""
        no_space = ReadOnlyReason.NO_SPACE
        if self.read_only.applies(no_space) and has_space(self.directory.path):
            self.read_only.end(no_space)

    def _begin(self, *, checks_clock: bool) -> None:
        """Migrate the database, check that the key belongs to it, and start the writer."""
        try:
            with self._engine.connect() as connection:
                migrate(connection)
                self._journal_cache.load(connection)
                self._check_key(connection)
                self._check_policy()
                if checks_clock:
                    check_clock(self.clock(), queries.newest_received_at(connection))
        except DBAPIError as error:
            raise translate_database_error(error) or error from error
        self._writer.start()
        self.read_only.on_end(self._bring_up_to_date)
        self.follow_wait()
        if self.read_only.reason is None:
            self._bring_up_to_date()

    def _bring_up_to_date(self) -> None:
        """Write the entries that every journal needs."""
        if self.head().seq == 0:
            self._writer.submit(BeginJournal(self.keys.first)).result()
        self._writer.submit(lambda batch: BringPolicyUpToDate(self.keys.newest(batch.authority))(batch)).result()

    def _check_policy(self) -> None:
        if self.authority.policy.decide_version > NEWEST_VERSION:
            # Verdicts by rules that this program lacks would differ from those of the other consoles.
            text = _("{path} was written by a newer version of Tabuah. Update this one; nothing was changed.")
            raise NewerDatabase(text.format(path=self.directory.path))

    def _check_key(self, connection: Connection) -> None:
        first = select(CHAIN_HEADS.c.n).where(CHAIN_HEADS.c.device == self.server_id)
        if self.head().seq > 0 and connection.execute(first).first() is None:
            raise DamagedData(
                _("{file} is not the key of this journal: restore it from a backup.").format(
                    file=self.directory.key_path
                )
            )

    def close(self) -> None:
        """Save the queued requests and close the database."""
        self._verifier.close()
        self._writer.stop()
        self._engine.dispose()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # Committed state

    @property
    def key(self) -> DeviceKey:
        """The key with which the server signs, as of the last commit."""
        return self.keys.newest(self.authority)

    @property
    def server_id(self) -> str:
        """The device id of the server's first key, which identifies the journal."""
        return self.keys.first.device_id

    def certificates(self) -> KeyCertificates:
        """Return the certificates of the server's later keys, the oldest first."""
        return self.read(lambda connection: read_certificates(connection, self.authority))

    @property
    def authority(self) -> Authority:
        """Users, devices and grants as of the last commit; never modify it."""
        return self._journal_cache.authority

    def head(self) -> CommittedHead:
        """Return seq and hash of the newest entry."""
        return self._journal_cache.head

    def queued_requests(self) -> int:
        """Return the number of requests queued for the writer."""
        return self._writer.queued_requests()

    def writer_health(self) -> WriterHealth:
        return self._writer.health()

    def checkpoint(self) -> SignedCheckpoint:
        """Return the head, signed by the server."""
        return self._sign(self.head())

    def checkpoint_at(self, seq: int) -> SignedCheckpoint | None:
        """Return an earlier position, signed by the server; None if there is none."""
        hash_ = self.read(lambda connection: queries.hash_at(connection, seq))
        return self._sign(CommittedHead(seq, hash_)) if hash_ else None

    def _sign(self, head: CommittedHead) -> SignedCheckpoint:
        checkpoint = Checkpoint(server=self.server_id, seq=head.seq, hash=head.hash, at=self.clock())
        return sign_checkpoint(checkpoint, self.key)

    # Writing

    def verify_ahead(self, request: PushRequest) -> "Future[str]":
        """Verify the signatures of a push before `submit_push`, whose `verified_with` takes the result."""
        return verify_ahead(request, self.authority, self._verifier)

    def submit_push(self, request: PushRequest, *, verified_with: str = "") -> "Future[PushReply]":
        """Queue the entries of a device for admission; the future resolves after the commit.

        Raises, through the future:
            JournalError: the request is not authentic; nothing was admitted.
            Refusal: the device may not write yet, or the request is too large.
            StorageFailed: nothing was saved.

        Raises:
            ServerReadOnly: the server takes no entries now.
        """
        if request.sealed:
            personal = (*request.personal, *open_values(request.sealed, self.keys.first))
            request = msgspec.structs.replace(request, personal=personal, sealed=())

        def admit(batch: AdmissionBatch) -> PushReply:  # a command may have replaced the key meanwhile
            return AdmitPush(request, self.keys.newest(batch.authority), verified_with)(batch)

        return self.submit(self._unless_read_only(admit))

    def push(self, request: PushRequest) -> PushReply:
        return self.submit_push(request).result()

    def append_drafts(
        self,
        drafts: Sequence[Draft],
        *,
        actor: str = SERVER_ACTOR,
        passwords: Mapping[str, str] | None = None,
        together_with: Callable[[AdmissionBatch], None] | None = None,
    ) -> tuple[Record, ...]:
        """Write entries of the server itself, all or none, and wait for the commit.

        Args:
            drafts: entries to write; `at` is set to the journal's clock.
            actor: name of the author.
            passwords: Argon2id hashes by user name, saved in the same transaction.
            together_with: work of the same transaction, done first; if it raises, nothing is written.

        Raises:
            DraftRefused: a draft was not accepted; nothing was written.
            StorageFailed: nothing was saved.
            ServerReadOnly: the server takes no entries now.
        """

        def append(batch: AdmissionBatch) -> tuple[Record, ...]:
            if together_with is not None:
                together_with(batch)
            key = self.keys.newest(batch.authority)
            return AppendServerEntries(key, tuple(drafts), actor, dict(passwords or {}))(batch)

        return self.submit(self._unless_read_only(append)).result()

    def _unless_read_only(self, work: Callable[[AdmissionBatch], T]) -> Callable[[AdmissionBatch], T]:
        """Refuse now or, if the mode begins meanwhile, in the transaction."""
        if self.read_only.reason is ReadOnlyReason.RESTORED:
            self.follow_wait()
        self.check_space()
        self.read_only.check()

        def checked(batch: AdmissionBatch) -> T:
            self.read_only.check()
            return work(batch)

        return checked

    def follow_wait(self) -> None:
        """Be read-only while the journal waits for a hand-back, which a command may have ended."""
        wait = self.read(read_wait)
        if wait is not None and wait.is_open(self.clock()):
            self.read_only.begin(ReadOnlyReason.RESTORED)
        elif wait is not None:
            self.read_only.end(ReadOnlyReason.RESTORED)

    def catch_up(self) -> None:
        """Wait until `authority` and `head()` include all entries that commands have written until now."""
        self.submit(lambda _sheet: None).result()

    def submit(self, work: Callable[[AdmissionBatch], T]) -> "Future[T]":
        """Run `work` in the writer's transaction, with its connection, also in the read-only mode."""
        return self._writer.submit(work)

    # Reading

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on a separate connection.

        Raises:
            StorageFailed: the database cannot be read.
        """
        try:
            with self._engine.connect() as connection:
                return query(connection)
        except DBAPIError as error:
            raise translate_database_error(error) or error from error

    def records_after(self, seq: int, limit: int = PAGE) -> tuple[Record, ...]:
        """Return the records after `seq`, at most `limit`; a large page ends earlier."""
        return self.read(lambda connection: queries.records_after(connection, seq, limit))

    def records_of(self, subject: str, after: int = 0, limit: int = PAGE) -> tuple[Record, ...]:
        """Return the records of one subject that follow `after`."""
        return self.read(lambda connection: queries.records_of(connection, subject, after, limit))

    def records_by(self, device: str, after: int = 0, limit: int = PAGE) -> tuple[Record, ...]:
        """Return the records written by a device that follow `after`."""
        return self.read(lambda connection: queries.records_by(connection, device, after, limit))

    def personal_values_of(self, records: Iterable[Record]) -> tuple[PersonalValue, ...]:
        """Return the personal values of these records."""
        seqs = [record.seq for record in records]
        return self.read(lambda connection: queries.personal_values_of(connection, seqs))

    def state_of(self, subject: str) -> SubjectState:
        """Return the committed state of a subject, its value inside the bounds."""
        return clamp_state(self.read(lambda connection: queries.state_of(connection, subject)))

    def states_of_kind(self, kind: str) -> dict[str, SubjectState]:
        """Return the committed states of all subjects of a kind (`station`, `rule`, `alarm` …), by subject.

        Their values are inside the bounds: the journal may contain older ones that no program can compute with.
        """
        states = self.read(lambda connection: queries.states_of_kind(connection, kind))
        return {subject: clamp_state(state) for subject, state in states.items()}

    def subjects_with_attachment(self, sha256: str) -> tuple[str, ...]:
        """Return the subjects whose entries name an attachment, also as a thumbnail."""
        return self.read(lambda connection: queries.subjects_with_attachment(connection, sha256))

    # Subscriptions

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with the records of every later commit, in order, on the writer's thread.

        The listener must be quick and must not write.

        Returns:
            A function that ends the subscription.
        """
        known_until = self.head().seq  # the sender of a commit sees it before the listeners are called

        def deliver(records: tuple[Record, ...]) -> None:
            fresh = records if records[0].seq > known_until else tuple(r for r in records if r.seq > known_until)
            if fresh:
                listener(fresh)

        with self._listeners_lock:
            self._listeners = (*self._listeners, deliver)

        def unsubscribe() -> None:
            with self._listeners_lock:
                self._listeners = tuple(known for known in self._listeners if known is not deliver)

        return unsubscribe

    def _notify_listeners(self, records: tuple[Record, ...]) -> None:
        for listener in self._listeners:
            try:
                listener(records)
            except Exception:
                log.exception("a listener failed on entries %d to %d", records[0].seq, records[-1].seq)
