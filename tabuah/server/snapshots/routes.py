"""Routes of snapshots: the signed description, and the file with the pieces, from any byte on."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream

from tabuah.server.byte_ranges import requested_range
from tabuah.server.errors import Refusal
from tabuah.server.people.access import PEOPLE, AccessControl, AnyRequest
from tabuah.server.snapshots.snapshot_store import SnapshotStore
from tabuah.storage.journal.snapshots import SignedSnapshot

_READ_BYTES: Final = 64 * 1024


def snapshot_routes(keeper: SnapshotStore, access: AccessControl) -> list[HTTPRouteHandler]:
    """Build the routes `/v1/snapshot` and `/v1/snapshot/{id}`."""

    @get("/v1/snapshot", sync_to_thread=False, tags=["journal"])
    def newest_snapshot(request: AnyRequest) -> SignedSnapshot:
        """The signed description of the newest snapshot; 404 while there is none: then pull the entries."""
        access.user_with(request, PEOPLE)
        made = keeper.newest()
        if made is None:
            raise Refusal(
                404, "no_snapshot", "there is no snapshot yet; pull the entries", headers={"Retry-After": "60"}
            )
        return made.signed

    @get(
        "/v1/snapshot/{snapshot_id:str}",
        sync_to_thread=False,
        media_type="application/octet-stream",
        tags=["journal"],
    )
    def fetch_snapshot(request: AnyRequest, snapshot_id: FromPath[str]) -> Stream:
        """The pieces of a snapshot in sequence; `Range: bytes=N-` or `bytes=N-M` resumes a download."""
        access.user_with(request, PEOPLE)
        made = keeper.find(snapshot_id)
        if made is None:
            raise Refusal(404, "not_found", "this snapshot is no longer available; fetch the newest")
        size = made.snapshot.size
        first, end = requested_range(request.headers.get("range", ""), size)
        headers = {"Content-Length": str(end - first), "Accept-Ranges": "bytes", "ETag": f'"{snapshot_id}"'}
        if end - first < size:
            headers["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
        return Stream(
            _bytes_of(made.path, first, end),
            status_code=206 if end - first < size else 200,
            headers=headers,
            media_type="application/octet-stream",
        )

    return [newest_snapshot, fetch_snapshot]


async def _bytes_of(path: Path, first: int, end: int) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        file.seek(first)
        while first < end:
            part = await asyncio.to_thread(file.read, min(_READ_BYTES, end - first))
            if not part:
                return
            first += len(part)
            yield part
