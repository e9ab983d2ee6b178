"""A console as a carrier: bundles out and in, and what it brings to the server for others."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from tabuah.resources.catalogue import _
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.applying import show_confirmed
from tabuah.storage.cache.bundles.boxes import CarriedBox
from tabuah.storage.cache.bundles.carried_table import CarriedDevice, CarriedEntry
from tabuah.storage.cache.bundles.exporting import BundleWritten, export_bundle
from tabuah.storage.cache.bundles.importing import BundleTaken, import_bundle
from tabuah.storage.cache.bundles.renewing import renew_carried
from tabuah.storage.cache.bundles.turns import turns_of
from tabuah.storage.cache.desk import Desk
from tabuah.storage.cache.errors import JournalDoesNotFollow
from tabuah.storage.journal.checkpoint import Checkpoint, SignedCheckpoint, read_checkpoint
from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.turns import Turn
from tabuah.storage.journal.wire import PushReply


class CarriedCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What is carried for others: entries of how many devices, since when, and sealed photos."""

    entries: int = 0
    devices: int = 0
    photos: int = 0
    since: datetime | None = None


class Carrier:
    """Belongs to the thread of its store."""

    def __init__(self, desk: Desk, directory: Path, files: Callable[[], BlobStore]) -> None:
        self._desk = desk
        self._directory = directory
        self._files = files

    def export(self, path: Path, *, named: Sequence[str] = (), after: int | None = None) -> BundleWritten:
        """Write a bundle; see `export_bundle`."""
        return export_bundle(self._desk, self._files(), path.expanduser().absolute(), named=named, after=after)

    def take(self, path: Path) -> BundleTaken:
        """Take over a bundle; see `import_bundle`."""
        return import_bundle(self._desk, self._directory, self._files(), path.expanduser().absolute())

    def counts(self) -> CarriedCounts:
        """What is carried, in numbers."""
        entries, since = self._desk.carried.waiting_since()
        devices, photos = len(self._desk.carried.devices()), sum(not box.thumbnail for box in self._desk.boxes.all())
        return CarriedCounts(entries=entries, devices=devices, photos=photos, since=since)

    def devices(self) -> list[CarriedDevice]:
        """What is carried, by device."""
        return self._desk.carried.devices()

    # what the syncer needs

    def turns(self) -> list[Turn]:
        """In which order own and carried work is sent; none when nothing is carried that can be sent."""
        return turns_of(self._desk)

    def ready_after(self, device: str, n: int, limit: int) -> tuple[CarriedEntry, ...]:
        """Entries of a device that can be sent and were not."""
        return self._desk.carried.ready_after(device, n, limit)

    def acknowledge(self, reply: PushReply) -> None:
        """The server has these; they are carried until they are pulled."""
        with self._desk.writing():
            self._desk.carried.mark_pushed(result.id for result in reply.results)

    def refuse(self, device: str, code: str) -> None:
        """The server never takes what is carried for a device: it is kept, no longer shown, and sent no more."""
        with self._desk.writing():
            self._desk.carried.refuse(device, code)
            changed = renew_carried(self._desk)
            if changed:
                states = {subject: self._desk.subjects.confirmed(subject) for subject in sorted(changed)}
                show_confirmed(self._desk, states, self._desk.meta.next_version())

    def boxes(self) -> list[CarriedBox]:
        """Sealed photos to bring, the smallest first."""
        return self._desk.boxes.all()

    def box_path(self, box: CarriedBox) -> Path:
        """Where a box lies."""
        return self._desk.boxes.path_of(box)

    def box_done(self, box: CarriedBox) -> None:
        """The server has what is in a box, or will never take it."""
        with self._desk.writing():
            self._desk.boxes.drop(box)
        self._desk.boxes.path_of(box).unlink(missing_ok=True)

    @property
    def vouched_for(self) -> int:
        """Up to which record the server has vouched for what is here."""
        signed = self._desk.meta.checkpoint
        return msgspec.json.decode(signed.text, type=Checkpoint).seq if signed else 0

    def keep_checkpoint(self, signed: SignedCheckpoint) -> None:
        """Remember by what the server vouches for the journal that is here.

        Raises:
            JournalDoesNotFollow: it vouches for another journal.
        """
        identity = self._desk.meta.identity
        if identity is None:
            return
        try:
            checkpoint = read_checkpoint(signed, bytes.fromhex(identity.server_public_key))
        except BadSignature as error:
            raise JournalDoesNotFollow(_("The server's checkpoint is not signed by it.")) from error
        here = self._desk.journal.hash_at(checkpoint.seq)
        if here and here != checkpoint.hash:
            raise JournalDoesNotFollow(
                _("The server vouches for another journal than the one it sent. Tell the administrator.")
            )
        if here and checkpoint.seq > self.vouched_for:
            with self._desk.writing():
                self._desk.meta.checkpoint = signed

    @property
    def personal_missing_after(self) -> int | None:
        """After which record personal values are missing, since a bundle brought the records without them."""
        return self._desk.meta.personal_missing_after

    def personal_complete(self) -> None:
        """They have come."""
        with self._desk.writing():
            self._desk.meta.note_missing_personal(None)
