"""The routes of backups: administrators on an approved device only, and a job that runs in the background."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import msgspec
import pytest
from support.running_server import RunningServer, WritingDevice, log_in, start_server
from support.wait import wait_until_true

from tabuah.operations.people.roles import Role
from tabuah.server.backups.schedule import BackupConfiguration
from tabuah.storage.journal.backups_protocol import BackupsReply

SCHEDULED = BackupConfiguration(directory="../backups")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as running:
        running.add_user("rina", Role.ADMIN)
        running.add_user("kalaksa", Role.SUPERVISOR)
        yield running


def as_device(client: httpx2.Client, user: str) -> httpx2.Client:
    device = WritingDevice(client, user)
    client.headers["Authorization"] = f"Bearer {log_in(client, user, key=device.key).access_token}"
    device.enrol()
    return client


def test_backups_are_for_administrators_on_an_approved_device(server: RunningServer):
    with server.client() as client:
        as_device(client, "kalaksa")
        assert client.get("/v1/backups").status_code == 403
        assert client.post("/v1/backups", json={"act": "make"}).status_code == 403
    with server.client("rina") as client:
        assert client.get("/v1/backups").json()["code"] == "device_not_approved"


def test_without_a_folder_no_backup_can_be_asked_for(server: RunningServer):
    with server.client() as client:
        as_device(client, "rina")
        assert client.get("/v1/backups").json()["scheduled"] is False
        assert client.post("/v1/backups", json={"act": "make"}).json()["code"] == "no_backup_folder"
        assert client.post("/v1/backups", json={"act": "restore"}).status_code == 400


def test_administrator_asks_for_a_verification(tmp_path: Path):
    (tmp_path / "backups").mkdir()
    with start_server(tmp_path / "server", backup=SCHEDULED) as server:
        server.add_user("rina", Role.ADMIN)
        with server.client() as client:
            as_device(client, "rina")
            wait_until_true(lambda: len(read(client).backups) == 1, timeout_s=60)  # the first one is due at once
            wait_until_true(lambda: read(client).running is None, timeout_s=60)
            reply = client.post("/v1/backups", json={"act": "make"})
            assert (reply.status_code, reply.json()["code"]) == (409, "backup_recent")
            assert client.post("/v1/backups", json={"act": "verify"}).status_code == 202
            wait_until_true(lambda: read(client).backups[0].verified_at is not None, timeout_s=60)


def read(client: httpx2.Client) -> BackupsReply:
    return msgspec.json.decode(client.get("/v1/backups").content, type=BackupsReply)
