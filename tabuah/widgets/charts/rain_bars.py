"""Rain as bars that hang from the top of a plot, on an axis of its own."""

from typing import Final

import msgspec
import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from tabuah.widgets.charts.plot_frame import PlotFrame
from tabuah.widgets.charts.series import ChartContent, Floats, Series
from tabuah.widgets.charts.strokes import draw_rects
from tabuah.widgets.theme.appearance import Appearance, with_alpha

_SCALE_FACTOR: Final = 3.2  # the plot is this many times as high as the highest bar
_BAR_SHARE: Final = 0.72  # width of a bar as a share of its interval, so that bars are separate
_MIN_PEAK_MM: Final = 1.0  # drizzle must not look like a storm
_MIN_WIDTH_PX: Final = 1.0


class RainBars:
    """The rain bars of a chart, if it has rain."""

    def __init__(self) -> None:
        self._rain = Series()
        self.peak_mm = _MIN_PEAK_MM

    def show_content(self, content: ChartContent) -> None:
        rain = content.rain or Series()
        wet = np.nan_to_num(rain.values) > 0
        self._rain = msgspec.structs.replace(rain, times_s=rain.times_s[wet], values=rain.values[wet])
        self.peak_mm = max(_MIN_PEAK_MM, float(self._rain.values.max(initial=0.0)))

    def apply_theme(self, appearance: Appearance) -> None:
        self._colour = with_alpha(appearance.palette.information, 0.75)

    def rain_frame_for(self, frame: PlotFrame) -> PlotFrame:
        """Return the frame of the rain axis: zero at the top."""
        return msgspec.structs.replace(frame, low=self.peak_mm * _SCALE_FACTOR, high=0.0)

    def paint(self, painter: QPainter, frame: PlotFrame) -> None:
        """Paint the visible bars."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        draw_rects(painter, self.bars(frame))

    def bars(self, frame: PlotFrame) -> Floats:
        """Return the visible bars, shape (n, 4): x, y, width, height in px; the highest of each pixel column."""
        rain, rain_frame, half_s = self._rain, self.rain_frame_for(frame), self._rain.interval_s * _BAR_SHARE / 2
        begin, end = np.searchsorted(rain.times_s, (frame.first_s - half_s, frame.last_s + half_s))
        times_s, depths_mm = rain.times_s[begin:end], rain.values[begin:end]
        left = np.round(frame.xs(times_s - half_s))
        if not len(left):
            return np.empty((0, 4))
        columns = np.concatenate(([0], np.flatnonzero(np.diff(left)) + 1))
        left = left[columns]
        width = np.maximum(np.round(frame.xs(times_s[columns] + half_s)) - left, _MIN_WIDTH_PX)
        height = np.maximum.reduceat(depths_mm, columns) * -rain_frame.px_per_value
        return np.column_stack((left, np.full(len(left), frame.area.top()), width, height))
