"""Bundle import: journal records are applied like a pull, others' work is relayed, lost own work recovered.

The whole file is verified first. Then come the records, the entries (in one transaction) and the
sealed photos. After a power failure the console is consistent, and importing the file again
continues the import.
"""

import contextlib
import shutil
from pathlib import Path
from typing import Final

from tabuah.operations.attachments.prefetch import attachment_in
from tabuah.operations.entries import subject_kind
from tabuah.operations.entry_kinds import read_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.people.roles import MAY_READ_PERSONAL_DATA
from tabuah.operations.personal_values import holds_commitment
from tabuah.operations.sync.bundle_results import BundleImport
from tabuah.resources.localisation import _
from tabuah.storage.blobs.errors import BlobError, BlobNotSaved
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.blob_table import TransferDirection
from tabuah.storage.cache.bundles.relay_update import update_relayed
from tabuah.storage.cache.bundles.relayed_boxes import RelayedBox
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.known_history import KnownHistory
from tabuah.storage.cache.pulled_pages import apply_pages, show_confirmed
from tabuah.storage.journal.bundles.contents import EntryRun, RecordPage, SealedFile
from tabuah.storage.journal.bundles.errors import DamagedBundle, ForeignBundle, NoRoomForBundle, PhotosNotSaved
from tabuah.storage.journal.bundles.reader import Bundle, open_bundle, verify_run
from tabuah.storage.journal.chain import ChainedEntry
from tabuah.storage.journal.checkpoint import SignedCheckpoint, read_checkpoint
from tabuah.storage.journal.errors import BadSignature, JournalError
from tabuah.storage.journal.sealed_box import attachment_context, open_pieces
from tabuah.storage.journal.sealed_values import open_values
from tabuah.storage.journal.server_keys import newest_key
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import PullReply, SealedValues

SPARE_BYTES: Final = 64 * 1024 * 1024  # a disk is not filled to its last byte


class _Counts:
    """Counts of an import in progress."""

    def __init__(self) -> None:
        self.new = self.recovered = self.known = self.forked = self.photos = 0
        self.subjects: set[str] = set()


