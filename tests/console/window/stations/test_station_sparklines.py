"""Sparklines are read a few at a time for visible stations, and again later; failures end nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from support.window_fixture import GAUGE

from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.stations.station_list import StationSparklines
from tabuah.operations.readings.reading import Reading
from tabuah.storage.readings.errors import ReadingsError
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
STATIONS = {f"SLK-{n:02d}": msgspec.structs.replace(GAUGE, code=f"SLK-{n:02d}") for n in range(30)}


class Worker:
    """Queues queries until the test runs them."""

    def __init__(self, store: ReadingsStore) -> None:
        self._store = store
        self.queries: list[tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]] = []

    def query(self, work: Any, on_done: Any, *, on_error: Any) -> None:
        self.queries.append((work, on_done, on_error))

    def answer(self) -> list[str]:
        work, on_done, _on_error = self.queries.pop(0)
        days = work(self._store)
        on_done(days)
        return list(days)


@pytest.fixture
def worker(tmp_path: Path):
    with ReadingsStore(tmp_path / FILE_NAME) as store:
        store.store([Reading("SLK-03", "stage_m", NOW - timedelta(hours=n), float(n)) for n in range(48)])
        yield Worker(store)


@pytest.fixture
def state() -> SimpleNamespace:
    state = SimpleNamespace(snapshot=ConsoleSnapshot(stations=STATIONS), moment=NOW)
    state.now = lambda: state.moment
    return state


@pytest.fixture
def errors() -> list[Exception]:
    return []


@pytest.fixture
def days(state: Any, worker: Any, errors: list[Exception]) -> StationSparklines:
    return StationSparklines(state, worker, on_read=lambda: None, on_error=errors.append)


def codes(first: int, last: int) -> list[str]:
    return list(STATIONS)[first:last]


def test_sparklines_read_day_with_gaps(days: StationSparklines, worker: Worker) -> None:
    days.request(["SLK-03", "SLK-04"])
    worker.answer()
    assert len(days.days["SLK-03"].series) == 25
    assert days.days["SLK-03"].series.interval_s == 60
    assert len(days.days["SLK-04"].series) == 0


def test_sparklines_skip_stations_out_of_sight(days: StationSparklines, worker: Worker) -> None:
    days.request(codes(0, 12))
    days.request(codes(20, 30))
    assert len(worker.queries) == 1
    assert worker.answer() == codes(0, 8)
    assert worker.answer() == codes(20, 28)
    assert worker.answer() == codes(28, 30)
    assert not worker.queries


def test_sparklines_are_cached_then_read_again(days: StationSparklines, worker: Worker, state: Any) -> None:
    days.request(codes(0, 3))
    worker.answer()
    state.moment = NOW + timedelta(seconds=10)
    days.request(codes(0, 3))
    assert not worker.queries
    state.moment = NOW + timedelta(seconds=30)
    days.request(codes(0, 3))
    assert worker.answer() == codes(0, 3)


def test_sparklines_skip_removed_station(days: StationSparklines, worker: Worker) -> None:
    days.request(["SLK-GONE"])
    assert not worker.queries


def test_sparklines_report_failure_once_and_retry(
    days: StationSparklines, worker: Worker, errors: list[Exception]
) -> None:
    for _turn in range(2):
        days.request(codes(0, 3))
        _work, _on_done, on_error = worker.queries.pop()
        on_error(ReadingsError("disk"))
        assert not worker.queries
    assert len(errors) == 1
    days.request(codes(0, 3))
    assert worker.answer() == codes(0, 3)


def test_sparklines_ignore_result_after_close(days: StationSparklines, worker: Worker) -> None:
    days.request(codes(0, 3))
    days.close()
    worker.answer()
    assert not days.days
