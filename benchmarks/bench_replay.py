"""Benchmark of replay: reading and showing a day of 2,000 stations and 10,000 incidents, and seeking in it.

The last figures are paint intervals of a map panned at 60 Hz, at rest and during playback at five
pictures a second. The run takes about a minute; `ARGS=--quick` measures the paints for a third of
the time.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median

from goals import ResultLine, save_results, show_results
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPaintEvent

from tabuah.console.window.replay.past_state import PastMarkers, PastState, read_past_state
from tabuah.console.window.shell.application import qt_application
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.state.task_runner import GuiMailbox, plain_runner
from tabuah.gis.base_map_file import load_base_map
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.operations.readings.reading import Reading
from tabuah.operations.replay.state_history import StateHistory, StateStep
from tabuah.operations.stations.station import Parameter, Station, StationKind
from tabuah.operations.subject_state import SubjectState
from tabuah.storage.cache.replay_story import JournalStory
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.responsiveness import tune_interpreter

STATIONS, INCIDENTS, CHANGING, MINUTES = 2_000, 10_000, 2_000, 5
WATCHED_MS, QUICK_MS = 15_000, 5_000
LATE_MS, LATE_SHARE = 20, 0.02  # the goal of the map under stress
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def stations() -> dict[str, Station]:
    """Return all stations by code."""
    rng = random.Random(1)
    made = (
        Station(
            code=f"SLK-{number:04d}", name=f"Stasiun {number}", kind=StationKind.RAIN,
            lon_deg=rng.uniform(100.4, 101.2), lat_deg=rng.uniform(-1.4, -0.6),
            parameters=(Parameter(code="rain_mm", unit="mm", expected_interval_s=300, valid_min=0, valid_max=500),),
        )
        for number in range(STATIONS)
    )  # fmt: skip
    return {station.code: station for station in made}


def incident(number: int, status: Status) -> Incident:
    """Return one of many incidents."""
    rng = random.Random(number)
    place = IncidentPlace(
        lon_deg=rng.uniform(100.4, 101.2), lat_deg=rng.uniform(-1.4, -0.6), nagari_code="", nagari="",
        kecamatan_code="", kecamatan="", certainty=PlaceCertainty.APPROXIMATE,
    )  # fmt: skip
    at = NOW - timedelta(hours=20)
    return Incident(
        id=f"{number:032d}", number=f"SLK-AAAA-{number:04d}", hazard=rng.choice(list(Hazard)),
        severity=rng.choice(list(Severity)), status=status, title="Banjir", place=place, occurred_at=at,
        reported_at=at, updated_at=at, channel=Channel.PHONE, description="", reporter="", device="",
    )  # fmt: skip


def story() -> StateHistory:
    """Return incidents that continue during the day."""
    before = {
        f"incident/{number}": SubjectState(value=incident(number, Status.REPORTED)) for number in range(INCIDENTS)
    }
    rng = random.Random(2)
    steps = [
        StateStep(
            at=NOW - timedelta(seconds=rng.uniform(0, 86_400)),
            subject=f"incident/{number % CHANGING}",
            state=SubjectState(value=incident(number % CHANGING, rng.choice(list(Status)[:6]))),
        )
        for number in range(5 * CHANGING)
    ]
    return StateHistory(before, steps)


def fill_readings(directory: Path, codes: list[str]) -> None:
    """Write a day of readings."""
    rng = random.Random(3)
    with ReadingsStore(directory / FILE_NAME) as store:
        for minute in range(0, 24 * 60, MINUTES):
            at = NOW - timedelta(minutes=24 * 60 - minute)
            store.store([Reading(code, "rain_mm", at, rng.uniform(0, 20)) for code in codes])


def timed(work: Callable[[], object]) -> float:
    """Return the milliseconds of `work`."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def paint_intervals(room: PastState, *, plays: bool, watched_ms: int) -> list[float]:
    """Return the milliseconds between paints while the map moves and time advances, sorted."""
    app = qt_application()
    tune_interpreter()
    canvas = _shown_canvas()
    mailbox, errors = GuiMailbox(), list[Exception]()
    worker = plain_runner("past", mailbox, errors.append)
    worker.start()
    began, worker_asked = time.monotonic(), list[bool]()

    def show_picture(picture: PastMarkers) -> None:
        canvas.show_moment(picture.stations, picture.incidents, picture.units, data_age=picture.data_age)

    def ask() -> None:
        if not plays and worker_asked:
            return
        worker_asked.append(True)
        moment = room.since + timedelta(seconds=(time.monotonic() - began) * 3600)
        worker.run(lambda _context: room.picture_at(moment), on_done=show_picture)

    timers = [QTimer(), QTimer(), QTimer()]
    for timer, every_ms, slot in (
        (timers[0], 200, ask), (timers[1], 16, lambda: canvas.pan_by(2, 1)), (timers[2], watched_ms, app.quit),
    ):  # fmt: skip
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(slot)
        timer.start(every_ms)
    app.exec()
    for timer in timers:
        timer.stop()
    worker.close()
    canvas.close()
    if errors:
        raise errors[0]
    settled = canvas.paints[len(canvas.paints) // 10 :]
    return sorted((later - earlier) * 1000 for earlier, later in pairwise(settled))


def _shown_canvas() -> "TimedCanvas":
    canvas = TimedCanvas()
    canvas.resize(1920, 1080)
    canvas.show_base_map(load_base_map())
    canvas.show()
    return canvas


class TimedCanvas(MapCanvas):
    """Canvas that records its paint times."""

    def __init__(self) -> None:
        super().__init__()
        self.paints: list[float] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.paints.append(time.perf_counter())


def paint_lines(room: PastState, watched_ms: int) -> list[ResultLine]:
    """Measure the paints at rest and during playback."""
    lines = []
    for plays, what in ((False, "a map at rest, panned at 60 Hz"), (True, "… while the past plays on it")):
        gaps_ms = paint_intervals(room, plays=plays, watched_ms=watched_ms)
        late = sum(gap > LATE_MS for gap in gaps_ms) / len(gaps_ms)
        p99 = gaps_ms[len(gaps_ms) * 99 // 100]
        asked = f"≤ {LATE_SHARE:.0%} of paints over {LATE_MS} ms apart" if plays else "stated"
        reached = f"{late:.1%}, median {median(gaps_ms):.1f} ms, p99 {p99:.1f} ms, {len(gaps_ms)} paints"
        lines.append(ResultLine(what, asked, reached, late <= LATE_SHARE or not plays))
    return lines


def seek_lines(room: PastState) -> list[ResultLine]:
    """Measure seeking to random times: known state, and the whole picture of the map."""
    rng = random.Random(4)
    moments = [room.since + timedelta(seconds=rng.uniform(0, 86_400)) for _ in range(60)]
    works = (
        (f"seek among {5 * CHANGING:,} steps", room.snapshot_at),
        (f"a whole picture of {INCIDENTS:,} incidents and {STATIONS:,} stations", room.picture_at),
    )
    lines = []
    for what, work in works:
        took_ms = sorted(timed(partial(work, moment)) for moment in moments)
        lines.append(ResultLine(what, "stated", f"median {median(took_ms):.1f} ms, worst {took_ms[-1]:.1f} ms", True))
    return lines


def open_history(directory: Path) -> tuple[PastState, list[ResultLine]]:
    """Write a day and read it back as the window does."""
    with closing(ConsoleStore(directory)):
        pass
    known = stations()
    fill_readings(directory, list(known))
    snapshot, since = ConsoleSnapshot(stations=known), NOW - timedelta(hours=24)
    read_ms = [timed(lambda: read_past_state(directory, snapshot, since=since, until=NOW)) for _ in range(3)]
    with ReadingsStore(directory / FILE_NAME) as store:
        film = store.replay([(code, "rain_mm") for code in known], since, NOW)
    assert film is not None
    past = JournalStory(story=story(), since=since, until=NOW, incomplete=0)
    what = f"a day of {STATIONS:,} stations read ({STATIONS * 24 * 60 // MINUTES:,} readings)"
    return PastState(snapshot, past, film, since=since, until=NOW), [
        ResultLine(what, "stated", f"{median(read_ms):.0f} ms", True)
    ]


def main() -> int:
    """Measure, print, and save the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a shorter look at the paints")
    watched_ms = QUICK_MS if parser.parse_args().quick else WATCHED_MS
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        room, lines = open_history(Path(folder))
    lines += [*seek_lines(room), *paint_lines(room, watched_ms)]
    show_results(lines)
    save_results("replay", lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
