"""The route for attachments that others carried: sealed for the server, sent in pieces that can be resumed."""

import asyncio
from typing import Annotated, Any

from litestar import Request, Response, head, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter

from tabuah.operations.authority.roles import ATTACHES
from tabuah.server.blob_routes import OFFSET, piece_in, receive_alone
from tabuah.server.bundles.opening import take_sealed_attachment
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.sessions.gate import Gate
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.journal.bundles.contents import MAX_FILE_BYTES

AnyRequest = Request[Any, Any, Any]
Content = Annotated[str, QueryParameter(pattern=r"^[0-9a-f]{64}$")]


def sealed_routes(journal: ServerJournal, gate: Gate, blobs: BlobStore, boxes: BlobStore) -> list[HTTPRouteHandler]:
    """`/v1/sealed/{sha256}`; boxes that are still coming wait in `boxes`."""
    coming: set[str] = set()

    @put("/v1/sealed/{sha256:str}", status_code=201, request_max_body_size=MAX_FILE_BYTES, tags=["blobs"])
    async def send_box(request: AnyRequest, sha256: FromPath[str], content: Content) -> Response[bytes]:
        """Send a box with an attachment, like the attachment itself; `content` is the attachment's SHA-256."""
        user = gate.user_with(request, ATTACHES)
        piece = piece_in(request, MAX_FILE_BYTES)
        if blobs.size_of(content) is None:
            received = await receive_alone(request, boxes, sha256, piece, coming)
            if piece.total is not None and received < piece.total:
                return Response(b"", status_code=202, headers={OFFSET: str(received)})
            await asyncio.to_thread(_take, sha256, content, user.name)
        return Response(b"", status_code=201)

    def _take(sha256: str, content: str, user: str) -> None:
        boxes.finish(sha256)
        box = boxes.path_of(sha256)
        try:
            take_sealed_attachment(journal, blobs, box=box, content=content, user=user)
        finally:
            box.unlink(missing_ok=True)

    @head("/v1/sealed/{sha256:str}", sync_to_thread=False, tags=["blobs"])
    def ask_for_box(request: AnyRequest, sha256: FromPath[str], content: Content) -> Response[None]:
        """Whether the attachment is there; `Upload-Offset` with a 404 says how many bytes of the box have come."""
        gate.user_with(request, ATTACHES)
        if blobs.size_of(content) is None:
            headers = {OFFSET: str(boxes.received(sha256))}
            raise Refusal(404, "not_found", "the attachment is not here", headers=headers)
        return Response(None)

    return [send_box, ask_for_box]
