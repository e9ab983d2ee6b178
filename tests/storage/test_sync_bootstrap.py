"""Catching up by a snapshot over a real line: resumed where it broke, checked, and given up for plain pulling."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import httpx2
import msgspec
import pytest
from consoles import open_store, report
from running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.incidents.gestures import note_incident
from tabuah.storage.cache.histories import HistoryState
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync import bootstrap, once, pulling
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import Offline
from tabuah.storage.sync.link import Link, Progress, Stage
from tabuah.storage.sync.once import SyncResult, sync_once
from tabuah.storage.sync.pace import LinkPace, Pace
from tabuah.storage.sync.session import ConsoleSession, log_in

INCIDENTS = 40


@pytest.fixture(autouse=True)
def soon_far_behind(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pulling, "FAR_BEHIND", 20)
    monkeypatch.setattr(once, "WORTH_ENTRIES", 10)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        server.add_user("budi")
        yield server


@pytest.fixture
def ani(tmp_path: Path, server: RunningServer) -> Iterator[ConsoleStore]:
    """A console that wrote and pulled everything."""
    with open_store(tmp_path / "ani") as store:
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        for n in range(INCIDENTS):
            report(store, f"insiden {n}", caller="Pak Budi 0812")
        sync(store)
        yield store


@pytest.fixture
def budi(tmp_path: Path, server: RunningServer, ani: ConsoleStore) -> Iterator[ConsoleStore]:
    """A new console at a server that has a snapshot."""
    server.service.snapshots.make()
    with open_store(tmp_path / "budi") as store:
        log_in(store, url=server.url, user="budi", password=PASSWORD)
        yield store


def small_pages() -> LinkPace:
    return LinkPace(pull=Pace(first=5, least=5, most=5, target_s=1.0))


def sync(store: ConsoleStore, **options) -> SyncResult:
    session = ConsoleSession(store)
    with session.client:
        return sync_once(store, session, link=options.pop("link", None) or Link(pace=small_pages()), **options)


@contextmanager
def breaking(monkeypatch: pytest.MonkeyPatch, *, after_bytes: int) -> Iterator[list[int]]:
    """Every fetch breaks after so many bytes; tells from which byte each one went on."""
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


def test_a_new_console_is_ready_without_the_entries_and_then_follows(server, ani, budi):
    told: list[Progress] = []
    result = sync(budi, link=Link(pace=small_pages(), on_progress=told.append))
    assert result.head == budi.head.seq == server.journal.head().seq
    assert result.pulled < INCIDENTS, "most of it was never pulled"
    assert budi.incidents() == ani.incidents()
    snapshot = [p for p in told if p.stage is Stage.SNAPSHOT]
    assert snapshot[-1].done == snapshot[-1].total > 0
    assert not list((budi.directory / bootstrap.FOLDER).iterdir()), "nothing is left lying about"
    ani.save(note_incident(ani.incidents()[0], "sesudahnya"))
    sync(ani)
    sync(budi)
    assert budi.incidents() == ani.incidents()


def test_what_is_open_gets_its_history_at_once(ani, budi):
    sync(budi)
    for incident in budi.incidents():
        subject = f"incident/{incident.id}"
        assert budi.histories.state_of(subject) is HistoryState.WHOLE
        assert budi.entries_of(subject) == ani.entries_of(subject)
    first = budi.entries_of(subject)[0][0].id
    assert budi.personal_of(first) == {"caller": "Pak Budi 0812"}
    assert budi.histories.wanted() == ()


def test_a_break_goes_on_where_it_was_also_after_a_restart(ani, budi, monkeypatch):
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


def test_a_damaged_piece_is_fetched_again(ani, budi, monkeypatch):
    with breaking(monkeypatch, after_bytes=1500), pytest.raises(Offline):
        sync(budi)
    part = budi.directory / bootstrap.FOLDER / "pieces.part"
    part.write_bytes(bytes(len(part.read_bytes())))
    sync(budi)
    assert budi.incidents() == ani.incidents()


def test_a_server_whose_snapshot_is_not_what_it_signed_is_pulled_from(server, ani, budi, caplog):
    made = server.service.snapshots.newest()
    made.path.write_bytes(bytes(made.snapshot.size))
    result = sync(budi)
    assert result.pulled == server.journal.head().seq
    assert budi.incidents() == ani.incidents()
    assert "of no use" in caplog.text


def test_one_that_is_not_kept_any_more_gives_way_to_the_newest(server, ani, budi, monkeypatch):
    with breaking(monkeypatch, after_bytes=1000), pytest.raises(Offline):
        sync(budi)
    for _ in range(2):
        report(ani)
        sync(ani)
        server.service.snapshots.make()
    sync(budi)
    assert budi.incidents() == ani.incidents()


def test_one_whose_file_the_server_has_lost_gives_way_to_the_entries(server, ani, budi):
    for made in server.service.snapshots._kept:
        made.path.unlink()
    result = sync(budi)
    assert result.pulled == server.journal.head().seq
    assert budi.incidents() == ani.incidents()


def test_one_that_is_gone_each_time_it_is_asked_for_gives_way_to_the_entries(server, ani, budi, monkeypatch, caplog):
    monkeypatch.setattr(server.service.snapshots, "find", lambda _id: None)
    result = sync(budi)
    assert result.pulled == server.journal.head().seq
    assert "does not have" in caplog.text


@pytest.mark.parametrize("how", ["none", "another shape", "another key"])
def test_without_one_that_is_of_use_the_entries_are_pulled(server, ani, tmp_path, monkeypatch, how):
    if how != "none":
        server.service.snapshots.make()
    if how == "another shape":
        monkeypatch.setattr(bootstrap, "state_shape", lambda: "another")
    with open_store(tmp_path / "budi") as budi:
        log_in(budi, url=server.url, user="budi", password=PASSWORD)
        if how == "another key":
            monkeypatch.setattr(bootstrap, "device_id_of", lambda _key: "somebody else")
        result = sync(budi)
        assert result.pulled == result.head == server.journal.head().seq
        assert budi.incidents() == ani.incidents()


def test_a_console_that_is_behind_keeps_its_work_and_its_outbox_is_settled(server, ani, budi):
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


def test_a_full_disk_while_it_comes_is_told_and_harmless(ani, budi, monkeypatch):
    from tabuah.storage.cache.errors import DiskFull

    write = bootstrap._Coming._write

    def full(self, file, data):
        if file.tell() > 500:
            raise DiskFull(Path("x"))
        return write(self, file, data)

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap._Coming, "_write", full)
        patch.setattr(bootstrap, "_READ_BYTES", 200)
        with pytest.raises(DiskFull):
            sync(budi)
    sync(budi)
    assert budi.incidents() == ani.incidents()


def test_the_answer_names_the_newest_and_lies_about_nothing(server, ani):
    made = server.service.snapshots.make()
    with server.client("ani") as client:
        reply = client.get("/v1/snapshot")
    assert msgspec.json.decode(reply.content, type=type(made.signed)) == made.signed
    assert isinstance(reply, httpx2.Response)
