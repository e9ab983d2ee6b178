"""The syncer: a thread that keeps a console and its server in sync whenever there is a connection."""

import logging
import math
import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from tabuah.operations.readings.reading import Reading
from tabuah.operations.sync.connection_state import HistoryProblem
from tabuah.resources.localisation import _
from tabuah.storage.cache.blob_table import TransferPriority
from tabuah.storage.cache.cache_session import utc_now
from tabuah.storage.cache.data_directory import DirectoryLock
from tabuah.storage.cache.errors import CacheError
from tabuah.storage.cache.pulled_pages import Changes
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.presence_protocol import PresenceReply
from tabuah.storage.readings.errors import ReadingsError
from tabuah.storage.readings.manual_readings import NO_MANUAL_READINGS, ManualReadingCounts
from tabuah.storage.sync.attachments import AttachmentMover, next_due_s
from tabuah.storage.sync.backoff import Backoff
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.data_saver import DataSaverFile
from tabuah.storage.sync.errors import (
    DeviceWiped,
    NewKeyNotLoggedIn,
    NotLoggedIn,
    Offline,
    RetryLater,
    SyncError,
    history_problem_of,
)
from tabuah.storage.sync.live_stream import LiveStream
from tabuah.storage.sync.manual_readings import count_manual_readings
from tabuah.storage.sync.server_link import IDLE, ServerLink, SyncProgress
from tabuah.storage.sync.server_pin import pinned_context
from tabuah.storage.sync.session import ConsoleSession
from tabuah.storage.sync.session_tokens import TokenFile
from tabuah.storage.sync.sync_pass import SyncResult, run_sync_pass
from tabuah.storage.sync.wipe import read_receipt

log = logging.getLogger(__name__)

POLL_EVERY_S: Final = 1.0  # for entries that other processes saved
STOP_PATIENCE_S: Final = 5.0
SHORTEST_STREAM_S: Final = 5.0
MOST_REFUSALS: Final = 4  # after which the stream is tried every 80 seconds, with each pull at the latest
PARTIALS_KEPT_S: Final = 30 * 86_400
PULL_EVERY_S: Final = 60.0  # the paged pull is the truth; the stream only makes it sooner
DATA_SAVER_PULL_EVERY_S: Final = 600.0  # with the data saver; the stream still announces new entries
PROGRESS_EVERY_S: Final = 0.25


class SyncerState(msgspec.Struct, frozen=True, kw_only=True):
    """The state that the status badge shows.

    `error` is a sentence, empty while nothing is wrong. `since` is the time of the oldest pending
    entry, `waiting_bytes` the size of all of them. `retry_at` is when the next attempt starts after a
    failure (UTC, by this computer's clock). `progress` is that of the running sync pass. `uploads` and
    `downloads` are pending attachments; `moved` grows while they are transferred.
    """

    waiting: int = 0
    waiting_bytes: int = 0
    since: datetime | None = None
    online: bool = False
    live: bool = False
    error: str = ""
    needs_login: bool = False  # the session has ended, such as by a restore of the server
    history: HistoryProblem | None = None  # why nothing is exchanged although the server answers
    conflicts: int = 0
    held: int = 0
    rejected: int = 0
    last_sync_at: datetime | None = None
    head: int = 0
    uploads: int = 0
    downloads: int = 0
    moved: int = 0
    retry_at: datetime | None = None
    progress: SyncProgress = IDLE
    data_saver: bool = False
    manual_readings: ManualReadingCounts = NO_MANUAL_READINGS  # counts of those entered here


