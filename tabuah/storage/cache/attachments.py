"""The attachments of a console: their status, their files, and the transfer queue."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final

import msgspec

from tabuah.operations.attachments.attachment import Attachment
from tabuah.operations.attachments.transfer import AttachmentState, AttachmentStatus
from tabuah.operations.people.roles import may_see_attachments
from tabuah.resources.localisation import _
from tabuah.storage.blobs.errors import BlobMissing, DamagedBlob
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.blob_table import QueuedBlob, TransferDirection, TransferPriority
from tabuah.storage.cache.cache_session import CacheSession

BLOB_FOLDER: Final = "blobs"
OPENED_FOLDER: Final = "opened"  # copies that other programs show
_FIRST_WAIT_S: Final = 15.0
_LONGEST_WAIT_S: Final = 3600.0
_MAX_DOUBLINGS: Final = 12  # more doublings than the longest wait has


class TransferCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Number of waiting attachments, without thumbnails; failed ones are included.

    `moved` is the number of bytes already transferred of those that wait.
    """

    uploads: int = 0
    downloads: int = 0
    failed: int = 0
    moved: int = 0


def opened_folder(directory: Path, sha256: str) -> Path:
    """Return the folder for the copy of an attachment that another program shows."""
    return directory / OPENED_FOLDER / sha256[:12]


