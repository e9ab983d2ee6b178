"""Sealed boxes on the server: bounded for each user in number and bytes, and abandoned ones deleted."""

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from support.running_server import RunningServer, start_server

from tabuah.operations.people.roles import Role
from tabuah.server.attachments.unnamed_blobs import BlobCollector
from tabuah.server.bundles.box_uploads import BOXES_KEPT_S, MAX_BOX_BYTES, MAX_BOXES, BoxUploads
from tabuah.server.errors import Refusal
from tabuah.storage.blobs.store import BlobStore

CONTENT = hashlib.sha256(b"a photo").hexdigest()


def box_id(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path) as server:
        server.add_user("ani")
        server.add_user("budi", Role.FIELD)
        yield server


def begin(client: httpx2.Client, number: int, *, total: int = 1_000, content: str = CONTENT) -> httpx2.Response:
    headers = {"Content-Range": f"bytes 0-0/{total}"}
    return client.put(f"/v1/sealed/{box_id(number)}?content={content}", content=b"x", headers=headers)


def boxes_of(server: RunningServer) -> BlobStore:
    return BlobStore(server.journal.directory.boxes_path)


def test_incomplete_boxes_of_a_user_are_bounded(server: RunningServer):
    with server.approved_client("ani") as ani, server.approved_client("budi") as budi:
        assert {begin(ani, number).status_code for number in range(MAX_BOXES)} == {202}
        refused = begin(ani, MAX_BOXES)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_boxes")
        assert "complete one of them first" in refused.json()["detail"]
        assert int(refused.headers["retry-after"]) > 0
        assert boxes_of(server).received(box_id(MAX_BOXES)) == 0
        assert begin(budi, MAX_BOXES).status_code == 202


def test_bytes_of_incomplete_boxes_are_bounded(server: RunningServer):
    large = 50 * 1024 * 1024
    with server.approved_client("ani") as ani:
        codes = [begin(ani, number, total=large).status_code for number in range(6)]
    assert codes == [202] * (MAX_BOX_BYTES // large) + [429]


def test_full_user_can_complete_a_begun_box(server: RunningServer):
    with server.approved_client("ani") as ani:
        for number in range(MAX_BOXES):
            begin(ani, number, total=2)
        path = f"/v1/sealed/{box_id(0)}?content={CONTENT}"
        ended = ani.put(path, content=b"y", headers={"Content-Range": "bytes 1-1/2"})
        assert ended.status_code == 422  # it is no box, and is discarded
        assert begin(ani, MAX_BOXES).status_code == 202


def test_running_uploads_count_without_bytes(tmp_path: Path):
    uploads = BoxUploads(BlobStore(tmp_path), limit=1)
    uploads.check("ani", box_id(1), 10)
    with pytest.raises(Refusal):
        uploads.check("ani", box_id(2), 10, receiving={box_id(1)})
    uploads.check("ani", box_id(2), 10)


def test_sealed_photos_count_as_unnamed_attachments(server: RunningServer):
    with server.approved_client("ani") as ani:
        journal = server.journal
        row = ("f" * 64, 256 * 1024 * 1024, "ani", journal.clock().isoformat())
        sql = "INSERT INTO blobs (sha256, size, user_name, received_at) VALUES (?, ?, ?, ?)"
        journal.submit(lambda batch: batch.connection.exec_driver_sql(sql, row)).result()
        refused = begin(ani, 1)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_unnamed")


def test_abandoned_boxes_are_deleted_while_running(server: RunningServer):
    boxes, blobs = boxes_of(server), BlobStore(server.journal.directory.blobs_path)
    with server.approved_client("ani") as ani:
        begin(ani, 1)
        begin(ani, 2)
        long_ago_s = time.time() - BOXES_KEPT_S - 60
        os.utime(boxes.folder / "partial" / box_id(1), (long_ago_s, long_ago_s))
        BlobCollector(server.journal, blobs, {boxes: BOXES_KEPT_S}).delete_abandoned()
    assert [boxes.received(box_id(number)) for number in (1, 2)] == [0, 1]
