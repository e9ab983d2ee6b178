"""Files that are queued and at the server already, as after a restore, leave the queue by one question."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.console_stores import open_store, report_incident_at
from support.console_sync import sync
from support.running_server import PASSWORD, RunningServer

from tabuah.operations.incidents.drafts import attach_to_incident
from tabuah.operations.incidents.entry_bodies import IncidentAttached
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import Problem
from tabuah.storage.sync import attachments as attachment_sync
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import RequestRefused
from tabuah.storage.sync.session import log_in

FILES = 12


@pytest.fixture
def ani(tmp_path: Path, server: RunningServer) -> Iterator[ConsoleStore]:
    """Return a console whose files are at the server."""
    with open_store(tmp_path / "ani") as store:
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        incident = report_incident_at(store)
        for number in range(FILES):
            blob = store.attachments.files.add(f"foto {number}".encode())
            name = f"{number}.txt"
            body = IncidentAttached(sha256=blob.sha256, name=name, media_type="text/plain", size=blob.size)
            store.save(attach_to_incident(incident, body))
        sync(store)
        yield store


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return the requests about attachments, as they are made."""
    made: list[tuple[str, str]] = []
    send = ServerClient._send_once

    def noted(client, method, path, *args, **options):
        if "blobs" in path:
            made.append((method, path.partition("?")[0]))
        return send(client, method, path, *args, **options)

    monkeypatch.setattr(ServerClient, "_send_once", noted)
    return made


def queue_all(store: ConsoleStore) -> list[str]:
    """Queue the upload of all files again."""
    hashes = store.attachments.files.stored()
    for sha256 in hashes:
        store.attachments.send_again(sha256)
    return hashes


def test_files_at_the_server_leave_the_queue_by_one_question(ani: ConsoleStore, requests: list[tuple[str, str]]):
    queue_all(ani)
    sync(ani)
    assert ani.attachments.waiting() == ()
    assert [path for method, path in requests if method != "GET"] == ["/v1/missing-blobs"]


def test_file_that_the_server_lacks_is_sent(server: RunningServer, ani: ConsoleStore):
    lost = queue_all(ani)[3]
    path = BlobStore(server.journal.directory.blobs_path).path_of(lost)
    path.unlink()
    sync(ani)
    assert ani.attachments.waiting() == ()
    assert path.exists()


def test_older_server_is_asked_for_each_file(
    ani: ConsoleStore, requests: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
):
    def unknown(_client: ServerClient, _blobs: object) -> object:
        raise RequestRefused(Problem(title="not found", status=404, code="not_found"))

    monkeypatch.setattr(ServerClient, "missing_blobs", unknown)
    queue_all(ani)
    sync(ani)
    assert ani.attachments.waiting() == ()
    assert [method for method, _path in requests].count("HEAD") == FILES


def test_question_has_at_most_its_number_of_files(
    ani: ConsoleStore, requests: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(attachment_sync, "MAX_BLOBS_ASKED", 5)
    queue_all(ani)
    sync(ani)
    assert requests.count(("POST", "/v1/missing-blobs")) == 3
    assert ani.attachments.waiting() == ()
