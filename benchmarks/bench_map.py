"""Benchmark of map rendering against its goals; run with `make bench-map`.

Every run is a separate process (`map_flight.py`, `map_cold.py`), so that memory is that of one run;
the table shows the medians. `ARGS=--quick` runs everything once, in half a minute. QGIS draws the
same scene if the system's Python has it (Debian: `python3-qgis`).
"""

import argparse
import json
import os
import pickle
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

import shapely

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from map_scene import ROOM, STRESS, Scene, Size, make_scene
from PySide6 import __version__ as pyside_version
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tabuah.gis.base_map import LevelOfDetail
from tabuah.gis.reference_systems import to_mercator
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.overlay.overlay_painter import OverlayPainter
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.appearance import install_fonts

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "map.json"
SYSTEM_PYTHON = "/usr/bin/python3"
FLIGHT = {
    "median": ("paint, median", "ms"),
    "p95": ("paint, p95", "ms"),
    "p99": ("paint, p99", "ms"),
    "late_percent": ("intervals over 20 ms", "%"),
    "crisp_ms": ("crisp after a zoom", "ms"),
    "rss_mb": ("memory, largest RSS", "MB"),
}
ROOM_GOALS = {"median": 3, "p95": 6, "p99": 10, "late_percent": 1, "crisp_ms": 120, "rss_mb": 300}
STRESS_GOALS = {"median": 3, "p95": 8, "p99": 12, "late_percent": 2, "crisp_ms": 120, "rss_mb": 500}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One result; `goal` is the maximum (with `at_least`, the minimum)."""

    work: str
    goal: float | None
    reached: float
    unit: str
    runs: tuple[float, ...] = ()
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Return whether the goal is met."""
        return self.goal is None or (self.reached >= self.goal if self.at_least else self.reached <= self.goal)


