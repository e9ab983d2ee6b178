"""A server whose disk has no space: it serves reads, and goes on by itself when there is space."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import msgspec
import pytest
from support.draft_samples import incident_report_draft
from support.running_server import RunningServer, WritingDevice, log_in, start_server

from tabuah.operations.entries import Verdict
from tabuah.server import journal as server_journal
from tabuah.server import read_only_service
from tabuah.server.admission import writer
from tabuah.server.database import engine
from tabuah.server.errors import StorageFull
from tabuah.server.listen_address import ListenAddress
from tabuah.server.read_only_journal import ReadOnlyJournal
from tabuah.server.read_only_service import ReadOnlyService
from tabuah.server.security_log import FILE_NAME
from tabuah.server.service import ServerSettings
from tabuah.storage.journal.protocol import Health, Session


class Disk:
    """A disk whose space the test decides."""

    def __init__(self) -> None:
        self.is_full = True

    def has_space(self, _directory: Path) -> bool:
        return not self.is_full


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk()
    for module in (server_journal, read_only_service):
        monkeypatch.setattr(module, "has_space", disk.has_space)
    monkeypatch.setattr(read_only_service, "LOOK_EVERY_S", 0.05)
    return disk


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The directory of a server with one incident."""
    with start_server(tmp_path) as server:
        server.add_user("ani")
        with server.client("ani") as client:
            device = WritingDevice(client, "ani")
            device.enrol()
            device.push(device.write(incident_report_draft(device.key.tag)))
    return tmp_path


@contextmanager
def serving(data: Path) -> Iterator[ReadOnlyService]:
    service = ReadOnlyService(ServerSettings(directory=data, address=ListenAddress(port=0)))
    thread = threading.Thread(target=service.run, name="server-under-test")
    thread.start()
    try:
        yield service
    finally:
        service.stop()
        thread.join(timeout=20)
        assert not thread.is_alive()


def file_sizes(data: Path) -> dict[str, int]:
    """Return the sizes of the files; the security log is written where a line still fits."""
    return {path.name: path.stat().st_size for path in data.iterdir() if path.name != FILE_NAME}


def health(client: httpx2.Client) -> Health:
    return msgspec.json.decode(client.get("/health").content, type=Health)


def renew(client: httpx2.Client, session: Session) -> Session:
    reply = client.post("/v1/session/refresh", json={"refresh_token": session.refresh_token})
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.content, type=Session)


def test_server_started_without_space_serves_reads(data: Path, disk: Disk):
    before = file_sizes(data)
    with serving(data) as service, httpx2.Client(base_url=service.url, trust_env=False) as client:
        session = renew(client, log_in(client, "ani"))
        client.headers["Authorization"] = f"Bearer {session.access_token}"
        assert health(client).read_only == "no_space"
        pulled = client.get("/v1/journal").json()
        assert len(pulled["records"]) == pulled["head"] > 3
        with client.stream("GET", "/v1/stream") as response:
            assert next(iter(httpx2.EventSource(response))).event == "alive"
        device = WritingDevice(client, "ani")
        for reply in (
            device.post(device.write(incident_report_draft("ABCD"))),
            client.post("/v1/readings", json={"readings": []}),
        ):
            assert (reply.status_code, reply.json()["code"]) == (507, "storage_full")
            assert int(reply.headers["Retry-After"]) > 0
    assert not service.found_space
    assert file_sizes(data) == before


def test_server_started_without_space_ends_with_space(data: Path, disk: Disk):
    with serving(data) as service:
        disk.is_full = False
        service.ended.wait(timeout=20)
    assert service.found_space
    with start_server(data) as server:
        assert server.journal.read_only.reason is None


def test_running_server_without_space_serves_reads_and_resumes(
    running_server: RunningServer, device: WritingDevice, disk: Disk, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_arguments: object) -> None:
        raise StorageFull("full")

    chained = device.write(incident_report_draft(device.key.tag))
    with monkeypatch.context() as patch:
        patch.setattr(writer, "save_batch", fail)
        assert device.post(chained).status_code == 507
    assert health(device.client).read_only == "no_space"
    session = renew(device.client, log_in(device.client, "ani"))
    assert device.pull().head == running_server.journal.head().seq
    assert device.post(chained).json()["code"] == "storage_full"
    disk.is_full = False
    assert device.push(chained).results[0].verdict is Verdict.ACCEPTED
    assert health(device.client).read_only == ""
    assert renew(device.client, session).user == "ani"


@pytest.mark.parametrize("has_log", [False, True])
def test_journal_on_a_read_only_disk_can_be_read(data: Path, has_log: bool, monkeypatch: pytest.MonkeyPatch):
    if has_log:
        (data / "journal.db-wal").write_bytes(b"\0" * 32)
    monkeypatch.setattr(engine.os, "access", lambda _path, mode: mode != os.W_OK)
    journal = ReadOnlyJournal.open_in(data)
    try:
        assert len(journal.records_after(0)) == journal.head().seq > 3
    finally:
        journal.close()
