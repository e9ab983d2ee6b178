"""The attachments of a console: where each stands, where its file is, and what the syncer notes about it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Final

import msgspec

from tabuah.operations.attachments import Attachment
from tabuah.operations.authority.roles import may_see_attachments
from tabuah.resources.catalogue import _
from tabuah.storage.blobs.errors import BlobMissing, DamagedBlob
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.blob_table import Rank, WaitingBlob, Way
from tabuah.storage.cache.desk import Desk

BLOB_FOLDER: Final = "blobs"
_FIRST_WAIT_S: Final = 15.0
_LONGEST_WAIT_S: Final = 3600.0
_NO_NEED: Final = 12  # more doublings than the longest wait has


class Standing(StrEnum):
    """Where an attachment stands, as `incident show --json` says it."""

    HERE = "here"
    WAITS_UPLOAD = "waits_upload"
    WAITS_DOWNLOAD = "waits_download"
    FAILED = "failed"
    WITHHELD = "withheld"  # the role of this console's user does not see attachments


class AttachmentState(msgspec.Struct, frozen=True, kw_only=True):
    """How one attachment stands: `moved` of `size` bytes are over; `reason` tells in words why it failed.

    `is_here` says whether its file can be opened, which also one that waits for its upload can.
    """

    state: Standing
    is_here: bool
    moved: int
    size: int
    reason: str = ""


class TransferCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many attachments wait, thumbnails not counted; those that failed are among them.

    `moved` bytes of those that wait are over already.
    """

    uploads: int = 0
    downloads: int = 0
    failed: int = 0
    moved: int = 0


class Attachments:
    """Belongs to the thread of its store."""

    def __init__(self, desk: Desk, directory: Path) -> None:
        self._desk = desk
        self._folder = directory / BLOB_FOLDER

    @cached_property
    def files(self) -> BlobStore:
        """The files themselves."""
        return BlobStore(self._folder)

    def may_read(self, about: str = "incident") -> bool:
        """Whether the role of this console's user sees what others attach to subjects of a kind."""
        identity = self._desk.meta.identity
        return identity is None or may_see_attachments(identity.role, about)

    def states(self, attached: Iterable[Attachment]) -> dict[str, AttachmentState]:
        """How some attachments stand, by their SHA-256."""
        return {attachment.sha256: self._state(attachment) for attachment in attached}

    def counts(self) -> TransferCounts:
        """What waits, in numbers."""
        waiting = [blob for blob in self.waiting() if blob.rank is not Rank.THUMBNAIL]
        uploads = sum(1 for blob in waiting if blob.waits is Way.UPLOAD)
        failed = sum(1 for blob in waiting if blob.reason)
        moved = sum(blob.moved for blob in waiting)
        return TransferCounts(uploads=uploads, downloads=len(waiting) - uploads, failed=failed, moved=moved)

    def file_of(self, attachment: Attachment) -> Path:
        """Where an attachment lies, found to be whole.

        Raises:
            BlobMissing: it has not come yet, or may not come; it is fetched before the others.
            DamagedBlob: it was damaged on this disk; it is fetched anew.
        """
        try:
            return self.files.checked(attachment.sha256)
        except DamagedBlob as error:
            self.fetch_again(attachment.sha256)
            damaged = _("{name} was damaged on this disk; it is fetched again with the next sync.")
            raise DamagedBlob(damaged.format(name=attachment.name)) from error
        except BlobMissing as error:
            raise BlobMissing(self._missing(attachment)) from error

    def waiting(self, *, up_to: Rank = Rank.FILE) -> tuple[WaitingBlob, ...]:
        """What must be sent or fetched, in the order in which it should."""
        found = self._desk.blobs.waiting(Way.UPLOAD, Way.DOWNLOAD, up_to=up_to)
        seen = {about: self.may_read(about) for about in {blob.about for blob in found}}
        return tuple(blob for blob in found if blob.waits is Way.UPLOAD or seen[blob.about])

    def find(self, sha256: str) -> WaitingBlob | None:
        """How an attachment stands in the queue."""
        return self._desk.blobs.find(sha256)

    def is_due(self, blob: WaitingBlob, now: datetime) -> bool:
        """Whether it may be tried again; a clock that was set back puts nothing off."""
        due = blob.not_before
        return due is None or now >= due or due - now > timedelta(seconds=_LONGEST_WAIT_S)

    # what the syncer notes

    def done(self, sha256: str) -> None:
        """It was sent or fetched."""
        with self._desk.writing():
            self._desk.blobs.done(sha256)

    def moved(self, sha256: str, moved: int) -> None:
        """So many bytes of it are over."""
        with self._desk.writing():
            self._desk.blobs.moved(sha256, moved)

    def put_off(self, blob: WaitingBlob, *, reason: str) -> None:
        """It did not move: later, each time twice as much later; `reason` is empty where nothing is wrong."""
        wait_s = min(_FIRST_WAIT_S * 2 ** min(blob.tries, _NO_NEED), _LONGEST_WAIT_S)
        with self._desk.writing():
            self._desk.blobs.put_off(
                blob.sha256, not_before=self._desk.now() + timedelta(seconds=wait_s), reason=reason
            )

    def fetch_again(self, sha256: str) -> None:
        """It is no longer here as it should be; what was never sent cannot be fetched and says so."""
        known = self._desk.blobs.find(sha256)
        if known is not None and known.waits is Way.UPLOAD:
            self.put_off(known, reason=_("its file is damaged or gone and was not sent yet; attach it again"))
            return
        with self._desk.writing():
            self._desk.blobs.turn(sha256, Way.DOWNLOAD)

    def fetch_missing(self) -> None:
        """Queue what was here and is no longer: put aside as damaged, or deleted by somebody."""
        gone = [sha256 for sha256 in self._desk.blobs.settled() if self.files.size_of(sha256) is None]
        if gone:
            with self._desk.writing():
                for sha256 in gone:
                    self._desk.blobs.turn(sha256, Way.DOWNLOAD)

    def send_again(self, sha256: str) -> None:
        """It is here, and whether the server has it is not known."""
        with self._desk.writing():
            self._desk.blobs.turn(sha256, Way.UPLOAD)

    def _missing(self, attachment: Attachment) -> str:
        known = self._desk.blobs.find(attachment.sha256)
        if not self.may_read(known.about if known else "incident"):
            return _("The role of {user} does not see attachments.").format(user=self._desk.actor())
        if known is not None and known.waits is not Way.UPLOAD:
            with self._desk.writing():
                self._desk.blobs.turn(attachment.sha256, Way.DOWNLOAD, rank=Rank.ASKED_FOR)
        return _("{name} has not come here yet; it is fetched with the next sync.").format(name=attachment.name)

    def _state(self, attachment: Attachment) -> AttachmentState:
        here = self.files.size_of(attachment.sha256) is not None
        known = self._desk.blobs.find(attachment.sha256) or WaitingBlob(
            attachment.sha256, attachment.size, Way.NONE if here else Way.DOWNLOAD
        )
        moved = attachment.size if here else min(self.files.received(attachment.sha256), attachment.size)
        return AttachmentState(
            state=self._standing(known, here=here),
            is_here=here,
            moved=known.moved if known.waits is Way.UPLOAD else moved,
            size=attachment.size,
            reason=known.reason,
        )

    def _standing(self, known: WaitingBlob, *, here: bool) -> Standing:
        if known.reason:
            return Standing.FAILED
        if known.waits is Way.UPLOAD:
            return Standing.WAITS_UPLOAD
        if here:
            return Standing.HERE
        return Standing.WAITS_DOWNLOAD if self.may_read(known.about) else Standing.WITHHELD
