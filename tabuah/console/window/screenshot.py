"""A picture of the whole window, taken when everything on it is sharp and current."""

from pathlib import Path

from PySide6.QtCore import QEventLoop, QSize, QTimer
from PySide6.QtGui import QImage

from tabuah.console.window.shell import Shell

_PATIENCE_MS = 8_000
_REST_MS = 60


def take_screenshot(window: Shell, path: Path, size: QSize | None = None) -> None:
    """Save a picture of the window, in `size` logical pixels where that is wanted.

    Raises:
        OSError: the file cannot be written.
    """
    picture = picture_of(window, size)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not picture.save(str(path)):
        raise OSError(f"{path} could not be written")


def picture_of(window: Shell, size: QSize | None = None) -> QImage:
    """The picture; waits until the map is sharp, at most some seconds."""
    if size is not None:
        window.resize(size)
    if window.isHidden():
        window.show()
    wait_for_map(window)
    return window.grab().toImage()


def wait_for_map(window: Shell, patience_ms: int = _PATIENCE_MS) -> bool:
    """Let the window work until its map is sharp and current; False when that took too long."""
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
    QTimer.singleShot(_REST_MS, loop.quit)  # widgets that came into a layout are shown in the next round
    loop.exec()
    return in_time
