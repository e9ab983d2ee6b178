"""Long transfers give way: an entry written meanwhile is at the server within a second of a slow connection."""

from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from support.console_stores import open_store, report_incident_at
from support.running_server import PASSWORD, RunningServer

from tabuah.operations.incidents.drafts import attach_to_incident
from tabuah.operations.incidents.entry_bodies import IncidentAttached
from tabuah.storage.cache.histories import Histories
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.adaptive_batch import AdaptiveBatch, SyncBatch
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.server_link import ServerLink
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import run_sync_pass

REQUEST_S = 0.4  # virtual time of one request: a page, a history or a piece of a photo


class SlowConnection(httpx2.BaseTransport):
    """Passes requests to the server in virtual time, and calls `on_first` during the first one of a kind."""

    def __init__(self, method: str, path: str, on_first: Callable[[], object]) -> None:
        self._inner = httpx2.HTTPTransport()
        self._awaited, self._on_first = (method, path), on_first
        self.now_s = 0.0
        self.written_s: float | None = None
        self.pushed_s: float | None = None
        self.after_push = 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.now_s += REQUEST_S
        asked = request.method, request.url.path
        is_awaited = asked[0] == self._awaited[0] and asked[1].startswith(self._awaited[1])
        if self.written_s is None and is_awaited and self._is_long(request):
            self.written_s = self.now_s
            self._on_first()
        elif self.pushed_s is not None:
            self.after_push += is_awaited
        elif self.written_s is not None and asked == ("POST", "/v1/journal"):
            self.pushed_s = self.now_s
        return self._inner.handle_request(request)

    def _is_long(self, request: httpx2.Request) -> bool:
        return self._awaited[1] != "/v1/journal" or "subject" in request.url.params or self.now_s > REQUEST_S

    def close(self) -> None:
        self._inner.close()


def sync(store: ConsoleStore, connection: SlowConnection | None = None) -> None:
    session = ConsoleSession(store)
    if connection is not None:
        client = ServerClient(
            session.client.url, access_token=session.token, renewed_token=session.renew, transport=connection
        )
        session = ConsoleSession(store, client)
    few = SyncBatch(pull=AdaptiveBatch(first=20, least=20, most=20, target_s=1.0))
    with session.client:
        run_sync_pass(store, session, link=ServerLink(batch=few))


def check_gave_way(connection: SlowConnection) -> None:
    assert connection.written_s is not None
    assert connection.pushed_s is not None
    assert connection.pushed_s - connection.written_s <= 1.0
    assert connection.after_push > 3, "the transfer was over before the entry was pushed"


def test_history_back_fill_gives_way_to_the_outbox(ani: ConsoleStore, monkeypatch: pytest.MonkeyPatch):
    subjects = tuple(f"incident/{report_incident_at(ani).id}" for _each in range(20))
    sync(ani)
    monkeypatch.setattr(Histories, "requested_and_due", lambda _self: subjects)
    monkeypatch.setattr(Histories, "take", lambda *_arguments: None)
    connection = SlowConnection("GET", "/v1/journal", lambda: report_incident_at(ani))
    sync(ani, connection)
    check_gave_way(connection)


def test_pull_gives_way_to_the_outbox(server: RunningServer, ani: ConsoleStore, tmp_path: Path):
    with open_store(tmp_path / "budi") as budi:
        log_in(budi, url=server.url, user="budi", password=PASSWORD)
        for _each in range(200):
            report_incident_at(budi)
        sync(budi)
    connection = SlowConnection("GET", "/v1/journal", lambda: report_incident_at(ani))
    sync(ani, connection)
    check_gave_way(connection)


def test_photos_give_way_to_the_outbox(ani: ConsoleStore):
    incident = report_incident_at(ani)
    for number in range(8):
        blob = ani.attachments.files.add(b"\xff\xd8\xff" + bytes([number]) * 50_000)
        body = IncidentAttached(sha256=blob.sha256, size=blob.size, name=f"{number}.jpg", media_type="image/jpeg")
        ani.save(attach_to_incident(incident, body))
    connection = SlowConnection("PUT", "/v1/blobs/", lambda: report_incident_at(ani))
    sync(ani, connection)
    check_gave_way(connection)
