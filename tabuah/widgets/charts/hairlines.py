"""Thin straight lines across and down a plot, crisp on every screen.

They are filled, not drawn: Qt takes half a millisecond for a translucent line as wide as a window, and ten
microseconds for the same pixels as a rectangle.
"""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

_WIDTH_PX = 1


def draw_across(painter: QPainter, area: QRectF, y: float, colour: QColor) -> None:
    """From edge to edge."""
    if area.top() <= y <= area.bottom():
        painter.fillRect(QRectF(area.left(), round(y), area.width(), _WIDTH_PX), colour)


def draw_down(painter: QPainter, area: QRectF, x: float, colour: QColor) -> None:
    """From top to foot."""
    if area.left() <= x <= area.right():
        painter.fillRect(QRectF(round(x), area.top(), _WIDTH_PX, area.height()), colour)
