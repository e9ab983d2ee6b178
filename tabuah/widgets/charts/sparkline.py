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
            frame = self._frame()
            self._paint_gaps(painter, frame)
            self._paint_line(painter, frame)
        finally:
            painter.end()

    def _frame(self) -> Frame:
        times_s, known = self._series.times_s, self._series.values[np.isfinite(self._series.values)]
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
        if low == high:  # what does not change is a line in the middle
            low, high = low - 1, high + 1
        first_s, last_s = self._span_s or ((float(times_s[0]), float(times_s[-1])) if len(times_s) else (0.0, 1.0))
        area = QRectF(self.rect()).adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
        return Frame(area=area, first_s=first_s, last_s=last_s, low=low, high=high)

    def _paint_gaps(self, painter: QPainter, frame: Frame) -> None:
        """Nothing known at all is one gap, in the middle."""
        is_empty = not np.isfinite(self._series.values).any()
        y = frame.area.center().y() if is_empty else frame.area.bottom()
        spans = ((frame.first_s, frame.last_s),) if is_empty else self._series.gaps(frame.first_s, frame.last_s)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(self._appearance.palette.no_data), _GAP_PX, c=Qt.PenCapStyle.FlatCap))
        for from_s, to_s in spans:
            draw_lines(painter, dashed(np.array([[frame.x(from_s), y, frame.x(to_s), y]]), _DASHES_PX))

    def _paint_line(self, painter: QPainter, frame: Frame) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._appearance.palette.muted), _LINE_PX))
        draw_lines(painter, pieces(*thin(*frame.in_sight(*self._series.with_gaps()))))
        points = frame.points(self._series.times_s, self._series.values)
        if len(points):
            colour = QColor(level_colour(self._appearance.palette, self._level))
            painter.setPen(colour)
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(*points[-1]), _DOT_PX, _DOT_PX)
