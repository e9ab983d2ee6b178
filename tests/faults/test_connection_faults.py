"""Tests of two offices and a server process over a faulty connection."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from faults.convergence_checks import converge_offices
from faults.faulty_connection import GOOD_NETWORK, FaultyConnection, NetworkConditions, faulty_connection
from faults.offices import Office, open_offices
from faults.server_process import ServerProcess, server_process
from hypothesis import settings

from tabuah.storage.sync import client
from tabuah.storage.sync.errors import Offline, UnexpectedAnswer
from tabuah.storage.sync.session_tokens import TokenFile

pytestmark = pytest.mark.journey

IS_LONG = settings.get_current_profile_name() == "long"
ROUNDS = int(os.environ.get("TABUAH_FAULT_ROUNDS", "0")) or (60 if IS_LONG else 4)
SEEDS = range(10) if IS_LONG else range(1)

WEATHERS = {
    "latency": NetworkConditions(latency_s=0.03, jitter_s=0.03),
    "a thin line": NetworkConditions(bytes_a_second=24_000, latency_s=0.01),
    "loss": NetworkConditions(loss=0.1),
    "reset": NetworkConditions(reset=0.1),
    "cut": NetworkConditions(cut=0.2),
    "twice": NetworkConditions(twice=0.6),
    "late": NetworkConditions(late=0.3),
    "drip": NetworkConditions(drip_bytes=40, latency_s=0.002),
    "everything": NetworkConditions(
        latency_s=0.005, jitter_s=0.02, loss=0.03, reset=0.03, cut=0.05, twice=0.2, late=0.1, bytes_a_second=100_000
    ),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with server_process(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def line(server: ServerProcess) -> Iterator[FaultyConnection]:
    with faulty_connection(server.url) as line:
        yield line


@pytest.fixture
def offices(line: FaultyConnection, tmp_path: Path) -> Iterator[list[Office]]:
    with open_offices(tmp_path, "ani", "budi", url=line.url) as offices:
        yield offices


def work_through(offices: list[Office], line: FaultyConnection, conditions: NetworkConditions) -> None:
    """Let all offices work at once under these conditions, then restore the connection."""
    line.conditions = conditions
    with ThreadPoolExecutor(len(offices)) as together:
        list(together.map(lambda office: office.work(ROUNDS), offices))
    line.conditions = GOOD_NETWORK


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", WEATHERS)
def test_offices_converge_after_connection_faults(name: str, seed: int, server: ServerProcess, tmp_path: Path):
    with (
        faulty_connection(server.url, seed=seed) as line,
        open_offices(tmp_path, "ani", "budi", url=line.url) as offices,
    ):
        work_through(offices, line, WEATHERS[name])
        if name in ("loss", "reset", "cut", "twice", "late"):
            assert line.happened[name] > 0, "nothing went wrong, so nothing was tested"
        for office in offices:
            assert len(office.ledger.saved) == 3 * ROUNDS
            for error in office.ledger.failures:
                assert isinstance(error, Offline | UnexpectedAnswer)
        converge_offices(offices)


@pytest.mark.parametrize("way", ["up", "down"])
def test_one_way_connection_is_reported_as_timeout(
    way: str, line: FaultyConnection, offices: list[Office], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(client, "ANSWER_TIMEOUT_S", 0.5)
    work_through(offices, line, GOOD_NETWORK)
    line.conditions = NetworkConditions(silent=frozenset({way}))
    for office in offices:
        office.write(3)
        assert not office.sync()
        assert isinstance(office.ledger.failures[-1], Offline)
        assert "Semua pekerjaan aman di sini" in str(office.ledger.failures[-1])
        assert office.ask(lambda store: store.counts().pending) == 3
    line.conditions = GOOD_NETWORK
    converge_offices(offices)


def test_session_survives_lost_and_repeated_renewal(line: FaultyConnection, offices: list[Office]):
    for conditions in (NetworkConditions(twice=1.0), NetworkConditions(cut=1.0), NetworkConditions(late=1.0)):
        for office in offices:
            office.write(2)
            forget_access(office)
        line.conditions = conditions
        for office in offices:
            office.sync()
        line.conditions = GOOD_NETWORK
        for office in offices:
            assert office.sync(), f"{office.ledger.failures[-1]} after {conditions}"
    converge_offices(offices)


def forget_access(office: Office) -> None:
    """Keep only the valid refresh token."""
    kept = TokenFile(office.directory).read()
    assert kept is not None
    broken = msgspec.structs.replace(kept, access_token="x")
    (office.directory / "session.json").write_bytes(msgspec.json.encode(broken))
