"""One sync pass: admission, push, pull, then attachments; it can be interrupted at any point."""

import contextlib
from collections.abc import Callable
from typing import Final

import msgspec

from tabuah.storage.cache.blob_table import TransferPriority
from tabuah.storage.cache.pulled_pages import Changes
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.attachments import AttachmentMover, hand_in_uploads
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.data_saver import DataSaverFile
from tabuah.storage.sync.errors import AwaitingApproval, ForkRefused, NewKeyNotLoggedIn, RequestRefused, RetryLater
from tabuah.storage.sync.handback import check_history, follow_history, return_personal
from tabuah.storage.sync.last_failure import recorded_failure
from tabuah.storage.sync.manual_readings import push_manual_readings
from tabuah.storage.sync.personal_scope import fetch_assigned_personal
from tabuah.storage.sync.pull import FAR_BEHIND, fetch_histories, pull_journal
from tabuah.storage.sync.push import push_outbox, push_unsent_personal
from tabuah.storage.sync.regency import follow_journal
from tabuah.storage.sync.relay import fetch_missing_personal, push_boxes, push_relayed, push_turn
from tabuah.storage.sync.server_link import ServerLink
from tabuah.storage.sync.session import DEVICE_REVOKED, ConsoleSession
from tabuah.storage.sync.snapshot_download import catch_up_by_snapshot
from tabuah.storage.sync.wipe import DEVICE_STOLEN, obey_wipe_order

_UNKNOWN_DEVICE: Final = "unknown_device"
_DEVICE_NOT_APPROVED: Final = "device_not_approved"
WORTH_ENTRIES: Final = FAR_BEHIND // 2  # a snapshot that saves fewer is not downloaded

# Transfers attachments until one must yield; returns whether all were tried.
MoveAttachments = Callable[[ConsoleStore, ServerClient, Callable[[], bool]], bool]


class SyncResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a sync pass: the shape of `tabuah sync --json`, which also counts the new `readings`."""

    pushed: int
    pulled: int
    pending: int
    conflicts: int
    held: int
    rejected: int
    head: int
    readings: int = 0


def run_sync_pass(
    store: ConsoleStore,
    session: ConsoleSession,
    *,
    on_changes: Callable[[Changes], None] | None = None,
    move_attachments: MoveAttachments | None = None,
    link: ServerLink | None = None,
) -> SyncResult:
    """Exchange everything with the server.

    Args:
        store: the console.
        session: its session.
        on_changes: called after each page with the changed subjects.
        move_attachments: transfers the attachments; by default each is tried once.
        link: the connection's batch sizes and progress.

    Raises:
        SyncError: the server does not answer or refuses; everything exchanged until then is kept.
        DeviceWiped: this device was reported stolen, and its data were erased.
        NewKeyNotLoggedIn: another copy of this device wrote in its name; this one has a new key, and must log in.
        AwaitingApproval: everything was pulled, and nothing may be pushed yet.
    """
    with recorded_failure(store):
        try:
            return _run(store, session, on_changes, move_attachments, link or ServerLink())
        except RequestRefused as refusal:
            if refusal.code == DEVICE_STOLEN:
                obey_wipe_order(store, session.client)
            if refusal.code == DEVICE_REVOKED:
                _hand_in(store, session.client)
            if refusal.code == _DEVICE_NOT_APPROVED:  # a server that was put back does not know of its approval
                _Exchange(store, session.client, link or ServerLink(), on_changes).pull_without_personal()
                raise AwaitingApproval(store.device) from refusal
            raise


def _run(
    store: ConsoleStore,
    session: ConsoleSession,
    on_changes: Callable[[Changes], None] | None,
    move_attachments: MoveAttachments | None,
    link: ServerLink,
) -> SyncResult:
    store.delete_wiped_exercises()  # after a crash, also without a connection
    rewound = _compare_history(store, session.client, link)
    if rewound is not None and on_changes is not None:
        on_changes(rewound)
    exchange = _Exchange(store, session.client, link, on_changes)
    if not session.ensure_admitted():
        exchange.pull_without_personal()
        raise AwaitingApproval(store.device)
    _push_admitted(exchange, store, session)
    exchange.may_push = True
    exchange.pull()
    if store.history.is_enrolment_lost:  # without anything to push the server has not said so
        _enrol_again(store, session)
        exchange.pull()
    if store.history.requeue_lost():
        _push_admitted(exchange, store, session)
        exchange.pull()
    if exchange.push_relayed():  # the pull has brought the entries that it follows
        exchange.pull()
    if store.relay.issue_forked_again():
        _push_admitted(exchange, store, session)
        exchange.pull()
    push_manual_readings(store, session.client)
    follow_journal(store, session.client)
    store.personal_scope.follow()
    fetch_missing_personal(store, session.client, give_way=exchange.give_way)
    fetch_assigned_personal(store, session.client, give_way=exchange.give_way)
    if push_unsent_personal(store, session.client, batch=link.batch):
        store.personal_scope.follow()  # the user may have lost the right to read them while they were unsent
    while not (move_attachments or _move_all)(store, session.client, exchange.has_written):
        exchange.push()
        exchange.pull()
    push_boxes(store, session.client, exchange.has_written)
    return result_of(store, pushed=exchange.pushed, pulled=exchange.pulled)


def _compare_history(store: ConsoleStore, client: ServerClient, link: ServerLink) -> Changes | None:
    """Compare the history of the console with that of the server; return the changes if the console went back."""
    history = check_history(store, client, on_page=link.handed_back)
    return_personal(store, client, history)
    return follow_history(store, client, history)


def _push_admitted(exchange: "_Exchange", store: ConsoleStore, session: ConsoleSession) -> None:
    """Push all entries; enrol again at a server that lost the enrolment.

    Raises:
        NewKeyNotLoggedIn: another copy of this device wrote in its name.
    """
    try:
        exchange.push_all()
    except RetryLater:
        exchange.pull()  # the server takes nothing now, and may have news
        raise
    except ForkRefused:
        exchange.pull()
        _continue_as_new_device(store, session)
    except RequestRefused as refusal:
        if refusal.code != _UNKNOWN_DEVICE:
            raise
        exchange.pull()
        _enrol_again(store, session)
        exchange.push()


def _hand_in(store: ConsoleStore, client: ServerClient) -> None:
    """Hand in the work and the files of a revoked device, which may not know that it was ever approved."""
    with contextlib.suppress(RequestRefused):
        push_outbox(store, client)
        push_unsent_personal(store, client)
    hand_in_uploads(store, client)


class _Exchange:
    """Push and pull over one connection, with counts.

    With `may_push`, long transfers let new entries pass.
    """

    def __init__(
        self,
        store: ConsoleStore,
        client: ServerClient,
        link: ServerLink,
        on_changes: Callable[[Changes], None] | None,
    ) -> None:
        self._store, self._client, self._link, self._on_changes = store, client, link, on_changes
        self.pushed = self.pulled = 0
        self.may_push = False
        self.has_written = watch_for_writes(store)

    def give_way(self) -> None:
        """Push new entries; a long transfer calls this after each of its requests."""
        if self.may_push and self.has_written():
            try:
                self.push()
            except RetryLater:
                self.may_push = False  # the next sync pass waits as long as the server asks

    def push(self, until: int | None = None) -> None:
        """Push own pending entries, optionally only up to a number."""
        self.has_written = watch_for_writes(self._store)
        self.pushed += push_outbox(
            self._store, self._client, batch=self._link.batch, on_pushed=self._link.pushed, until=until
        )

    def push_relayed(self) -> int:
        """Push relayed entries; return how many the server accepted."""
        taken = push_relayed(self._store, self._client, batch=self._link.batch)
        self.pushed += taken
        return taken

    def push_all(self) -> None:
        """Push own and relayed entries, each after those that it depends on."""
        for turn in self._store.relay.turns():
            if turn.device == self._store.device:
                self.push(turn.until)
            else:
                self.pushed += push_turn(self._store, self._client, turn, batch=self._link.batch)
        self.push()  # everything where nothing is relayed, otherwise entries written in the meantime

    def pull(self) -> None:
        """Pull new entries, by a snapshot where that is less work, and the missing histories of open subjects."""
        self._pull_journal()
        fetch_histories(self._store, self._client, give_way=self.give_way, pull=self._pull_journal)

    def _pull_journal(self) -> None:
        self.pulled += pull_journal(
            self._store,
            self._client,
            on_changes=self._on_changes,
            batch=self._link.batch,
            on_page=self._on_page,
            catch_up_by_snapshot=self._catch_up_by_snapshot,
        )

    def pull_without_personal(self) -> None:
        """Pull new entries while this device waits for approval; personal values are fetched later."""
        self._store.relay.note_missing_personal(self._store.head.seq)
        self._pull_journal()
        self._store.relay.note_missing_personal()

    def _on_page(self, seq: int, head: int) -> None:
        self._link.pulled(seq, head)
        self.give_way()

    def _on_snapshot_bytes(self, done: int, total: int) -> None:
        self._link.fetched(done, total)
        self.give_way()

    def _catch_up_by_snapshot(self) -> bool:
        return catch_up_by_snapshot(
            self._store,
            self._client,
            min_saved_entries=WORTH_ENTRIES,
            on_changes=self._on_changes,
            on_progress=self._on_snapshot_bytes,
        )


def watch_for_writes(store: ConsoleStore) -> Callable[[], bool]:
    """Return a check whether this device has written since; new entries go before attachment pieces."""
    written = store.chain_length
    return lambda: store.chain_length != written


def _move_all(store: ConsoleStore, client: ServerClient, should_yield: Callable[[], bool]) -> bool:
    up_to = TransferPriority.THUMBNAIL if DataSaverFile(store.directory).read().data_saver else TransferPriority.FILE
    return AttachmentMover().move(store, client, should_yield=should_yield, up_to=up_to)


def result_of(store: ConsoleStore, *, pushed: int, pulled: int) -> SyncResult:
    """Return the result with the counts after a sync pass."""
    counts = store.counts()
    return SyncResult(
        pushed=pushed,
        pulled=pulled,
        pending=counts.pending,
        conflicts=counts.conflicts,
        held=counts.held,
        rejected=counts.rejected,
        head=store.head.seq,
    )


def _continue_as_new_device(store: ConsoleStore, session: ConsoleSession) -> None:
    """Take a new key after another copy of this device wrote in its name.

    The session belongs to the former key, which the other copy still uses: the user of this one logs in again.

    Raises:
        NewKeyNotLoggedIn: always.
    """
    store.answer_fork()
    session.end()
    raise NewKeyNotLoggedIn


def _enrol_again(store: ConsoleStore, session: ConsoleSession) -> None:
    """Enrol this device again: the server lost its enrolment, and no console could hand it back."""
    store.history.forget_enrolment()
    if not session.ensure_admitted():
        raise AwaitingApproval(store.device)
