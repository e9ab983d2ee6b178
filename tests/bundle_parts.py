"""Bundles for tests: written to memory part by part, as an exporter would, without a console around it."""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from drafts import report

from tabuah.storage.journal.bundles.contents import CarriedRun, FileHead, Manifest, NewsPage
from tabuah.storage.journal.bundles.reading import open_bundle
from tabuah.storage.journal.bundles.writing import BundleWriter
from tabuah.storage.journal.chain import ChainedEntry, ChainHead, append
from tabuah.storage.journal.signing import DeviceKey

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)


def manifest(**fields: object) -> Manifest:
    given = {"server": "", "device": "", "actor": "budi", "created_at": NOON, **fields}
    return Manifest(**given)  # type: ignore[arg-type]


def chain_of(key: DeviceKey, count: int, head: ChainHead = ChainHead()) -> list[ChainedEntry]:  # noqa: B008
    """The next entries of a device that nobody has logged in on."""
    chain: list[ChainedEntry] = []
    for number in range(count):
        draft = report(key.tag, head.n + number + 1)
        head_now = chain[-1].head if chain else head
        chain.append(append(draft, key=key, head=head_now, actor="budi", grant="", now=NOON))
    return chain


def run_of(key: DeviceKey, chain: Sequence[ChainedEntry]) -> CarriedRun:
    return CarriedRun(
        device=key.device_id, public_key=key.public_key.hex(), entries=tuple(chained.signed for chained in chain)
    )


def bundle_bytes(
    about: Manifest,
    *,
    runs: Iterable[CarriedRun] = (),
    news: Iterable[NewsPage] = (),
    files: Iterable[tuple[FileHead, bytes]] = (),
) -> bytes:
    """A whole bundle."""
    file = io.BytesIO()
    writer = BundleWriter(file, about)
    for page in news:
        writer.add_news(page)
    for run in runs:
        writer.add_run(run)
    for head, content in files:
        writer.add_file(head, (content,))
    writer.end()
    return file.getvalue()


def parts_of(path: Path) -> list[object]:
    """What is read from a bundle; the content of a file stands behind its head."""
    found: list[object] = []
    with open_bundle(path) as bundle:
        for part in bundle.parts():
            if hasattr(part, "pieces"):
                found += [part.head, b"".join(part.pieces)]
            else:
                found.append(part)
    return found
