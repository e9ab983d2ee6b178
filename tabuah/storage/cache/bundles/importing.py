"""Importing a bundle: news are folded like a pull, the work of others is carried on, own lost work comes back.

Nothing is used before all of the file was checked. Then come the news, the entries (in one transaction) and the
sealed photos; if the power fails the console is whole, and importing the file again goes on from there.
"""

import shutil
from pathlib import Path
from typing import Final

import msgspec

from tabuah.operations.authority.roles import READS_PERSONAL_DATA
from tabuah.operations.personal import commits_to
from tabuah.resources.catalogue import _
from tabuah.storage.blobs.errors import BlobError, BlobNotSaved
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.applying import apply_pages, show_confirmed
from tabuah.storage.cache.blob_table import Way
from tabuah.storage.cache.bundles.boxes import CarriedBox
from tabuah.storage.cache.bundles.own_work import recover_own
from tabuah.storage.cache.bundles.renewing import renew_carried
from tabuah.storage.cache.desk import Desk
from tabuah.storage.journal.bundles.contents import CarriedRun, NewsPage, SealedFile
from tabuah.storage.journal.bundles.errors import DamagedBundle, ForeignBundle, NoRoomForBundle, PhotosNotSaved
from tabuah.storage.journal.bundles.reading import Bundle, open_bundle, verified_chain
from tabuah.storage.journal.chain import ChainedEntry
from tabuah.storage.journal.checkpoint import SignedCheckpoint, read_checkpoint
from tabuah.storage.journal.errors import BadSignature, JournalError
from tabuah.storage.journal.sealed_values import open_values
from tabuah.storage.journal.sealing import attachment_context, open_pieces
from tabuah.storage.journal.signing import DeviceKey
from tabuah.storage.journal.wire import PullReply, SealedValues

SPARE_BYTES: Final = 64 * 1024 * 1024  # a disk is not filled to its last byte


