"""Benchmark of a played shift: 12 hours at 60 times the speed, with 40 calls, a storm and an earthquake.

Run with `python benchmarks/ops_shift.py`. The window of one operator runs in this process and is worked by keyboard;
the server and the four other consoles run in a second process, by the same clock. A heartbeat in the GUI thread
measures how long it was blocked. `--hour` plays the worst hour only; `--film FOLDER` saves a picture of the window at
each full hour, and the documents of the shift.
"""

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import msgspec
from goals import ResultLine, save_results, show_results
from heartbeat import Heartbeat
from paced_bot import PacedBot, wait_in_gui
from peak_memory import current_memory_mb, peak_memory_mb
from PySide6.QtWidgets import QApplication
from shift_documents import write_documents
from shift_film import LOCAL_ZONE, ShiftFilm
from support import played_checks
from support.played_calls import (
    DESK,
    GATEWAY,
    NEXT_SUPERVISOR,
    POSKO,
    SUPERVISOR,
    WHOLE_SHIFT,
    WINDOW,
    WORST_HOUR,
    ShiftPlan,
    Step,
)
from support.played_consoles import PlayedConsole
from support.played_server import played_server
from support.played_window import PlayedWindow
from support.window_fixture import open_second_store

from tabuah.resources.localisation import DEFAULT_LANGUAGE, set_language
from tabuah.widgets.responsiveness import limit_free_memory, tune_interpreter

OFFICES = (DESK, POSKO, SUPERVISOR, NEXT_SUPERVISOR)
MAX_BLOCKED_MS, MAX_MEMORY_MB = 50.0, 350.0
REST_S = 3.0
PROCESSES = multiprocessing.get_context("spawn")


@dataclass
class FastClock:
    """Simulated time of both processes; it waits at the first step of the plan until `origin` is set."""

    starts_at: datetime
    speed: float
    origin: Any  # a shared double: the monotonic second of the start

    def __call__(self) -> datetime:
        return self.starts_at + timedelta(seconds=max(0.0, time.monotonic() - self.origin.value) * self.speed)

    def start(self) -> None:
        self.origin.value = time.monotonic()

    def wait(self, at: datetime, sleep: Callable[[float], None]) -> None:
        while self() < at:
            sleep(0.02)


class EndState(msgspec.Struct):
    """The checks of the second process at the end."""

    lost: int
    different: list[str]
    offered: dict[str, bool]
    missing: int
    is_handed_over: bool
    alarms: int
    late_s: float


def play_offices(folder: Path, plan: ShiftPlan, clock: FastClock, line: Connection) -> None:
    """Run the server and the other consoles; the other end sends `go`, and `closed` after its window."""
    with ExitStack() as opened:
        server = opened.enter_context(played_server(folder / "server", plan, clock))
        url, journal = server.running.url, server.running.journal
        line.send(url)
        offices = {}
        for user in OFFICES:
            offices[user] = PlayedConsole(folder / user, url=url, user=user, clock=clock, calls=plan.calls)
            opened.callback(offices[user].close)
        line.send("ready")
        line.recv()
        players: dict[str, Any] = {**offices, GATEWAY: server}
        late_s = play([step for step in plan.steps if step.player in players], players, clock, time.sleep)
        line.recv()  # the operator of the window has done everything
        for office in offices.values():
            office.sync()
        line.send(journal.head().seq)
        line.recv()
        records = journal.records_after(0, 1_000_000)
        offered = {key: first for office in offices.values() for key, first in office.offered.items()}
        folders = [folder / user for user in (WINDOW, *OFFICES)]
        line.send(msgspec.json.encode(end_state(records, folders, plan, offered, late_s)))


def play(steps: list[Step], players: dict[str, Any], clock: FastClock, sleep: Callable[[float], None]) -> float:
    """Do the steps at their times, and return by how many seconds of the machine the latest began late."""
    late_s = 0.0
    for step in steps:
        clock.wait(step.at, sleep)
        late_s = max(late_s, (clock() - step.at).total_seconds() / clock.speed)
        players[step.player].do(step)
    return late_s


def end_state(
    records: Any, folders: list[Path], plan: ShiftPlan, offered: dict[str, bool], late_s: float
) -> EndState:
    states = played_checks.check_records(records)
    lost, different = set[str](), []
    for folder in folders:
        with open_second_store(folder) as store:
            lost |= set(played_checks.lost_calls(store, plan.calls, with_callers=store.actor != POSKO))
            try:
                played_checks.check_console(store, states)
            except AssertionError as error:
                different.append(str(error).splitlines()[0])
    missing = played_checks.missing_in_handover(states)
    return EndState(
        lost=len(lost),
        different=different,
        offered=offered,
        missing=sum(map(len, missing.values())),
        is_handed_over=played_checks.is_handed_over(states),
        alarms=len(played_checks.alarms_of(states)),
        late_s=late_s,
    )


