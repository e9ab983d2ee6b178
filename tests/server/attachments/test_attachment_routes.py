"""Attachments: whole or resumed uploads, verified before publication, limited in size."""

import hashlib
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from support.running_server import RunningServer, start_server

from tabuah.operations.people.roles import Role
from tabuah.storage.blobs.errors import (
    BlobMissing,
    BlobNotSaved,
    BlobTooLarge,
    DamagedBlob,
    WrongContent,
    WrongOffset,
)
from tabuah.storage.blobs.store import MAX_BLOB_BYTES, BlobStore

PHOTO = random.Random(7).randbytes(700_000)
SHA256 = hashlib.sha256(PHOTO).hexdigest()
NAME = "INSERT INTO blob_subjects VALUES (?, ?)"


def put(client: httpx2.Client, data: bytes, *, first: int = 0, total: int | None = None) -> httpx2.Response:
    headers = {} if total is None else {"Content-Range": f"bytes {first}-{first + len(data) - 1}/{total}"}
    return client.put(f"/v1/blobs/{SHA256}", content=data, headers=headers)


def test_attachment_round_trip_is_exact(running_server: RunningServer):
    with running_server.approved_client("ani") as client:
        assert client.head(f"/v1/blobs/{SHA256}").status_code == 404
        assert put(client, PHOTO).status_code == 201
        asked = client.head(f"/v1/blobs/{SHA256}")
        assert (asked.status_code, asked.headers["content-length"]) == (200, str(len(PHOTO)))
        assert client.get(f"/v1/blobs/{SHA256}").content == PHOTO
        assert put(client, PHOTO).status_code == 201  # idempotent


@pytest.mark.parametrize("device", ["", "00" * 16])
def test_password_alone_opens_no_attachment(running_server: RunningServer, device: str):
    with running_server.approved_client("ani") as client:
        assert put(client, PHOTO).status_code == 201
    with running_server.client("ani") as program:  # as one with the password of a stolen laptop, without its id
        running_server.authorise(program, "ani", device)
        sealed = f"/v1/sealed/{SHA256}?content={SHA256}"
        asked = [
            program.get(f"/v1/blobs/{SHA256}"),
            program.head(f"/v1/blobs/{SHA256}"),
            put(program, PHOTO),
            program.post("/v1/missing-blobs", json={"blobs": [SHA256]}),
            program.head(sealed),
            program.put(sealed, content=b"x"),
        ]
    assert [response.status_code for response in asked] == [403] * 6
    assert asked[0].json()["code"] == "device_not_approved"


def test_attachment_upload_resumes(running_server: RunningServer):
    total = len(PHOTO)
    with running_server.approved_client("ani") as client:
        first = put(client, PHOTO[:300_000], total=total)
        assert (first.status_code, first.headers["upload-offset"]) == (202, "300000")
        offset = int(client.head(f"/v1/blobs/{SHA256}").headers["upload-offset"])
        wrong = put(client, PHOTO[:10], total=total)
        assert (wrong.status_code, wrong.json()["code"], wrong.headers["upload-offset"]) == (
            409,
            "wrong_offset",
            "300000",
        )
        assert put(client, PHOTO[offset:], first=offset, total=total).status_code == 201
        assert client.get(f"/v1/blobs/{SHA256}").content == PHOTO


def test_attachment_download_resumes(running_server: RunningServer):
    with running_server.approved_client("ani") as client:
        put(client, PHOTO)
        rest = client.get(f"/v1/blobs/{SHA256}", headers={"Range": "bytes=500000-"})
        assert (rest.status_code, rest.content) == (206, PHOTO[500_000:])
        beyond = client.get(f"/v1/blobs/{SHA256}", headers={"Range": "bytes=700000-"})
        assert beyond.status_code == 416


def test_attachment_download_serves_a_middle_range(running_server: RunningServer):
    with running_server.approved_client("ani") as client:
        put(client, PHOTO)
        for asked, first, end in (("0-99", 0, 100), ("100-299", 100, 300), ("699990-999999", 699_990, 700_000)):
            reply = client.get(f"/v1/blobs/{SHA256}", headers={"Range": f"bytes={asked}"})
            assert (reply.status_code, reply.content) == (206, PHOTO[first:end])
            assert reply.headers["content-range"] == f"bytes {first}-{end - 1}/700000"
        assert client.get(f"/v1/blobs/{SHA256}", headers={"Range": "bytes=9-3"}).status_code == 416


def test_attachment_upload_resumes_after_server_restart(tmp_path: Path):
    with start_server(tmp_path) as server:
        server.add_user("ani")
        with server.approved_client("ani") as client:
            put(client, PHOTO[:300_000], total=len(PHOTO))
    with start_server(tmp_path) as server, server.approved_client("ani") as client:
        asked = client.head(f"/v1/blobs/{SHA256}")
        assert (asked.status_code, asked.headers["upload-offset"]) == (404, "300000")
        assert put(client, PHOTO[300_000:], first=300_000, total=len(PHOTO)).status_code == 201


