"""Importing a bundle on the server's own data, while the server runs or not: checked to its end, then used."""

import logging
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from tabuah.server.bundles.aside import Waiting, drain_aside, keep_aside
from tabuah.server.bundles.opening import take_sealed_attachment
from tabuah.server.journal import ServerJournal
from tabuah.storage.blobs.errors import BlobError, BlobNotSaved
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.journal.bundles.contents import CarriedRun, SealedFile
from tabuah.storage.journal.bundles.errors import BundleNotSaved, ForeignBundle
from tabuah.storage.journal.bundles.reading import open_bundle
from tabuah.storage.journal.errors import JournalError

log = logging.getLogger(__name__)

IMPORTER: Final = "bundle"
_NEW, _KNOWN, _UNREADABLE = "new", "known", "unreadable"


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a bundle: the shape of `tabuah server bundle-import --json`.

    `entries` and `files` were in it; `new` entries were not known; `admitted` are now in the journal, `waiting` are
    aside; `forked` stand where another entry stands; `photos` were new, `unreadable` could not be opened.
    """

    file: str
    entries: int
    new: int
    admitted: int
    forked: int
    files: int
    photos: int
    unreadable: int
    waiting: tuple[Waiting, ...]


def import_bundle(journal: ServerJournal, path: Path) -> Imported:
    """Take over a bundle. Importing it twice, or several in any order, comes to the same.

    Raises:
        BundleError: it cannot be used, and nothing of it was.
        StorageFailed: the database did not take it.
        BlobNotSaved: the disk has no room for its photos; its entries are safe, and importing it again goes on.
    """
    with open_bundle(path) as bundle:
        if bundle.manifest.server not in ("", journal.server_id):
            raise ForeignBundle(path)
        kept = [keep_aside(journal, part) for part in bundle.parts() if isinstance(part, CarriedRun)]
        drained = drain_aside(journal)
        taken = [_take(journal, part) for part in bundle.parts() if isinstance(part, SealedFile)]
        return Imported(
            file=str(path),
            entries=bundle.ending.entries,
            files=bundle.ending.files,
            new=sum(new for new, _forked in kept),
            forked=sum(forked for _new, forked in kept),
            admitted=drained.admitted,
            waiting=drained.waiting,
            photos=taken.count(_NEW),
            unreadable=taken.count(_UNREADABLE),
        )


def _take(journal: ServerJournal, part: SealedFile) -> str:
    """Open a sealed attachment and keep it."""
    blobs = BlobStore(journal.directory.blobs_path)
    content = part.head.content
    if blobs.size_of(content) is not None:
        return _KNOWN
    with tempfile.TemporaryDirectory(dir=journal.directory.path, prefix="box-") as folder:
        box = Path(folder) / content
        try:
            with box.open("wb") as file:
                file.writelines(part.pieces)
            take_sealed_attachment(journal, blobs, box=box, content=content, user=IMPORTER)
        except BlobNotSaved:
            raise
        except (JournalError, BlobError) as error:
            log.warning("the attachment %s of a bundle cannot be read: %s", content, error)
            return _UNREADABLE
        except OSError as error:
            raise BundleNotSaved(box, error) from error
    return _NEW
