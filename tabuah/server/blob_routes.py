"""The routes of attachments: sent in pieces that can be resumed, published once their hash is verified."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, get, head, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream
from sqlalchemy import insert

from tabuah.operations.authority.records import User
from tabuah.operations.authority.roles import READS_PERSONAL_DATA
from tabuah.server.database.schema import BLOBS
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.sessions.gate import PEOPLE, Gate
from tabuah.storage.blobs.errors import BlobMissing, BlobTooLarge
from tabuah.storage.blobs.store import MAX_BLOB_BYTES, Blob, BlobStore, too_large_message

AnyRequest = Request[Any, Any, Any]

OFFSET: Final = "Upload-Offset"
_CONTENT_RANGE: Final = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})")
_RANGE: Final = re.compile(r"bytes=(\d{1,12})-")


@dataclass(frozen=True, slots=True)
class Piece:
    """Which bytes of an attachment a request brings: from `offset` to before `end`, of `total` if it says so."""

    offset: int = 0
    end: int = MAX_BLOB_BYTES
    total: int | None = None


def blob_routes(journal: ServerJournal, gate: Gate, blobs: BlobStore) -> list[HTTPRouteHandler]:
    """`/v1/blobs/{sha256}`."""
    coming: set[str] = set()  # two requests must not write one file

    @put("/v1/blobs/{sha256:str}", status_code=201, request_max_body_size=MAX_BLOB_BYTES, tags=["blobs"])
    async def send_blob(request: AnyRequest, sha256: FromPath[str]) -> Response[bytes]:
        """Send an attachment, whole or by `Content-Range`; 202 says that more is missing, 201 that it is complete."""
        user = gate.user_with(request, READS_PERSONAL_DATA)
        piece = _piece_in(request)
        if blobs.size_of(sha256) is None:
            received = await _receive_alone(request, blobs, sha256, piece, coming)
            if piece.total is not None and received < piece.total:
                return Response(b"", status_code=202, headers={OFFSET: str(received)})
            blob = await asyncio.to_thread(blobs.finish, sha256)
            await asyncio.wrap_future(
                journal.submit(lambda sheet: _remember(sheet.connection, blob, user, sheet.now))
            )
        return Response(b"", status_code=201, headers={OFFSET: str(blobs.received(sha256))})

    @head("/v1/blobs/{sha256:str}", sync_to_thread=False, tags=["blobs"])
    def ask_for_blob(request: AnyRequest, sha256: FromPath[str]) -> Response[None]:
        """Whether an attachment is there; `Upload-Offset` says how many bytes of it have come, also with a 404."""
        gate.user_with(request, PEOPLE)
        size, headers = blobs.size_of(sha256), {OFFSET: str(blobs.received(sha256))}
        if size is None:
            raise Refusal(404, "not_found", "the attachment is not here", headers=headers)
        return Response(None, headers={**headers, "Accept-Ranges": "bytes", "Content-Length": str(size)})

    @get("/v1/blobs/{sha256:str}", sync_to_thread=False, media_type="application/octet-stream", tags=["blobs"])
    def fetch_blob(request: AnyRequest, sha256: FromPath[str]) -> Stream:
        """An attachment; `Range: bytes=N-` goes on where the line broke."""
        gate.user_with(request, PEOPLE)
        size = blobs.size_of(sha256)
        if size is None:
            raise BlobMissing("the attachment is not here")
        first = _first_byte_in(request, size)
        headers = {"Content-Length": str(size - first), "Accept-Ranges": "bytes", "ETag": f'"{sha256}"'}
        if first:
            headers["Content-Range"] = f"bytes {first}-{size - 1}/{size}"
        return Stream(
            blobs.pieces(sha256, first),
            status_code=206 if first else 200,
            headers=headers,
            media_type="application/octet-stream",
        )

    return [send_blob, ask_for_blob, fetch_blob]


def _piece_in(request: AnyRequest) -> Piece:
    text = request.headers.get("content-range")
    if text is None:
        return Piece()
    match = _CONTENT_RANGE.fullmatch(text.strip())
    if match is None:
        raise Refusal(400, "malformed_request", "expected Content-Range: bytes FIRST-LAST/TOTAL")
    first, last, total = (int(number) for number in match.groups())
    if not first <= last < total:
        raise Refusal(400, "malformed_request", "the Content-Range is impossible")
    if total > MAX_BLOB_BYTES:
        raise BlobTooLarge(too_large_message())
    return Piece(first, last + 1, total)


async def _receive_alone(request: AnyRequest, blobs: BlobStore, sha256: str, piece: Piece, coming: set[str]) -> int:
    if sha256 in coming:
        raise Refusal(409, "busy", "this attachment is just being sent", headers={"Retry-After": "2"})
    coming.add(sha256)
    try:
        return await _receive(request, blobs, sha256, piece)
    finally:
        coming.discard(sha256)


async def _receive(request: AnyRequest, blobs: BlobStore, sha256: str, piece: Piece) -> int:
    """Write what comes; returns how many bytes of the attachment are there now."""
    with blobs.receiving(sha256, piece.offset) as file:
        async for data in _limited(request.stream(), piece):
            file.write(data)
    return blobs.received(sha256)


async def _limited(stream: AsyncIterator[bytes], piece: Piece) -> AsyncIterator[bytes]:
    room = piece.end - piece.offset
    async for data in stream:
        room -= len(data)
        if room < 0:
            raise BlobTooLarge("more bytes came than were announced, or than an attachment may have")
        yield data


def _remember(connection: Any, blob: Blob, user: User, now: Any) -> None:
    row = {"sha256": blob.sha256, "size": blob.size, "user_name": user.name, "received_at": now.isoformat()}
    connection.execute(insert(BLOBS).prefix_with("OR IGNORE").values(row))


def _first_byte_in(request: AnyRequest, size: int) -> int:
    match = _RANGE.fullmatch(request.headers.get("range", ""))
    first = int(match[1]) if match else 0
    if first and first >= size:
        raise Refusal(416, "wrong_offset", f"it has {size} bytes", headers={"Content-Range": f"bytes */{size}"})
    return first
