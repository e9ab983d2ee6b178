"""Benchmark of importing two million vertices, from the file to the levels of detail, and its effect on the window.

Run with `python benchmarks/bench_import.py`. Data: 1,600 separate areas (as GeoPackage and as
GeoJSON), a coverage with shared edges, and roads. Every run is a separate process, as `tabuah map
import` is; its memory is the peak of that process. CPU seconds are shown too, since the machine may
be busy. A clock in this process ticks at 60 Hz and records its delays: the effect of the import on
a window.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, Final, Self

import numpy as np
import shapely
from peak_memory import peak_memory_mb
from pyogrio.raw import write

from tabuah.console.map.map_import import import_layer

RESULTS: Final = Path(__file__).parent / "results" / "import.json"
VERTICES: Final = 2_000_000
TICK_S: Final = 1 / 60
WEST, SOUTH, EAST, NORTH = 100.3, -1.6, 101.2, -0.5
MOST_S: Final = 15.0


def islands(vertices: int) -> list[Any]:
    """Return separate ragged areas."""
    random, across = np.random.default_rng(1), 40
    each = vertices // across**2
    turn = np.linspace(0, 2 * np.pi, each, endpoint=False)
    shapes = []
    for lon in np.linspace(WEST, EAST, across, endpoint=False):
        for lat in np.linspace(SOUTH, NORTH, across, endpoint=False):
            ragged = 1 + 0.2 * np.sin(7 * turn) + 0.002 * random.normal(0, 1, each)
            ring = np.column_stack(
                (lon + 0.011 + 0.008 * ragged * np.cos(turn), lat + 0.013 + 0.01 * ragged * np.sin(turn))
            )
            shapes.append(shapely.Polygon(ring))
    return shapes


def coverage(vertices: int) -> list[Any]:
    """Return strips with ragged edges shared by neighbours."""
    random, count = np.random.default_rng(2), 100
    along = np.linspace(WEST, EAST, vertices // (2 * count))
    step = (NORTH - SOUTH) / count
    edges = [
        np.column_stack(
            (
                along,
                SOUTH + n * step + 0.2 * step * np.sin(along * 40) + 0.002 * step * random.normal(0, 1, len(along)),
            )
        )
        for n in range(count + 1)
    ]
    return [shapely.Polygon(np.vstack((low, high[::-1]))) for low, high in pairwise(edges)]


def roads(vertices: int) -> list[Any]:
    """Return lines of 50 vertices."""
    random, each = np.random.default_rng(3), 50
    starts = random.uniform((WEST, SOUTH), (EAST, NORTH), (vertices // each, 2))
    steps = random.normal(0, 0.0002, (vertices // each, each, 2)).cumsum(axis=1).cumsum(axis=1) / 10
    return list(shapely.linestrings(starts[:, None, :] + steps))


def write_layer(path: Path, shapes: list[Any]) -> Path:
    """Write shapes with GDAL."""
    kind = "LineString" if shapes[0].geom_type == "LineString" else "Polygon"
    names = np.array([f"f{n}" for n in range(len(shapes))], dtype=object)
    rounded = shapely.set_precision(np.array(shapes, dtype=object), 1e-6, mode="pointwise")
    driver = {".gpkg": "GPKG", ".geojson": "GeoJSON"}[path.suffix]
    write(str(path), shapely.to_wkb(rounded), [names], ["nama"], crs="EPSG:4326", geometry_type=kind, driver=driver)
    return path


class Clock:
    """Ticks at 60 Hz and records the delay of each tick."""

    def __init__(self) -> None:
        self.late_ms: list[float] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tick)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._over.set()
        self._thread.join()

    def _tick(self) -> None:
        due = time.perf_counter() + TICK_S
        while not self._over.wait(max(0.0, due - time.perf_counter())):
            now = time.perf_counter()
            self.late_ms.append(1000 * (now - due))
            due = now + TICK_S


def import_once(file: Path, directory: Path) -> dict[str, float]:
    """Import once in this process; return seconds to the end of each stage and peak memory."""
    began, stages = time.perf_counter(), {}
    imported = import_layer(
        directory, file, on_progress=lambda told: stages.setdefault(told.stage.value, time.perf_counter() - began)
    )
    peak_mb = peak_memory_mb()
    return {
        "total_s": time.perf_counter() - began,
        "cpu_s": time.process_time(),
        "features": imported.features,
        "peak_mb": peak_mb,
        **stages,
    }


def measure(file: Path, runs: int) -> dict[str, float]:
    """Return the medians of several imports in separate processes."""
    rows, late_ms = [], []
    for _run in range(runs):
        with tempfile.TemporaryDirectory() as folder, Clock() as clock:
            command = [sys.executable, __file__, "--once", str(file), folder]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
        late_ms += clock.late_ms
    figures = {name: median(row[name] for row in rows) for name in rows[0]}
    return {**figures, "late_p95_ms": float(np.percentile(late_ms, 95)), "late_most_ms": max(late_ms)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--vertices", type=int, default=VERTICES)
    parser.add_argument("--once", nargs=2, type=Path, metavar=("FILE", "FOLDER"))
    options = parser.parse_args()
    if options.once:
        print(json.dumps(import_once(options.once[0], options.once[1] / "data")))
        return
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        scenes = {"islands": islands, "coverage": coverage, "roads": roads}
        for name, make in scenes.items():
            shapes = make(options.vertices)
            for suffix in (".gpkg", ".geojson") if name == "islands" else (".gpkg",):
                file = write_layer(Path(folder) / f"{name}{suffix}", shapes)
                results[f"{name}{suffix}"] = measure(file, options.runs)
                row = results[f"{name}{suffix}"]
                print(
                    f"{name + suffix:18} {row['features']:>8,.0f} features  {row['total_s']:6.2f} s"
                    f"  ({row['cpu_s']:.1f} s of CPU, drawn from {row['drawing']:.2f} s)  {row['peak_mb']:5.0f} MB"
                    f"  clock late p95 {row['late_p95_ms']:.1f} ms, most {row['late_most_ms']:.0f} ms"
                    f"  {'ok' if row['total_s'] <= MOST_S else 'TOO SLOW'}",
                    flush=True,
                )
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, load {load:.1f}; {options.vertices:,} vertices, medians of {options.runs} runs")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"machine": machine, "load": load, "figures": results}, indent=1))


if __name__ == "__main__":
    main()
