"""Thin straight lines across and down a plot, equally wide and crisp on every screen.

They are filled, not drawn: Qt takes half a millisecond for a translucent line as wide as a window, and ten
microseconds for the same pixels as a rectangle.
"""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter


def draw_across(painter: QPainter, area: QRectF, y: float, colour: QColor) -> None:
    """From edge to edge."""
    if area.top() <= y <= area.bottom():
        to_device = painter.deviceTransform()
        top, width = _on_pixels(y, to_device.m22(), to_device.dy())
        painter.fillRect(QRectF(area.left(), top, area.width(), width), colour)


def draw_down(painter: QPainter, area: QRectF, x: float, colour: QColor) -> None:
    """From top to foot."""
    if area.left() <= x <= area.right():
        to_device = painter.deviceTransform()
        left, width = _on_pixels(x, to_device.m11(), to_device.dx())
        painter.fillRect(QRectF(left, area.top(), width, area.height()), colour)


def _on_pixels(at: float, ratio: float, offset: float) -> tuple[float, float]:
    """Where a line at a place begins, and how wide it is, so that it fills whole pixels of the screen."""
    return (round(at * ratio + offset) - offset) / ratio, max(1, round(ratio)) / ratio
