"""Reader of bundles: the whole file is verified before any part of it is used."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import msgspec

from tabuah.resources.localisation import _
from tabuah.storage.journal.bundles import contents
from tabuah.storage.journal.bundles.errors import BundleNotRead, DamagedBundle, TooLargeBundle
from tabuah.storage.journal.bundles.frames import BundleFrame, FrameKind, FrameReader
from tabuah.storage.journal.chain import ChainedEntry, read_chain
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.journal.identifiers import device_id_of
from tabuah.storage.journal.signatures import verify_signature
from tabuah.storage.journal.wire import Record, ruling_hash

_SHAPES: Final[dict[FrameKind, type[msgspec.Struct]]] = {
    FrameKind.MANIFEST: contents.Manifest,
    FrameKind.ENTRIES: contents.EntryRun,
    FrameKind.RECORDS: contents.RecordPage,
    FrameKind.FILE: contents.FileHead,
    FrameKind.END: contents.BundleTotals,
}


class Bundle:
    """An open bundle that was verified: complete, within the limits, every entry signed by its device."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file = file
        self._path = path
        self.totals = contents.BundleTotals()
        self.last_record: Record | None = None  # the last one in the bundle
        self.file_bytes = self.part_bytes = 0
        self._after = 0
        self.manifest = self._check()

    def parts(self) -> Iterator[contents.BundlePart]:
        """Yield its parts in file order; the pieces of a file must be consumed before the next part."""
        frames = self._frames()
        for frame in frames:
            match self._read(frame):
                case contents.FileHead() as head:
                    pieces = self._content(frames, head)
                    yield contents.SealedFile(head, pieces)
                    for _rest in pieces:
                        pass
                case contents.EntryRun() | contents.RecordPage() as part:
                    yield part

    def _frames(self) -> Iterator[BundleFrame]:
        self._file.seek(0)
        return FrameReader(self._file, self._path).frames()

    def _check(self) -> contents.Manifest:
        """Read and verify the whole file."""
        frames = self._frames()
        manifest = self._read(next(frames))
        if not isinstance(manifest, contents.Manifest):
            raise self._damaged(_("its manifest is missing"))
        self._after = manifest.after
        for frame in frames:
            part = self._read(frame)
            match part:
                case contents.EntryRun():
                    self._check_run(part)
                    self._count(entries=len(part.entries))
                case contents.RecordPage():
                    self._check_news(part)
                    self._count(records=len(part.records))
                case contents.FileHead():
                    for _piece in self._content(frames, part):
                        pass
                    self._count(files=1)
                    self.file_bytes += part.size
                case contents.BundleTotals() if part == self.totals:
                    return manifest
                case _other:
                    break
        raise self._damaged(_("its parts do not belong together"))

    def _count(self, *, entries: int = 0, records: int = 0, files: int = 0) -> None:
        totals = contents.BundleTotals(
            entries=self.totals.entries + entries,
            records=self.totals.records + records,
            files=self.totals.files + files,
        )
        if (
            totals.entries > contents.MAX_ENTRIES
            or totals.records > contents.MAX_RECORDS
            or totals.files > contents.MAX_FILES
        ):
            raise TooLargeBundle(self._path)
        self.totals = totals

    def _read(self, frame: BundleFrame) -> msgspec.Struct:
        self.part_bytes += len(frame.payload)
        shape = _SHAPES.get(frame.kind)
        if shape is None:
            raise self._damaged(_("its parts do not belong together"))
        try:
            return msgspec.json.decode(frame.payload, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._damaged(_("a part is not valid")) from error

    def _content(self, frames: Iterator[BundleFrame], head: contents.FileHead) -> Iterator[bytes]:
        """Yield the pieces of a sealed file: exactly as many bytes as its header announces."""
        room = head.size
        while room > 0:
            frame = next(frames)
            room -= len(frame.payload)
            if frame.kind is not FrameKind.CONTENT or not frame.payload or room < 0:
                raise self._damaged(_("a photo is not complete"))
            yield frame.payload

    def _check_run(self, run: contents.EntryRun) -> None:
        try:
            verify_run(run)
        except JournalError as error:
            raise self._damaged(_("an entry is not authentic: {reason}").format(reason=error)) from error

    def _check_news(self, page: contents.RecordPage) -> None:
        """Check that each record hashes the one before.

        The importer checks whether the first one follows the journal on this console.
        """
        before = self.last_record
        for record in page.records:
            expected = before.seq + 1 if before else self._after + 1
            fits = before is None or ruling_hash(before.hash, record.text.encode(), record.ruling) == record.hash
            if record.seq != expected or not fits:
                raise self._damaged(_("the journal records are not consecutive"))
            before = record
        self.last_record = before

    def _damaged(self, finding: str) -> DamagedBundle:
        return DamagedBundle(self._path, finding)


def verify_run(run: contents.EntryRun) -> tuple[ChainedEntry, ...]:
    """Return the entries of a run after checking that they are consecutive and signed by the device.

    Raises:
        JournalError: an entry is not authentic.
    """
    public_key = bytes.fromhex(run.public_key)
    if device_id_of(public_key) != run.device:
        raise JournalError("a key that is not the device's")
    chain = read_chain(run.entries, device=run.device)
    for chained in chain:
        verify_signature(public_key, chained.text, bytes.fromhex(chained.signature))
    return chain


@contextmanager
def open_bundle(path: Path) -> Iterator[Bundle]:
    """Open and verify a bundle.

    Raises:
        BundleError: it cannot be used; the message says why.
    """
    if not path.is_file():
        reason = _("it is not a file") if path.exists() else _("there is no such file")
        raise BundleNotRead(path, reason)
    try:
        file = path.open("rb")
    except OSError as error:
        raise BundleNotRead(path, error.strerror or str(error)) from error
    with file:
        try:
            bundle = Bundle(file, path)
        except OSError as error:
            raise BundleNotRead(path, error.strerror or str(error)) from error
        yield bundle
