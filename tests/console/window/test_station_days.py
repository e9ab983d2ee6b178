"""Lines of stations are read a few at a time, only those in sight, and again after a while; failures end nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from window_room import GAUGE

from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.console.window.station_days import StationDays
from tabuah.operations.stations.readings import Reading
from tabuah.storage.readings.errors import ReadingsError
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
STATIONS = {f"SLK-{n:02d}": msgspec.structs.replace(GAUGE, code=f"SLK-{n:02d}") for n in range(30)}


class Worker:
    """Keeps questions until a test has them answered, as the worker does in its own time."""

    def __init__(self, store: ReadingsStore) -> None:
        self._store = store
        self.asked: list[tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]] = []

    def ask(self, work: Any, on_done: Any, *, on_error: Any) -> None:
        self.asked.append((work, on_done, on_error))

    def answer(self) -> list[str]:
        work, on_done, _on_error = self.asked.pop(0)
        days = work(self._store)
        on_done(days)
        return list(days)


@pytest.fixture
def worker(tmp_path: Path):
    with ReadingsStore(tmp_path / FILE_NAME) as store:
        store.store([Reading("SLK-03", "stage_m", NOW - timedelta(hours=n), float(n)) for n in range(48)])
        yield Worker(store)


@pytest.fixture
def room() -> SimpleNamespace:
    room = SimpleNamespace(snapshot=RoomSnapshot(stations=STATIONS), moment=NOW)
    room.now = lambda: room.moment
    return room


@pytest.fixture
def days(room: Any, worker: Any) -> StationDays:
    return StationDays(room, worker)


def codes(first: int, last: int) -> list[str]:
    return list(STATIONS)[first:last]


def test_a_day_is_read_with_its_gaps_and_nothing_older(days: StationDays, worker: Worker) -> None:
    days.want(["SLK-03", "SLK-04"])
    worker.answer()
    assert len(days.days["SLK-03"].series) == 25
    assert days.days["SLK-03"].series.interval_s == 60
    assert len(days.days["SLK-04"].series) == 0


def test_one_question_is_under_way_and_what_left_the_sight_is_let_go(days: StationDays, worker: Worker) -> None:
    days.want(codes(0, 12))
    days.want(codes(20, 30))
    assert len(worker.asked) == 1
    assert worker.answer() == codes(0, 8)
    assert worker.answer() == codes(20, 28)
    assert worker.answer() == codes(28, 30)
    assert not worker.asked


def test_what_was_read_is_kept_for_a_while_and_then_read_again(days: StationDays, worker: Worker, room: Any) -> None:
    days.want(codes(0, 3))
    worker.answer()
    room.moment = NOW + timedelta(seconds=10)
    days.want(codes(0, 3))
    assert not worker.asked
    room.moment = NOW + timedelta(seconds=30)
    days.want(codes(0, 3))
    assert worker.answer() == codes(0, 3)


def test_a_station_that_is_gone_is_passed_by(days: StationDays, worker: Worker) -> None:
    days.want(["SLK-GONE"])
    assert not worker.asked


def test_a_failure_is_told_once_and_the_next_look_tries_again(days: StationDays, worker: Worker) -> None:
    told: list[Exception] = []
    days.on_error = told.append
    for _turn in range(2):
        days.want(codes(0, 3))
        _work, _on_done, on_error = worker.asked.pop()
        on_error(ReadingsError("disk"))
        assert not worker.asked
    assert len(told) == 1
    days.want(codes(0, 3))
    assert worker.answer() == codes(0, 3)


def test_an_answer_after_the_list_was_closed_is_let_go(days: StationDays, worker: Worker) -> None:
    days.want(codes(0, 3))
    days.close()
    worker.answer()
    assert not days.days
