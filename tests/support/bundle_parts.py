"""Sample bundles, written to memory part by part, without a console."""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from support.draft_samples import incident_report_draft

from tabuah.storage.journal.bundles.contents import EntryRun, FileHead, Manifest, RecordPage
from tabuah.storage.journal.bundles.reader import open_bundle
from tabuah.storage.journal.bundles.writer import BundleWriter
from tabuah.storage.journal.chain import ChainedEntry, ChainHead, append_draft
from tabuah.storage.journal.signatures import DeviceKey

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)


def manifest(**fields: object) -> Manifest:
    given = {"server": "", "device": "", "actor": "budi", "created_at": NOON, **fields}
    return Manifest(**given)  # type: ignore[arg-type]


def chain_of(key: DeviceKey, count: int, head: ChainHead = ChainHead()) -> list[ChainedEntry]:  # noqa: B008
    """Return the next entries of a device without a log-in."""
    chain: list[ChainedEntry] = []
    for number in range(count):
        draft = incident_report_draft(key.tag, head.n + number + 1)
        head_now = chain[-1].head if chain else head
        chain.append(append_draft(draft, key=key, head=head_now, actor="budi", grant="", now=NOON))
    return chain


def run_of(key: DeviceKey, chain: Sequence[ChainedEntry]) -> EntryRun:
    return EntryRun(
        device=key.device_id, public_key=key.public_key.hex(), entries=tuple(chained.signed for chained in chain)
    )


def bundle_bytes(
    about: Manifest,
    *,
    runs: Iterable[EntryRun] = (),
    news: Iterable[RecordPage] = (),
    files: Iterable[tuple[FileHead, bytes]] = (),
) -> bytes:
    """Return a complete bundle."""
    file = io.BytesIO()
    writer = BundleWriter(file, about)
    for page in news:
        writer.add_record_page(page)
    for run in runs:
        writer.add_run(run)
    for head, content in files:
        writer.add_file(head, (content,))
    writer.end()
    return file.getvalue()


def parts_of(path: Path) -> list[object]:
    """Return the parts of a bundle; a file's content follows its head."""
    found: list[object] = []
    with open_bundle(path) as bundle:
        for part in bundle.parts():
            if hasattr(part, "pieces"):
                found += [part.head, b"".join(part.pieces)]
            else:
                found.append(part)
    return found
