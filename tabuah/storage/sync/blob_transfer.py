"""Transfer of one attachment in pieces, up or down, resumed where it was interrupted."""

import re
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Final

import httpx2

from tabuah.storage.blobs.errors import BlobMissing, DamagedBlob
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.sync.adaptive_batch import AdaptiveBatch
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import Offline, UnexpectedAnswer

_CONTENT_RANGE: Final = re.compile(r"bytes (\d{1,12})-\d{1,12}/(\d{1,12})")
_READ_BYTES: Final = 16 * 1024  # of an interrupted piece at least this much is kept


def download(
    files: BlobStore,
    client: ServerClient,
    sha256: str,
    *,
    batch: AdaptiveBatch,
    on_piece: Callable[[int, int], None],
    should_yield: Callable[[], bool],
) -> bool:
    """Download the missing part of an attachment, and publish it when its hash matches.

    Args:
        files: the blob store.
        client: the server.
        sha256: the attachment.
        batch: the piece size; adapts to each piece.
        on_piece: called after each piece with its size and the number of bytes here.
        should_yield: returns, after each piece, whether something more urgent waits.

    Returns:
        Whether it is complete.

    Raises:
        SyncError: the connection is lost, or the server refuses or does not have it.
        WrongContent: the content does not match its hash; it was discarded.
        BlobNotSaved: the disk did not accept it.
    """
    while True:
        first = files.received(sha256)
        total = _fetch_piece(files, client, sha256, first, batch)
        reached = files.received(sha256)
        on_piece(reached - first, reached)
        if reached >= total:
            files.finish(sha256)
            return True
        if reached == first:
            raise UnexpectedAnswer(client.url, f"0 / {total}")
        if should_yield():
            return False


def _fetch_piece(files: BlobStore, client: ServerClient, sha256: str, first: int, batch: AdaptiveBatch) -> int:
    """Append one piece; return the attachment's total size in bytes."""
    begun_s = time.monotonic()
    try:
        with client.fetch(f"/v1/blobs/{sha256}", first=first, end=first + batch.amount) as response:
            if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                return first  # all of it is here, only its hash is not verified yet
            if response.status_code not in (httpx2.codes.OK, httpx2.codes.PARTIAL_CONTENT):
                response.read()
                client.check(response)
                raise UnexpectedAnswer(client.url, f"HTTP {response.status_code}")
            begins, total = _range_of(client, response)
            with files.receiving(sha256, begins) as file:
                for data in response.iter_bytes(_READ_BYTES):
                    file.write(data)
    except Offline:
        batch.record_failure()
        raise
    batch.record_success(files.received(sha256) - first, time.monotonic() - begun_s)
    return total


def _range_of(client: ServerClient, response: httpx2.Response) -> tuple[int, int]:
    """Return the piece's offset and the total size in bytes."""
    if response.status_code == httpx2.codes.OK:
        text = response.headers.get("Content-Length", "")
        match = re.fullmatch(r"()(\d{1,12})", text)
    else:
        text = response.headers.get("Content-Range", "")
        match = _CONTENT_RANGE.fullmatch(text)
    if match is None:
        raise UnexpectedAnswer(client.url, f"Content-Range: {text[:40]}")
    return int(match[1] or 0), int(match[2])


_OFFSET: Final = "Upload-Offset"


def upload(
    files: BlobStore,
    client: ServerClient,
    sha256: str,
    *,
    batch: AdaptiveBatch,
    on_piece: Callable[[int, int], None],
    should_yield: Callable[[], bool],
) -> bool:
    """Upload the part of an attachment that the server lacks; the server reports its offset.

    Args:
        files: the blob store.
        client: the server.
        sha256: the attachment.
        batch: the piece size; adapts to each piece.
        on_piece: called after each piece with its size and the number of bytes on the server.
        should_yield: returns, after each piece, whether something more urgent waits.

    Returns:
        Whether the server has all of it.

    Raises:
        DamagedBlob: it is missing here or no longer matches its hash.
        SyncError: the connection is lost, or the server refuses.
    """
    try:
        path = files.verified_path(sha256)
    except BlobMissing as error:
        raise DamagedBlob(str(error)) from error
    return send_file(path, client, f"/v1/blobs/{sha256}", batch=batch, on_piece=on_piece, should_yield=should_yield)


def send_file(
    path: Path,
    client: ServerClient,
    url: str,
    *,
    batch: AdaptiveBatch,
    on_piece: Callable[[int, int], None],
    should_yield: Callable[[], bool],
) -> bool:
    """Upload a file to a resumable endpoint; the other arguments are those of `upload`.

    Raises:
        SyncError: the connection is lost, or the server refuses.
    """
    asked = client.ask("HEAD", url)
    if asked.status_code != httpx2.codes.NOT_FOUND:
        client.check(asked)
        return True
    offset, size = _offset_in(client, asked), path.stat().st_size
    with path.open("rb") as file:
        while True:
            file.seek(offset)
            piece = file.read(batch.amount)
            answer = _send(client, url, piece, offset=offset, size=size, batch=batch)
            if answer.status_code == httpx2.codes.CREATED:
                on_piece(len(piece), size)
                return True
            reached = _offset_in(client, answer)
            if reached <= offset:
                client.check(answer)
                raise UnexpectedAnswer(client.url, f"{_OFFSET}: {reached}")
            on_piece(len(piece), reached)
            offset = reached
            if should_yield():
                return False


def _send(
    client: ServerClient, url: str, piece: bytes, *, offset: int, size: int, batch: AdaptiveBatch
) -> httpx2.Response:
    """Send one piece; a 409 with the server's offset is not an error."""
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Range": f"bytes {offset}-{offset + len(piece) - 1}/{size}",
    }
    begun_s = time.monotonic()
    try:
        answer = client.ask("PUT", url, content=piece, headers=headers)
    except Offline:
        batch.record_failure()
        raise
    batch.record_success(len(piece), time.monotonic() - begun_s)
    if answer.status_code != httpx2.codes.CONFLICT or _OFFSET not in answer.headers:
        client.check(answer)
    return answer


def _offset_in(client: ServerClient, response: httpx2.Response) -> int:
    text = response.headers.get(_OFFSET, "0")
    if not (text.isascii() and text.isdigit()):
        raise UnexpectedAnswer(client.url, f"{_OFFSET}: {text[:20]}")
    return int(text)
