"""The routes of attachments: sent in pieces that can be resumed, published once their hash is verified."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from litestar import Request, Response, get, head, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream
from sqlalchemy import Connection, insert

from tabuah.operations.authority.roles import ATTACHES, READS_STATION_FILES, Role, may_see_attachments
from tabuah.operations.entries import subject_kind
from tabuah.server.database.schema import BLOBS
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.ranges import bytes_in
from tabuah.server.sessions.gate import Gate
from tabuah.storage.blobs.errors import BlobTooLarge
from tabuah.storage.blobs.store import MAX_BLOB_BYTES, Blob, BlobStore, too_large_message

# a browser that is led here must neither guess what it is nor show it
_UNOPENED: Final = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
AnyRequest = Request[Any, Any, Any]

OFFSET: Final = "Upload-Offset"
_CONTENT_RANGE: Final = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})")
SILENCE_S: Final = 20.0  # a line that brings nothing for so long is dead, and its attachment free for another try


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
        user = gate.user_with(request, ATTACHES)
        piece = piece_in(request, MAX_BLOB_BYTES)
        if blobs.size_of(sha256) is None:
            received = await receive_alone(request, blobs, sha256, piece, coming)
            if piece.total is not None and received < piece.total:
                return Response(b"", status_code=202, headers={OFFSET: str(received)})
            blob = await asyncio.to_thread(blobs.finish, sha256)
            await asyncio.wrap_future(
                journal.submit(lambda sheet: remember_blob(sheet.connection, blob, user.name, sheet.now))
            )
        return Response(b"", status_code=201, headers={OFFSET: str(blobs.received(sha256))})

    @head("/v1/blobs/{sha256:str}", tags=["blobs"])
    async def ask_for_blob(request: AnyRequest, sha256: FromPath[str]) -> Response[None]:
        """Whether an attachment is there; `Upload-Offset` says how many bytes of it have come, also with a 404."""
        user = gate.user_with(request, READS_STATION_FILES)
        await asyncio.to_thread(refuse_unseen, journal, user.role, sha256)
        size, headers = blobs.size_of(sha256), {OFFSET: str(blobs.received(sha256))}
        if size is None:
            raise Refusal(404, "not_found", "the attachment is not here", headers=headers)
        return Response(None, headers={**headers, "Accept-Ranges": "bytes", "Content-Length": str(size)})

    @get("/v1/blobs/{sha256:str}", media_type="application/octet-stream", tags=["blobs"])
    async def fetch_blob(request: AnyRequest, sha256: FromPath[str]) -> Stream:
        """An attachment; `Range: bytes=N-` or `bytes=N-M` goes on where the line broke, or fetches a piece."""
        user = gate.user_with(request, READS_STATION_FILES)
        await asyncio.to_thread(refuse_unseen, journal, user.role, sha256)
        path = await asyncio.to_thread(blobs.checked, sha256)
        size = path.stat().st_size
        first, end = bytes_in(request.headers.get("range", ""), size)
        headers = {"Content-Length": str(end - first), "Accept-Ranges": "bytes", "ETag": f'"{sha256}"', **_UNOPENED}
        partial = end - first < size
        if partial:
            headers["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
        return Stream(
            blobs.pieces(sha256, first, end),
            status_code=206 if partial else 200,
            headers=headers,
            media_type="application/octet-stream",
        )

    return [send_blob, ask_for_blob, fetch_blob]


def refuse_unseen(journal: ServerJournal, role: Role, sha256: str) -> None:
    """Let nobody fetch what their role does not see; what an incident names is the incident's, whoever else names it.

    Raises:
        Refusal: it is attached to something that the role does not see, or to nothing yet.
    """
    if may_see_attachments(role, "incident"):
        return
    kinds = {subject_kind(subject) for subject in journal.subjects_naming(sha256)}
    if not kinds or not all(may_see_attachments(role, kind) for kind in kinds):
        raise Refusal(403, "forbidden", f"the role {role.value} may not do this")


def piece_in(request: AnyRequest, most_bytes: int) -> Piece:
    """Which bytes a request brings, of something that may have so many at most.

    Raises:
        Refusal: it does not say so properly.
        BlobTooLarge: the whole is too large.
    """
    text = request.headers.get("content-range")
    if text is None:
        return Piece(end=most_bytes)
    match = _CONTENT_RANGE.fullmatch(text.strip())
    if match is None:
        raise Refusal(400, "malformed_request", "expected Content-Range: bytes FIRST-LAST/TOTAL")
    first, last, total = (int(number) for number in match.groups())
    if not first <= last < total:
        raise Refusal(400, "malformed_request", "the Content-Range is impossible")
    if total > most_bytes:
        raise BlobTooLarge(too_large_message())
    return Piece(first, last + 1, total)


async def receive_alone(request: AnyRequest, blobs: BlobStore, sha256: str, piece: Piece, coming: set[str]) -> int:
    """Write what a request brings; how many bytes are there now. `coming` are those that others are writing.

    Raises:
        Refusal: another request is writing it.
    """
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
    pieces = aiter(stream)
    while (data := await _next(pieces)) is not None:
        room -= len(data)
        if room < 0:
            raise BlobTooLarge("more bytes came than were announced, or than an attachment may have")
        yield data


async def _next(pieces: AsyncIterator[bytes]) -> bytes | None:
    try:
        async with asyncio.timeout(SILENCE_S):
            return await anext(pieces, None)
    except TimeoutError as error:
        raise Refusal(408, "too_slow", "nothing more came; what came was kept") from error


def remember_blob(connection: Connection, blob: Blob, user: str, now: datetime) -> None:
    """Note in the database who has brought an attachment, and when."""
    row = {"sha256": blob.sha256, "size": blob.size, "user_name": user, "received_at": now.isoformat()}
    connection.execute(insert(BLOBS).prefix_with("OR IGNORE").values(row))