@contextmanager
def office_process(folder: Path, plan: ShiftPlan, clock: FastClock) -> Iterator[Connection]:
    """Run the second process, and yield the connection to it; it ends with the block."""
    here, there = PROCESSES.Pipe()
    process = PROCESSES.Process(target=play_offices, args=(folder, plan, clock, there))
    process.start()
    there.close()  # so that each side notices the end of the other
    try:
        yield here
    finally:
        here.close()
        process.join(timeout=20)
        if process.is_alive():
            process.terminate()


def measure(folder: Path, plan: ShiftPlan, speed: float, film: Path | None = None) -> list[ResultLine]:
    """Play the shift in both processes and return the results; `film` is a folder for pictures of the window."""
    set_language(DEFAULT_LANGUAGE)
    limit_free_memory()  # as the program does
    app = QApplication([])
    clock = FastClock(plan.steps[0].at, speed, PROCESSES.Value("d", float("inf"), lock=False))
    with office_process(folder, plan, clock) as offices:
        window = PlayedWindow(
            folder / WINDOW, PacedBot(), url=offices.recv(), user=WINDOW, clock=clock, calls=plan.calls
        )
        tune_interpreter()
        assert offices.recv() == "ready"
        pictures = ShiftFilm(window.window.shell, clock, film) if film else None
        resting, heartbeat = measure_rest(), Heartbeat()
        offices.send("go")
        clock.start()
        heartbeat.start()
        late_s = play_window(window, plan, clock, offices)
        heartbeat.stop()
        memory_mb = current_memory_mb()
        if pictures is not None:
            pictures.take("end")
        window.close()
        app.processEvents()
        offices.send("closed")
        end = msgspec.json.decode(offices.recv(), type=EndState)
    end.offered |= window.offered
    end.late_s = max(end.late_s, late_s)
    return lines_of(end, heartbeat, resting, plan, memory_mb)


def measure_rest() -> Heartbeat:
    """Return the beats of the window before the shift."""
    resting = Heartbeat()
    resting.start()
    wait_in_gui(REST_S)
    resting.stop()
    return resting


def play_window(window: PlayedWindow, plan: ShiftPlan, clock: FastClock, offices: Connection) -> float:
    """Do the steps of the window until it has all entries, and return by how many seconds the latest began late."""
    late_s = play([step for step in plan.steps if step.player == WINDOW], {WINDOW: window}, clock, wait_in_gui)
    clock.wait(plan.steps[-1].at, wait_in_gui)
    offices.send("done")
    while not offices.poll():
        wait_in_gui(0.02)
    window.wait_until_synced(offices.recv())
    return late_s


def lines_of(
    end: EndState, heartbeat: Heartbeat, resting: Heartbeat, plan: ShiftPlan, memory_mb: float
) -> list[ResultLine]:
    duplicates, first = len(end.offered), sum(end.offered.values())
    asked = duplicates - 2
    over = heartbeat.over(MAX_BLOCKED_MS)
    worst = f"{heartbeat.worst_ms:.0f} ms, {over} times over 50 ms in {len(heartbeat.late_ms)} beats"
    peak_mb = peak_memory_mb()
    return [
        ResultLine(f"{len(plan.calls)} calls lost, on any console", "0", str(end.lost), end.lost == 0),
        ResultLine("consoles that differ from the server", "0", str(len(end.different)), not end.different),
        ResultLine("duplicates offered first", f"≥ {asked} of {duplicates}", str(first), first >= asked),
        ResultLine("open matters that the handover does not name", "0", str(end.missing), end.missing == 0),
        ResultLine("handover confirmed by both sides", "yes", str(end.is_handed_over), end.is_handed_over),
        ResultLine("alarms of storm and earthquake", "", str(end.alarms), True),
        ResultLine("GUI thread blocked, at most", "≤ 50 ms", worst, over == 0),
        ResultLine("… the same window at rest before the shift", "", f"{resting.worst_ms:.0f} ms", True),
        ResultLine(
            "memory of the window's process at the end", "≤ 350 MB", f"{memory_mb:.0f} MB, peak {peak_mb:.0f} MB",
            memory_mb <= MAX_MEMORY_MB,
        ),
        ResultLine("latest start of a step, time of the machine", "", f"{end.late_s:.1f} s", True),
    ]  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speed", type=float, default=60.0, help="simulated seconds in a second")
    parser.add_argument("--hour", action="store_true", help="play the worst hour only")
    parser.add_argument(
        "--film",
        type=Path,
        metavar="FOLDER",
        help="save a picture of the window at each full hour, and the documents",
    )
    options = parser.parse_args()
    plan = WORST_HOUR if options.hour else WHOLE_SHIFT
    with tempfile.TemporaryDirectory() as folder:
        lines = measure(Path(folder), plan, options.speed, options.film)
        if options.film:
            days = sorted({f"{step.at.astimezone(LOCAL_ZONE):%Y-%m-%d}" for step in plan.steps})
            write_documents(Path(folder) / WINDOW, options.film, days)
    show_results(lines)
    save_results("ops_shift", lines, speed=options.speed, hours=(plan.last - plan.first) / 60)
    return 0


if __name__ == "__main__":
    sys.exit(main())
