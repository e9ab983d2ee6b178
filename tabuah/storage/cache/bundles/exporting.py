"""Exporting a bundle: everything here that the server has not confirmed, and what was asked for beside it."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from tabuah.operations.entries import PersonalValue
from tabuah.resources.catalogue import _
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.blob_table import Rank, WaitingBlob, Way
from tabuah.storage.cache.bundles.naming import named_recipients, own_recipients
from tabuah.storage.cache.desk import Desk
from tabuah.storage.cache.journal_table import Waiting
from tabuah.storage.journal.bundles.contents import CarriedRun, FileHead, Manifest, NewsPage
from tabuah.storage.journal.bundles.errors import NoNews
from tabuah.storage.journal.bundles.writing import BundleWriter, bundle_file
from tabuah.storage.journal.checkpoint import Checkpoint, SignedCheckpoint
from tabuah.storage.journal.sealed_values import seal_values
from tabuah.storage.journal.sealing import Recipient, attachment_context, seal_pieces, sealed_size
from tabuah.storage.journal.wire import MAX_ENTRIES_A_PUSH, SealedValues, SignedEntry

PART_BYTES: Final = 1024 * 1024
NEWS_AT_ONCE: Final = 500


class BundleWritten(msgspec.Struct, frozen=True, kw_only=True):
    """What went into a bundle: the shape of `tabuah bundle export --json`.

    `entries` are of `devices` devices; `sealed_for` can read personal data and photos; `left_out` counts attachments
    and entries with personal data that stay here, because nobody's key is known yet or the file is missing.
    """

    file: str
    bytes: int
    entries: int
    devices: int
    photos: int
    records: int
    sealed_for: tuple[str, ...]
    left_out: int


class _Work(msgspec.Struct, frozen=True, kw_only=True):
    """What is exported, read in one moment."""

    manifest: Manifest
    public_key: str
    own: tuple[Waiting, ...]
    personal: tuple[PersonalValue, ...]
    uploads: tuple[WaitingBlob, ...]


def export_bundle(
    desk: Desk, blobs: BlobStore, path: Path, *, named: Sequence[str] = (), after: int | None = None
) -> BundleWritten:
    """Write a bundle.

    Args:
        desk: the console.
        blobs: its attachments.
        path: the file; an earlier one of that name is replaced when the new one is complete.
        named: devices beside the server that shall be able to read personal data and photos.
        after: also tell what the journal has after this record.

    Raises:
        BundleError: it cannot be written; nothing was.
    """
    others = named_recipients(desk, named)
    work = _gather(desk, after)
    recipients = (*own_recipients(desk), *others) if _reads(desk, others) else ()
    with bundle_file(path) as file:
        writer = BundleWriter(file, work.manifest)
        for page in _news(desk, work.manifest):
            writer.add_news(page)
        carried = list(_carried_runs(desk))
        for run in (*carried, *_own_runs(desk.meta.device, work, recipients)):
            writer.add_run(run)
        photos, missing = _add_photos(writer, desk, blobs, work.uploads, recipients)
        ending = writer.end()
        size = file.tell()
    unsealed = len({value.entry for value in work.personal}) if not recipients else 0
    return BundleWritten(
        file=str(path),
        bytes=size,
        entries=ending.entries,
        devices=len({run.device for run in carried}) + bool(work.own),
        photos=photos,
        records=ending.records,
        sealed_for=tuple(recipient.device for recipient in recipients if recipient.device != desk.meta.device),
        left_out=unsealed + missing,
    )


def _gather(desk: Desk, after: int | None) -> _Work:
    """Read what waits; from now on these entries are in other hands and never written anew."""
    with desk.writing():
        desk.own_key()
        checkpoint = _checkpoint_for(desk, after) if after is not None else None
        own = desk.journal.pending_from(0)
        if own:
            desk.meta.note_given_away(own[-1].n)
        return _Work(
            manifest=Manifest(
                server=desk.server(),
                device=desk.meta.device,
                actor=desk.actor(),
                created_at=desk.now(),
                head=desk.meta.journal_head.seq,
                after=after or 0,
                checkpoint=checkpoint,
            ),
            public_key=desk.meta.read("public_key"),
            own=own,
            personal=desk.journal.personal_among([waiting.entry for waiting in own]),
            uploads=desk.blobs.waiting(Way.UPLOAD),
        )


def _reads(desk: Desk, others: Sequence[Recipient]) -> bool:
    """Whether anybody but this console could open what is sealed."""
    return bool(others) or any(recipient.device != desk.meta.device for recipient in own_recipients(desk))


# news of the journal


def _checkpoint_for(desk: Desk, after: int) -> SignedCheckpoint:
    """What the server signed for the records after some number.

    Raises:
        NoNews: it has not, or the records are not here.
    """
    head, signed = desk.meta.journal_head.seq, desk.meta.checkpoint
    if after > head:
        told = _("This console has the journal up to record {head}; after {after} it has no news.")
        raise NoNews(told.format(head=head, after=after))
    vouched = msgspec.json.decode(signed.text, type=Checkpoint).seq if signed else 0
    if signed is None or vouched <= after:
        raise NoNews(_("The server has not vouched for the newest records yet: sync once, then export again."))
    whole_after = desk.meta.snapshot_seq  # of what is older only single records are here
    first = desk.journal.first_seq_after(max(after, whole_after)) or whole_after + 1
    if first != after + 1:
        told = _("This console has the journal only from record {first} on; ask for an export with --after {last}.")
        raise NoNews(told.format(first=first, last=first - 1))
    return signed


def _news(desk: Desk, manifest: Manifest) -> Iterator[NewsPage]:
    if manifest.checkpoint is None:
        return
    last = msgspec.json.decode(manifest.checkpoint.text, type=Checkpoint).seq
    after = manifest.after
    while after < last:
        records = desk.journal.records_between(after, last, limit=NEWS_AT_ONCE, most_bytes=PART_BYTES)
        yield NewsPage(records=records)
        after = records[-1].seq


# entries


def _carried_runs(desk: Desk) -> Iterator[CarriedRun]:
    """The work of others that this console carries: it may meet a line sooner by another pair of hands."""
    for device in desk.carried.devices():
        carried = [(entry.n, entry.signed, entry.sealed) for entry in desk.carried.all_of(device.device)]
        yield from _runs(device.device, device.public_key, carried)


def _own_runs(device: str, work: _Work, recipients: Sequence[Recipient]) -> Iterator[CarriedRun]:
    sealed = seal_values(work.personal, recipients) if recipients else ()
    boxes = {box.entry: box for box in sealed}
    own = [(waiting.n, waiting.signed, boxes.get(waiting.entry)) for waiting in work.own]
    yield from _runs(device, work.public_key, own)


def _runs(
    device: str, public_key: str, entries: Iterable[tuple[int, SignedEntry, SealedValues | None]]
) -> Iterator[CarriedRun]:
    """Entries in runs without holes, none longer than a push or a part may be."""
    run: list[SignedEntry] = []
    boxes: list[SealedValues] = []
    last, used = 0, 0
    for n, signed, box in entries:
        size = len(signed.text) + (len(box.box) if box else 0)
        if run and (n != last + 1 or len(run) == MAX_ENTRIES_A_PUSH or used + size > PART_BYTES):
            yield CarriedRun(device=device, public_key=public_key, entries=tuple(run), sealed=tuple(boxes))
            run, boxes, used = [], [], 0
        run.append(signed)
        boxes += [box] if box else []
        last, used = n, used + size
    if run:
        yield CarriedRun(device=device, public_key=public_key, entries=tuple(run), sealed=tuple(boxes))


# photos


def _add_photos(
    writer: BundleWriter,
    desk: Desk,
    blobs: BlobStore,
    uploads: Sequence[WaitingBlob],
    recipients: Sequence[Recipient],
) -> tuple[int, int]:
    """Add the attachments that wait, the small ones first; how many went in and how many had to stay."""
    photos = missing = 0
    added: set[str] = set()
    for waiting in uploads:
        size, is_small = blobs.size_of(waiting.sha256), waiting.rank is Rank.THUMBNAIL
        if size is None or not recipients:
            missing += not is_small
            continue
        box_size = sealed_size(size, len(recipients))
        head = FileHead(content=waiting.sha256, size=box_size, thumbnail=is_small)
        photos += not is_small
        pieces = blobs.pieces(waiting.sha256)
        writer.add_file(head, seal_pieces(pieces, recipients, attachment_context(waiting.sha256)))
        added.add(waiting.sha256)
    for box in desk.boxes.all():
        if box.content not in added and desk.boxes.path_of(box).is_file():
            head = FileHead(content=box.content, size=box.size, thumbnail=box.thumbnail)
            writer.add_file(head, desk.boxes.pieces(box))
            photos += not box.thumbnail
    return photos, missing
