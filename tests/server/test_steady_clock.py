"""The clock of the computer jumps while the server runs: entries, times and sessions go on, and it is named."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from support.console_stores import open_store, report_incident_at
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.console.commands.server.server_checks import check_server
from tabuah.operations.entries import Verdict
from tabuah.server.people import refresh_tokens
from tabuah.server.people.access_tokens import ACCESS_TERM, AccessTokens
from tabuah.server.steady_clock import SteadyClock, read_clock_jump
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import SyncResult, run_sync_pass

JUMPS = [timedelta(hours=3), timedelta(days=60), -timedelta(hours=3), -timedelta(days=400)]
START = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


@dataclass
class ComputerClock:
    """The clock of a computer, which can be set."""

    off_by: timedelta = timedelta()

    def wall(self) -> datetime:
        return datetime.now(UTC) + self.off_by


@pytest.fixture
def computer() -> ComputerClock:
    return ComputerClock()


@pytest.fixture
def server(tmp_path: Path, computer: ComputerClock) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server", clock=SteadyClock(tmp_path, wall=computer.wall)) as server:
        server.add_user("ani")
        yield server


@pytest.fixture
def ani(tmp_path: Path, server: RunningServer) -> Iterator[ConsoleStore]:
    with open_store(tmp_path / "ani") as store:
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        yield store


def sync(store: ConsoleStore) -> SyncResult:
    session = ConsoleSession(store)
    with session.client:
        return run_sync_pass(store, session)


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_entries_and_session_go_on_over_a_jump(
    server: RunningServer, ani: ConsoleStore, computer: ComputerClock, jump: timedelta
):
    report_incident_at(ani, "sebelum")
    sync(ani)
    computer.off_by = jump
    report_incident_at(ani, "sesudah")
    done = sync(ani)
    assert (done.pushed, done.pending, done.held, done.rejected) == (1, 0, 0, 0)
    session = ConsoleSession(ani)
    with session.client:
        session.renew()
    records = server.journal.records_after(0, 100)
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    assert {record.verdict for record in records} == {Verdict.ACCEPTED}
    times = [record.received_at for record in records]
    assert times == sorted(times)
    assert abs(times[-1] - datetime.now(UTC)) < timedelta(minutes=5)
    assert abs(ani.clock_offset_s) < 300


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_health_and_doctor_name_a_jump_until_it_is_over(
    server: RunningServer, tmp_path: Path, computer: ComputerClock, jump: timedelta
):
    def clock_jump_s() -> int:
        with httpx2.Client(trust_env=False) as client:
            return int(client.get(f"{server.url}/health").json()["clock_jump_s"])

    assert clock_jump_s() == 0
    computer.off_by = jump
    assert abs(clock_jump_s() - jump.total_seconds()) < 60
    found = read_clock_jump(tmp_path)
    assert found is not None
    (tmp_path / "server" / "clock-jump.json").write_bytes((tmp_path / "clock-jump.json").read_bytes())
    (check,) = (each for each in check_server(tmp_path / "server", quick=True) if each.check == "clock")
    assert not check.ok
    computer.off_by = timedelta()
    assert clock_jump_s() == 0
    assert read_clock_jump(tmp_path) is None


def test_clock_follows_small_corrections_and_counts_through_a_jump(tmp_path: Path, caplog):
    caplog.set_level(logging.CRITICAL)
    now = {"wall": START, "elapsed_s": 100.0}
    clock = SteadyClock(tmp_path, wall=lambda: now["wall"], elapsed_s=lambda: now["elapsed_s"])
    now |= {"wall": START + timedelta(minutes=6), "elapsed_s": 160.0}  # NTP adds five minutes
    assert clock() == now["wall"]
    now |= {"wall": START - timedelta(days=3), "elapsed_s": 220.0}
    assert clock() == START + timedelta(minutes=7)
    now |= {"wall": START + timedelta(days=3), "elapsed_s": 280.0}
    assert clock() == START + timedelta(minutes=8)
    assert clock.jump_s == round((timedelta(days=3) - timedelta(minutes=8)).total_seconds())


def test_next_start_forgets_the_jump(tmp_path: Path):
    (tmp_path / "clock-jump.json").write_text('{"found_at": "2026-12-01T08:00:00Z", "jump_s": 7200}')
    SteadyClock(tmp_path)
    assert read_clock_jump(tmp_path) is None


def test_tokens_of_a_clock_that_was_ahead_do_not_live_longer(server: RunningServer):
    tokens = AccessTokens(b"0" * 32)
    ahead, _expires_at = tokens.issue("ani", START + timedelta(days=365))
    right, _expires_at = tokens.issue("ani", START)
    assert tokens.read(ahead, START) is None
    assert tokens.read(right, START + ACCESS_TERM / 2) is not None
    year = server.journal.clock() + timedelta(days=365)
    opened = server.journal.submit(
        lambda batch: refresh_tokens.open_family(batch.connection, user="ani", device="", now=year)
    ).result()
    with server.client() as client:
        reply = client.post("/v1/session/refresh", json={"refresh_token": opened.token})
    assert (reply.status_code, reply.json()["code"]) == (401, "session_ended")
