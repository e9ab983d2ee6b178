"""Routes of attachments: resumable uploads, published once their hash is verified, and downloads."""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Collection, Iterable
from datetime import datetime
from typing import Final

import msgspec
from litestar import Response, get, head, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody
from litestar.response import Stream
from sqlalchemy import Connection, insert

from tabuah.operations.entries import subject_kind
from tabuah.operations.people.permissions import MAY_ATTACH
from tabuah.operations.people.roles import MAY_READ_STATION_FILES, Role, may_see_attachments
from tabuah.server.attachments.unnamed_blobs import UnnamedUploads
from tabuah.server.byte_ranges import requested_range
from tabuah.server.database import queries
from tabuah.server.database.schema import BLOBS
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.server.people.access import (
    AccessControl,
    AnyConnection,
    AnyRequest,
    Caller,
    check_approved,
    check_role,
    guarded_by,
)
from tabuah.storage.blobs.errors import BlobTooLarge
from tabuah.storage.blobs.store import MAX_BLOB_BYTES, Blob, BlobStore, too_large_message
from tabuah.storage.journal.protocol import BlobsQuestion, MissingBlobs, WantedBlobs

# A browser must download these files, never guess their type or show them.
_DOWNLOAD_ONLY: Final = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}

OFFSET: Final = "Upload-Offset"
_CONTENT_RANGE: Final = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})")
MAX_WANTED: Final = 1000
MAX_QUESTION_BYTES: Final = 64 * 1024
IDLE_TIMEOUT_S: Final = 20.0  # an upload without data for this long is dropped, so that another attempt can start


class UploadRange(msgspec.Struct, frozen=True):
    """The bytes that a request uploads: from `offset` up to `end` (exclusive), of `total` if the request names it."""

    offset: int = 0
    end: int = MAX_BLOB_BYTES
    total: int | None = None


def blob_routes(
    journal: ServerJournal, access: AccessControl, blobs: BlobStore, unnamed: UnnamedUploads
) -> list[HTTPRouteHandler]:
    """Build the routes of `/v1/blobs/{sha256}`, `/v1/wanted-blobs` and `/v1/missing-blobs`."""
    coming: set[str] = set()  # uploads in progress: two requests must not write one file

    @put("/v1/blobs/{sha256:str}", status_code=201, request_max_body_size=MAX_BLOB_BYTES, tags=["blobs"])
    async def send_blob(request: AnyRequest, sha256: FromPath[str]) -> Response[bytes]:
        """Upload an attachment, whole or by `Content-Range`; 202 means incomplete, 201 complete."""
        user = (await asyncio.to_thread(_check_sender, journal, access.sender_of(request), MAY_ATTACH, sha256)).user
        piece = upload_range(request, MAX_BLOB_BYTES)
        if blobs.size_of(sha256) is None:
            await asyncio.to_thread(unnamed.check, user.name, sha256, piece.total or content_length(request))
            received = await receive_exclusively(request, blobs, sha256, piece, coming)
            if piece.total is not None and received < piece.total:
                return Response(b"", status_code=202, headers={OFFSET: str(received)})
            blob = await asyncio.to_thread(blobs.finish, sha256)
            await asyncio.wrap_future(
                journal.submit(lambda batch: record_blob(batch.connection, blob, user.name, batch.now))
            )
        return Response(b"", status_code=201, headers={OFFSET: str(blobs.received(sha256))})

    @head("/v1/blobs/{sha256:str}", tags=["blobs"])
    async def ask_for_blob(request: AnyRequest, sha256: FromPath[str]) -> Response[None]:
        """Check for an attachment; `Upload-Offset` gives the number of bytes received, also with a 404."""
        caller = access.sender_of(request)
        user = (await asyncio.to_thread(_check_sender, journal, caller, MAY_READ_STATION_FILES, sha256)).user
        await asyncio.to_thread(check_may_see, journal, user.role, sha256)
        size, headers = blobs.size_of(sha256), {OFFSET: str(blobs.received(sha256))}
        if size is None:
            raise Refusal(404, "not_found", "there is no such attachment", headers=headers)
        return Response(None, headers={**headers, "Accept-Ranges": "bytes", "Content-Length": str(size)})

    @get("/v1/blobs/{sha256:str}", media_type="application/octet-stream", tags=["blobs"])
    async def fetch_blob(request: AnyRequest, sha256: FromPath[str]) -> Stream:
        """Download an attachment; `Range: bytes=N-` or `bytes=N-M` resumes a download or fetches a part."""
        caller = access.caller_with(request, MAY_READ_STATION_FILES)
        check_approved(caller)
        await asyncio.to_thread(check_may_see, journal, caller.user.role, sha256)
        path = await asyncio.to_thread(blobs.verified_path, sha256)
        return _download(blobs, sha256, size=path.stat().st_size, requested=request.headers.get("range", ""))

    @get("/v1/wanted-blobs", tags=["blobs"])
    async def list_wanted_blobs(request: AnyRequest) -> WantedBlobs:
        """List attachments that entries name and that are missing here, lost or damaged; who has one sends it."""
        access.user_with(request, MAY_ATTACH)
        return WantedBlobs(wanted=await asyncio.to_thread(find_wanted, journal, blobs))

    def questioner(request: AnyConnection) -> Caller:
        caller = access.caller_with(request, MAY_READ_STATION_FILES)
        check_approved(caller)
        return caller

    @post(
        "/v1/missing-blobs",
        status_code=200,
        request_max_body_size=MAX_QUESTION_BYTES,
        tags=["blobs"],
        guards=guarded_by(questioner),
    )
    async def list_missing_blobs(request: AnyRequest, data: JSONBody[BlobsQuestion]) -> MissingBlobs:
        """List which of at most 500 attachments are missing here: one question instead of a HEAD for each."""
        caller = questioner(request)
        return MissingBlobs(
            missing=await asyncio.to_thread(find_missing, journal, blobs, caller.user.role, data.blobs)
        )

    return [send_blob, ask_for_blob, fetch_blob, list_wanted_blobs, list_missing_blobs]


