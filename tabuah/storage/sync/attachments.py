"""Transfer of attachments: after all entries, one at a time, in pieces, resumable."""

import contextlib
import logging
import time
from collections.abc import Callable
from typing import Final

import httpx2
import msgspec

from tabuah.storage.blobs.errors import BlobError, DamagedBlob
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.blob_table import QueuedBlob, TransferDirection, TransferPriority
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import MAX_BLOBS_ASKED
from tabuah.storage.sync.adaptive_batch import AdaptiveBatch
from tabuah.storage.sync.blob_transfer import download, upload
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import RequestRefused, RetryLater, UnexpectedAnswer

PIECE_TARGET_S: Final = 1.0  # the longest that a new entry waits for a piece
NOTE_EVERY_S: Final = 1.0
ASK_EVERY_S: Final = 600.0
WORTH_ASKING: Final = 5  # with fewer files each transfer asks for its own
_RETRY_LATER_CODES: Final = ("not_found", "busy", "too_slow")  # not sent by its author yet, or being transferred

log = logging.getLogger(__name__)


def blob_store(store: ConsoleStore) -> BlobStore:
    return store.attachments.files


def piece_batch() -> AdaptiveBatch:
    """Return the piece size in bytes; it starts small until the connection's speed is known."""
    return AdaptiveBatch(first=32 * 1024, least=8 * 1024, most=2 * 1024 * 1024, target_s=PIECE_TARGET_S)


class AttachmentMover:
    """Transfers the attachments of one console and adapts to its connection. It belongs to one thread."""

    def __init__(self) -> None:
        self._sending, self._fetching = piece_batch(), piece_batch()
        self._on_moved: Callable[[], None] = _ignore_move
        self._noted_s = 0.0
        self._has_checked_files = False
        self._asked_s = -ASK_EVERY_S
        self._missing: set[str] = set()  # those that the server did not have when it was asked
        self.bytes_moved = 0

    def move(
        self,
        store: ConsoleStore,
        client: ServerClient,
        *,
        should_yield: Callable[[], bool],
        on_moved: Callable[[], None] | None = None,
        patient: bool = False,
        up_to: TransferPriority = TransferPriority.FILE,
    ) -> bool:
        """Upload and download waiting attachments in order; postpone one that fails.

        Args:
            store: the console.
            client: its server.
            should_yield: returns, before each piece, whether something more urgent waits.
            on_moved: called at most once a second, and for each completed attachment, on progress.
            patient: skip postponed attachments; otherwise every one is tried once.
            up_to: the lowest priority to download: only thumbnails and requested files, or all files.
                Own files are uploaded in any case.

        Returns:
            False if it yielded before every attachment was tried.

        Raises:
            Offline: the connection is lost; received pieces are kept.
        """
        self._on_moved = on_moved or _ignore_move
        if not self._has_checked_files:
            store.attachments.fetch_missing()
            self._has_checked_files = True
        if time.monotonic() - self._asked_s >= ASK_EVERY_S:
            _queue_wanted(store, client)
            self._asked_s = time.monotonic()
        if not self._settle_known(store, client, should_yield):
            return False
        tried: set[str] = set()
        while (blob := _next(store, tried, patient=patient, up_to=up_to)) is not None:
            tried.add(blob.sha256)
            if should_yield() or not self._try(store, client, blob, should_yield):
                return False
        return True

    def _settle_known(self, store: ConsoleStore, client: ServerClient, should_yield: Callable[[], bool]) -> bool:
        """Take attachments off the queue that are here and at the server, asked by list; return False if it yielded.

        After a return of the server to an older copy they may be thousands. An older server knows no such list: then
        each is asked for before its transfer.
        """
        files = store.attachments.files
        queued = (blob.sha256 for blob in store.attachments.waiting() if blob.sha256 not in self._missing)
        here = [sha256 for sha256 in queued if files.size_of(sha256) is not None]
        for first in range(0, len(here) if len(here) >= WORTH_ASKING else 0, MAX_BLOBS_ASKED):
            asked = here[first : first + MAX_BLOBS_ASKED]
            if should_yield():
                return False
            try:
                missing = frozenset(client.missing_blobs(asked).missing)
            except RequestRefused:
                return True
            self._missing |= missing
            store.attachments.done(*(sha256 for sha256 in asked if sha256 not in missing))
        return True

    def _try(
        self, store: ConsoleStore, client: ServerClient, blob: QueuedBlob, should_yield: Callable[[], bool]
    ) -> bool:
        """Transfer one attachment and record a failure; return False if it yielded."""
        try:
            done = self._transfer(store, client, blob, should_yield)
        except DamagedBlob:
            if blob.waits is TransferDirection.UPLOAD and _is_at_server(client, blob.sha256):
                store.attachments.fetch_instead(blob.sha256)  # sent by another copy of these data
            else:
                store.attachments.fetch_again(blob.sha256)
            return True
        except (RequestRefused, UnexpectedAnswer, BlobError, OSError) as error:
            _postpone(store, blob, error)
            return True
        if done:
            self._missing.discard(blob.sha256)
            store.attachments.done(blob.sha256)
            self._on_moved()
        return done

    def _transfer(
        self, store: ConsoleStore, client: ServerClient, blob: QueuedBlob, should_yield: Callable[[], bool]
    ) -> bool:
        def on_piece(size: int, moved: int) -> None:
            self.bytes_moved += size
            self._note(store, blob, moved)

        files = store.attachments.files
        if blob.waits is TransferDirection.UPLOAD:
            return upload(
                files, client, blob.sha256, batch=self._sending, on_piece=on_piece, should_yield=should_yield
            )
        if files.size_of(blob.sha256) is not None:
            store.attachments.send_again(blob.sha256)  # the file is here, and perhaps nowhere else
            return self._transfer(
                store, client, msgspec.structs.replace(blob, waits=TransferDirection.UPLOAD), should_yield
            )
        return download(
            files, client, blob.sha256, batch=self._fetching, on_piece=on_piece, should_yield=should_yield
        )

    def _note(self, store: ConsoleStore, blob: QueuedBlob, moved: int) -> None:
        if time.monotonic() - self._noted_s >= NOTE_EVERY_S:
            self._noted_s = time.monotonic()
            store.attachments.moved(blob.sha256, moved)
            self._on_moved()


