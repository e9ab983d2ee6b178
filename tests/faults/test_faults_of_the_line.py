"""Two offices and a server process over a line that does everything a line can do wrong, and nothing goes wrong."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from faults.accounts import find_together
from faults.bad_line import FAIR, BadLine, Weather, bad_line
from faults.offices import Office, open_offices
from faults.server_process import ServerProcess, server_process
from hypothesis import settings

from tabuah.storage.sync import client
from tabuah.storage.sync.errors import Offline, StrangeAnswer
from tabuah.storage.sync.tokens import TokenFile

pytestmark = pytest.mark.journey

IS_LONG = settings.get_current_profile_name() == "long"
ROUNDS = int(os.environ.get("TABUAH_FAULT_ROUNDS", "0")) or (60 if IS_LONG else 4)
SEEDS = range(10) if IS_LONG else range(1)

WEATHERS = {
    "latency": Weather(latency_s=0.03, jitter_s=0.03),
    "a thin line": Weather(bytes_a_second=24_000, latency_s=0.01),
    "loss": Weather(loss=0.1),
    "reset": Weather(reset=0.1),
    "cut": Weather(cut=0.2),
    "twice": Weather(twice=0.6),
    "late": Weather(late=0.3),
    "drip": Weather(drip_bytes=40, latency_s=0.002),
    "everything": Weather(
        latency_s=0.005, jitter_s=0.02, loss=0.03, reset=0.03, cut=0.05, twice=0.2, late=0.1, bytes_a_second=100_000
    ),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with server_process(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def line(server: ServerProcess) -> Iterator[BadLine]:
    with bad_line(server.url) as line:
        yield line


@pytest.fixture
def offices(line: BadLine, tmp_path: Path) -> Iterator[list[Office]]:
    with open_offices(tmp_path, "ani", "budi", url=line.url) as offices:
        yield offices


def work_through(offices: list[Office], line: BadLine, weather: Weather) -> None:
    """Let all offices work at once in this weather; then it clears."""
    line.weather = weather
    with ThreadPoolExecutor(len(offices)) as together:
        list(together.map(lambda office: office.work(ROUNDS), offices))
    line.weather = FAIR


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", WEATHERS)
def test_offices_find_together_through(name: str, seed: int, server: ServerProcess, tmp_path: Path):
    with bad_line(server.url, seed=seed) as line, open_offices(tmp_path, "ani", "budi", url=line.url) as offices:
        work_through(offices, line, WEATHERS[name])
        if name in ("loss", "reset", "cut", "twice", "late"):
            assert line.happened[name] > 0, "nothing went wrong, so nothing was tested"
        for office in offices:
            assert len(office.ledger.saved) == 3 * ROUNDS
            for error in office.ledger.told:
                assert isinstance(error, Offline | StrangeAnswer)
        find_together(offices)


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_line_that_is_open_in_one_direction_only_is_told_as_no_answer(
    way: str, line: BadLine, offices: list[Office], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(client, "ANSWER_TIMEOUT_S", 0.5)
    work_through(offices, line, FAIR)
    line.weather = Weather(silent=frozenset({way}))
    for office in offices:
        office.write(3)
        assert not office.sync()
        assert isinstance(office.ledger.told[-1], Offline)
        assert "Semua pekerjaan aman di sini" in str(office.ledger.told[-1])
        assert office.ask(lambda store: store.counts().pending) == 3
    line.weather = FAIR
    find_together(offices)


def test_a_session_outlives_a_renewal_whose_answers_are_lost_and_that_comes_twice(
    line: BadLine, offices: list[Office]
):
    for weather in (Weather(twice=1.0), Weather(cut=1.0), Weather(late=1.0)):
        for office in offices:
            office.write(2)
            forget_access(office)
        line.weather = weather
        for office in offices:
            office.sync()
        line.weather = FAIR
        for office in offices:
            assert office.sync(), f"{office.ledger.told[-1]} after {weather}"
    find_together(offices)


def forget_access(office: Office) -> None:
    """Leave only the refresh token that holds."""
    kept = TokenFile(office.directory).read()
    assert kept is not None
    broken = msgspec.structs.replace(kept, access_token="x")
    (office.directory / "session.json").write_bytes(msgspec.json.encode(broken))