class Syncer:
    """Syncs one data directory until it is stopped. All callbacks come from its threads.

    Args of the constructor:
        on_state: called with the state whenever it changes.
        on_changes: called with the subjects changed by a pull.
        on_readings: called with readings from the live stream.
        on_synced: called with the result of each successful sync pass.
        on_presence: called with who is editing incidents, from the live stream.
        clock: returns the time of this computer (UTC), to which that of the server is compared.
    """

    def __init__(
        self,
        directory: Path,
        *,
        on_state: Callable[[SyncerState], None],
        on_changes: Callable[[Changes], None],
        on_readings: Callable[[tuple[Reading, ...]], None] | None = None,
        on_synced: Callable[[SyncResult], None] | None = None,
        on_presence: Callable[[PresenceReply], None] | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._directory, self._clock = directory, clock
        self._on_state = on_state
        self._on_changes = on_changes
        self._on_readings = on_readings or (lambda _readings: None)
        self._on_synced = on_synced or (lambda _result: None)
        self._on_presence = on_presence or (lambda _present: None)
        self._lock = DirectoryLock(directory, "sync")
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._backoff = Backoff()
        self._mover = AttachmentMover()
        self._link = ServerLink(on_progress=self._on_progress)
        self._settings_file = DataSaverFile(directory)
        self._settings = self._settings_file.read()
        self._last_progress_s = 0.0
        self._stream: LiveStream | None = None
        self._stream_began = 0.0
        self._stream_refusals = 0
        self._retry_stream_at = math.inf
        self._not_before_s = 0.0  # as the server asked
        self._manual_readings = NO_MANUAL_READINGS  # counted once per attempt, not for every piece of a photo
        self._state = SyncerState()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread.

        Raises:
            DirectoryInUse: another syncer works here.
        """
        self._lock.__enter__()
        self._thread = threading.Thread(target=self._run, name="tabuah-sync", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Sync now: an entry was saved, or the user asked for it."""
        self._backoff.reset()
        self._woken.set()

    def stop(self) -> None:
        """Stop after the current step; everything else stays in the outbox.

        A request that hangs is not waited for: its thread ends with the process and keeps the lock until then.
        """
        self._stopping.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(timeout=STOP_PATIENCE_S)
            if self._thread.is_alive():
                return
            self._thread = None
        self._lock.__exit__(None, None, None)

    def _run(self) -> None:
        try:
            store = ConsoleStore(self._directory, clock=self._clock)
        except CacheError as error:
            self._show(SyncerState(error=str(error)))
            return
        try:
            store.attachments.files.delete_stale_partials(time.time() - PARTIALS_KEPT_S)
            self._count_manual_readings()
            self._publish(store)
            while not self._stopping.is_set():
                self._woken.clear()
                wait_s = self._attempt(store)
                self._wait(store, wait_s)
        finally:
            self._close_stream()
            store.close()

    def _attempt(self, store: ConsoleStore) -> float:
        """Make one attempt; return the delay in seconds until the next."""
        moved = self._steps()
        try:
            session = ConsoleSession(store)
            with session.client:
                result = run_sync_pass(
                    store,
                    session,
                    on_changes=self._on_changes,
                    move_attachments=self._move_attachments,
                    link=self._link,
                )
        except NotLoggedIn as error:
            if isinstance(error, NewKeyNotLoggedIn):
                self._close_stream()  # it belongs to the former key
            is_wiped = store.identity is None and read_receipt(self._directory) is not None
            return self._fail(store, DeviceWiped() if is_wiped else error, online=self._state.online)
        except Offline as error:
            if self._steps() > moved:
                self._backoff.reset()  # a connection that breaks now and then still works
            return self._fail(store, error, online=False)
        except (SyncError, CacheError, ReadingsError) as error:
            return self._fail(store, error, online=isinstance(error, SyncError))
        except Exception as error:
            log.exception("a sync failed")
            bug = _("Sync fails because of a bug in Tabuah ({bug}); it is in the log. All work is safe here.")
            return self._fail(store, SyncError(bug.format(bug=type(error).__name__)), online=False)
        self._backoff.reset()
        self._keep_stream(store)
        self._count_manual_readings()
        self._publish(store, online=True)
        self._on_synced(result)
        return next_due_s(store, at_most=self._pull_every_s())

    def _steps(self) -> int:
        """Return a count that grows with everything transferred."""
        return self._link.steps + self._mover.bytes_moved

    def _pull_every_s(self) -> float:
        return DATA_SAVER_PULL_EVERY_S if self._settings.data_saver else PULL_EVERY_S

    def _move_attachments(self, store: ConsoleStore, client: ServerClient, has_written: Callable[[], bool]) -> bool:
        """Transfer attachments until there is something to push, to pull or to stop for; entries went first."""
        self._keep_stream(store)
        self._publish(store, online=True)
        until = time.monotonic() + PULL_EVERY_S

        def should_yield() -> bool:
            urgent = self._stopping.is_set() or self._woken.is_set() or has_written()
            return urgent or time.monotonic() >= until

        def on_moved() -> None:
            self._publish(store, online=True)

        up_to = TransferPriority.THUMBNAIL if self._settings.data_saver else TransferPriority.FILE
        if self._mover.move(store, client, should_yield=should_yield, on_moved=on_moved, patient=True, up_to=up_to):
            return True
        if self._stopping.is_set():
            return True
        self._woken.clear()
        return False

    def _fail(self, store: ConsoleStore, error: Exception, *, online: bool) -> float:
        self._count_manual_readings()
        if isinstance(error, RetryLater):
            wait_s = error.retry_after_s * random.uniform(1.0, 1.25)  # not all consoles at the same moment
            self._not_before_s = time.monotonic() + wait_s
        else:
            wait_s = self._backoff.wait_s()
        retry_at = datetime.now(UTC) + timedelta(seconds=wait_s)
        self._publish(
            store,
            online=online,
            error=str(error),
            needs_login=isinstance(error, NotLoggedIn),
            history=history_problem_of(error),
            retry_at=retry_at,
        )
        return wait_s

    def _wait(self, store: ConsoleStore, wait_s: float) -> None:
        """Wait until the time is over, `wake` is called, or another process has saved something.

        If the server said when to try again, nothing ends the wait earlier.
        """
        deadline = time.monotonic() + wait_s
        while not self._has_ended(min(POLL_EVERY_S, max(0.0, deadline - time.monotonic()))):
            if self._stopping.is_set() or time.monotonic() >= min(deadline, self._retry_stream_at):
                return
            if self._settings_changed():
                self._close_stream()  # it is reopened with the new settings
                return
            if store.others_wrote():
                state = self._state
                self._publish(
                    store,
                    online=state.online,
                    error=state.error,
                    needs_login=state.needs_login,
                    history=state.history,
                    retry_at=state.retry_at,
                )
                has_work = self._state.waiting or store.histories.requested()
                if self._state.online and has_work and time.monotonic() >= self._not_before_s:
                    return

    def _has_ended(self, timeout_s: float) -> bool:
        """Wait for a wake-up or, while the server takes nothing, for the stop."""
        must_wait = time.monotonic() < self._not_before_s
        return (self._stopping if must_wait else self._woken).wait(timeout_s)

    def _settings_changed(self) -> bool:
        before, self._settings = self._settings, self._settings_file.read()
        return before != self._settings

    def _on_progress(self, progress: SyncProgress) -> None:
        """Publish progress, at most a few times a second."""
        if time.monotonic() - self._last_progress_s >= PROGRESS_EVERY_S:
            self._last_progress_s = time.monotonic()
            self._show(
                replace(
                    self._state,
                    online=True,
                    error="",
                    needs_login=False,
                    history=None,
                    retry_at=None,
                    progress=progress,
                )
            )

    def _keep_stream(self, store: ConsoleStore) -> None:
        if self._stream is not None and self._stream.is_alive:
            return
        tokens, identity = TokenFile(self._directory).read(), store.identity
        if tokens is None or identity is None:
            return
        url, token = identity.server_url, tokens.access_token
        self._stream = LiveStream(
            lambda: ServerClient(url, access_token=lambda: token, trust=pinned_context(self._directory)),
            after=store.head.seq,
            on_entry=self._on_announced_entry,
            on_readings=self._on_readings,
            on_end=self._on_stream_ended,
            on_presence=self._on_presence,
            stations=self._settings.live_stations,
        )
        self._stream_began = time.monotonic()
        self._retry_stream_at = math.inf

    def _on_announced_entry(self, seq: int) -> None:
        if seq > self._state.head:
            self._woken.set()

    def _on_stream_ended(self) -> None:
        """Sync when the connection broke; wait longer each time where streams end at once, as behind a proxy."""
        now = time.monotonic()
        if now - self._stream_began > SHORTEST_STREAM_S:
            self._stream_refusals = 0
            self._woken.set()
        else:
            self._retry_stream_at = now + SHORTEST_STREAM_S * 2**self._stream_refusals
            self._stream_refusals = min(self._stream_refusals + 1, MOST_REFUSALS)

    def _close_stream(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _publish(
        self,
        store: ConsoleStore,
        *,
        online: bool = False,
        error: str = "",
        needs_login: bool = False,
        history: HistoryProblem | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        counts, waiting = store.counts(), store.attachments.counts()
        state = SyncerState(
            waiting=counts.pending,
            since=counts.since,
            online=online,
            live=self._stream is not None and self._stream.is_alive,
            error=error,
            needs_login=needs_login,
            history=history,
            conflicts=counts.conflicts,
            held=counts.held,
            rejected=counts.rejected,
            last_sync_at=store.last_sync_at,
            head=store.head.seq,
            uploads=waiting.uploads,
            downloads=waiting.downloads,
            moved=self._mover.bytes_moved,
            waiting_bytes=counts.pending_bytes,
            retry_at=retry_at,
            data_saver=self._settings.data_saver,
            manual_readings=self._manual_readings,
        )
        self._show(state)

    def _count_manual_readings(self) -> None:
        try:
            self._manual_readings = count_manual_readings(self._directory)
        except ReadingsError as error:
            log.warning("typed readings cannot be counted: %s", error)

    def _show(self, state: SyncerState) -> None:
        if state != self._state:
            self._state = state
            self._on_state(state)