def import_bundle(session: CacheSession, directory: Path, blobs: BlobStore, path: Path) -> BundleImport:
    """Import a bundle; repeating it, or importing several in any order, has the same result.

    Raises:
        BundleError: it cannot be used; nothing was imported.
        JournalMismatch: its records do not continue the journal here; nothing was imported.
    """
    with open_bundle(path) as bundle:
        _check_importable(session, directory, bundle, path)
        remarks: list[str] = []
        head = session.meta.journal_head.seq
        _import_records(session, bundle, path, remarks)
        counts = _Counts()
        _import_entries(session, bundle, counts)
        session.boxes.sweep()
        for part in bundle.parts():
            if isinstance(part, SealedFile):
                counts.photos += _import_file(session, blobs, part, path)
        now = session.meta.journal_head.seq
        return BundleImport(
            file=str(path),
            actor=bundle.manifest.actor,
            device=bundle.manifest.device,
            entries=bundle.totals.entries,
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


def _check_importable(session: CacheSession, directory: Path, bundle: Bundle, path: Path) -> None:
    ours = session.server()
    if ours and bundle.manifest.server and bundle.manifest.server != ours:
        raise ForeignBundle(path)
    free = shutil.disk_usage(directory).free
    needed = bundle.file_bytes + 2 * bundle.part_bytes + SPARE_BYTES
    if free < needed:
        raise NoRoomForBundle(path, needed=needed, free=free)


# journal records


def _import_records(session: CacheSession, bundle: Bundle, path: Path, remarks: list[str]) -> None:
    if bundle.last_record is None:
        return
    identity = session.meta.identity
    here = session.meta.journal_head.seq
    if identity is None:
        text = _("Its journal records were not imported: log in to the server once, so that they can be checked.")
        remarks.append(text)
        return
    if bundle.manifest.after > here:
        text = _(
            "Its journal records begin after record {after} and this console has {here}: ask for an export "
            "with --after {here}."
        )
        remarks.append(text.format(after=bundle.manifest.after, here=here))
        return
    if _is_of_former_key(session, bundle, identity.server_public_key):
        if bundle.last_record.seq > here:
            text = _("Its journal records were not imported: the server has a new key since, and sends its own.")
            remarks.append(text)
        return
    known = bytes.fromhex(identity.server_public_key)
    checkpoint = _verified_checkpoint(bundle, identity.server, known, path)
    if bundle.last_record.seq <= here:
        return
    for part in bundle.parts():
        if isinstance(part, RecordPage):
            reply = PullReply(records=part.records, head=bundle.last_record.seq, now=bundle.manifest.created_at)
            apply_pages(session, (reply,), synced_at=None)
    KnownHistory(session).follow_keys(bundle.manifest.server_keys)
    with session.writing():
        session.meta.checkpoint = checkpoint
        if identity.role in MAY_READ_PERSONAL_DATA:
            session.meta.note_missing_personal(here)


def _is_of_former_key(session: CacheSession, bundle: Bundle, newest: str) -> bool:
    """Return whether a former key of the server signed the records: they may be of a history that was given up."""
    signed = bundle.manifest.checkpoint
    for device in session.authority().devices.values():
        if signed is not None and device.is_server and device.public_key != newest:
            with contextlib.suppress(BadSignature):
                read_checkpoint(signed, bytes.fromhex(device.public_key))
                return True
    return False


def _verified_checkpoint(bundle: Bundle, server: str, public_key: bytes, path: Path) -> SignedCheckpoint:
    """Return the verified checkpoint for the last record, and so for all records before it.

    Raises:
        DamagedBundle: it does not match.
    """
    signed, last = bundle.manifest.checkpoint, bundle.last_record
    try:
        if signed is None or last is None:
            raise BadSignature("no checkpoint")
        checkpoint = read_checkpoint(signed, newest_key(public_key, bundle.manifest.server_keys))
    except JournalError as error:
        raise DamagedBundle(path, _("the server has not signed its journal records")) from error
    if (checkpoint.server, checkpoint.seq, checkpoint.hash) != (server, last.seq, last.hash):
        raise DamagedBundle(path, _("the server has not signed its journal records"))
    return signed


# entries


def _import_entries(session: CacheSession, bundle: Bundle, counts: _Counts) -> None:
    with session.writing():
        key = session.own_key()
        for part in bundle.parts():
            if isinstance(part, EntryRun):
                _import_run(session, part, key, counts)
        counts.subjects |= update_relayed(session)
        if counts.subjects:
            states = {subject: session.subjects.confirmed(subject) for subject in sorted(counts.subjects)}
            show_confirmed(session, states, session.meta.next_version())


def _import_run(session: CacheSession, run: EntryRun, key: DeviceKey | None, counts: _Counts) -> None:
    boxes = {sealed.entry: sealed for sealed in run.sealed}
    for chained in verify_run(run):
        box = boxes.get(chained.entry.id)
        outcome = _import_entry(session, run, chained, box)
        setattr(counts, outcome, getattr(counts, outcome) + 1)
        if outcome == "recovered":
            counts.subjects.add(chained.entry.subject)
        if box is not None and key is not None:
            _read_values(session, chained, box, key)


def _import_entry(session: CacheSession, run: EntryRun, chained: ChainedEntry, box: SealedValues | None) -> str:
    if run.device == session.meta.device:
        outcome = recover_own_entry(session, chained)
        if outcome != "ahead":
            return outcome
    if run.device in session.meta.former_devices:
        return "known"  # it continues under this console's new key
    return _relay(session, run, chained, box)


def _relay(session: CacheSession, run: EntryRun, chained: ChainedEntry, box: SealedValues | None) -> str:
    """Relay an entry of another device, unless it is here already; return the outcome."""
    n, sealed = chained.entry.n, box.box if box else ""
    head = session.relayed.confirmed_head(run.device)
    there = session.relayed.text_of(run.device, n)
    if there:
        session.relayed.add_box(run.device, n, sealed)
        return "known" if there.encode() == chained.text else "forked"
    if n <= head.n:
        return "forked" if session.journal.holds_another(chained.entry.id, run.device, n) else "known"
    follows = chained.entry.prev == head.hash if n == head.n + 1 else session.relayed.fits_in(chained)
    if not follows or not session.relayed.fits_in(chained):
        return "forked"
    session.relayed.add(chained, run.public_key, sealed)
    return "new"


def _read_values(session: CacheSession, chained: ChainedEntry, box: SealedValues, key: DeviceKey) -> None:
    """Store personal values that were also sealed for this console, if they fit the entry and were not erased."""
    if session.authority().is_erased(chained.entry.id):
        return
    values = open_values((box,), key)
    session.journal.add_personal(value for value in values if holds_commitment(chained.entry, value))


# photos


def _import_file(session: CacheSession, blobs: BlobStore, part: SealedFile, path: Path) -> bool:
    """Relay a sealed photo, and open it if it is for this console; return whether a photo is new here."""
    content = part.head.content
    if session.boxes.holds(content) or not _is_wanted(session, blobs, content):
        return False
    try:
        box = session.boxes.store(part.pieces, content, thumbnail=part.head.thumbnail)
        opened = _open_box(session, blobs, box)
        with session.writing():
            session.boxes.add(box)
            known = session.blobs.find(content)
            if opened and known is not None and known.waits is TransferDirection.DOWNLOAD:
                session.blobs.done(content)
    except (OSError, BlobNotSaved) as error:
        raise PhotosNotSaved(path, str(error)) from error
    return not part.head.thumbnail


def _is_wanted(session: CacheSession, blobs: BlobStore, content: str) -> bool:
    """Return whether neither this console nor, as far as it knows, the server has an attachment."""
    known = session.blobs.find(content)
    if known is None or known.waits is TransferDirection.DOWNLOAD:
        return True
    return known.waits is TransferDirection.UPLOAD and blobs.size_of(content) is None


def _open_box(session: CacheSession, blobs: BlobStore, box: RelayedBox) -> bool:
    """Store the attachment if the box is for this console, too; return whether it was."""
    key = session.own_key() if session.meta.device else None
    if key is None:
        return False
    try:
        with session.boxes.path_of(box).open("rb") as sealed:
            blobs.receive_whole(box.content, open_pieces(sealed, key, attachment_context(box.content)))
    except BlobNotSaved:
        raise
    except (JournalError, BlobError):
        return False
    return True


def recover_own_entry(session: CacheSession, chained: ChainedEntry) -> str:
    """Import an authentic entry of this device.

    Returns:
        `known` if it is here, `forked` if another entry has its number, `recovered` if it was lost and
        continues the chain, `ahead` if entries before it are missing.
    """
    head, entry = session.meta.chain_head, chained.entry
    if entry.n <= head.n:
        return "forked" if session.journal.holds_another(entry.id, entry.device, entry.n) else "known"
    if entry.n > head.n + 1:
        return "ahead"
    if entry.prev != head.hash:
        return "forked"
    session.journal.add_own(chained, ())
    session.meta.chain_head = chained.head
    session.meta.record_exported(entry.n)
    _note_contents(session, chained)
    return "recovered"


def _note_contents(session: CacheSession, chained: ChainedEntry) -> None:
    """Reserve the incident number that the entry gave, and queue the upload of its photo."""
    attached = attachment_in(chained.entry)
    if attached is not None:
        session.blobs.queue_upload(attached, about=subject_kind(chained.entry.subject))
    if chained.entry.kind == "incident.reported":
        with contextlib.suppress(MalformedBody):
            session.meta.note_number(read_body(chained.entry, IncidentReported).number)
