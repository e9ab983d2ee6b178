"""Import of a bundle on the server's data, whether the server runs or not. The whole bundle is checked before use."""

import logging
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from tabuah.server.bundles.quarantine import QuarantinedEntries, admit_quarantined, quarantine_entries
from tabuah.server.bundles.sealed_attachments import open_sealed_attachment
from tabuah.server.journal import ServerJournal
from tabuah.storage.blobs.errors import BlobError, BlobNotSaved
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.journal.bundles.contents import EntryRun, SealedFile
from tabuah.storage.journal.bundles.errors import BundleNotSaved, ForeignBundle
from tabuah.storage.journal.bundles.reader import open_bundle
from tabuah.storage.journal.errors import JournalError

log = logging.getLogger(__name__)

IMPORTER: Final = "bundle"
_NEW, _KNOWN, _UNREADABLE = "new", "known", "unreadable"


class BundleImportResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a bundle import: the output of `tabuah server bundle-import --json`.

    `entries` and `files` were in the bundle; `new` entries were unknown; `admitted` are now in the
    journal; `waiting` are quarantined; `forked` conflict with another entry of the same number;
    `photos` were new; `unreadable` could not be opened.
    """

    file: str
    entries: int
    new: int
    admitted: int
    forked: int
    files: int
    photos: int
    unreadable: int
    waiting: tuple[QuarantinedEntries, ...]


def import_bundle(journal: ServerJournal, path: Path) -> BundleImportResult:
    """Import a bundle. Importing it twice, or several bundles in any order, gives the same result.

    Raises:
        BundleError: it cannot be used; nothing was imported.
        StorageFailed: the database could not save it.
        BlobNotSaved: the disk has no room for its photos; its entries are saved, and another import continues.
    """
    with open_bundle(path) as bundle:
        if bundle.manifest.server not in ("", journal.server_id):
            raise ForeignBundle(path)
        kept = [quarantine_entries(journal, part) for part in bundle.parts() if isinstance(part, EntryRun)]
        drained = admit_quarantined(journal)
        taken = [_take(journal, part) for part in bundle.parts() if isinstance(part, SealedFile)]
        return BundleImportResult(
            file=str(path),
            entries=bundle.totals.entries,
            files=bundle.totals.files,
            new=sum(new for new, _forked in kept),
            forked=sum(forked for _new, forked in kept),
            admitted=drained.admitted,
            waiting=drained.waiting,
            photos=taken.count(_NEW),
            unreadable=taken.count(_UNREADABLE),
        )


def _take(journal: ServerJournal, part: SealedFile) -> str:
    """Open a sealed attachment and store it."""
    blobs = BlobStore(journal.directory.blobs_path)
    content = part.head.content
    if blobs.size_of(content) is not None:
        return _KNOWN
    with tempfile.TemporaryDirectory(dir=journal.directory.path, prefix="box-") as folder:
        box = Path(folder) / content
        try:
            with box.open("wb") as file:
                file.writelines(part.pieces)
            open_sealed_attachment(journal, blobs, box=box, content=content, user=IMPORTER)
        except BlobNotSaved:
            raise
        except (JournalError, BlobError) as error:
            log.warning("the attachment %s of a bundle cannot be read: %s", content, error)
            return _UNREADABLE
        except OSError as error:
            raise BundleNotSaved(box, error) from error
    return _NEW