class BundleTaken(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an import: the shape of `tabuah bundle import --json`.

    `entries` were in it; of them `new` are carried from here on, `recovered` are own work that was lost, `known` were
    here, and `forked` stand where another entry stands. `records` are news of the journal, `photos` new ones.
    `their_head` is how far the console that wrote it had the journal.
    """

    file: str
    actor: str
    device: str
    entries: int = 0
    new: int = 0
    recovered: int = 0
    known: int = 0
    forked: int = 0
    records: int = 0
    photos: int = 0
    head: int = 0
    their_head: int = 0
    remarks: tuple[str, ...] = ()


class _Counts:
    """What an import has come to so far."""

    def __init__(self) -> None:
        self.new = self.recovered = self.known = self.forked = self.photos = 0
        self.subjects: set[str] = set()


def import_bundle(desk: Desk, directory: Path, blobs: BlobStore, path: Path) -> BundleTaken:
    """Take over a bundle; importing it twice, or several in any order, comes to the same.

    Raises:
        BundleError: it cannot be used; nothing of it was.
        JournalDoesNotFollow: its news do not continue the journal that is here; nothing was taken.
    """
    with open_bundle(path) as bundle:
        _check_may_take(desk, directory, bundle, path)
        remarks: list[str] = []
        head = desk.meta.journal_head.seq
        _take_news(desk, bundle, path, remarks)
        counts = _Counts()
        _take_entries(desk, bundle, counts)
        desk.boxes.sweep()
        for part in bundle.parts():
            if isinstance(part, SealedFile):
                counts.photos += _take_file(desk, blobs, part, path)
        now = desk.meta.journal_head.seq
        return BundleTaken(
            file=str(path),
            actor=bundle.manifest.actor,
            device=bundle.manifest.device,
            entries=bundle.ending.entries,
            new=counts.new,
            recovered=counts.recovered,
            known=counts.known,
            forked=counts.forked,
            records=now - head,
            photos=counts.photos,
            head=now,
            their_head=bundle.manifest.head,
            remarks=tuple(remarks),
        )


def _check_may_take(desk: Desk, directory: Path, bundle: Bundle, path: Path) -> None:
    ours = desk.server()
    if ours and bundle.manifest.server and bundle.manifest.server != ours:
        raise ForeignBundle(path)
    free = shutil.disk_usage(directory).free
    needed = bundle.file_bytes + 2 * bundle.part_bytes + SPARE_BYTES
    if free < needed:
        raise NoRoomForBundle(path, needed=needed, free=free)


# news of the journal


def _take_news(desk: Desk, bundle: Bundle, path: Path, remarks: list[str]) -> None:
    if bundle.news_to is None:
        return
    identity = desk.meta.identity
    here = desk.meta.journal_head.seq
    if identity is None:
        told = _("Its news of the journal were left out: log in to the server once, so that they can be checked.")
        remarks.append(told)
        return
    if bundle.manifest.after > here:
        told = _(
            "Its news begin after record {after} and this console has {here}: ask for an export with --after {here}."
        )
        remarks.append(told.format(after=bundle.manifest.after, here=here))
        return
    checkpoint = _vouched(bundle, identity.server, bytes.fromhex(identity.server_public_key), path)
    if bundle.news_to.seq <= here:
        return
    for part in bundle.parts():
        if isinstance(part, NewsPage):
            reply = PullReply(records=part.records, head=bundle.news_to.seq, now=bundle.manifest.created_at)
            apply_pages(desk, (reply,), synced_at=None)
    with desk.writing():
        desk.meta.checkpoint = checkpoint
        if identity.role in READS_PERSONAL_DATA:
            desk.meta.note_missing_personal(here)


def _vouched(bundle: Bundle, server: str, public_key: bytes, path: Path) -> SignedCheckpoint:
    """The checkpoint by which the server vouches for the last record, and so for all before it.

    Raises:
        DamagedBundle: it does not.
    """
    signed, last = bundle.manifest.checkpoint, bundle.news_to
    try:
        if signed is None or last is None:
            raise BadSignature("no checkpoint")
        checkpoint = read_checkpoint(signed, public_key)
    except JournalError as error:
        raise DamagedBundle(path, _("the server has not vouched for its news")) from error
    if (checkpoint.server, checkpoint.seq, checkpoint.hash) != (server, last.seq, last.hash):
        raise DamagedBundle(path, _("the server has not vouched for its news"))
    return signed


# entries


def _take_entries(desk: Desk, bundle: Bundle, counts: _Counts) -> None:
    with desk.writing():
        key = desk.own_key()
        for part in bundle.parts():
            if isinstance(part, CarriedRun):
                _take_run(desk, part, key, counts)
        counts.subjects |= renew_carried(desk)
        if counts.subjects:
            states = {subject: desk.subjects.confirmed(subject) for subject in sorted(counts.subjects)}
            show_confirmed(desk, states, desk.meta.next_version())


def _take_run(desk: Desk, run: CarriedRun, key: DeviceKey | None, counts: _Counts) -> None:
    boxes = {sealed.entry: sealed for sealed in run.sealed}
    for chained in verified_chain(run):
        box = boxes.get(chained.entry.id)
        outcome = _take_entry(desk, run, chained, box)
        setattr(counts, outcome, getattr(counts, outcome) + 1)
        if outcome == "recovered":
            counts.subjects.add(chained.entry.subject)
        if box is not None and key is not None:
            _read_values(desk, chained, box, key)


def _take_entry(desk: Desk, run: CarriedRun, chained: ChainedEntry, box: SealedValues | None) -> str:
    if run.device == desk.meta.device:
        outcome = recover_own(desk, chained)
        if outcome != "ahead":
            return outcome
    if run.device in desk.meta.former_devices:
        return "known"  # it goes on under this console's new key
    return _carry(desk, run, chained, box)


def _carry(desk: Desk, run: CarriedRun, chained: ChainedEntry, box: SealedValues | None) -> str:
    """Carry an entry of another device on, unless it is here already; what came of it."""
    n, sealed = chained.entry.n, box.box if box else ""
    head = desk.carried.confirmed_head(run.device)
    there = desk.carried.text_of(run.device, n)
    if there:
        desk.carried.add_box(run.device, n, sealed)
        return "known" if there.encode() == chained.text else "forked"
    if n <= head.n:
        return "forked" if desk.journal.holds_another(chained.entry.id, run.device, n) else "known"
    follows = chained.entry.prev == head.hash if n == head.n + 1 else desk.carried.fits_in(chained)
    if not follows or not desk.carried.fits_in(chained):
        return "forked"
    desk.carried.add(chained, run.public_key, sealed)
    return "new"


def _read_values(desk: Desk, chained: ChainedEntry, box: SealedValues, key: DeviceKey) -> None:
    """Keep personal values that were sealed for this console, too, if the entry commits to them."""
    values = open_values((box,), key)
    desk.journal.add_personal(value for value in values if commits_to(chained.entry, value))


# photos


def _take_file(desk: Desk, blobs: BlobStore, part: SealedFile, path: Path) -> bool:
    """Open a photo where it is for this console, and carry it on in its box; whether a photo is new here."""
    content = part.head.content
    if desk.boxes.holds(content) or not _is_wanted(desk, blobs, content):
        return False
    try:
        box = desk.boxes.store(part.pieces, content, thumbnail=part.head.thumbnail)
        opened = _open_box(desk, blobs, box)
        with desk.writing():
            desk.boxes.add(box)
            known = desk.blobs.find(content)
            if opened and known is not None and known.waits is Way.DOWNLOAD:
                desk.blobs.done(content)
    except (OSError, BlobNotSaved) as error:
        raise PhotosNotSaved(path, str(error)) from error
    return not part.head.thumbnail


def _is_wanted(desk: Desk, blobs: BlobStore, content: str) -> bool:
    """Whether neither this console nor, as far as it knows, the server has an attachment."""
    known = desk.blobs.find(content)
    if known is None or known.waits is Way.DOWNLOAD:
        return True
    return known.waits is Way.UPLOAD and blobs.size_of(content) is None


def _open_box(desk: Desk, blobs: BlobStore, box: CarriedBox) -> bool:
    """Put the attachment among the others, if the box is for this console, too; whether it was."""
    key = desk.own_key() if desk.meta.device else None
    if key is None:
        return False
    try:
        with desk.boxes.path_of(box).open("rb") as sealed:
            blobs.receive_whole(box.content, open_pieces(sealed, key, attachment_context(box.content)))
    except BlobNotSaved:
        raise
    except (JournalError, BlobError):
        return False
    return True
