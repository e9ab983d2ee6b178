"""One measured flight over a scene, in a separate process: `python benchmarks/map_flight.py SCENE --seconds 15`.

A paint is timed from entry to return of `paintEvent`; an interval is the time between two paints.
The map pans on a wide circle at 60 Hz, so that images are requested all the time; every second all
markers change and, in the stress scene, the map zooms and 100,000 rows are written to SQLite from
another thread. Prints its figures as JSON.
"""

import argparse
import json
import os
import pickle
import sqlite3
import sys
import tempfile
import threading
import time
from contextlib import closing
from math import cos, sin
from pathlib import Path
from statistics import median

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from map_scene import Moment, Scene
from PySide6.QtCore import QEventLoop, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.overlay.hit_test import marker_at
from tabuah.widgets.responsiveness import tune_interpreter
from tabuah.widgets.theme.appearance import install_fonts

FRAME_MS = 16
LATE_MS = 20.0
ROWS_A_SECOND, BATCHES_A_SECOND = 100_000, 10
ZOOMS = (2.0, 0.5, 1.5, 1 / 1.5)


class TimedCanvas(MapCanvas):
    """Canvas that records start and duration of each paint."""

    def __init__(self) -> None:
        super().__init__()
        self.began_s: list[float] = []
        self.took_ms: list[float] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        began_s = time.perf_counter()
        super().paintEvent(event)
        self.began_s.append(began_s)
        self.took_ms.append((time.perf_counter() - began_s) * 1000)


