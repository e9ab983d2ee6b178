"""Attachments on their way: behind all entries, one at a time, in pieces, taken up again where the line broke."""

import logging
import time
from collections.abc import Callable
from typing import Final

import msgspec

from tabuah.storage.blobs.errors import BlobError, DamagedBlob
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.blob_table import Rank, WaitingBlob, Way
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.downloads import download
from tabuah.storage.sync.errors import Refused, StrangeAnswer
from tabuah.storage.sync.pace import Pace
from tabuah.storage.sync.uploads import upload

PIECE_TARGET_S: Final = 2.0  # an entry that is saved waits for one piece at most
NOTE_EVERY_S: Final = 1.0
_NOT_ITS_TURN: Final = ("not_found", "busy", "too_slow")  # its author has not sent it, or somebody else is at it

log = logging.getLogger(__name__)


def blob_store(store: ConsoleStore) -> BlobStore:
    """The attachments of a console."""
    return store.attachments.files


def piece_pace() -> Pace:
    """How many bytes of an attachment go at once; small until the line has shown what it carries."""
    return Pace(first=32 * 1024, least=8 * 1024, most=2 * 1024 * 1024, target_s=PIECE_TARGET_S)


class AttachmentMover:
    """Moves the attachments of one console and learns what its line carries. It belongs to one thread."""

    def __init__(self) -> None:
        self._sending, self._fetching = piece_pace(), piece_pace()
        self._on_moved: Callable[[], None] = _nothing
        self._noted_s = 0.0
        self._looked = False
        self.bytes_moved = 0

    def move(
        self,
        store: ConsoleStore,
        client: ServerClient,
        *,
        gives_way: Callable[[], bool],
        on_moved: Callable[[], None] | None = None,
        patient: bool = False,
        up_to: Rank = Rank.FILE,
    ) -> bool:
        """Send what the server lacks and fetch what is missing here; one that fails is told so and put off.

        Args:
            store: the console.
            client: its server.
            gives_way: asked before each piece whether something more urgent waits.
            on_moved: called, once a second at most and for each that is over, when one has come further.
            patient: leave alone what is put off; else everything is tried once.
            up_to: what is fetched at all: only thumbnails and what somebody asked for, or all files. Own files are
                sent in any case.

        Returns:
            False when it gave way before everything was tried.

        Raises:
            Offline: the line is gone; what came over stays.
        """
        self._on_moved = on_moved or _nothing
        if not self._looked:
            store.attachments.fetch_missing()
            self._looked = True
        tried: set[str] = set()
        while (blob := _next(store, tried, patient=patient, up_to=up_to)) is not None:
            tried.add(blob.sha256)
            if gives_way() or not self._try(store, client, blob, gives_way):
                return False
        return True

    def _try(
        self, store: ConsoleStore, client: ServerClient, blob: WaitingBlob, gives_way: Callable[[], bool]
    ) -> bool:
        """Whether it did not give way; what went wrong with this one is noted."""
        try:
            done = self._carry(store, client, blob, gives_way)
        except DamagedBlob:
            store.attachments.fetch_again(blob.sha256)
            return True
        except (Refused, StrangeAnswer, BlobError, OSError) as error:
            _put_off(store, blob, error)
            return True
        if done:
            store.attachments.done(blob.sha256)
            self._on_moved()
        return done

    def _carry(
        self, store: ConsoleStore, client: ServerClient, blob: WaitingBlob, gives_way: Callable[[], bool]
    ) -> bool:
        def on_piece(size: int, moved: int) -> None:
            self.bytes_moved += size
            self._note(store, blob, moved)

        files = store.attachments.files
        if blob.waits is Way.UPLOAD:
            return upload(files, client, blob.sha256, pace=self._sending, on_piece=on_piece, gives_way=gives_way)
        if files.size_of(blob.sha256) is not None:
            store.attachments.send_again(blob.sha256)  # it is here, and perhaps only here
            return self._carry(store, client, msgspec.structs.replace(blob, waits=Way.UPLOAD), gives_way)
        return download(files, client, blob.sha256, pace=self._fetching, on_piece=on_piece, gives_way=gives_way)

    def _note(self, store: ConsoleStore, blob: WaitingBlob, moved: int) -> None:
        if time.monotonic() - self._noted_s >= NOTE_EVERY_S:
            self._noted_s = time.monotonic()
            store.attachments.moved(blob.sha256, moved)
            self._on_moved()


def _nothing() -> None:
    """Nobody wants to be told."""


def next_due_s(store: ConsoleStore, *, at_most: float) -> float:
    """In how many seconds something that was put off may be tried again."""
    now = store.now()
    dues = [blob.not_before for blob in store.attachments.waiting() if blob.not_before is not None]
    soonest = min(((due - now).total_seconds() for due in dues), default=at_most)
    return min(max(soonest, 1.0), at_most)


def _next(store: ConsoleStore, tried: set[str], *, patient: bool, up_to: Rank) -> WaitingBlob | None:
    now = store.now()
    for blob in store.attachments.waiting():
        if blob.waits is Way.DOWNLOAD and blob.rank > up_to:
            continue
        if blob.sha256 not in tried and (not patient or store.attachments.is_due(blob, now)):
            return blob
    return None


def _put_off(store: ConsoleStore, blob: WaitingBlob, error: Exception) -> None:
    if isinstance(error, Refused) and error.code in _NOT_ITS_TURN:
        store.attachments.put_off(blob, reason="")
        return
    log.warning("attachment %s of %s waits: %s", blob.sha256, store.directory, error)
    store.attachments.put_off(blob, reason=str(error))
