"""Attachments that no entry names: bounded for each user, and deleted after a time; named ones never are."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support.draft_samples import incident_report_draft
from support.running_server import RunningServer, WritingDevice, start_server, utc_now

from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.incidents.entry_bodies import IncidentAttached
from tabuah.server.attachments.unnamed_blobs import UNNAMED_KEPT, UnnamedUploads, delete_unnamed
from tabuah.server.errors import Refusal
from tabuah.storage.blobs.store import BlobStore


class Clock:
    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(tmp_path: Path, clock: Clock) -> Iterator[RunningServer]:
    with start_server(tmp_path, clock=clock) as server:
        server.add_user("ani")
        yield server


@pytest.fixture
def laptop(server: RunningServer) -> Iterator[WritingDevice]:
    with server.client("ani") as client:
        device = WritingDevice(client, "ani")
        device.enrol()
        server.authorise(client, "ani", device.key.device_id)
        yield device


def blobs_of(server: RunningServer) -> BlobStore:
    return BlobStore(server.journal.directory.blobs_path)


def upload(laptop: WritingDevice, content: bytes) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    assert laptop.client.put(f"/v1/blobs/{sha256}", content=content).status_code == 201
    return sha256


def attach(laptop: WritingDevice, subject: str, sha256: str) -> None:
    body = IncidentAttached(sha256=sha256, name="foto.jpg", media_type="image/jpeg", size=10)
    draft = Draft(subject=subject, kind="incident.attached", body=encode_body(body))
    assert laptop.push(laptop.write(draft)).results[0].verdict is not Verdict.REJECTED


def test_attachment_without_record_is_deleted_after_its_time(server: RunningServer, clock: Clock):
    blobs = blobs_of(server)
    blobs.add(b"stored when the power failed")
    assert delete_unnamed(server.journal, blobs) == 0
    clock.now += UNNAMED_KEPT + timedelta(minutes=1)
    assert delete_unnamed(server.journal, blobs) == 1
    assert blobs.stored() == []


def test_unnamed_attachment_is_deleted_after_its_time(server: RunningServer, laptop: WritingDevice, clock: Clock):
    report = incident_report_draft(laptop.key.tag)
    laptop.push(laptop.write(report))
    named, unnamed, deferred = (upload(laptop, content) for content in (b"named", b"unnamed", b"deferred"))
    attach(laptop, report.subject, named)
    attach(laptop, incident_report_draft("ABCD").subject, deferred)
    blobs = blobs_of(server)
    clock.now += UNNAMED_KEPT - timedelta(hours=1)
    assert delete_unnamed(server.journal, blobs) == 0
    clock.now += timedelta(hours=2)
    assert delete_unnamed(server.journal, blobs) == 1
    assert sorted(blobs.stored()) == sorted((named, deferred))
    assert unnamed not in blobs.stored()


def test_attachment_of_quarantined_entry_is_kept(server: RunningServer, laptop: WritingDevice, clock: Clock):
    sha256 = upload(laptop, b"waits for its device")
    row = ("device", 1, f'{{"sha256": "{sha256}"}}', "", "", clock.now.isoformat())
    sql = "INSERT INTO aside VALUES (?, ?, ?, ?, ?, ?)"
    server.journal.submit(lambda batch: batch.connection.exec_driver_sql(sql, row)).result()
    clock.now += 2 * UNNAMED_KEPT
    assert delete_unnamed(server.journal, blobs_of(server)) == 0


def test_deleted_attachment_can_be_sent_and_named_again(server: RunningServer, laptop: WritingDevice, clock: Clock):
    upload(laptop, b"again")
    clock.now += 2 * UNNAMED_KEPT
    assert delete_unnamed(server.journal, blobs_of(server)) == 1
    clock.now -= 2 * UNNAMED_KEPT  # the access token of the test is from then
    sha256 = upload(laptop, b"again")
    assert blobs_of(server).size_of(sha256) == 5


def test_unnamed_attachments_of_a_user_are_bounded(server: RunningServer, laptop: WritingDevice):
    uploads = UnnamedUploads(server.journal, blobs_of(server), limit_bytes=10)
    upload(laptop, b"1234")
    report = incident_report_draft(laptop.key.tag)
    laptop.push(laptop.write(report))
    attach(laptop, report.subject, named := hashlib.sha256(b"named").hexdigest())
    uploads.check("ani", "a" * 64, 6)
    with pytest.raises(Refusal) as refused:
        uploads.check("ani", "b" * 64, 7)
    assert (refused.value.status, refused.value.code) == (429, "too_many_unnamed")
    uploads.check("ani", named, 1_000)
    uploads.check("budi", "b" * 64, 7)


def test_incomplete_unnamed_uploads_are_bounded(server: RunningServer, laptop: WritingDevice):
    uploads = UnnamedUploads(server.journal, blobs_of(server), limit_bytes=10)
    uploads.check("ani", "a" * 64, 6)
    headers = {"Content-Range": "bytes 0-5/100"}
    assert laptop.client.put(f"/v1/blobs/{'a' * 64}", content=b"123456", headers=headers).status_code == 202
    with pytest.raises(Refusal):
        uploads.check("ani", "b" * 64, 6)
