"""A line as small as a word: where a value came from in the last hours."""

import numpy as np
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from tabuah.widgets.charts.series import Series
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import level_colour
from tabuah.widgets.values import Level


class Sparkline(QWidget):
    """A line with gaps and a dot at its end in the colour of its level; a dashed line when there are no data."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("sparkline")
        self._appearance = appearance
        self._series = Series()
        self._level = Level.NO_DATA
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def show_series(self, series: Series, level: Level, spoken: str) -> None:
        """Show a series; `spoken` says it in words."""
        self._series, self._level = series, level
        self.setAccessibleName(spoken)
        self.setToolTip(spoken)
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: as high as a line of text."""
        return QSize(96, self._appearance.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint the line."""
        palette = self._appearance.palette
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if np.isfinite(self._series.values).sum() < 2:
                pen = QPen(QColor(palette.no_data), 1.2)
                pen.setDashPattern([3, 3])
                painter.setPen(pen)
                painter.drawLine(QPointF(2, self.height() / 2), QPointF(self.width() - 2, self.height() / 2))
                return
            self._paint_line(painter)
        finally:
            painter.end()

    def _paint_line(self, painter: QPainter) -> None:
        times, values = self._series.with_gaps()
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        span = (high - low) or 1.0
        x = 2 + (times - times[0]) / max(1.0, times[-1] - times[0]) * (self.width() - 8)
        y = self.height() - 4 - (values - low) / span * (self.height() - 8)
        painter.setPen(QPen(QColor(self._appearance.palette.muted), 1.4))
        finite = np.isfinite(y)
        for run in np.split(np.arange(len(y)), np.flatnonzero(~finite)):
            points = [QPointF(x[i], y[i]) for i in run if finite[i]]
            if len(points) > 1:
                painter.drawPolyline(QPolygonF(points))
        last = np.flatnonzero(finite)[-1]
        colour = QColor(level_colour(self._appearance.palette, self._level))
        painter.setPen(QPen(colour))
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(x[last], y[last]), 2.5, 2.5)
