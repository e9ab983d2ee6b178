"""The marks of corrected values: a cross at the old value, a hollow diamond at the new one, and a line between."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tabuah.widgets.charts.plot_frame import PlotFrame
from tabuah.widgets.charts.series import ChartContent, CorrectedPoint
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.level_shapes import diamond

_RADIUS_PX: Final = 6.0
_CROSS_PX: Final = 3.5


class CorrectionMarks:
    """The corrected values of the chart's own series."""

    def __init__(self) -> None:
        self._points: tuple[CorrectedPoint, ...] = ()

    def show_content(self, content: ChartContent) -> None:
        self._points = content.corrected

    def apply_theme(self, appearance: Appearance) -> None:
        palette = appearance.palette
        self._fill, self._edge = QColor(palette.panel), QPen(QColor(palette.text), 1.8)
        self._old = QPen(QColor(palette.muted), 1.4)

    def paint(self, painter: QPainter, frame: PlotFrame) -> None:
        """Paint the marks of the visible part."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for point in self._points:
            if frame.contains_time(point.time_s):
                self._paint_point(painter, frame, point)

    def _paint_point(self, painter: QPainter, frame: PlotFrame, point: CorrectedPoint) -> None:
        x, y = frame.x(point.time_s), frame.y(point.value)
        if point.old_value is not None:
            old_y = frame.y(point.old_value)
            painter.setPen(self._old)
            painter.drawLine(QPointF(x, old_y), QPointF(x, y))
            for side in (-_CROSS_PX, _CROSS_PX):
                painter.drawLine(QPointF(x - _CROSS_PX, old_y - side), QPointF(x + _CROSS_PX, old_y + side))
        painter.setPen(self._edge)
        painter.setBrush(self._fill)
        painter.drawPolygon(diamond(QRectF(x - _RADIUS_PX, y - _RADIUS_PX, 2 * _RADIUS_PX, 2 * _RADIUS_PX)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