def _check_sender(journal: ServerJournal, caller: Caller, roles: Collection[Role], sha256: str) -> Caller:
    """Return the caller if it may upload an attachment; a revoked device only those that its own entries name.

    Raises:
        Refusal: it may not.
    """
    check_role(caller.user, roles)
    check_approved(caller)
    if caller.is_revoked and not journal.read(lambda c: queries.has_named(c, caller.device, sha256)):
        raise Refusal(403, "device_revoked", "a revoked device hands in its own work only")
    return caller


def find_wanted(journal: ServerJournal, blobs: BlobStore) -> tuple[str, ...]:
    """Return attachments that entries name and that are missing here.

    At most `MAX_WANTED` at a time, chosen at random, because the others may be nowhere.
    """
    missing = sorted(journal.read(queries.named_attachments).difference(blobs.stored()))
    return tuple(missing if len(missing) <= MAX_WANTED else random.sample(missing, MAX_WANTED))


def find_missing(journal: ServerJournal, blobs: BlobStore, role: Role, asked: Iterable[str]) -> tuple[str, ...]:
    """Return those of the attachments that are not here, or that the role may not see."""
    return tuple(sha256 for sha256 in asked if blobs.size_of(sha256) is None or not _may_see(journal, role, sha256))


def _download(blobs: BlobStore, sha256: str, *, size: int, requested: str) -> Stream:
    """Return the file or the requested part of it as a response."""
    first, end = requested_range(requested, size)
    headers = {
        "Content-Length": str(end - first),
        "Accept-Ranges": "bytes",
        "ETag": f'"{sha256}"',
        **_DOWNLOAD_ONLY,
    }
    partial = end - first < size
    if partial:
        headers["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
    return Stream(
        blobs.pieces(sha256, first, end),
        status_code=206 if partial else 200,
        headers=headers,
        media_type="application/octet-stream",
    )


def check_may_see(journal: ServerJournal, role: Role, sha256: str) -> None:
    """Refuse attachments that the role may not see.

    An attachment of an incident is visible with the incident, whatever else refers to it.

    Raises:
        Refusal: it belongs to something that the role may not see, or to nothing yet.
    """
    if not _may_see(journal, role, sha256):
        raise Refusal(403, "forbidden", f"the role {role.value} may not do this")


def _may_see(journal: ServerJournal, role: Role, sha256: str) -> bool:
    if may_see_attachments(role, "incident"):
        return True
    kinds = {subject_kind(subject) for subject in journal.subjects_with_attachment(sha256)}
    return bool(kinds) and all(may_see_attachments(role, kind) for kind in kinds)


def upload_range(request: AnyRequest, most_bytes: int) -> UploadRange:
    """Return the bytes that a request uploads, of a file with at most `most_bytes`.

    Raises:
        Refusal: the `Content-Range` is malformed.
        BlobTooLarge: the file is too large.
    """
    text = request.headers.get("content-range")
    if text is None:
        return UploadRange(end=most_bytes)
    match = _CONTENT_RANGE.fullmatch(text.strip())
    if match is None:
        raise Refusal(400, "malformed_request", "expected Content-Range: bytes FIRST-LAST/TOTAL")
    first, last, total = (int(number) for number in match.groups())
    if not first <= last < total:
        raise Refusal(400, "malformed_request", "the Content-Range is impossible")
    if total > most_bytes:
        raise BlobTooLarge(too_large_message())
    return UploadRange(first, last + 1, total)


def content_length(request: AnyRequest) -> int:
    """Return the announced size of a body in bytes; 0 without one."""
    text = request.headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() else 0


async def receive_exclusively(
    request: AnyRequest, blobs: BlobStore, sha256: str, piece: UploadRange, coming: set[str]
) -> int:
    """Write the uploaded bytes; return how many have been received so far. `coming` are the uploads in progress.

    Raises:
        Refusal: another request is uploading the same file.
    """
    if sha256 in coming:
        raise Refusal(409, "busy", "another request is uploading this attachment", headers={"Retry-After": "2"})
    coming.add(sha256)
    try:
        return await _receive(request, blobs, sha256, piece)
    finally:
        coming.discard(sha256)


async def _receive(request: AnyRequest, blobs: BlobStore, sha256: str, piece: UploadRange) -> int:
    """Write the uploaded bytes; return how many have been received so far."""
    with blobs.receiving(sha256, piece.offset) as file:
        async for data in _limited(request.stream(), piece):
            file.write(data)
    return blobs.received(sha256)


async def _limited(stream: AsyncIterator[bytes], piece: UploadRange) -> AsyncIterator[bytes]:
    room = piece.end - piece.offset
    pieces = aiter(stream)
    while (data := await _next(pieces)) is not None:
        room -= len(data)
        if room < 0:
            raise BlobTooLarge("more bytes were sent than announced, or than an attachment may have")
        yield data


async def _next(pieces: AsyncIterator[bytes]) -> bytes | None:
    try:
        async with asyncio.timeout(IDLE_TIMEOUT_S):
            return await anext(pieces, None)
    except TimeoutError as error:
        raise Refusal(408, "too_slow", "the upload stalled; the received part was kept") from error


def record_blob(connection: Connection, blob: Blob, user: str, now: datetime) -> None:
    """Record in the database who uploaded an attachment, and when."""
    row = {"sha256": blob.sha256, "size": blob.size, "user_name": user, "received_at": now.isoformat()}
    connection.execute(insert(BLOBS).prefix_with("OR IGNORE").values(row))
