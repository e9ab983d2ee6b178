"""Benchmark of map tools: their share of a frame while panning; run with `make bench-map_tools`.

CPU time of the GUI thread, independent of other load. The goal is 1 ms for each tool.
"""

import argparse
import os
import time
from collections.abc import Iterator
from statistics import median

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from tabuah.gis.base_map_file import load_base_map, shipped_map
from tabuah.widgets.map.content import MarkerKind, StationMarkers
from tabuah.widgets.map.map_view import MapView
from tabuah.widgets.map.tools.sketch import SketchKind
from tabuah.widgets.map.tools.tool import MapTool, Pointer, view_centre
from tabuah.widgets.theme.appearance import Appearance

GOAL_MS = 1.0
CENTRE_DEG = (100.75, -0.9)
PATIENCE_MS = 10_000
STATIONS = 2_000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=120)
    frames = parser.parse_args().frames
    app = QApplication([])
    appearance = Appearance("dark")
    appearance.apply_to(app)
    view = MapView(appearance)
    _fill(view)
    for name in _situations(view):
        took = _paint(view, frames)
        print(
            f"{name:44s} median {median(took):5.2f} ms   p95 {took[len(took) * 95 // 100]:5.2f} ms   (≤ {GOAL_MS:g})"
        )
    view.close()


def _fill(view: MapView) -> None:
    view.resize(1920, 1080)
    view.canvas.show_base_map(load_base_map(shipped_map()))
    random = np.random.default_rng(7)
    view.canvas.show_stations(
        StationMarkers(
            ids=[str(number) for number in range(STATIONS)],
            lon_deg=100.45 + 0.6 * random.random(STATIONS),
            lat_deg=-1.3 + 0.8 * random.random(STATIONS),
            classes=random.integers(0, 6, STATIONS).astype(np.uint8),
        )
    )
    loop = QEventLoop()
    view.canvas.settled.connect(loop.quit)
    QTimer.singleShot(PATIENCE_MS, loop.quit)
    view.show()
    loop.exec()


def _situations(view: MapView) -> Iterator[str]:
    tools = view.canvas.tools
    tools.activate("distance")
    _click(tools.active, view, [(480.0 + 80 * number, 300.0 + 150 * (number % 3)) for number in range(12)])
    yield "a way of 12 points being measured"
    for count in (12, 200, 2_000, 9_999):
        tools.edit_sketch(SketchKind.POLYGON, _ring(count))
        yield f"a polygon of {count:,} vertices being changed"
    tools.drop_sketch()
    tools.show_chosen({MarkerKind.STATION: tuple(view.canvas.content.stations.ids)})
    yield f"{STATIONS:,} selected stations"


def _click(tool: MapTool, view: MapView, places_px: list[tuple[float, float]]) -> None:
    at = view_centre(view.canvas.view)
    for x_px, y_px in places_px:
        tool.click(Pointer(at_px=at, place_m=view.canvas.view.to_map(x_px, y_px)))
    tool.hover(Pointer(at_px=at, place_m=view.canvas.view.to_map(900, 800)))


def _ring(count: int) -> tuple[tuple[float, float], ...]:
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    reach = 0.15 * (1 + 0.05 * np.sin(30 * angles))
    return tuple(
        zip(
            (CENTRE_DEG[0] + reach * np.cos(angles)).tolist(),
            (CENTRE_DEG[1] + reach * np.sin(angles)).tolist(),
            strict=True,
        )
    )


def _paint(view: MapView, frames: int) -> list[float]:
    """Return the milliseconds of CPU time of each frame, sorted."""
    image = QImage(1920, 1080, QImage.Format.Format_RGB32)
    took = []
    view.canvas.fit_regency()
    for _frame in range(frames):
        view.canvas.pan_by(3, 1)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        began = time.thread_time()
        view.canvas.tools.paint(painter)
        took.append((time.thread_time() - began) * 1000)
        painter.end()
    return sorted(took)


if __name__ == "__main__":
    main()
