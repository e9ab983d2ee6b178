"""Sending one attachment: from where the server stands, a piece after the other."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx2

from tabuah.storage.blobs.errors import BlobMissing, DamagedBlob
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import Offline, StrangeAnswer
from tabuah.storage.sync.pace import Pace

_OFFSET: Final = "Upload-Offset"


def upload(
    files: BlobStore,
    client: ServerClient,
    sha256: str,
    *,
    pace: Pace,
    on_piece: Callable[[int, int], None],
    gives_way: Callable[[], bool],
) -> bool:
    """Send what the server has not; it says itself how far it is.

    Args:
        files: where the attachment lies.
        client: the server.
        sha256: the attachment.
        pace: how much goes at once; learns from each piece.
        on_piece: told after each piece how many bytes it had, and how many are over.
        gives_way: asked after each piece whether something more urgent waits.

    Returns:
        Whether the server has all of it.

    Raises:
        DamagedBlob: it is gone or no longer what its hash says.
        SyncError: the line broke, or the server refuses.
    """
    try:
        path = files.checked(sha256)
    except BlobMissing as error:
        raise DamagedBlob(str(error)) from error
    return send_file(path, client, f"/v1/blobs/{sha256}", pace=pace, on_piece=on_piece, gives_way=gives_way)


def send_file(
    path: Path,
    client: ServerClient,
    url: str,
    *,
    pace: Pace,
    on_piece: Callable[[int, int], None],
    gives_way: Callable[[], bool],
) -> bool:
    """Send a file to where the server takes it in pieces; the other arguments are those of `upload`.

    Raises:
        SyncError: the line broke, or the server refuses.
    """
    asked = client.ask("HEAD", url)
    if asked.status_code != httpx2.codes.NOT_FOUND:
        client.check(asked)
        return True
    offset, size = _offset_in(client, asked), path.stat().st_size
    with path.open("rb") as file:
        while True:
            file.seek(offset)
            piece = file.read(pace.amount)
            answer = _send(client, url, piece, offset=offset, size=size, pace=pace)
            if answer.status_code == httpx2.codes.CREATED:
                on_piece(len(piece), size)
                return True
            reached = _offset_in(client, answer)
            if reached <= offset:
                client.check(answer)
                raise StrangeAnswer(client.url, f"{_OFFSET}: {reached}")
            on_piece(len(piece), reached)
            offset = reached
            if gives_way():
                return False


def _send(client: ServerClient, url: str, piece: bytes, *, offset: int, size: int, pace: Pace) -> httpx2.Response:
    """One piece; a server that is elsewhere than we think says where it is, and that is no error."""
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Range": f"bytes {offset}-{offset + len(piece) - 1}/{size}",
    }
    begun_s = time.monotonic()
    try:
        answer = client.ask("PUT", url, content=piece, headers=headers)
    except Offline:
        pace.broke()
        raise
    pace.took(len(piece), time.monotonic() - begun_s)
    if answer.status_code != httpx2.codes.CONFLICT or _OFFSET not in answer.headers:
        client.check(answer)
    return answer


def _offset_in(client: ServerClient, response: httpx2.Response) -> int:
    text = response.headers.get(_OFFSET, "0")
    if not (text.isascii() and text.isdigit()):
        raise StrangeAnswer(client.url, f"{_OFFSET}: {text[:20]}")
    return int(text)