class Pilot(QObject):
    """Moves the map at 60 Hz and changes the markers at 1 Hz; with `zooms` it also zooms each second."""

    def __init__(self, canvas: TimedCanvas, scene: Scene, *, zooms: bool) -> None:
        super().__init__()
        self._canvas, self._scene, self._zooms = canvas, scene, zooms
        self._step = self._second = 0
        self.rss_mb = 0.0
        self._pan = QTimer(interval=FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self._change = QTimer(interval=1000)
        self._pan.timeout.connect(self._on_pan)
        self._change.timeout.connect(self._on_change)

    def fly(self, seconds: float) -> None:
        """Run for some seconds."""
        self._pan.start()
        self._change.start()
        wait_ms(round(seconds * 1000))
        self._pan.stop()
        self._change.stop()

    def _on_pan(self) -> None:
        self._step += 1
        angle = self._step / 60
        self._canvas.pan_by(9 * cos(angle), 9 * sin(angle))

    def _on_change(self) -> None:
        self._second += 1
        show(self._canvas, self._scene.moments[self._second % len(self._scene.moments)])
        if self._zooms:
            self._canvas.zoom_at(ZOOMS[self._second % len(ZOOMS)], middle(self._canvas))
        self.rss_mb = max(self.rss_mb, resident_mb())


class RowWriter(threading.Thread):
    """Writes rows with the key of the readings store, ten batches a second, each a transaction."""

    def __init__(self, folder: Path) -> None:
        super().__init__(name="rows", daemon=True)
        self._file = folder / "rows.db"
        self._ended = threading.Event()
        self.rows_a_second = 0.0

    def run(self) -> None:
        """Write until `finish`."""
        with closing(sqlite3.connect(self._file)) as connection:
            connection.executescript(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                "CREATE TABLE rows (bucket INTEGER, series INTEGER, at INTEGER, value REAL,"
                " PRIMARY KEY (bucket, series, at)) WITHOUT ROWID"
            )
            began_s, batch, size = time.perf_counter(), 0, ROWS_A_SECOND // BATCHES_A_SECOND
            series = range(size)
            while not self._ended.wait(max(0.0, began_s + batch / BATCHES_A_SECOND - time.perf_counter())):
                with connection:
                    connection.executemany("INSERT INTO rows VALUES (?, ?, ?, 1.5)", ((0, n, batch) for n in series))
                batch += 1
            self.rows_a_second = batch * size / (time.perf_counter() - began_s)

    def finish(self) -> None:
        self._ended.set()
        self.join()


def show(canvas: MapCanvas, moment: Moment) -> None:
    """Pass the live values of a second to the canvas."""
    canvas.show_stations(moment.stations)
    canvas.show_incidents(moment.incidents)
    canvas.show_units(moment.units)


def wait_ms(duration_ms: int) -> None:
    """Run the event loop for some time."""
    loop = QEventLoop()
    QTimer.singleShot(duration_ms, loop.quit)
    loop.exec()


def settle(canvas: MapCanvas) -> None:
    """Wait until the map is sharp and complete."""
    if canvas.renderer.is_settled():
        return
    loop = QEventLoop()
    canvas.settled.connect(loop.quit)
    loop.exec()
    canvas.settled.disconnect(loop.quit)


def crisp_after_zoom_ms(canvas: MapCanvas) -> float:
    """Return the median time from a zoom to a sharp image of base and markers."""
    times_ms = []
    for factor in (2.0, 0.5, 1.5, 1 / 1.5, 3.0, 1 / 3.0):
        began_s = time.perf_counter()
        canvas.zoom_at(factor, middle(canvas))
        loop = QEventLoop()

        def look(loop: QEventLoop = loop) -> None:
            picture = canvas.renderer.picture
            if picture and picture.is_crisp and picture.frame.is_sharp_in(canvas.view):
                loop.quit()

        canvas.renderer.frame_arrived.connect(look)
        loop.exec()
        canvas.renderer.frame_arrived.disconnect(look)
        times_ms.append((time.perf_counter() - began_s) * 1000)
        settle(canvas)
    return median(times_ms)


def hit_test_ms(canvas: MapCanvas) -> float:
    """Return the mean time to find the marker under a pixel."""
    picture = canvas.renderer.picture
    assert picture is not None
    places = np.random.default_rng(1).uniform(0, 1, (1000, 2)) * (canvas.width(), canvas.height())
    began_s = time.perf_counter()
    for x_px, y_px in places.tolist():
        marker_at(picture, canvas.view, x_px, y_px)
    return (time.perf_counter() - began_s) * 1000 / len(places)


def middle(canvas: MapCanvas) -> QPointF:
    return canvas.rect().center().toPointF()


def resident_mb() -> float:
    """Return the memory of this process in MB; the peak where the system gives no current value."""
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2
    try:
        import resource  # noqa: PLC0415 (not on Windows)
    except ImportError:  # Windows
        return 0.0
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest / 1024 if sys.platform != "darwin" else largest / 1024**2


def flight(canvas: TimedCanvas, scene: Scene, *, seconds: float, stress: bool, folder: Path) -> dict[str, float]:
    """Fly and measure."""
    pilot = Pilot(canvas, scene, zooms=stress)
    writer = RowWriter(folder) if stress else None
    canvas.began_s.clear()
    canvas.took_ms.clear()
    if writer:
        writer.start()
    pilot.fly(seconds)
    if writer:
        writer.finish()
    took, gaps_ms = np.array(canvas.took_ms), np.diff(canvas.began_s) * 1000
    p50, p95, p99 = np.percentile(took, (50, 95, 99)).tolist()
    return {
        "paints": len(took),
        "median": p50,
        "p95": p95,
        "p99": p99,
        "late_percent": 100 * float((gaps_ms > LATE_MS).mean()),
        "rss_mb": pilot.rss_mb,
        "rows_a_second": writer.rows_a_second if writer else 0.0,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scene", type=Path)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--width", type=int, default=1920)
    parser.add_argument("--height", type=int, default=1080)
    parser.add_argument("--stress", action="store_true")
    options = parser.parse_args()
    app = QApplication([])
    install_fonts()
    scene: Scene = pickle.loads(options.scene.read_bytes())
    canvas = TimedCanvas()
    canvas.resize(options.width, options.height)
    canvas.show_base_map(scene.base_map)
    show(canvas, scene.moments[0])
    canvas.show()
    settle(canvas)
    tune_interpreter()
    figures = {"hit_test_ms": hit_test_ms(canvas), "crisp_ms": crisp_after_zoom_ms(canvas)}
    with tempfile.TemporaryDirectory() as folder:
        figures |= flight(canvas, scene, seconds=options.seconds, stress=options.stress, folder=Path(folder))
    canvas.close()
    print(json.dumps({"platform": QApplication.platformName(), **figures}))
    app.quit()


if __name__ == "__main__":
    main()
