"""Screenshots of the whole window, taken when the map is sharp and current."""

from pathlib import Path

from PySide6.QtCore import QEventLoop, QSize, QTimer
from PySide6.QtGui import QImage

from tabuah.console.window.shell.main_window import MainWindow

_PATIENCE_MS = 8_000
_REST_MS = 60


def take_screenshot(window: MainWindow, path: Path, size: QSize | None = None) -> None:
    """Save a screenshot, in `size` logical pixels if given.

    Raises:
        OSError: the file cannot be written.
    """
    picture = picture_of(window, size)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not picture.save(str(path)):
        raise OSError(f"{path} could not be written")


def picture_of(window: MainWindow, size: QSize | None = None) -> QImage:
    """Return a screenshot; waits some seconds at most until the map is sharp."""
    if size is not None:
        window.resize(size)
    if window.isHidden():
        window.show()
    wait_for_map(window)
    return window.grab().toImage()


def wait_for_map(window: MainWindow, patience_ms: int = _PATIENCE_MS) -> bool:
    """Process events until the map is sharp and current; return False after `patience_ms`."""
    loop, timer = QEventLoop(), QTimer()
    timer.setSingleShot(True)
    timer.setInterval(patience_ms)
    timer.timeout.connect(loop.quit)
    canvas = window.parts.map.canvas
    canvas.settled.connect(loop.quit)
    timer.start()
    canvas.update()
    loop.exec()
    canvas.settled.disconnect(loop.quit)
    in_time = timer.isActive()
    timer.stop()
    QTimer.singleShot(_REST_MS, loop.quit)  # widgets added to a layout are shown in the next round of events
    loop.exec()
    return in_time
