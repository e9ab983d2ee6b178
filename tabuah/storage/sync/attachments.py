"""Attachments on their way: sent and fetched piece by piece, taken up again where the line broke."""

import logging
from collections.abc import Callable
from typing import Final

import httpx2

from tabuah.storage.blobs.errors import BlobError
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.blob_table import WaitingBlob
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import Refused, StrangeAnswer

BLOB_FOLDER: Final = "blobs"
PIECE_BYTES: Final = 512 * 1024  # what a slow line manages within the answer's timeout
_OFFSET: Final = "Upload-Offset"

log = logging.getLogger(__name__)


def blob_store(store: ConsoleStore) -> BlobStore:
    """The attachments of a console."""
    return BlobStore(store.directory / BLOB_FOLDER)


def move_attachments(store: ConsoleStore, client: ServerClient) -> None:
    """Send what the server lacks and fetch what is missing here; one that fails waits for the next sync.

    Raises:
        Offline: the line is gone.
    """
    blobs = blob_store(store)
    for waiting in store.uploads():
        if _try(store, waiting, lambda w: _upload(blobs, client, w)):
            store.blob_done(waiting.sha256)
    for waiting in store.downloads():
        if _try(store, waiting, lambda w: _download(blobs, client, w)):
            store.blob_done(waiting.sha256)


def _upload(blobs: BlobStore, client: ServerClient, waiting: WaitingBlob) -> bool:
    path = f"/v1/blobs/{waiting.sha256}"
    size = blobs.size_of(waiting.sha256)
    if size is None:
        return False
    asked = client.ask("HEAD", path)
    if asked.status_code == httpx2.codes.OK:
        return True
    offset = _offset_in(asked)
    with blobs.path_of(waiting.sha256).open("rb") as file:
        while True:
            file.seek(offset)
            piece = file.read(PIECE_BYTES)
            last = offset + len(piece)
            headers = {"Content-Type": "application/octet-stream"}
            if size:
                headers["Content-Range"] = f"bytes {offset}-{last - 1}/{size}"
            client.send("PUT", path, content=piece, headers=headers)
            offset = last
            if offset >= size:
                return True


def _download(blobs: BlobStore, client: ServerClient, waiting: WaitingBlob) -> bool:
    if blobs.size_of(waiting.sha256) is not None:
        return True
    path = f"/v1/blobs/{waiting.sha256}"
    with client.fetch(path, first=blobs.received(waiting.sha256)) as response:
        if response.status_code == httpx2.codes.NOT_FOUND:
            return False  # its author has not sent it yet
        if response.status_code not in (httpx2.codes.OK, httpx2.codes.PARTIAL_CONTENT):
            raise StrangeAnswer(client.url, f"HTTP {response.status_code}")
        offset = blobs.received(waiting.sha256) if response.status_code == httpx2.codes.PARTIAL_CONTENT else 0
        with blobs.receiving(waiting.sha256, offset) as file:
            for piece in response.iter_bytes(PIECE_BYTES):
                file.write(piece)
    blobs.finish(waiting.sha256)
    return True


def _try(store: ConsoleStore, waiting: WaitingBlob, move: Callable[[WaitingBlob], bool]) -> bool:
    try:
        return move(waiting)
    except (Refused, StrangeAnswer, BlobError, OSError) as error:
        log.warning("attachment %s of %s waits: %s", waiting.sha256, store.directory, error)
        return False


def _offset_in(response: httpx2.Response) -> int:
    text = response.headers.get(_OFFSET, "0")
    return int(text) if text.isascii() and text.isdigit() else 0
