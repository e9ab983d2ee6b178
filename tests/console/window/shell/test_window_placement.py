"""Size and position of the window on the screen that it opens on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize

from tabuah.console.window.shell.main_window import MINIMUM_SIZE
from tabuah.console.window.shell.window_placement import FRAME_PX, limited_geometry

LAPTOP = QRect(0, 0, 1366, 768)
SMALLEST = QSize(*MINIMUM_SIZE)


@pytest.mark.parametrize(
    "geometry",
    [
        QRect(0, 0, 1440, 900),
        QRect(2000, 100, 1200, 700),  # of a second screen that is gone
        QRect(-300, -50, 1200, 700),
        QRect(300, 200, 1100, 680),
    ],
)
def test_limited_geometry_lies_on_screen_with_frame(geometry: QRect) -> None:
    limited = limited_geometry(geometry, LAPTOP, smallest=SMALLEST)
    assert (LAPTOP - FRAME_PX).contains(limited)
    assert limited.width() <= geometry.width()
    assert limited.height() <= geometry.height()


def test_limited_geometry_keeps_one_that_fits() -> None:
    geometry = QRect(60, 80, 1280, 660)
    assert limited_geometry(geometry, LAPTOP, smallest=SMALLEST) == geometry


def test_limited_geometry_shows_top_left_corner_on_too_small_screen() -> None:
    limited = limited_geometry(QRect(50, 50, 1440, 900), QRect(0, 0, 800, 600), smallest=SMALLEST)
    assert limited == QRect(FRAME_PX.left(), FRAME_PX.top(), *MINIMUM_SIZE)


SCRIPT = """
from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow
from tabuah.console.window.shell.window_placement import limit_to_screen

app = QApplication([])
app.platformName = QGuiApplication.platformName = lambda: "screen"
window = QMainWindow()
window.setGeometry(700, 500, 1440, 900)
limit_to_screen(window)
window.show()
print(app.primaryScreen().availableGeometry().contains(window.frameGeometry()), window.width(), window.height())
"""


@pytest.mark.skipif(os.name == "nt", reason="a path with a drive cannot be an argument of the Qt platform")
def test_window_is_limited_to_its_screen(tmp_path: Path) -> None:
    screen = tmp_path / "screen.json"
    size = '"x":0,"y":0,"width":1366,"height":768,"dpi":96,"logicalDpi":96,"logicalBaseDpi":96,"dpr":1'
    screen.write_text(f'{{"screens":[{{"name":"laptop",{size}}}]}}')
    environ = os.environ | {"QT_QPA_PLATFORM": f"offscreen:configfile={screen}"}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "1362", "728"]