def test_idle_upload_releases_the_attachment(running_server: RunningServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tabuah.server.attachments.routes.IDLE_TIMEOUT_S", 0.3)

    def dying() -> Iterator[bytes]:
        yield PHOTO[:1000]
        time.sleep(1.0)
        yield PHOTO[1000:]

    with running_server.approved_client("ani") as client:
        reply = client.put(f"/v1/blobs/{SHA256}", content=dying())
        assert (reply.status_code, reply.json()["code"]) == (408, "too_slow")
    with running_server.approved_client("ani") as client:
        assert client.head(f"/v1/blobs/{SHA256}").headers["upload-offset"] == "1000"
        assert put(client, PHOTO[1000:], first=1000, total=len(PHOTO)).status_code == 201


def test_attachment_upload_refuses_programs(running_server: RunningServer):
    program = b"MZ\x90\x00" + PHOTO[:5000]
    name = hashlib.sha256(program).hexdigest()
    with running_server.approved_client("ani") as client:
        reply = client.put(f"/v1/blobs/{name}", content=program)
        assert (reply.status_code, reply.json()["code"]) == (415, "program_refused")
        assert client.head(f"/v1/blobs/{name}").headers["upload-offset"] == "0"


def test_damaged_attachment_is_never_served(running_server: RunningServer):
    with running_server.approved_client("ani") as client:
        put(client, PHOTO)
        path = running_server.journal.directory.blobs_path / SHA256
        path.write_bytes(PHOTO[:-1] + b"?")
        reply = client.get(f"/v1/blobs/{SHA256}")
        assert (reply.status_code, reply.json()["code"]) == (404, "damaged_blob")
        assert not path.exists()
        assert (path.parent / "damaged" / SHA256).is_file()  # kept for a rescue by hand
        assert client.head(f"/v1/blobs/{SHA256}").status_code == 404
        assert put(client, PHOTO).status_code == 201
        assert client.get(f"/v1/blobs/{SHA256}").content == PHOTO


def test_attachment_download_has_safe_headers(running_server: RunningServer):
    with running_server.approved_client("ani") as client:
        put(client, PHOTO)
        headers = client.get(f"/v1/blobs/{SHA256}").headers
    assert headers["content-disposition"] == "attachment"
    assert headers["x-content-type-options"] == "nosniff"


def test_attachment_with_wrong_hash_is_discarded(running_server: RunningServer):
    with running_server.approved_client("ani") as client:
        reply = put(client, PHOTO[:-1] + b"x")
        assert (reply.status_code, reply.json()["code"]) == (422, "wrong_content")
        assert client.head(f"/v1/blobs/{SHA256}").headers["upload-offset"] == "0"
        assert put(client, PHOTO).status_code == 201


def test_large_attachment_is_refused_before_upload(running_server: RunningServer):
    with running_server.approved_client("ani") as client:
        reply = put(client, b"x", total=MAX_BLOB_BYTES + 1)
        assert (reply.status_code, reply.json()["code"]) == (413, "too_large")


def test_attachment_upload_refuses_excess_bytes(running_server: RunningServer):
    with running_server.approved_client("ani") as client:
        headers = {"Content-Range": f"bytes 0-9/{len(PHOTO)}"}
        reply = client.put(f"/v1/blobs/{SHA256}", content=PHOTO[:20], headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("name", ["x", "../server.key", "A" * 64, SHA256[:-1], "0" * 65])
def test_attachment_name_must_be_a_hash(running_server: RunningServer, name: str):
    with running_server.approved_client("ani") as client:
        for reply in (client.get(f"/v1/blobs/{name}"), client.put(f"/v1/blobs/{name}", content=b"x")):
            assert reply.status_code in (404, 405)


@pytest.mark.parametrize("text", ["bytes 5-4/10", "bytes 0-10/10", "bytes */10", "x", "bytes 0-1/99999999999999"])
def test_attachment_download_refuses_impossible_range(running_server: RunningServer, text: str):
    with running_server.approved_client("ani") as client:
        reply = client.put(f"/v1/blobs/{SHA256}", content=b"x", headers={"Content-Range": text})
    assert (reply.status_code, reply.json()["code"]) == (400, "malformed_request")


@pytest.mark.parametrize(("role", "may"), [(Role.VIEWER, False), (Role.FIELD, True), (Role.AUDITOR, False)])
def test_attachment_upload_needs_an_incident_role(running_server: RunningServer, role: Role, may: bool):
    running_server.add_user("orang", role)
    with running_server.approved_client("orang") as client:
        assert put(client, PHOTO).status_code == (201 if may else 403)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        *((Role.FIELD, True), (Role.OPERATOR, True), (Role.SUPERVISOR, True), (Role.AUDITOR, True)),
        *((Role.VIEWER, False), (Role.ADMIN, False), (Role.GATEWAY, False)),
    ],
)
def test_attachment_download_needs_a_reading_role(running_server: RunningServer, role: Role, may: bool):
    running_server.add_user("orang", role)
    with running_server.approved_client("ani") as client:
        put(client, PHOTO)
    with running_server.approved_client("orang") as client:
        for reply in (client.get(f"/v1/blobs/{SHA256}"), client.head(f"/v1/blobs/{SHA256}")):
            assert reply.status_code == (200 if may else 403)


