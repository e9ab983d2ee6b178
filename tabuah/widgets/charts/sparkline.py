"""A line as small as a word: where a value came from in the last hours."""

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from tabuah.widgets.charts.frame import Frame
from tabuah.widgets.charts.series import Series
from tabuah.widgets.charts.strokes import dashed, draw_lines, pieces, thin
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import level_colour
from tabuah.widgets.theme.tokens import Palette
from tabuah.widgets.values import Level

_LINE_PX: Final = 1.4
_GAP_PX: Final = 1.0
_DASHES_PX: Final = (3.0, 3.0)
_DOT_PX: Final = 2.5  # radius
_MARGIN_PX: Final = 4.0  # the dot at the end is never cut


class Sparkline(QWidget):
    """A line with a dot at its end in the colour of its level; dashes at the foot where nothing is known."""

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
        """Show a series.

        Args:
            series: its values, gaps as gaps.
            level: what the newest of them means.
            spoken: what the line says, in words.
            span_s: Unix seconds from when to when, so that values which end early are seen to; else what there is.
        """
        self._series, self._level, self._span_s = series, level, span_s
        self.setAccessibleName(spoken)
        self.setToolTip(spoken)
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: as high as a line of text."""
        return QSize(96, self._appearance.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint the line."""
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
    """Paint such a line into `rect`, for whoever paints many of them; what is told of it `show_series` says."""
    frame = _frame(rect, series, span_s)
    _paint_gaps(painter, frame, series, palette)
    _paint_line(painter, frame, series, palette)
    _paint_dot(painter, frame, series, level_colour(palette, level))


def _frame(rect: QRectF, series: Series, span_s: tuple[float, float] | None) -> Frame:
    times_s, known = series.times_s, series.values[np.isfinite(series.values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    if low == high:  # what does not change is a line in the middle
        low, high = low - 1, high + 1
    first_s, last_s = span_s or ((float(times_s[0]), float(times_s[-1])) if len(times_s) else (0.0, 1.0))
    area = rect.adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
    return Frame(area=area, first_s=first_s, last_s=last_s, low=low, high=high)


def _paint_gaps(painter: QPainter, frame: Frame, series: Series, palette: Palette) -> None:
    """Nothing known at all is one gap, in the middle; short ones are dashed as one: each alone were a stroke."""
    is_empty = not np.isfinite(series.values).any()
    y = frame.area.center().y() if is_empty else frame.area.bottom()
    spans = ((frame.first_s, frame.last_s),) if is_empty else series.gaps(frame.first_s, frame.last_s)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor(palette.no_data), _GAP_PX, c=Qt.PenCapStyle.FlatCap))
    for from_s, to_s in spans:
        begin_px = frame.x(from_s) - frame.area.left()
        draw_lines(painter, dashed(np.array([[frame.x(from_s), y, frame.x(to_s), y]]), _DASHES_PX, begin_px=begin_px))


def _paint_line(painter: QPainter, frame: Frame, series: Series, palette: Palette) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(palette.muted), _LINE_PX))
    draw_lines(painter, pieces(*thin(*frame.in_sight(*series.with_gaps()))))


def _paint_dot(painter: QPainter, frame: Frame, series: Series, colour: str) -> None:
    points = frame.points(series.times_s, series.values)
    if len(points):
        painter.setPen(QColor(colour))
        painter.setBrush(QColor(colour))
        painter.drawEllipse(QPointF(*points[-1]), _DOT_PX, _DOT_PX)