def hand_in_uploads(store: ConsoleStore, client: ServerClient) -> None:
    """Upload the files of own entries from a revoked device, which may fetch nothing; skip refused files."""
    batch = piece_batch()
    for blob in store.attachments.waiting():
        if blob.waits is TransferDirection.UPLOAD:
            with contextlib.suppress(RequestRefused, UnexpectedAnswer, BlobError, OSError):
                upload(
                    store.attachments.files,
                    client,
                    blob.sha256,
                    batch=batch,
                    on_piece=lambda _size, _moved: None,
                    should_yield=lambda: False,
                )
                store.attachments.done(blob.sha256)


def _is_at_server(client: ServerClient, sha256: str) -> bool:
    return client.ask("HEAD", f"/v1/blobs/{sha256}").status_code == httpx2.codes.OK


def _queue_wanted(store: ConsoleStore, client: ServerClient) -> None:
    """Queue attachments that the server has lost; an older server knows no such list."""
    with contextlib.suppress(RequestRefused):
        store.attachments.send_wanted(client.wanted_blobs().wanted)


def _ignore_move() -> None:
    """Ignore the progress of a transfer."""


def next_due_s(store: ConsoleStore, *, at_most: float) -> float:
    """Return in how many seconds a postponed attachment may be tried again."""
    now = store.now()
    dues = [blob.not_before for blob in store.attachments.waiting() if blob.not_before is not None]
    soonest = min(((due - now).total_seconds() for due in dues), default=at_most)
    return min(max(soonest, 1.0), at_most)


def _next(store: ConsoleStore, tried: set[str], *, patient: bool, up_to: TransferPriority) -> QueuedBlob | None:
    now = store.now()
    for blob in store.attachments.waiting():
        if blob.waits is TransferDirection.DOWNLOAD and blob.rank > up_to:
            continue
        if blob.sha256 not in tried and (not patient or store.attachments.is_due(blob, now)):
            return blob
    return None


def _postpone(store: ConsoleStore, blob: QueuedBlob, error: Exception) -> None:
    is_early = isinstance(error, RequestRefused) and error.code in _RETRY_LATER_CODES
    if is_early or isinstance(error, RetryLater):
        store.attachments.postpone(blob, reason="")
        return
    log.warning("attachment %s of %s waits: %s", blob.sha256, store.directory, error)
    store.attachments.postpone(blob, reason=str(error))
