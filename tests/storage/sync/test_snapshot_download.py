"""Snapshot download over a real connection: resumed, verified, or replaced by plain pulling."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import httpx2
import msgspec
import pytest
from support.console_stores import open_store, report_incident_at
from support.running_server import PASSWORD, RunningServer

from tabuah.operations.incidents.drafts import note_incident
from tabuah.storage.cache.histories import HistoryState
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.snapshots import read_snapshot
from tabuah.storage.sync import pull as pulling
from tabuah.storage.sync import snapshot_download, sync_pass
from tabuah.storage.sync.adaptive_batch import AdaptiveBatch, SyncBatch
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import Offline
from tabuah.storage.sync.server_link import ServerLink, SyncProgress, SyncStage
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import SyncResult, run_sync_pass

INCIDENTS = 40


@pytest.fixture(autouse=True)
def soon_far_behind(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pulling, "FAR_BEHIND", 20)
    monkeypatch.setattr(sync_pass, "WORTH_ENTRIES", 10)


@pytest.fixture
def ani(tmp_path: Path, server: RunningServer) -> Iterator[ConsoleStore]:
    """A console that wrote and pulled everything."""
    with open_store(tmp_path / "ani") as store:
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        for n in range(INCIDENTS):
            report_incident_at(store, f"insiden {n}", caller="Pak Budi 0812")
        sync(store)
        yield store


@pytest.fixture
def budi(tmp_path: Path, server: RunningServer, ani: ConsoleStore) -> Iterator[ConsoleStore]:
    """A new console at a server with a snapshot."""
    server.service.snapshots.make()
    with open_store(tmp_path / "budi") as store:
        log_in(store, url=server.url, user="budi", password=PASSWORD)
        yield store


def small_pages() -> SyncBatch:
    return SyncBatch(pull=AdaptiveBatch(first=5, least=5, most=5, target_s=1.0))


def sync(store: ConsoleStore, **options) -> SyncResult:
    session = ConsoleSession(store)
    with session.client:
        return run_sync_pass(
            store, session, link=options.pop("link", None) or ServerLink(batch=small_pages()), **options
        )


@contextmanager
def breaking(monkeypatch: pytest.MonkeyPatch, *, after_bytes: int) -> Iterator[list[int]]:
    """Break every download after `after_bytes`; return the offset of each one."""
    fetch = ServerClient.fetch
    began: list[int] = []

    @contextmanager
    def broken(self, path: str, *, first: int, end: int):
        began.append(first)
        with fetch(self, path, first=first, end=end) as response:
            pieces = response.iter_bytes

            def iter_bytes(size: int) -> Iterator[bytes]:
                come = 0
                for data in pieces(100):
                    yield data
                    come += len(data)
                    if come >= after_bytes:
                        raise Offline(self.url, "reset")

            response.iter_bytes = iter_bytes
            yield response

    with monkeypatch.context() as patch:
        patch.setattr(ServerClient, "fetch", broken)
        yield began


def test_new_console_starts_from_snapshot(server, ani, budi):
    told: list[SyncProgress] = []
    result = sync(budi, link=ServerLink(batch=small_pages(), on_progress=told.append))
    assert result.head == budi.head.seq == server.journal.head().seq
    assert result.pulled < INCIDENTS, "most of it was never pulled"
    assert budi.incidents() == ani.incidents()
    snapshot = [p for p in told if p.stage is SyncStage.SNAPSHOT]
    assert snapshot[-1].done == snapshot[-1].total > 0
    assert not list((budi.directory / snapshot_download.FOLDER).iterdir()), "nothing is left lying about"
    ani.save(note_incident(ani.incidents()[0], "sesudahnya"))
    sync(ani)
    sync(budi)
    assert budi.incidents() == ani.incidents()


def test_open_incident_history_is_fetched(ani, budi):
    sync(budi)
    for incident in budi.incidents():
        subject = f"incident/{incident.id}"
        assert budi.histories.state_of(subject) is HistoryState.WHOLE
        assert budi.entries_of(subject) == ani.entries_of(subject)
    first = budi.entries_of(subject)[0][0].id
    assert budi.personal_of(first) == {"caller": "Pak Budi 0812"}
    assert budi.histories.requested_and_due() == ()


def test_snapshot_download_resumes_after_restart(ani, budi, monkeypatch):
    with breaking(monkeypatch, after_bytes=1000) as began:
        for _ in range(3):
            with pytest.raises(Offline):
                sync(budi)
    assert began[0] == 0
    assert [later - earlier for earlier, later in pairwise(began)] == [1000, 1000]
    assert budi.incidents() != ani.incidents()
    with open_store(budi.directory) as again:
        sync(again)
        assert again.incidents() == ani.incidents()


def test_damaged_snapshot_piece_is_fetched_again(ani, budi, monkeypatch):
    with breaking(monkeypatch, after_bytes=1500), pytest.raises(Offline):
        sync(budi)
    part = budi.directory / snapshot_download.FOLDER / "pieces.part"
    part.write_bytes(bytes(len(part.read_bytes())))
    sync(budi)
    assert budi.incidents() == ani.incidents()


def test_invalid_snapshot_falls_back_to_pull(server, ani, budi, caplog):
    made = server.service.snapshots.newest()
    made.path.write_bytes(bytes(made.snapshot.size))
    result = sync(budi)
    assert result.pulled == server.journal.head().seq
    assert budi.incidents() == ani.incidents()
    assert "of no use" in caplog.text


def test_expired_snapshot_is_replaced_by_newest(server, ani, budi, monkeypatch):
    with breaking(monkeypatch, after_bytes=1000), pytest.raises(Offline):
        sync(budi)
    for _ in range(2):
        report_incident_at(ani)
        sync(ani)
        server.service.snapshots.make()
    sync(budi)
    assert budi.incidents() == ani.incidents()


def test_lost_snapshot_falls_back_to_pull(server, ani, budi):
    for made in server.service.snapshots._kept:
        made.path.unlink()
    result = sync(budi)
    assert result.pulled == server.journal.head().seq
    assert budi.incidents() == ani.incidents()


def test_vanishing_snapshot_falls_back_to_pull(server, ani, budi, monkeypatch, caplog):
    monkeypatch.setattr(server.service.snapshots, "find", lambda _id: None)
    result = sync(budi)
    assert result.pulled == server.journal.head().seq
    assert "does not have" in caplog.text


@pytest.mark.parametrize("how", ["none", "another shape", "another key"])
def test_unusable_snapshot_falls_back_to_pull(server, ani, tmp_path, monkeypatch, how):
    if how != "none":
        server.service.snapshots.make()
    if how == "another shape":
        monkeypatch.setattr(snapshot_download, "state_shape", lambda: "another")
    with open_store(tmp_path / "budi") as budi:
        log_in(budi, url=server.url, user="budi", password=PASSWORD)
        if how == "another key":
            other = DeviceKey.generate().public_key
            monkeypatch.setattr(snapshot_download, "read_snapshot", lambda signed, _key: read_snapshot(signed, other))
        result = sync(budi)
        assert result.pulled == result.head == server.journal.head().seq
        assert budi.incidents() == ani.incidents()


def test_snapshot_settles_outbox_of_old_console(server, ani, budi):
    sync(budi)
    mine = budi.incidents()[0]
    for n in range(INCIDENTS):
        ani.save(note_incident(ani.incidents()[n % 5], f"catatan {n}"))
    sync(ani)
    budi.save(note_incident(mine, "dari luring"))
    server.service.snapshots.make()
    result = sync(budi)
    assert (result.pushed, result.pending) == (1, 0)
    sync(ani)
    assert budi.incidents() == ani.incidents()
    assert any(entry.device == budi.device for entry, _v in budi.entries_of(f"incident/{mine.id}"))


def test_full_disk_during_snapshot_is_harmless(ani, budi, monkeypatch):
    from tabuah.storage.cache.errors import DiskFull

    write = snapshot_download._SnapshotDownload._write

    def full(self, file, data):
        if file.tell() > 500:
            raise DiskFull(Path("x"))
        return write(self, file, data)

    with monkeypatch.context() as patch:
        patch.setattr(snapshot_download._SnapshotDownload, "_write", full)
        patch.setattr(snapshot_download, "_READ_BYTES", 200)
        with pytest.raises(DiskFull):
            sync(budi)
    sync(budi)
    assert budi.incidents() == ani.incidents()


def test_snapshot_reply_names_the_newest(server, ani):
    made = server.service.snapshots.make()
    with server.client("ani") as client:
        reply = client.get("/v1/snapshot")
    assert msgspec.json.decode(reply.content, type=type(made.signed)) == made.signed
    assert isinstance(reply, httpx2.Response)
