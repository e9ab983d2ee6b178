"""Attachments that were sealed for the server: upload, opening, and verification of their hash."""

import asyncio
from pathlib import Path
from typing import Annotated

from litestar import Response, head, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter

from tabuah.operations.people.permissions import MAY_ATTACH
from tabuah.server.attachments.routes import OFFSET, content_length, receive_exclusively, record_blob, upload_range
from tabuah.server.attachments.unnamed_blobs import UnnamedUploads
from tabuah.server.bundles.box_uploads import BoxUploads
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.people.access import AccessControl, AnyConnection, AnyRequest, Caller, check_approved, guarded_by
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.journal.bundles.contents import MAX_FILE_BYTES
from tabuah.storage.journal.sealed_box import attachment_context, open_pieces


def open_sealed_attachment(journal: ServerJournal, blobs: BlobStore, *, box: Path, content: str, user: str) -> None:
    """Open a box with the attachment `content` (its SHA-256) and store it; do nothing if it is stored already.

    Raises:
        NotForThisDevice: it was sealed for another recipient.
        SealBroken: it was altered or truncated.
        BlobError: its content does not have that hash, or the disk did not take it.
    """
    if blobs.size_of(content) is not None:
        return
    with box.open("rb") as sealed:
        blob = blobs.receive_whole(content, open_pieces(sealed, journal.keys.first, attachment_context(content)))
    journal.submit(lambda batch: record_blob(batch.connection, blob, user, batch.now)).result()


Content = Annotated[str, QueryParameter(pattern=r"^[0-9a-f]{64}$")]


def sealed_routes(
    journal: ServerJournal, access: AccessControl, blobs: BlobStore, boxes: BlobStore, unnamed: UnnamedUploads
) -> list[HTTPRouteHandler]:
    """Build the routes of `/v1/sealed/{sha256}`; incomplete uploads are kept in `boxes`."""
    receiving: set[str] = set()
    uploads = BoxUploads(boxes)

    def sender(request: AnyConnection) -> Caller:
        caller = access.caller_with(request, MAY_ATTACH)
        check_approved(caller)
        return caller

    @put(
        "/v1/sealed/{sha256:str}",
        status_code=201,
        request_max_body_size=MAX_FILE_BYTES,
        tags=["blobs"],
        guards=guarded_by(sender),
    )
    async def send_box(request: AnyRequest, sha256: FromPath[str], content: Content) -> Response[bytes]:
        """Upload a box with an attachment, like the attachment itself; `content` is the attachment's SHA-256."""
        user = sender(request).user
        piece = upload_range(request, MAX_FILE_BYTES)
        if blobs.size_of(content) is None:
            size = piece.total or content_length(request) or MAX_FILE_BYTES
            await asyncio.to_thread(unnamed.check, user.name, content, size)
            uploads.check(user.name, sha256, size, receiving=receiving)
            received = await receive_exclusively(request, boxes, sha256, piece, receiving)
            if piece.total is not None and received < piece.total:
                return Response(b"", status_code=202, headers={OFFSET: str(received)})
            await asyncio.to_thread(_take, sha256, content, user.name)
        return Response(b"", status_code=201)

    def _take(sha256: str, content: str, user: str) -> None:
        boxes.finish(sha256)
        box = boxes.path_of(sha256)
        try:
            open_sealed_attachment(journal, blobs, box=box, content=content, user=user)
        finally:
            box.unlink(missing_ok=True)

    @head("/v1/sealed/{sha256:str}", sync_to_thread=False, tags=["blobs"], guards=guarded_by(sender))
    def ask_for_box(sha256: FromPath[str], content: Content) -> Response[None]:
        """Check for the attachment; `Upload-Offset` with a 404 gives the number of bytes of the box received."""
        if blobs.size_of(content) is None:
            headers = {OFFSET: str(boxes.received(sha256))}
            raise Refusal(404, "not_found", "there is no such attachment", headers=headers)
        return Response(None)

    return [send_box, ask_for_box]
