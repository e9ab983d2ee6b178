"""Paint cost of the map while panning at 60 Hz over a busy room; run with `python benchmarks/bench_map.py`.

A paint is timed from the entry of `paintEvent` to its return; an interval is the time between two paints. The map
pans on a wide circle so that frames are asked for all the time; every second all stations and incidents change.
"""

import argparse
import gc
import json
import os
import platform
import sys
import time
from dataclasses import asdict, dataclass
from math import cos, sin
from pathlib import Path
from statistics import median

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from map_scene import Scene, make_scene
from PySide6 import __version__ as pyside_version
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.theme.fonts import install_fonts

RESULTS = Path(__file__).parent / "results" / "map.json"
FRAME_MS = 16
LATE_MS = 20.0
FIGURES = ("median", "p95", "p99", "late_percent", "rss_mb", "crisp_ms")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The figures of one run, milliseconds."""

    paints: int
    median: float
    p95: float
    p99: float
    late_percent: float
    rss_mb: float
    crisp_ms: float


class TimedCanvas(MapCanvas):
    """Notes when each paint began and how long it took."""

    def __init__(self) -> None:
        super().__init__()
        self.began_s: list[float] = []
        self.took_ms: list[float] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint, timed."""
        began_s = time.perf_counter()
        super().paintEvent(event)
        self.began_s.append(began_s)
        self.took_ms.append((time.perf_counter() - began_s) * 1000)


class Pilot:
    """Moves the map at 60 Hz and changes the markers at 1 Hz."""

    def __init__(self, canvas: TimedCanvas, scene: Scene) -> None:
        self._canvas, self._scene = canvas, scene
        self._rng = np.random.default_rng(11)
        self._step = 0
        self._pan = QTimer(interval=FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self._change = QTimer(interval=1000)
        self._pan.timeout.connect(self._on_pan)
        self._change.timeout.connect(self._on_change)

    def fly(self, seconds: float) -> None:
        """Run for so long."""
        self._pan.start()
        self._change.start()
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()
        self._pan.stop()
        self._change.stop()

    def _on_pan(self) -> None:
        self._step += 1
        angle = self._step / 60
        self._canvas.pan_by(9 * cos(angle), 9 * sin(angle))

    def _on_change(self) -> None:
        self._scene = self._scene.tick(self._rng)
        show(self._canvas, self._scene)


def show(canvas: MapCanvas, scene: Scene) -> None:
    """Hand the live values of the scene to the canvas."""
    canvas.show_stations(scene.stations)
    canvas.show_incidents(scene.incidents)
    canvas.show_units(scene.units)


def settle(canvas: MapCanvas) -> float:
    """Wait until the map is sharp; how long that took in milliseconds."""
    began_s = time.perf_counter()
    if canvas.renderer.is_settled():
        return 0.0
    loop = QEventLoop()
    canvas.settled.connect(loop.quit)
    QTimer.singleShot(30_000, loop.quit)
    loop.exec()
    canvas.settled.disconnect(loop.quit)
    return (time.perf_counter() - began_s) * 1000


def crisp_after_zoom_ms(canvas: MapCanvas) -> float:
    """The median time from a zoom to a sharp base and overlay."""
    times_ms = []
    for factor in (2.0, 0.5, 1.5, 1 / 1.5, 3.0, 1 / 3.0):
        began_s = time.perf_counter()
        canvas.zoom_at(factor, canvas.rect().center().toPointF())
        loop = QEventLoop()

        def look(loop: QEventLoop = loop) -> None:
            picture = canvas.renderer.picture
            if picture and picture.frame.is_sharp_in(canvas.view):
                loop.quit()

        canvas.renderer.frame_arrived.connect(look)
        loop.exec()
        canvas.renderer.frame_arrived.disconnect(look)
        times_ms.append((time.perf_counter() - began_s) * 1000)
        settle(canvas)
    return median(times_ms)


def one_run(scene: Scene, *, seconds: float, width: int, height: int) -> Run:
    """A new canvas, settled, zoomed in twice, flown for so long."""
    canvas = TimedCanvas()
    canvas.resize(width, height)
    canvas.show_basemap(scene.basemap)
    show(canvas, scene)
    canvas.show()
    settle(canvas)
    crisp_ms = crisp_after_zoom_ms(canvas)
    canvas.began_s.clear()
    canvas.took_ms.clear()
    Pilot(canvas, scene).fly(seconds)
    took = np.array(canvas.took_ms)
    gaps_ms = np.diff(canvas.began_s) * 1000
    canvas.close()
    canvas.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    del canvas
    gc.collect()
    p50, p95, p99 = np.percentile(took, (50, 95, 99))
    late = 100 * float((gaps_ms > LATE_MS).mean())
    rss_mb = resident_mb()
    return Run(paints=len(took), median=p50, p95=p95, p99=p99, late_percent=late, rss_mb=rss_mb, crisp_ms=crisp_ms)


def resident_mb() -> float:
    """The largest resident memory of this process so far; 0 where Python cannot tell."""
    try:
        import resource  # noqa: PLC0415 (not on Windows)
    except ImportError:  # Windows
        return 0.0
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest / 1024 if sys.platform != "darwin" else largest / 1024**2


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "pyside": pyside_version,
        "platform": QApplication.platformName(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def main() -> None:
    """Print a table and keep the figures as JSON."""
    options = parse_options()
    app = QApplication([])
    install_fonts()
    scene = make_scene(
        stations=options.stations, incidents=options.incidents, units=options.units, vertices=options.vertices
    )
    runs = [
        one_run(scene, seconds=options.seconds, width=options.width, height=options.height)
        for _ in range(options.runs)
    ]
    middle = {name: round(median(float(getattr(run, name)) for run in runs), 2) for name in FIGURES}
    print_table(options, runs, middle)
    report = {
        "machine": machine(),
        "scene": vars(options),
        "median_of_runs": middle,
        "runs": [asdict(r) for r in runs],
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=2, default=float), encoding="utf-8")
    app.quit()


def parse_options() -> argparse.Namespace:
    """The size of the scene and of the measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("stations", 2000), ("incidents", 10_000), ("units", 50), ("vertices", 500_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--width", type=int, default=1920)
    parser.add_argument("--height", type=int, default=1080)
    return parser.parse_args()


def print_table(options: argparse.Namespace, runs: list[Run], middle: dict[str, float]) -> None:
    """One line a run, then the medians."""
    print(
        f"map, {options.width}×{options.height}, panning at 60 Hz: {options.stations} stations, "
        f"{options.incidents} incidents, {options.units} units, {options.vertices} more vertices"
    )
    print("  " + ", ".join(f"{key} {value}" for key, value in machine().items()))
    print(f"  {'run':>8} {'paints':>7} {'median':>8} {'p95':>8} {'p99':>8} {'> 20 ms':>8} {'RSS MB':>8} {'crisp':>8}")
    for number, run in enumerate(runs, start=1):
        print(f"  {number:>8} {run.paints:>7} " + _columns(asdict(run)))
    print(f"  {'medians':>8} {'':>7} " + _columns(middle))


def _columns(figures: dict[str, float]) -> str:
    return (
        f"{figures['median']:>8.2f} {figures['p95']:>8.2f} {figures['p99']:>8.2f} "
        f"{figures['late_percent']:>6.2f} % {figures['rss_mb']:>8.0f} {figures['crisp_ms']:>8.0f}"
    )


if __name__ == "__main__":
    main()
