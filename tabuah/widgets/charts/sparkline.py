"""Sparklines: the last hours of a value in the height of a text line."""

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from tabuah.widgets.charts.plot_frame import PlotFrame
from tabuah.widgets.charts.series import Series
from tabuah.widgets.charts.strokes import dash_segments, draw_lines, polyline_segments, thin_min_max
from tabuah.widgets.theme.appearance import Appearance, level_colour
from tabuah.widgets.theme.design_tokens import Palette
from tabuah.widgets.values import Level

_LINE_PX: Final = 1.4
_GAP_PX: Final = 1.0
_DASHES_PX: Final = (3.0, 3.0)
_DOT_PX: Final = 2.5  # radius
_MARGIN_PX: Final = 4.0  # so that the dot at the end is not cut


class Sparkline(QWidget):
    """A line with a dot at its end in the colour of its level; gaps are dashed at the bottom."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("sparkline")
        self._appearance = appearance
        self._series = Series()
        self._level = Level.NO_DATA
        self._span_s: tuple[float, float] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def show_series(
        self, series: Series, level: Level, spoken: str, *, span_s: tuple[float, float] | None = None
    ) -> None:
        self._series, self._level, self._span_s = series, level, span_s
        self.setAccessibleName(spoken)
        self.setToolTip(spoken)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(96, self._appearance.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            palette, area = self._appearance.palette, QRectF(self.rect())
            paint_sparkline(painter, area, self._series, self._level, palette, span_s=self._span_s)
        finally:
            painter.end()


def paint_sparkline(
    painter: QPainter,
    rect: QRectF,
    series: Series,
    level: Level,
    palette: Palette,
    *,
    span_s: tuple[float, float] | None = None,
) -> None:
    """Paint a sparkline into `rect`; the arguments are those of `Sparkline.show_series`."""
    frame = _frame(rect, series, span_s)
    _paint_gaps(painter, frame, series, palette)
    _paint_line(painter, frame, series, palette)
    _paint_dot(painter, frame, series, level_colour(palette, level))


def _frame(rect: QRectF, series: Series, span_s: tuple[float, float] | None) -> PlotFrame:
    times_s, known = series.times_s, series.values[np.isfinite(series.values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    if low == high:  # draw a constant value in the middle
        low, high = low - 1, high + 1
    first_s, last_s = span_s or ((float(times_s[0]), float(times_s[-1])) if len(times_s) else (0.0, 1.0))
    area = rect.adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
    return PlotFrame(area=area, first_s=first_s, last_s=last_s, low=low, high=high)


def _paint_gaps(painter: QPainter, frame: PlotFrame, series: Series, palette: Palette) -> None:
    """Dash the gaps at the bottom; without any data dash the middle. Gaps share one dash pattern."""
    is_empty = not np.isfinite(series.values).any()
    y = frame.area.center().y() if is_empty else frame.area.bottom()
    spans = ((frame.first_s, frame.last_s),) if is_empty else series.gaps(frame.first_s, frame.last_s)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor(palette.no_data), _GAP_PX, c=Qt.PenCapStyle.FlatCap))
    for from_s, to_s in spans:
        begin_px = frame.x(from_s) - frame.area.left()
        draw_lines(
            painter, dash_segments(np.array([[frame.x(from_s), y, frame.x(to_s), y]]), _DASHES_PX, begin_px=begin_px)
        )


def _paint_line(painter: QPainter, frame: PlotFrame, series: Series, palette: Palette) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(palette.muted), _LINE_PX))
    draw_lines(painter, polyline_segments(*thin_min_max(*frame.visible_points(*series.with_gaps()))))


def _paint_dot(painter: QPainter, frame: PlotFrame, series: Series, colour: str) -> None:
    points = frame.points(series.times_s, series.values)
    if len(points):
        painter.setPen(QColor(colour))
        painter.setBrush(QColor(colour))
        painter.drawEllipse(QPointF(*points[-1]), _DOT_PX, _DOT_PX)
