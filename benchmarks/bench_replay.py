"""How quickly the past is read and shown: a day of 2,000 stations and 10,000 incidents, and seeking in it.

The last figures are the intervals between two paints of a map that is panned at 60 Hz, at rest and while pictures of
the past are made and shown five times a second, as they are while time goes on.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPaintEvent

from tabuah.console.window.application import qt_application
from tabuah.console.window.past_room import PastPicture, PastRoom, read_past
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.console.window.tasks import Mailbox, plain_runner
from tabuah.gis.basemap_file import load_basemap
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.places import IncidentPlace, PlaceCertainty
from tabuah.operations.replay.story import Step, Story
from tabuah.operations.stations.readings import Reading
from tabuah.operations.stations.station import Parameter, Station, StationKind
from tabuah.operations.subjects import SubjectState
from tabuah.storage.cache.past import PastStory
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.widgets.fluency import favour_the_window
from tabuah.widgets.map.canvas import MapCanvas

STATIONS, INCIDENTS, CHANGING, MINUTES = 2_000, 10_000, 2_000, 5
WATCHED_MS, LATE_MS = 12_000, 20
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def stations() -> dict[str, Station]:
    """All stations by code."""
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
    """One of many incidents."""
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


def story() -> Story:
    """Incidents that go on during the day."""
    before = {
        f"incident/{number}": SubjectState(value=incident(number, Status.REPORTED)) for number in range(INCIDENTS)
    }
    rng = random.Random(2)
    steps = [
        Step(
            at=NOW - timedelta(seconds=rng.uniform(0, 86_400)),
            subject=f"incident/{number % CHANGING}",
            state=SubjectState(value=incident(number % CHANGING, rng.choice(list(Status)[:6]))),
        )
        for number in range(5 * CHANGING)
    ]
    return Story(before, steps)


def fill_readings(directory: Path, codes: list[str]) -> None:
    """A day of readings."""
    rng = random.Random(3)
    with ReadingsStore(directory / FILE_NAME) as store:
        for minute in range(0, 24 * 60, MINUTES):
            at = NOW - timedelta(minutes=24 * 60 - minute)
            store.store([Reading(code, "rain_mm", at, rng.uniform(0, 20)) for code in codes])


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def paint_intervals(room: PastRoom, *, plays: bool) -> list[float]:
    """Milliseconds between paints while the map moves and time goes on, sorted."""
    app = qt_application()
    favour_the_window()
    canvas = TimedCanvas()
    canvas.resize(1920, 1080)
    canvas.show_basemap(load_basemap())
    canvas.show()
    mailbox, errors = Mailbox(), list[Exception]()
    worker = plain_runner("past", mailbox, errors.append)
    worker.start()
    began, worker_asked = time.monotonic(), list[bool]()

    def show(picture: PastPicture) -> None:
        canvas.show_moment(picture.stations, picture.incidents, data_age=picture.data_age, exercise=picture.exercise)

    def ask() -> None:
        if not plays and worker_asked:
            return
        worker_asked.append(True)
        moment = room.since + timedelta(seconds=(time.monotonic() - began) * 3600)
        worker.run(lambda _context: room.picture_at(moment), on_done=show)

    timers = [QTimer(), QTimer(), QTimer()]
    for timer, every_ms, slot in (
        (timers[0], 200, ask), (timers[1], 16, lambda: canvas.pan_by(2, 1)), (timers[2], WATCHED_MS, app.quit),
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


class TimedCanvas(MapCanvas):
    """Remembers when it was painted."""

    def __init__(self) -> None:
        super().__init__()
        self.paints: list[float] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: paint, and note the moment."""
        super().paintEvent(event)
        self.paints.append(time.perf_counter())


def main() -> int:
    """Measure and print."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        with closing(ConsoleStore(directory)):
            pass
        known = stations()
        fill_readings(directory, list(known))
        snapshot, since = RoomSnapshot(stations=known), NOW - timedelta(hours=24)
        read_ms = [timed(lambda: read_past(directory, snapshot, since=since, until=NOW)) for _ in range(3)]
        with ReadingsStore(directory / FILE_NAME) as store:
            film = store.film([(code, "rain_mm") for code in known], since, NOW)
        assert film is not None
    past = PastStory(story=story(), since=since, until=NOW, incomplete=0)
    room = PastRoom(snapshot, past, film, since=since, until=NOW)
    rng = random.Random(4)
    moments = [since + timedelta(seconds=rng.uniform(0, 86_400)) for _ in range(60)]
    seek_ms = sorted(timed(lambda moment=moment: room.snapshot_at(moment)) for moment in moments)  # type: ignore[misc]
    picture_ms = sorted(timed(lambda moment=moment: room.picture_at(moment)) for moment in moments)  # type: ignore[misc]
    still_ms, paint_ms = paint_intervals(room, plays=False), paint_intervals(room, plays=True)
    print(f"machine load: {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "machine load: not known")
    print(
        f"reading a day of {STATIONS} stations ({STATIONS * 24 * 60 // MINUTES} readings): {median(read_ms):.0f} ms"
    )
    print(f"seeking among {len(past.story.steps)} steps: median {median(seek_ms):.1f} ms, worst {seek_ms[-1]:.1f} ms")
    print(f"a whole picture of {INCIDENTS} incidents: median {median(picture_ms):.1f}, worst {picture_ms[-1]:.1f} ms")
    for name, each in (("at rest", still_ms), ("while it plays", paint_ms)):
        late, p99 = sum(gap > LATE_MS for gap in each) / len(each), each[len(each) * 99 // 100]
        print(f"paints {name}: median {median(each):.1f} ms apart, p99 {p99:.1f} ms, {late:.1%} over {LATE_MS} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