class Attachments:
    """Attachments of one console. Belongs to the thread of its store."""

    def __init__(self, session: CacheSession, directory: Path) -> None:
        self._session = session
        self._folder = directory / BLOB_FOLDER

    @cached_property
    def files(self) -> BlobStore:
        """Return the blob store with the files."""
        return BlobStore(self._folder)

    def may_read(self, about: str = "incident") -> bool:
        """Return whether this user's role may see attachments of a kind of subject."""
        identity = self._session.meta.identity
        return identity is None or may_see_attachments(identity.role, about)

    def states(self, attached: Iterable[Attachment]) -> dict[str, AttachmentState]:
        """Return the states of some attachments by SHA-256."""
        return {attachment.sha256: self._state(attachment) for attachment in attached}

    def counts(self) -> TransferCounts:
        waiting = [blob for blob in self.waiting() if blob.rank is not TransferPriority.THUMBNAIL]
        uploads = sum(1 for blob in waiting if blob.waits is TransferDirection.UPLOAD)
        failed = sum(1 for blob in waiting if blob.reason)
        moved = sum(blob.moved for blob in waiting)
        return TransferCounts(uploads=uploads, downloads=len(waiting) - uploads, failed=failed, moved=moved)

    def file_of(self, attachment: Attachment) -> Path:
        """Return the path of an attachment's verified file.

        Raises:
            BlobMissing: it has not arrived or may not be seen; it gets priority in the queue.
            DamagedBlob: the file was damaged on this disk; it is downloaded again.
        """
        try:
            return self.files.verified_path(attachment.sha256)
        except DamagedBlob as error:
            self.fetch_again(attachment.sha256)
            damaged = _("{name} was damaged on this disk; the next sync downloads it again.")
            raise DamagedBlob(damaged.format(name=attachment.name)) from error
        except BlobMissing as error:
            raise BlobMissing(self._missing(attachment)) from error

    def waiting(self, *, up_to: TransferPriority = TransferPriority.FILE) -> tuple[QueuedBlob, ...]:
        """Return the transfer queue in order."""
        found = self._session.blobs.waiting(TransferDirection.UPLOAD, TransferDirection.DOWNLOAD, up_to=up_to)
        seen = {about: self.may_read(about) for about in {blob.about for blob in found}}
        return tuple(blob for blob in found if blob.waits is TransferDirection.UPLOAD or seen[blob.about])

    def find(self, sha256: str) -> QueuedBlob | None:
        """Return an attachment's place in the queue."""
        return self._session.blobs.find(sha256)

    def is_due(self, blob: QueuedBlob, now: datetime) -> bool:
        """Return whether it may be tried again; a clock that was set back delays nothing."""
        due = blob.not_before
        return due is None or now >= due or due - now > timedelta(seconds=_LONGEST_WAIT_S)

    # for the syncer

    def done(self, *completed: str) -> None:
        """Record completed transfers."""
        with self._session.writing():
            for sha256 in completed:
                self._session.blobs.done(sha256)

    def moved(self, sha256: str, moved: int) -> None:
        """Record the number of transferred bytes."""
        with self._session.writing():
            self._session.blobs.moved(sha256, moved)

    def postpone(self, blob: QueuedBlob, *, reason: str) -> None:
        """Postpone a failed transfer, twice as long each time; `reason` is empty where nothing is wrong."""
        wait_s = min(_FIRST_WAIT_S * 2 ** min(blob.tries, _MAX_DOUBLINGS), _LONGEST_WAIT_S)
        with self._session.writing():
            self._session.blobs.postpone(
                blob.sha256, not_before=self._session.now() + timedelta(seconds=wait_s), reason=reason
            )

    def fetch_again(self, sha256: str) -> None:
        """Queue the download of a damaged or missing file; one that was never uploaded is marked failed."""
        known = self._session.blobs.find(sha256)
        if known is not None and known.waits is TransferDirection.UPLOAD:
            self.postpone(known, reason=_("its file is damaged or missing and was not uploaded yet; attach it again"))
            return
        with self._session.writing():
            self._session.blobs.requeue(sha256, TransferDirection.DOWNLOAD)

    def find_damaged(self) -> list[str]:
        """Hash every file, and queue the transfer of those that no longer match their name; return these.

        Also one that was verified before: bits change without a trace in size or time.
        """
        damaged = []
        for sha256 in self.files.stored():
            try:
                self.files.verified_path(sha256, again=True)
            except DamagedBlob:
                damaged.append(sha256)
                if not self._session.is_read_only:
                    self.fetch_again(sha256)
            except BlobMissing:
                continue  # deleted meanwhile
        return damaged

    def fetch_instead(self, sha256: str) -> None:
        """Queue the download of a file that should be sent, but is lost here and at the server already."""
        with self._session.writing():
            self._session.blobs.requeue(sha256, TransferDirection.DOWNLOAD)

    def fetch_missing(self) -> None:
        """Queue the download of files that were quarantined or deleted."""
        gone = [sha256 for sha256 in self._session.blobs.settled() if self.files.size_of(sha256) is None]
        if gone:
            with self._session.writing():
                for sha256 in gone:
                    self._session.blobs.requeue(sha256, TransferDirection.DOWNLOAD)

    def send_wanted(self, wanted: Iterable[str]) -> None:
        """Queue the upload of attachments that the server lacks and that are here, intact and settled."""
        for sha256 in wanted:
            known = self._session.blobs.find(sha256)
            if known is None or known.waits is not TransferDirection.NONE:
                continue
            try:
                self.files.verified_path(sha256, again=True)
            except (BlobMissing, DamagedBlob):
                self.fetch_again(sha256)
            else:
                self.send_again(sha256)

    def send_again(self, sha256: str) -> None:
        """Queue the upload of a file that is here, because the server may not have it."""
        with self._session.writing():
            self._session.blobs.requeue(sha256, TransferDirection.UPLOAD)

    def _missing(self, attachment: Attachment) -> str:
        known = self._session.blobs.find(attachment.sha256)
        if not self.may_read(known.about if known else "incident"):
            return _("The role of {user} may not see attachments.").format(user=self._session.actor())
        if known is not None and known.waits is not TransferDirection.UPLOAD:
            with self._session.writing():
                self._session.blobs.requeue(
                    attachment.sha256, TransferDirection.DOWNLOAD, rank=TransferPriority.ASKED_FOR
                )
        return _("{name} has not been downloaded yet; the next sync downloads it.").format(name=attachment.name)

    def _state(self, attachment: Attachment) -> AttachmentState:
        here = self.files.size_of(attachment.sha256) is not None
        known = self._session.blobs.find(attachment.sha256) or QueuedBlob(
            attachment.sha256, attachment.size, TransferDirection.NONE if here else TransferDirection.DOWNLOAD
        )
        moved = attachment.size if here else min(self.files.received(attachment.sha256), attachment.size)
        return AttachmentState(
            state=self._standing(known, here=here),
            is_here=here,
            moved=known.moved if known.waits is TransferDirection.UPLOAD else moved,
            size=attachment.size,
            reason=known.reason,
        )

    def _standing(self, known: QueuedBlob, *, here: bool) -> AttachmentStatus:
        if known.reason:
            return AttachmentStatus.FAILED
        if known.waits is TransferDirection.UPLOAD:
            return AttachmentStatus.WAITS_UPLOAD
        if here:
            return AttachmentStatus.HERE
        return AttachmentStatus.WAITS_DOWNLOAD if self.may_read(known.about) else AttachmentStatus.WITHHELD
