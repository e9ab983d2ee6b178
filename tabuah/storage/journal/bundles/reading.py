"""Reading a bundle: first all of it is checked, then its parts are given out; nothing of a bad one is ever used."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import msgspec

from tabuah.resources.catalogue import _
from tabuah.storage.journal.bundles.contents import (
    MAX_ENTRIES,
    MAX_FILES,
    MAX_RECORDS,
    CarriedRun,
    Ending,
    FileHead,
    Manifest,
    NewsPage,
    Part,
    SealedFile,
)
from tabuah.storage.journal.bundles.errors import BundleNotRead, DamagedBundle, TooLargeBundle
from tabuah.storage.journal.bundles.frames import Frame, FrameKind, FrameReader
from tabuah.storage.journal.chain import ChainedEntry, read_chain
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.journal.identifiers import device_id_of
from tabuah.storage.journal.signing import verify_signature
from tabuah.storage.journal.wire import Record, ruling_hash

_SHAPES: Final[dict[FrameKind, type[msgspec.Struct]]] = {
    FrameKind.MANIFEST: Manifest,
    FrameKind.ENTRIES: CarriedRun,
    FrameKind.NEWS: NewsPage,
    FrameKind.FILE: FileHead,
    FrameKind.END: Ending,
}


class Bundle:
    """An open bundle that was checked to its end: whole, within the limits, every entry signed by its device."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file = file
        self._path = path
        self.ending = Ending()
        self.news_to: Record | None = None  # the last record of the news
        self.file_bytes = self.part_bytes = 0
        self._after = 0
        self.manifest = self._check()

    def parts(self) -> Iterator[Part]:
        """Its parts in the order they were written; the pieces of a file must be read before the next part."""
        frames = self._frames()
        for frame in frames:
            match self._read(frame):
                case FileHead() as head:
                    pieces = self._content(frames, head)
                    yield SealedFile(head, pieces)
                    for _rest in pieces:
                        pass
                case CarriedRun() | NewsPage() as part:
                    yield part

    def _frames(self) -> Iterator[Frame]:
        self._file.seek(0)
        return FrameReader(self._file, self._path).frames()

    def _check(self) -> Manifest:
        """Read everything once."""
        frames = self._frames()
        manifest = self._read(next(frames))
        if not isinstance(manifest, Manifest):
            raise self._damaged(_("it does not say where it comes from"))
        self._after = manifest.after
        for frame in frames:
            part = self._read(frame)
            match part:
                case CarriedRun():
                    self._check_run(part)
                    self._count(entries=len(part.entries))
                case NewsPage():
                    self._check_news(part)
                    self._count(records=len(part.records))
                case FileHead():
                    for _piece in self._content(frames, part):
                        pass
                    self._count(files=1)
                    self.file_bytes += part.size
                case Ending() if part == self.ending:
                    return manifest
                case _other:
                    break
        raise self._damaged(_("its parts do not belong together"))

    def _count(self, *, entries: int = 0, records: int = 0, files: int = 0) -> None:
        ending = Ending(
            entries=self.ending.entries + entries,
            records=self.ending.records + records,
            files=self.ending.files + files,
        )
        if ending.entries > MAX_ENTRIES or ending.records > MAX_RECORDS or ending.files > MAX_FILES:
            raise TooLargeBundle(self._path)
        self.ending = ending

    def _read(self, frame: Frame) -> msgspec.Struct:
        self.part_bytes += len(frame.payload)
        shape = _SHAPES.get(frame.kind)
        if shape is None:
            raise self._damaged(_("its parts do not belong together"))
        try:
            return msgspec.json.decode(frame.payload, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._damaged(_("a part is not what it says")) from error

    def _content(self, frames: Iterator[Frame], head: FileHead) -> Iterator[bytes]:
        """The pieces of a sealed file: exactly as many bytes as its head says."""
        room = head.size
        while room > 0:
            frame = next(frames)
            room -= len(frame.payload)
            if frame.kind is not FrameKind.CONTENT or not frame.payload or room < 0:
                raise self._damaged(_("a photo is not complete"))
            yield frame.payload

    def _check_run(self, run: CarriedRun) -> None:
        try:
            verified_chain(run)
        except JournalError as error:
            raise self._damaged(_("an entry is not authentic: {reason}").format(reason=error)) from error

    def _check_news(self, page: NewsPage) -> None:
        """Each record hashes the one before; whether the first follows on what is known is seen where it is taken."""
        before = self.news_to
        for record in page.records:
            expected = before.seq + 1 if before else self._after + 1
            fits = before is None or ruling_hash(before.hash, record.text.encode(), record.ruling) == record.hash
            if record.seq != expected or not fits:
                raise self._damaged(_("the records of the journal do not follow on each other"))
            before = record
        self.news_to = before

    def _damaged(self, finding: str) -> DamagedBundle:
        return DamagedBundle(self._path, finding)


def verified_chain(run: CarriedRun) -> tuple[ChainedEntry, ...]:
    """The entries of a run, each of which follows on the one before and is signed by the device.

    Raises:
        JournalError: one is not.
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
    """Open a bundle and check all of it.

    Raises:
        BundleError: it cannot be used; the message says why.
    """
    if not path.is_file():
        reason = _("it is no file") if path.exists() else _("there is no such file")
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
