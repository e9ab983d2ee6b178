"""The size and position of the window on the screen that it opens on."""

from typing import Final

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

# Known only once the window manager has drawn the frame; this is room for the usual ones.
FRAME_PX: Final = QMargins(2, 38, 2, 2)


def limit_to_screen(window: QWidget) -> None:
    """Limit size and position of a window that is not shown yet to the free part of its screen."""
    screen = _screen_of(window)
    if screen is None or window.isMaximized() or window.isFullScreen():
        return
    geometry = window.geometry()
    limited = limited_geometry(geometry, screen.availableGeometry(), smallest=window.minimumSize())
    window.resize(limited.size())
    is_placed = window.testAttribute(Qt.WidgetAttribute.WA_Moved)  # otherwise the window manager places it
    if is_placed and limited.topLeft() != geometry.topLeft():
        window.move(limited.topLeft() - QPoint(FRAME_PX.left(), FRAME_PX.top()))  # the corner of the frame


def limited_geometry(geometry: QRect, available: QRect, *, smallest: QSize) -> QRect:
    """Return the geometry without frame so that the window lies in the available one with its frame.

    A screen that is smaller than the smallest window shows its top left corner.
    """
    free = available - FRAME_PX
    size = geometry.size().boundedTo(free.size()).expandedTo(smallest)
    x_px = max(free.left(), min(geometry.left(), free.left() + free.width() - size.width()))
    y_px = max(free.top(), min(geometry.top(), free.top() + free.height() - size.height()))
    return QRect(QPoint(x_px, y_px), size)


def _screen_of(window: QWidget) -> QScreen | None:
    """Return the screen of a window; none on the platform without one, where the caller chooses the size."""
    if QGuiApplication.platformName() == "offscreen":
        return None
    return QGuiApplication.screenAt(window.geometry().center()) or window.screen()