def test_administrator_sees_station_attachments_only(running_server: RunningServer):
    running_server.add_user("orang", Role.ADMIN)
    journal = running_server.journal
    with running_server.approved_client("orang") as client:
        assert client.get(f"/v1/blobs/{SHA256}").status_code == 403, "nothing names it"
        journal.submit(lambda batch: batch.connection.exec_driver_sql(NAME, (SHA256, "station/SLK-AWLR-03"))).result()
        assert client.head(f"/v1/blobs/{SHA256}").status_code == 404
        assert put(client, PHOTO).status_code == 201
        assert client.get(f"/v1/blobs/{SHA256}").content == PHOTO
        journal.submit(lambda batch: batch.connection.exec_driver_sql(NAME, (SHA256, "incident/1"))).result()
        assert client.get(f"/v1/blobs/{SHA256}").status_code == 403, "it is a photo of an incident, too"
        assert client.head(f"/v1/blobs/{SHA256}").status_code == 403


def test_question_names_missing_and_invisible_attachments(running_server: RunningServer):
    running_server.add_user("orang", Role.ADMIN)
    other = "a" * 64
    with running_server.approved_client("ani") as client:
        put(client, PHOTO)
        reply = client.post("/v1/missing-blobs", json={"blobs": [SHA256, other]})
        assert reply.json() == {"missing": [other]}
    with running_server.approved_client("orang") as client:
        reply = client.post("/v1/missing-blobs", json={"blobs": [SHA256, other]})
        assert reply.json() == {"missing": [SHA256, other]}, "nothing that it may see names it"


@pytest.mark.parametrize("blobs", [[], ["a" * 64] * 501, ["A" * 64], ["../x"]])
def test_question_about_attachments_is_bounded(running_server: RunningServer, blobs: list[str]):
    with running_server.approved_client("ani") as client:
        assert client.post("/v1/missing-blobs", json={"blobs": blobs}).status_code == 400


def test_blob_store_is_content_addressed(tmp_path: Path):
    store = BlobStore(tmp_path / "blobs")
    source = tmp_path / "foto.jpg"
    source.write_bytes(PHOTO)
    blob = store.add_file(source)
    assert (blob.sha256, blob.size) == (SHA256, len(PHOTO))
    assert store.add(PHOTO) == blob
    assert store.read(SHA256) == PHOTO
    assert store.path_of(SHA256).read_bytes() == PHOTO
    assert list((tmp_path / "blobs" / "partial").iterdir()) == []


def test_blob_store_refuses_invalid_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    store = BlobStore(tmp_path)
    with pytest.raises(BlobMissing, match=SHA256[:10]):
        store.read(SHA256)
    (tmp_path / SHA256).write_bytes(b"something else")
    with pytest.raises(DamagedBlob, match=SHA256[:10]):
        store.read(SHA256)
    with pytest.raises(BlobMissing):
        store.finish(SHA256)
    with store.receiving(SHA256, 0) as file:
        file.write(b"abc")
    with pytest.raises(WrongOffset) as wrong, store.receiving(SHA256, 1):
        pass
    assert wrong.value.expected == 3
    with pytest.raises(WrongContent):
        store.finish(SHA256)
    monkeypatch.setattr("tabuah.storage.blobs.store.MAX_BLOB_BYTES", 10)
    with pytest.raises(BlobTooLarge):
        store.add(PHOTO)
    assert store.size_of(SHA256) is None


def test_full_disk_leaves_no_partial_attachment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    store = BlobStore(tmp_path)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BlobNotSaved, match="No space left"):
        store.add(PHOTO)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


def test_abandoned_uploads_are_pruned(tmp_path: Path):
    store = BlobStore(tmp_path)
    with store.receiving(SHA256, 0) as file:
        file.write(b"abc")
    store.delete_stale_partials(before=0)
    assert store.received(SHA256) == 3
    store.delete_stale_partials(before=4e9)
    assert store.received(SHA256) == 0
