"""Warm-up: Qt types are created before worker threads use them."""

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
sys.setswitchinterval(2e-5)  # threads take turns within every few instructions
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
app = QApplication([])
from support.map_samples import MarkerClass, incidents, small_base_map, stations
from tabuah.widgets.map.canvas import MapCanvas
canvas = MapCanvas()
canvas.resize(400, 400)
canvas.show_base_map(small_base_map())
canvas.show_stations(stations([(0, 0)], [MarkerClass.HIGH]))
canvas.show_incidents(incidents([(0, 4000)], [MarkerClass.HIGH]))
loop = QEventLoop()
canvas.settled.connect(loop.quit)
canvas.show()
loop.exec()
canvas.close()
print("settled")
"""


RINGS_SCRIPT = """
import sys
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
app = QApplication([])
from support.map_samples import small_base_map
from tabuah.gis.layers.range_rings import RangeRings
from tabuah.widgets.map.canvas import MapCanvas
canvas = MapCanvas()
canvas.resize(400, 400)
canvas.show_base_map(small_base_map())
loop = QEventLoop()
canvas.settled.connect(loop.quit)
canvas.show()
loop.exec()
sys.setswitchinterval(2e-5)
before = "pyproj" in sys.modules
canvas.show_ranges((RangeRings(lon_deg=100.6, lat_deg=-0.9, radii_m=(300.0,), sector_deg=(0.0, 90.0)),))
from tabuah.widgets.map.rendering.warm_up import warm_up_ranges
warmed = warm_up_ranges.cache_info().currsize
canvas.settled.connect(loop.quit)
loop.exec()
canvas.close()
print("settled", before, warmed)
"""


def in_a_process(script: str) -> "subprocess.CompletedProcess[str]":
    tests = Path(__file__).resolve().parents[3]
    return subprocess.run(
        [sys.executable, "-c", script], cwd=tests, capture_output=True, text=True, timeout=120, check=False
    )


def test_first_range_rings_are_warmed_up_when_shown_and_load_proj_only_then():
    run = in_a_process(RINGS_SCRIPT)
    assert run.stdout.split() == ["settled", "False", "1"], run.stderr


def test_warm_up_prevents_crash_of_qt_threads():
    """Without the warm-up, 15 of 20 starts ended in a segmentation fault."""
    for _ in range(4):
        run = in_a_process(SCRIPT)
        assert run.stdout.strip() == "settled", run.stderr