def child(script: str, *arguments: str, python: str = sys.executable) -> str:
    """Return the output of a measuring process."""
    command = [python, str(HERE / script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def flight_rows(scene: Path, *, runs: int, seconds: float, stress: bool) -> list[Row]:
    """Fly over a scene several times."""
    name, goals = ("stress", STRESS_GOALS) if stress else ("control room", ROOM_GOALS)
    arguments = [str(scene), "--seconds", str(seconds), *(["--stress"] if stress else [])]
    flights = [json.loads(child("map_flight.py", *arguments)) for _ in range(runs)]
    rows = [
        row_of(f"{name}: {text}", goals[key], [each[key] for each in flights], unit)
        for key, (text, unit) in FLIGHT.items()
    ]
    if stress:
        rows.append(row_of("stress: hit-test at 100,000", 0.1, [each["hit_test_ms"] for each in flights], "ms"))
        written = [each["rows_a_second"] for each in flights]
        rows.append(row_of("stress: rows written meanwhile", None, written, "rows/s"))
    return rows


def overlay_rows(stations: int, goal: float, *, times: int) -> list[Row]:
    """Measure drawing the markers of a 1920×1080 view: with a new view each time, and with new classes only."""
    size = Size(stations=stations, incidents=0, units=0, area_vertices=0, line_vertices=0)
    scene = make_scene(size, seconds=2)
    view = Viewport.fitting(scene.base_map.bounds_m, width_px=1920, height_px=1080)
    image, painter, rows = QImage(1920, 1080, QImage.Format.Format_RGB32), OverlayPainter(), []
    for step_px, what, asked in ((0.37, f"overlay of {stations:,} markers", goal), (0.0, "… in the same view", None)):
        took_ms = []
        for number in range(times + 2):
            content = MapContent(stations=scene.moments[number % 2].stations)
            moved = view.moved_by(number * step_px, 0)
            began_s = time.perf_counter()
            painter.paint(image, content, view=moved, pixel_ratio=1.0)
            took_ms.append((time.perf_counter() - began_s) * 1000)
        rows.append(row_of(what, asked, took_ms[2:], "ms"))
    return rows


def cold_rows(scene_file: Path, peer_file: Path, *, runs: int) -> list[Row]:
    """Measure the first image of the stress scene, by the map and by QGIS in turn."""
    has_peer = peer_is_installed()
    ours, theirs, version = [], [], ""
    for _ in range(runs):
        ours.append(float(child("map_cold.py", str(scene_file))))
        if has_peer:
            version, took_ms = child("map_peer_qgis.py", str(peer_file), python=SYSTEM_PYTHON).split()
            theirs.append(float(took_ms))
    rows = [row_of("first picture, polygons, lines and 100,000 points", None, ours, "ms")]
    if theirs:
        rows.append(row_of(f"the same by QGIS {version}", None, theirs, "ms"))
        times = median(theirs) / median(ours)
        rows.append(Row(work="times as fast as QGIS", goal=4, reached=round(times, 1), unit="×", at_least=True))
    return rows


def row_of(work: str, goal: float | None, runs: list[float], unit: str) -> Row:
    """Return a result with the median of several runs."""
    return Row(work=work, goal=goal, reached=round(median(runs), 2), unit=unit, runs=tuple(runs))


def peer_is_installed() -> bool:
    """Return whether the system's Python has QGIS."""
    if not Path(SYSTEM_PYTHON).exists():
        return False
    done = subprocess.run([SYSTEM_PYTHON, "-c", "import qgis.core"], capture_output=True, check=False)
    return done.returncode == 0


def for_peer(scene: Scene) -> dict[str, object]:
    """Return the added polygons and lines in full detail, and the points, as well-known binary."""
    layers = {layer.name: layer.levels[0] for layer in scene.base_map.layers}
    stations = scene.moments[0].stations
    points = shapely.points(*to_mercator(stations.lon_deg, stations.lat_deg))
    return {
        "bounds": scene.base_map.bounds_m,
        "polygons": [shapely.to_wkb(shapely.Polygon(part)) for part in _parts(layers["soils"])],
        "lines": [shapely.to_wkb(shapely.LineString(part)) for part in _parts(layers["brooks"])],
        "points": shapely.to_wkb(points).tolist(),
        "classes": stations.classes.tolist(),
    }


def _parts(level: LevelOfDetail) -> list[object]:
    ends = level.offsets.tolist()
    return [level.coordinates_m[first:end] for first, end in pairwise(ends)]


def machine() -> dict[str, object]:
    """Return a description of the machine."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "pyside": pyside_version,
        "platform": QApplication.platformName(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


def measured(options: argparse.Namespace) -> list[Row]:
    """Return all results."""
    runs, seconds = (1, 3.0) if options.quick else (options.runs, options.seconds)
    with tempfile.TemporaryDirectory() as folder:
        room, stress, peer = (Path(folder) / name for name in ("room", "stress", "peer"))
        room.write_bytes(pickle.dumps(make_scene(ROOM)))
        scene = make_scene(STRESS)
        stress.write_bytes(pickle.dumps(scene))
        peer.write_bytes(pickle.dumps(for_peer(scene)))
        del scene
        return [
            *flight_rows(room, runs=runs, seconds=seconds, stress=False),
            *flight_rows(stress, runs=runs, seconds=seconds, stress=True),
            *overlay_rows(100_000, 6, times=5 if options.quick else 20),
            *overlay_rows(500_000, 10, times=5 if options.quick else 20),
            *cold_rows(stress, peer, runs=runs),
        ]


def print_table(rows: list[Row], told: dict[str, object]) -> None:
    """Print the table as in the README."""
    print(f"map, 1920×1080 ({', '.join(f'{key} {value}' for key, value in told.items())})\n")
    print("| work | to reach | reached | |\n| --- | ---: | ---: | --- |")
    for row in rows:
        sign = "≥" if row.at_least else "≤"
        goal = "" if row.goal is None else f"{sign} {row.goal} {row.unit}"
        verdict = "" if row.goal is None else ("met" if row.is_met else "missed")
        print(f"| {row.work} | {goal} | {row.reached:,g} {row.unit} | {verdict} |")


def main() -> None:
    """Measure, print, and save the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--quick", action="store_true", help="everything once and short")
    options = parser.parse_args()
    app = QApplication([])
    install_fonts()
    told, rows = machine(), measured(options)
    print_table(rows, told)
    RESULTS.parent.mkdir(exist_ok=True)
    kept = [{"work": r.work, "goal": r.goal, "reached": r.reached, "unit": r.unit, "runs": r.runs} for r in rows]
    RESULTS.write_text(json.dumps({"machine": told, "rows": kept}, indent=2), encoding="utf-8")
    app.quit()


if __name__ == "__main__":
    main()
