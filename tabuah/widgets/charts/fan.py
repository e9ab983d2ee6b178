"""The fan of a forecast: what is expected, dashed, within the band of what else may come."""

from typing import Final

import numpy as np
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tabuah.widgets.charts.frame import Frame
from tabuah.widgets.charts.series import ChartContent, Forecast
from tabuah.widgets.charts.strokes import dashed, draw_lines, pieces
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import with_alpha

_DASHES_PX: Final = (8.0, 4.0)
_WIDTH_PX: Final = 2.0


class Fan:
    """A forecast, where a chart has one."""

    def __init__(self) -> None:
        self._forecast: Forecast | None = None

    def show_content(self, content: ChartContent) -> None:
        """Take the chart's forecast."""
        self._forecast = content.forecast

    def dress(self, appearance: Appearance) -> None:
        """Take colours."""
        accent = appearance.palette.accent
        self._ground = with_alpha(accent, 0.16)
        self._edge = QPen(with_alpha(accent, 0.45), _WIDTH_PX / 2)
        self._middle = QPen(QColor(accent), _WIDTH_PX, c=Qt.PenCapStyle.FlatCap)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Paint the band, its edges and the middle."""
        forecast = self._forecast
        if forecast is None or not len(forecast.times_s):
            return
        x = frame.xs(forecast.times_s)
        low, middle, high = (frame.ys(each) for each in (forecast.low, forecast.middle, forecast.high))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # its edges, painted over it, are smooth
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ground)
        painter.drawPolygon(arrayToQPolygonF(np.concatenate((x, x[::-1])), np.concatenate((low, high[::-1]))))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._edge)
        for side in (low, high):
            draw_lines(painter, pieces(x, side))
        painter.setPen(self._middle)
        draw_lines(painter, dashed(pieces(x, middle), _DASHES_PX))
