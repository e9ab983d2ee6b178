"""Opening what was sealed for the server: an attachment comes out only if it is the one that it claims to be."""

from pathlib import Path

from tabuah.server.blob_routes import remember_blob
from tabuah.server.journal import ServerJournal
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.journal.sealing import attachment_context, open_pieces


def take_sealed_attachment(journal: ServerJournal, blobs: BlobStore, *, box: Path, content: str, user: str) -> None:
    """Open a box with the attachment `content` (its SHA-256) and keep it; done already is done.

    Raises:
        NotForThisDevice: it was sealed for others.
        SealBroken: it was altered or cut.
        BlobError: what is in it is no attachment of that hash, or the disk did not take it.
    """
    if blobs.size_of(content) is not None:
        return
    with box.open("rb") as sealed:
        blob = blobs.receive_whole(content, open_pieces(sealed, journal.key, attachment_context(content)))
    journal.submit(lambda sheet: remember_blob(sheet.connection, blob, user, sheet.now)).result()
