"""A server that takes nothing now: the console waits as long as asked, keeps its work, and still pulls."""

import threading
import time
from pathlib import Path

import httpx2
import pytest
from support.console_stores import open_store, report_incident_at
from support.running_server import PASSWORD, start_server

from tabuah.server import journal
from tabuah.server.limits.load_limits import LoadLimits
from tabuah.server.read_only import ReadOnlyReason
from tabuah.storage.journal.protocol import Problem
from tabuah.storage.sync import syncer
from tabuah.storage.sync.client import MAX_RETRY_AFTER_S, ServerClient
from tabuah.storage.sync.errors import RequestRefused, RetryLater
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import run_sync_pass
from tabuah.storage.sync.syncer import SyncerState

WAIT_S = 0.4


def sync(store: object) -> None:
    session = ConsoleSession(store)  # type: ignore[arg-type]
    with session.client:
        run_sync_pass(store, session)  # type: ignore[arg-type]


def test_console_with_too_many_pushes_waits_and_pulls(tmp_path: Path):
    limits = LoadLimits(push_burst=2, pushes_a_s=0.01)
    with (
        start_server(tmp_path / "server", limits=limits) as server,
        open_store(tmp_path / "ani") as ani,
        open_store(tmp_path / "budi") as budi,
    ):
        for name, store in (("ani", ani), ("budi", budi)):
            server.add_user(name)
            log_in(store, url=server.url, user=name, password=PASSWORD)
        for _each in range(2):
            report_incident_at(ani)
            sync(ani)
        other = report_incident_at(budi)
        sync(budi)
        report_incident_at(ani)
        with pytest.raises(RetryLater, match="terlalu sering") as refused:
            sync(ani)
        assert refused.value.retry_after_s >= 1
        assert ani.counts().pending == 1
        assert ani.incident(other.id).title == "Banjir"


def test_console_of_a_full_server_still_pulls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(journal, "has_space", lambda _directory: False)
    with start_server(tmp_path / "server") as server, open_store(tmp_path / "ani") as ani:
        server.add_user("ani")
        log_in(ani, url=server.url, user="ani", password=PASSWORD)
        report_incident_at(ani)
        server.journal.read_only.begin(ReadOnlyReason.NO_SPACE)
        with pytest.raises(RetryLater, match="penuh"):
            sync(ani)
        assert (ani.counts().pending, ani.head.seq) == (1, server.journal.head().seq)
        server.journal.read_only.end(ReadOnlyReason.NO_SPACE)
        sync(ani)
        assert ani.counts().pending == 0


def test_syncer_waits_as_long_as_the_server_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    attempts_s: list[float] = []
    states: list[SyncerState] = []
    repeated = threading.Event()

    def refuse(*_arguments: object, **_options: object) -> None:
        attempts_s.append(time.monotonic())
        if len(attempts_s) == 2:
            repeated.set()
        own.wake()
        raise RetryLater(Problem(title="", status=429, code="too_many_pushes"), WAIT_S)

    with start_server(tmp_path / "server") as server, open_store(tmp_path / "ani") as ani:
        server.add_user("ani")
        log_in(ani, url=server.url, user="ani", password=PASSWORD)
        report_incident_at(ani)
        monkeypatch.setattr(syncer, "run_sync_pass", refuse)
        own = syncer.Syncer(ani.directory, on_state=states.append, on_changes=lambda _changes: None)
        own.start()
        try:
            assert repeated.wait(timeout=20)
        finally:
            own.stop()
    assert any("terlalu sering" in state.error and state.retry_at for state in states)
    assert attempts_s[1] - attempts_s[0] >= WAIT_S


@pytest.mark.parametrize(
    ("header", "expected_s"), [("7", 7.0), ("999999", MAX_RETRY_AFTER_S), ("soon", None), ("", None)]
)
def test_client_reads_retry_after(header: str, expected_s: float | None):
    body = {"title": "Too Many Requests", "status": 429, "code": "too_many_requests"}

    def reply(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(429, json=body, headers={"Retry-After": header} if header else {})

    client = ServerClient("http://127.0.0.1:1", transport=httpx2.MockTransport(reply))
    with client, pytest.raises(RequestRefused) as refused:
        client.health()
    assert getattr(refused.value, "retry_after_s", None) == expected_s
