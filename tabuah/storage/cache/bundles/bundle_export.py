"""Bundle export: all unconfirmed work here, and on request journal records and sealed personal values."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from tabuah.operations.entries import PersonalValue
from tabuah.operations.people.authority import Device
from tabuah.operations.people.roles import MAY_READ_PERSONAL_DATA
from tabuah.operations.sync.bundle_results import BundleExport
from tabuah.resources.localisation import _
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.blob_table import QueuedBlob, TransferDirection, TransferPriority
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.errors import DiskFull, ReadOnlyCache
from tabuah.storage.cache.journal_table import OutboxEntry
from tabuah.storage.journal import sealed_box
from tabuah.storage.journal.bundles.contents import EntryRun, FileHead, Manifest, RecordPage
from tabuah.storage.journal.bundles.errors import RecordsUnavailable, UnknownRecipient
from tabuah.storage.journal.bundles.writer import BundleWriter, bundle_file
from tabuah.storage.journal.checkpoint import Checkpoint, SignedCheckpoint
from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.push import MAX_ENTRIES_A_PUSH
from tabuah.storage.journal.sealed_values import seal_values
from tabuah.storage.journal.wire import SealedValues, SignedEntry

PART_BYTES: Final = 1024 * 1024
RECORDS_PER_PAGE: Final = 500


class _ExportContents(msgspec.Struct, frozen=True, kw_only=True):
    """The work to export, read in one transaction."""

    manifest: Manifest
    public_key: str
    own: tuple[OutboxEntry, ...]
    personal: tuple[PersonalValue, ...]
    uploads: tuple[QueuedBlob, ...]


def export_bundle(
    session: CacheSession, blobs: BlobStore, path: Path, *, named: Sequence[str] = (), after: int | None = None
) -> BundleExport:
    """Write a bundle.

    Args:
        session: the console's cache session.
        blobs: its attachments.
        path: the file; an existing one is replaced when the new one is complete.
        named: devices besides the server that may read personal values and photos.
        after: also export the journal records after this seq.

    Raises:
        BundleError: it cannot be written; no file is left.
    """
    others = find_recipients(session, named)
    work = _gather(session, after)
    recipients = (*own_recipients(session), *others) if _has_reader(session, others) else ()
    with bundle_file(path) as file:
        writer = BundleWriter(file, work.manifest)
        for page in _record_pages(session, work.manifest):
            writer.add_record_page(page)
        carried = list(_relayed_runs(session))
        for run in (*carried, *_own_runs(session.meta.device, work, recipients)):
            writer.add_run(run)
        photos, missing = _add_photos(writer, session, blobs, work.uploads, recipients)
        totals = writer.end()
        size = file.tell()
    unsealed = len({value.entry for value in work.personal}) if not recipients else 0
    return BundleExport(
        file=str(path),
        bytes=size,
        entries=totals.entries,
        devices=len({run.device for run in carried}) + bool(work.own),
        photos=photos,
        records=totals.records,
        sealed_for=tuple(recipient.device for recipient in recipients if recipient.device != session.meta.device),
        left_out=unsealed + missing,
    )


def _gather(session: CacheSession, after: int | None) -> _ExportContents:
    """Read the pending work and mark it as exported: such entries are never signed again.

    On a full disk the mark cannot be saved; the export goes on where none of them could be signed again.
    """
    try:
        if session.is_read_only:
            raise ReadOnlyCache
        with session.writing():
            session.own_key()
            contents = _contents_of(session, after)
            if contents.own:
                session.meta.record_exported(contents.own[-1].n)
            return contents
    except DiskFull:
        if _may_be_signed_again(session):
            raise
        return _contents_of(session, after)


def _may_be_signed_again(session: CacheSession) -> bool:
    """Return whether a grant that arrives later may change pending entries; see `unsent_entries`."""
    identity = session.meta.identity
    fixed = max(session.meta.written_before, session.meta.exported_until)
    waiting = any(not entry.grant and entry.n > fixed for entry in session.journal.pending())
    return identity is not None and identity.enrolled and waiting


def _contents_of(session: CacheSession, after: int | None) -> _ExportContents:
    checkpoint = _checkpoint_for(session, after) if after is not None else None
    own, identity = session.journal.pending_from(0), session.meta.identity
    return _ExportContents(
        manifest=Manifest(
            server=session.server(),
            device=session.meta.device,
            actor=session.actor(),
            created_at=session.now(),
            head=session.meta.journal_head.seq,
            after=after or 0,
            checkpoint=checkpoint,
            server_keys=identity.server_keys if identity is not None else (),
        ),
        public_key=session.meta.read("public_key"),
        own=own,
        personal=session.journal.personal_among([waiting.entry for waiting in own]),
        uploads=session.blobs.waiting(TransferDirection.UPLOAD),
    )


def _has_reader(session: CacheSession, others: Sequence[sealed_box.Recipient]) -> bool:
    """Return whether any device but this one can open the sealed values."""
    return bool(others) or any(recipient.device != session.meta.device for recipient in own_recipients(session))


# journal records


def _checkpoint_for(session: CacheSession, after: int) -> SignedCheckpoint:
    """Return the checkpoint for the records after a seq.

    Raises:
        RecordsUnavailable: there is none, or the records are not here.
    """
    head, signed = session.meta.journal_head.seq, session.meta.checkpoint
    if after > head:
        text = _("This console has the journal up to record {head}; it has no records after {after}.")
        raise RecordsUnavailable(text.format(head=head, after=after))
    vouched = msgspec.json.decode(signed.text, type=Checkpoint).seq if signed else 0
    if signed is None or vouched <= after:
        raise RecordsUnavailable(
            _("The server has not signed a checkpoint for the newest records yet: sync once, then export again.")
        )
    whole_after = session.meta.snapshot_seq  # of older records only single ones are here
    first = session.journal.first_seq_after(max(after, whole_after)) or whole_after + 1
    if first != after + 1:
        text = _("This console has the journal only from record {first} on; ask for an export with --after {last}.")
        raise RecordsUnavailable(text.format(first=first, last=first - 1))
    return signed


def _record_pages(session: CacheSession, manifest: Manifest) -> Iterator[RecordPage]:
    if manifest.checkpoint is None:
        return
    last = msgspec.json.decode(manifest.checkpoint.text, type=Checkpoint).seq
    after = manifest.after
    while after < last:
        records = session.journal.records_between(after, last, limit=RECORDS_PER_PAGE, most_bytes=PART_BYTES)
        yield RecordPage(records=records)
        after = records[-1].seq


# entries


def _relayed_runs(session: CacheSession) -> Iterator[EntryRun]:
    """Yield the relayed entries: another carrier may reach a connection sooner."""
    for device in session.relayed.devices():
        carried = [(entry.n, entry.signed, entry.sealed) for entry in session.relayed.all_of(device.device)]
        yield from _runs(device.device, device.public_key, carried)


def _own_runs(device: str, work: _ExportContents, recipients: Sequence[sealed_box.Recipient]) -> Iterator[EntryRun]:
    sealed = seal_values(work.personal, recipients) if recipients else ()
    boxes = {box.entry: box for box in sealed}
    own = [(waiting.n, waiting.signed, boxes.get(waiting.entry)) for waiting in work.own]
    yield from _runs(device, work.public_key, own)


def _runs(
    device: str, public_key: str, entries: Iterable[tuple[int, SignedEntry, SealedValues | None]]
) -> Iterator[EntryRun]:
    """Split entries into consecutive runs, none larger than a push or a part may be."""
    run: list[SignedEntry] = []
    boxes: list[SealedValues] = []
    last, used = 0, 0
    for n, signed, box in entries:
        size = len(signed.text) + (len(box.box) if box else 0)
        if run and (n != last + 1 or len(run) == MAX_ENTRIES_A_PUSH or used + size > PART_BYTES):
            yield EntryRun(device=device, public_key=public_key, entries=tuple(run), sealed=tuple(boxes))
            run, boxes, used = [], [], 0
        run.append(signed)
        boxes += [box] if box else []
        last, used = n, used + size
    if run:
        yield EntryRun(device=device, public_key=public_key, entries=tuple(run), sealed=tuple(boxes))


# photos


def _add_photos(
    writer: BundleWriter,
    session: CacheSession,
    blobs: BlobStore,
    uploads: Sequence[QueuedBlob],
    recipients: Sequence[sealed_box.Recipient],
) -> tuple[int, int]:
    """Add the waiting attachments, the smallest first; return how many were added and left out."""
    photos = missing = 0
    added: set[str] = set()
    for waiting in uploads:
        size, is_small = blobs.size_of(waiting.sha256), waiting.rank is TransferPriority.THUMBNAIL
        if size is None or not recipients:
            missing += not is_small
            continue
        box_size = sealed_box.sealed_size(size, len(recipients))
        head = FileHead(content=waiting.sha256, size=box_size, thumbnail=is_small)
        photos += not is_small
        pieces = blobs.pieces(waiting.sha256)
        writer.add_file(
            head, sealed_box.seal_pieces(pieces, recipients, sealed_box.attachment_context(waiting.sha256))
        )
        added.add(waiting.sha256)
    for box in session.boxes.all():
        if box.content not in added and session.boxes.path_of(box).is_file():
            head = FileHead(content=box.content, size=box.size, thumbnail=box.thumbnail)
            writer.add_file(head, session.boxes.pieces(box))
            photos += not box.thumbnail
    return photos, missing


def own_recipients(session: CacheSession) -> tuple[sealed_box.Recipient, ...]:
    """Return the server, once its key is known, and this console, to recover its own work after a loss."""
    server = server_recipient(session)
    found = [server] if server is not None else []
    key = session.own_key() if session.meta.device else None
    if key is not None:
        found.append(
            sealed_box.recipient_of(key.device_id, key.public_key.hex(), sealed_box.published_sealing_key(key))
        )
    return tuple(found)


def server_recipient(session: CacheSession) -> sealed_box.Recipient | None:
    """Return the server; None while its key is unknown."""
    server = session.authority().devices.get(session.server())
    return _recipient(server) if server is not None and server.is_server else None


def find_recipients(session: CacheSession, names: Iterable[str]) -> tuple[sealed_box.Recipient, ...]:
    """Return the devices for some names: a device's id or its beginning, its tag, or its owner.

    Raises:
        UnknownRecipient: there is none, it has no sealing key, or its user may not read personal data.
    """
    found: dict[str, sealed_box.Recipient] = {}
    for name in names:
        for device in _devices_named(session, name):
            recipient = _recipient(device)
            if recipient is None:
                text = _("The device {tag} of {owner} has no sealing key: enrol it again.")
                raise UnknownRecipient(text.format(tag=device.tag, owner=device.owner))
            found[device.id] = recipient
    found.pop(session.meta.device, None)
    return tuple(found.values())


def _devices_named(session: CacheSession, name: str) -> list[Device]:
    authority = session.authority()
    devices = [d for d in authority.devices.values() if d.approved and not d.revoked and not d.is_server]
    by_device = [d for d in devices if d.tag == name.upper() or (len(name) >= 4 and d.id.startswith(name.lower()))]
    found = by_device or [d for d in devices if d.owner == name]
    if not found or len(by_device) > 1:
        text = (
            _("{name} matches more than one device.") if found else _("There is no device and no user named {name}.")
        )
        raise UnknownRecipient(text.format(name=name))
    owner = authority.users.get(found[0].owner)
    if owner is None or not owner.active or owner.role not in MAY_READ_PERSONAL_DATA:
        raise UnknownRecipient(_("{name} may not read personal data.").format(name=name))
    return found


def _recipient(device: Device) -> sealed_box.Recipient | None:
    if not device.sealing_key:
        return None
    try:
        return sealed_box.recipient_of(device.id, device.public_key, device.sealing_key)
    except BadSignature:
        return None
