"""Performance measurement runs off the GUI thread, one at a time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from tabuah.console.window.alarms.alarm_performance import PerformanceMeasurement
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.exercises.scope import REAL_WORLD

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
HOURS = [timedelta(hours=n) for n in range(1, 5)]


class Worker:
    """Runs its task when the test asks for it."""

    def __init__(self) -> None:
        self.given: list[tuple[Callable[[None], Any], Callable[[Any], None], Callable[[Exception], None]]] = []

    def run(self, work, *, on_done, on_error) -> None:
        self.given.append((work, on_done, on_error))

    def do_one(self) -> None:
        work, on_done, _on_error = self.given.pop(0)
        on_done(work(None))


def figures(worker: Worker, told: list[Exception]) -> PerformanceMeasurement:
    state = SimpleNamespace(
        snapshot=ConsoleSnapshot(), everything=ConsoleSnapshot(), scope=REAL_WORLD, now=lambda: NOW
    )
    notifier = SimpleNamespace(error=told.append)
    return PerformanceMeasurement(
        SimpleNamespace(state=state, work=worker, notifier=notifier, places=SimpleNamespace(gazetteer=None))
    )


def test_performance_measurement_answers_only_newest_request():
    worker, spans = Worker(), []
    asked = figures(worker, [])
    for span in HOURS:
        asked.measure(span, lambda measured: spans.append(measured.performance.until - measured.performance.since))
    assert len(worker.given) == 1
    worker.do_one()
    worker.do_one()
    assert spans == [HOURS[0], HOURS[-1]]
    assert worker.given == []


def test_performance_measurement_continues_after_failure():
    worker, told, answered = Worker(), [], []
    asked = figures(worker, told)
    asked.measure(HOURS[0], answered.append)
    _work, _on_done, on_error = worker.given.pop(0)
    on_error(ValueError("no"))
    asked.measure(HOURS[1], answered.append)
    worker.do_one()
    assert (len(told), len(answered)) == (1, 1)
