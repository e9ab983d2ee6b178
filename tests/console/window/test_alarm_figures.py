"""The figures of the alarms are measured beside the window, one measurement after the other."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from tabuah.console.window.alarm_figures import AlarmFigures
from tabuah.console.window.snapshot import RoomSnapshot

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
HOURS = [timedelta(hours=n) for n in range(1, 5)]


class Worker:
    """Does what it is given when the test says so."""

    def __init__(self) -> None:
        self.given: list[tuple[Callable[[None], Any], Callable[[Any], None], Callable[[Exception], None]]] = []

    def run(self, work, *, on_done, on_error) -> None:
        self.given.append((work, on_done, on_error))

    def do_one(self) -> None:
        work, on_done, _on_error = self.given.pop(0)
        on_done(work(None))


def figures(worker: Worker, told: list[Exception]) -> AlarmFigures:
    room = SimpleNamespace(snapshot=RoomSnapshot(), now=lambda: NOW)
    teller = SimpleNamespace(error=told.append)
    return AlarmFigures(
        SimpleNamespace(room=room, work=worker, teller=teller, places=SimpleNamespace(gazetteer=None))
    )


def test_of_what_is_asked_while_one_is_measured_the_last_is_answered_next():
    worker, spans = Worker(), []
    asked = figures(worker, [])
    for span in HOURS:
        asked.measure(span, lambda measured: spans.append(measured.performance.until - measured.performance.since))
    assert len(worker.given) == 1
    worker.do_one()
    worker.do_one()
    assert spans == [HOURS[0], HOURS[-1]]
    assert worker.given == []


def test_after_a_failure_that_is_told_the_next_one_is_measured():
    worker, told, answered = Worker(), [], []
    asked = figures(worker, told)
    asked.measure(HOURS[0], answered.append)
    _work, _on_done, on_error = worker.given.pop(0)
    on_error(ValueError("no"))
    asked.measure(HOURS[1], answered.append)
    worker.do_one()
    assert (len(told), len(answered)) == (1, 1)
