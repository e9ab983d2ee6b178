"""Fetching one attachment: from where the line broke, a piece after the other, there only when it is whole."""

import re
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

import httpx2

from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import Offline, StrangeAnswer
from tabuah.storage.sync.pace import Pace

_CONTENT_RANGE: Final = re.compile(r"bytes (\d{1,12})-\d{1,12}/(\d{1,12})")
_READ_BYTES: Final = 16 * 1024  # what is kept at least of a piece that breaks off


def download(
    files: BlobStore,
    client: ServerClient,
    sha256: str,
    *,
    pace: Pace,
    on_piece: Callable[[int, int], None],
    gives_way: Callable[[], bool],
) -> bool:
    """Fetch what is missing here, and publish it when its hash fits.

    Args:
        files: where the attachment will lie.
        client: the server.
        sha256: the attachment.
        pace: how much comes at once; learns from each piece.
        on_piece: told after each piece how many bytes it had, and how many are here.
        gives_way: asked after each piece whether something more urgent waits.

    Returns:
        Whether it is here.

    Raises:
        SyncError: the line broke, or the server refuses or does not have it.
        WrongContent: what came is not what its hash says; it was thrown away.
        BlobNotSaved: the disk did not take it.
    """
    while True:
        first = files.received(sha256)
        total = _fetch_piece(files, client, sha256, first, pace)
        reached = files.received(sha256)
        on_piece(reached - first, reached)
        if reached >= total:
            files.finish(sha256)
            return True
        if reached == first:
            raise StrangeAnswer(client.url, f"0 / {total}")
        if gives_way():
            return False


def _fetch_piece(files: BlobStore, client: ServerClient, sha256: str, first: int, pace: Pace) -> int:
    """Append one piece; gives back how many bytes the whole has."""
    begun_s = time.monotonic()
    try:
        with client.fetch(f"/v1/blobs/{sha256}", first=first, end=first + pace.amount) as response:
            if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                return first  # all of it was here, and only its hash was not looked at
            if response.status_code not in (httpx2.codes.OK, httpx2.codes.PARTIAL_CONTENT):
                response.read()
                client.check(response)
                raise StrangeAnswer(client.url, f"HTTP {response.status_code}")
            begins, total = _range_of(client, response)
            with files.receiving(sha256, begins) as file:
                for data in response.iter_bytes(_READ_BYTES):
                    file.write(data)
    except Offline:
        pace.broke()
        raise
    pace.took(files.received(sha256) - first, time.monotonic() - begun_s)
    return total


def _range_of(client: ServerClient, response: httpx2.Response) -> tuple[int, int]:
    """Where the piece begins, and how many bytes the whole has."""
    if response.status_code == httpx2.codes.OK:
        text = response.headers.get("Content-Length", "")
        match = re.fullmatch(r"()(\d{1,12})", text)
    else:
        text = response.headers.get("Content-Range", "")
        match = _CONTENT_RANGE.fullmatch(text)
    if match is None:
        raise StrangeAnswer(client.url, f"Content-Range: {text[:40]}")
    return int(match[1] or 0), int(match[2])
