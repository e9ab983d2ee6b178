"""Attachments that no entry names: bounded for each user, and deleted after a time.

Consoles send entries before attachments, so that an attachment without an entry is rare: its entry was rejected, or
waits in quarantine, where it counts as named.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.errors import Refusal, ServerError
from tabuah.server.journal import ServerJournal
from tabuah.storage.blobs.store import BlobStore

log = logging.getLogger(__name__)

MAX_UNNAMED_BYTES: Final = 256 * 1024 * 1024  # of one user
UNNAMED_KEPT: Final = timedelta(days=14)
LOOK_EVERY_S: Final = 3600.0
_MAX_DELETED: Final = 200  # at once: the journal's writer waits meanwhile
_UNNAMED: Final = """NOT EXISTS (SELECT 1 FROM blob_subjects s WHERE s.sha256 = b.sha256)
    AND NOT EXISTS (SELECT 1 FROM aside a WHERE instr(a.text, b.sha256) > 0)"""
_IS_UNNAMED: Final = f"SELECT 1 FROM (SELECT ? AS sha256) b WHERE {_UNNAMED}"  # noqa: S608 - a constant
_BYTES_OF_USER: Final = f"SELECT coalesce(sum(size), 0) FROM blobs b WHERE user_name = ? AND {_UNNAMED}"  # noqa: S608
_OLD: Final = f"SELECT sha256 FROM blobs b WHERE received_at < ? AND {_UNNAMED} LIMIT {_MAX_DELETED}"  # noqa: S608
_FORGET: Final = "DELETE FROM blobs WHERE sha256 = ?"
_RECORD: Final = "INSERT OR IGNORE INTO blobs (sha256, size, user_name, received_at) VALUES (?, ?, ?, ?)"


class UnnamedUploads:
    """Bounds the uploads of one user without an entry, also incomplete ones since the start. Thread-safe."""

    def __init__(self, journal: ServerJournal, blobs: BlobStore, *, limit_bytes: int = MAX_UNNAMED_BYTES) -> None:
        self._journal, self._blobs, self._limit_bytes = journal, blobs, limit_bytes
        self._incomplete: dict[str, set[str]] = defaultdict(set)
        self._lock = threading.Lock()

    def check(self, user: str, sha256: str, size: int) -> None:
        """Check that a user may upload `size` bytes of an attachment.

        Raises:
            Refusal: no entry names it, and the user has uploaded too much of the kind.
        """
        if not self._journal.read(lambda c: c.exec_driver_sql(_IS_UNNAMED, (sha256,)).first()):
            return
        complete = self._journal.read(lambda c: int(c.exec_driver_sql(_BYTES_OF_USER, (user,)).scalar_one()))
        with self._lock:
            others = self._incomplete[user] - {sha256}
            received = {each: self._blobs.received(each) for each in others if self._blobs.size_of(each) is None}
            self._incomplete[user] = {each for each, count in received.items() if count}
            if complete + sum(received.values()) + size > self._limit_bytes:
                detail = "too many attachments of this user are named by no entry: send the entries first"
                raise Refusal(429, "too_many_unnamed", detail, headers={"Retry-After": "300"})
            self._incomplete[user].add(sha256)


def delete_unnamed(journal: ServerJournal, blobs: BlobStore) -> int:
    """Delete attachments that no entry has named for `UNNAMED_KEPT`; return how many.

    They are deleted in transactions of the writer, so that no entry can name one meanwhile.

    Raises:
        ServerError: the journal takes nothing now.
    """

    def delete(batch: AdmissionBatch) -> int:
        old = _old_unnamed(batch.connection, (batch.now - UNNAMED_KEPT).isoformat())
        for sha256 in old:
            blobs.path_of(sha256).unlink(missing_ok=True)
            batch.connection.exec_driver_sql(_FORGET, (sha256,))
        return len(old)

    _record_orphans(journal, blobs)
    deleted = 0
    while count := journal.submit(delete).result():
        deleted += count
    return deleted


def _record_orphans(journal: ServerJournal, blobs: BlobStore) -> None:
    """Record attachments that a crash left between storage and record, as received now: nothing else deletes them."""
    known = set(journal.read(lambda c: c.exec_driver_sql("SELECT sha256 FROM blobs").scalars().all()))
    sizes = [(sha256, blobs.size_of(sha256) or 0) for sha256 in blobs.stored() if sha256 not in known]

    def record(batch: AdmissionBatch) -> None:
        now = batch.now.isoformat()
        batch.connection.exec_driver_sql(_RECORD, [(sha256, size, "", now) for sha256, size in sizes])

    if sizes:
        journal.submit(record).result()


def _old_unnamed(connection: Connection, before: str) -> list[str]:
    return list(connection.exec_driver_sql(_OLD, (before,)).scalars())


class BlobCollector:
    """A thread that deletes unnamed attachments and abandoned uploads at the start and every hour.

    Args of the constructor:
        journal: the journal.
        blobs: the attachments.
        partials_kept_s: for each store with incomplete uploads, the time that they are kept without progress.
    """

    def __init__(self, journal: ServerJournal, blobs: BlobStore, partials_kept_s: Mapping[BlobStore, float]) -> None:
        self._journal, self._blobs, self._partials_kept_s = journal, blobs, partials_kept_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tabuah-blobs", daemon=True)

    def start(self) -> None:
        """Delete abandoned uploads now, and start the thread."""
        self.delete_abandoned()
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread; call it before the journal is closed."""
        self._stopping.set()
        self._thread.join()

    @property
    def is_running(self) -> bool:
        """Whether the thread runs; callable from any thread."""
        return self._thread.is_alive()

    def delete_abandoned(self) -> None:
        """Delete incomplete uploads without progress for their time."""
        for store, kept_s in self._partials_kept_s.items():
            store.delete_stale_partials(time.time() - kept_s)

    def _run(self) -> None:
        self._delete_unnamed()  # also those of an exercise that was wiped before a crash
        while not self._stopping.wait(LOOK_EVERY_S):
            self.delete_abandoned()
            self._delete_unnamed()

    def _delete_unnamed(self) -> None:
        try:
            deleted = delete_unnamed(self._journal, self._blobs)
        except (ServerError, OSError) as error:
            log.warning("unnamed attachments were not deleted: %s", error)
        else:
            if deleted:
                log.info("%d attachments that no entry names were deleted", deleted)
