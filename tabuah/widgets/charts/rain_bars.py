"""Rain as bars that hang from the top of a plot, on a scale of its own."""

import dataclasses
from typing import Final

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from tabuah.widgets.charts.frame import Frame
from tabuah.widgets.charts.series import ChartContent, Floats, Series
from tabuah.widgets.charts.strokes import draw_rects
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import with_alpha

_SHARE: Final = 3.2  # the highest bar fills one part in so many of the height
_FILLED: Final = 0.72  # of the time that a bar stands for, so that bars stand apart
_LEAST_PEAK_MM: Final = 1.0  # drizzle must not look like a storm
_NARROWEST_PX: Final = 1.0


class RainBars:
    """The bars; no rain has none."""

    def __init__(self) -> None:
        self._rain = Series()
        self.peak_mm = _LEAST_PEAK_MM

    def show_content(self, content: ChartContent) -> None:
        """Take the chart's rain."""
        rain = content.rain or Series()
        wet = np.nan_to_num(rain.values) > 0
        self._rain = dataclasses.replace(rain, times_s=rain.times_s[wet], values=rain.values[wet])
        self.peak_mm = max(_LEAST_PEAK_MM, float(self._rain.values.max(initial=0.0)))

    def dress(self, appearance: Appearance) -> None:
        """Take colours."""
        self._colour = with_alpha(appearance.palette.information, 0.75)

    def frame_of(self, frame: Frame) -> Frame:
        """The rain's own scale: nothing at the top."""
        return dataclasses.replace(frame, low=self.peak_mm * _SHARE, high=0.0)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Hang the bars that are in sight."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        draw_rects(painter, self.bars(frame))

    def bars(self, frame: Frame) -> Floats:
        """The bars in sight, shape (n, 4): x, y, width, height in px; of those in one column the highest."""
        rain, rain_frame, half_s = self._rain, self.frame_of(frame), self._rain.interval_s * _FILLED / 2
        begin, end = np.searchsorted(rain.times_s, (frame.first_s - half_s, frame.last_s + half_s))
        times_s, depths_mm = rain.times_s[begin:end], rain.values[begin:end]
        left = np.round(frame.xs(times_s - half_s))
        if not len(left):
            return np.empty((0, 4))
        columns = np.concatenate(([0], np.flatnonzero(np.diff(left)) + 1))
        left = left[columns]
        width = np.maximum(np.round(frame.xs(times_s[columns] + half_s)) - left, _NARROWEST_PX)
        height = np.maximum.reduceat(depths_mm, columns) * -rain_frame.px_per_value
        return np.column_stack((left, np.full(len(left), frame.area.top()), width, height))
