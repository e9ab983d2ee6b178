"""Vertical lines at two times: now, and the time that the cursor reads."""

import math
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tabuah.widgets.charts.plot_frame import PlotFrame
from tabuah.widgets.charts.series import ChartContent
from tabuah.widgets.charts.strokes import draw_vertical_line
from tabuah.widgets.theme.appearance import Appearance

_POINT_PX: Final = 4.5  # radius
_POINT_EDGE_PX: Final = 2.0


class NowLine:
    """The line at the current time."""

    def __init__(self) -> None:
        self._now_s = 0.0

    def show_content(self, content: ChartContent) -> None:
        """Set the current time of the chart; 0 means none."""
        self._now_s = content.now_s

    def apply_theme(self, appearance: Appearance) -> None:
        self._colour = QColor(appearance.palette.muted)

    def paint(self, painter: QPainter, frame: PlotFrame) -> None:
        if self._now_s:
            draw_vertical_line(painter, frame.area, frame.x(self._now_s), self._colour)


class Cursor:
    """A dotted line with a point at the value that it reads."""

    def __init__(self) -> None:
        self._content = ChartContent(title="")
        self.time_s = math.nan

    def show_content(self, content: ChartContent) -> None:
        self._content = content

    def apply_theme(self, appearance: Appearance) -> None:
        palette = appearance.palette
        self._line = QPen(QColor(palette.text), 1, Qt.PenStyle.DotLine)
        self._fill, self._edge = QColor(palette.accent), QPen(QColor(palette.panel), _POINT_EDGE_PX)

    def paint(self, painter: QPainter, frame: PlotFrame) -> None:
        """Paint the cursor if it is set and visible."""
        if math.isnan(self.time_s) or not frame.contains_time(self.time_s):
            return
        _draw_dotted(painter, frame.area, frame.x(self.time_s), self._line)
        value = self._content.values.value_near(self.time_s)
        if value is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self._edge)
            painter.setBrush(self._fill)
            painter.drawEllipse(QPointF(frame.x(self.time_s), frame.y(value)), _POINT_PX, _POINT_PX)


def _draw_dotted(painter: QPainter, area: QRectF, x: float, pen: QPen) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen)
    painter.drawLine(QLineF(round(x) + 0.5, area.top(), round(x) + 0.5, area.bottom()))
