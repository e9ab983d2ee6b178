"""The lines of a plot: measured values, compared stations and the forecast."""

from typing import Final

import numpy as np
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tabuah.widgets.charts.plot_frame import PlotFrame
from tabuah.widgets.charts.series import ChartContent, Floats, ForecastSeries, Series
from tabuah.widgets.charts.strokes import dash_segments, draw_lines, polyline_segments, thin_min_max
from tabuah.widgets.theme.appearance import Appearance, with_alpha

_WIDTH_PX: Final = 2.0
_COMPARED_PX: Final = 1.4
# Each station has its own dash pattern, as colour must not be the only sign; see `COMPARED_MARKS`.
_DASHES_PX: Final = ((8.4, 4.2), (2.8, 4.2), (11.2, 4.2, 2.8, 4.2), (16.8, 5.6))


class ValueLine:
    """The chart's own values, with gaps."""

    def __init__(self) -> None:
        self._line = Series().with_gaps()

    def show_content(self, content: ChartContent) -> None:
        self._line = content.values.with_gaps()

    def apply_theme(self, appearance: Appearance) -> None:
        self._pen = QPen(QColor(appearance.palette.accent), _WIDTH_PX)

    def paint(self, painter: QPainter, frame: PlotFrame) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._pen)
        draw_lines(painter, polyline_segments(*thin_min_max(*frame.visible_points(*self._line))))


class ComparedLines:
    """The values of other stations, at most as many as there are dash patterns."""

    def __init__(self) -> None:
        self._lines: list[tuple[Floats, Floats]] = []

    def show_content(self, content: ChartContent) -> None:
        self._lines = [other.series.with_gaps() for other in content.compared[: len(_DASHES_PX)]]

    def apply_theme(self, appearance: Appearance) -> None:
        self._pen = QPen(QColor(appearance.palette.information), _COMPARED_PX, c=Qt.PenCapStyle.FlatCap)

    def paint(self, painter: QPainter, frame: PlotFrame) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._pen)
        for (times_s, values), dashes_px in zip(self._lines, _DASHES_PX, strict=False):
            x, y = thin_min_max(*frame.visible_points(times_s, values))
            if len(x):
                draw_lines(
                    painter, dash_segments(polyline_segments(x, y), dashes_px, begin_px=x[0] - frame.x(times_s[0]))
                )


_FORECAST_DASHES_PX: Final = (8.0, 4.0)
_FORECAST_WIDTH_PX: Final = 2.0


class ForecastFan:
    """The forecast of a chart, if it has one."""

    def __init__(self) -> None:
        self._forecast: ForecastSeries | None = None

    def show_content(self, content: ChartContent) -> None:
        self._forecast = content.forecast

    def apply_theme(self, appearance: Appearance) -> None:
        accent = appearance.palette.accent
        self._ground = with_alpha(accent, 0.16)
        self._edge = QPen(with_alpha(accent, 0.45), _FORECAST_WIDTH_PX / 2)
        self._middle = QPen(QColor(accent), _FORECAST_WIDTH_PX, c=Qt.PenCapStyle.FlatCap)

    def paint(self, painter: QPainter, frame: PlotFrame) -> None:
        """Paint the interval, its edges and the median."""
        forecast = self._forecast
        if forecast is None or not len(forecast.times_s):
            return
        x = frame.xs(forecast.times_s)
        low, middle, high = (frame.ys(each) for each in (forecast.low, forecast.middle, forecast.high))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # the edges painted over it are smooth
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ground)
        painter.drawPolygon(arrayToQPolygonF(np.concatenate((x, x[::-1])), np.concatenate((low, high[::-1]))))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._edge)
        for side in (low, high):
            draw_lines(painter, polyline_segments(x, side))
        painter.setPen(self._middle)
        draw_lines(painter, dash_segments(polyline_segments(x, middle), _FORECAST_DASHES_PX))
