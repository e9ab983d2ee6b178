"""The scales round a plot: values with their grid at the left, time at the foot, rain at the right."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from tabuah.widgets.charts.axes import (
    moments_to_name,
    number_label,
    number_step,
    number_ticks,
    time_label,
)
from tabuah.widgets.charts.frame import Frame
from tabuah.widgets.charts.hairlines import draw_across
from tabuah.widgets.charts.rain_bars import RainBars
from tabuah.widgets.charts.series import ChartContent
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import with_alpha
from tabuah.widgets.theme.fonts import Type

_APART_PX: Final = 8  # a label from the plot
_BEYOND_PX: Final = 12  # that a label of time may reach over the right edge of the plot
_WIDEST_PX: Final = 200.0
_LINES_APART: Final = 1.7  # one label above the next, in heights of a line
_GRID: Final = 0.1  # opacity


class _Scale:
    """What the scales share: a small font, and labels that are never cut by the edge of the window."""

    def show_content(self, content: ChartContent) -> None:
        """What is in sight says it all, unless a scale knows better."""

    def dress(self, appearance: Appearance) -> None:
        """Take colours and the font."""
        palette = appearance.palette
        self._font, self._colour = appearance.font(Type.SMALL), QColor(palette.muted)
        self._metrics = QFontMetricsF(self._font)
        self._apart_px = _LINES_APART * self._metrics.height()
        self._text_scale = appearance.text_scale
        self._grid = with_alpha(palette.text, _GRID)

    def _begin(self, painter: QPainter) -> None:
        painter.setFont(self._font)
        painter.setPen(self._colour)

    def _beside(self, painter: QPainter, rect_x: float, y: float, text: str, *, align: Qt.AlignmentFlag) -> None:
        """A label whose middle is at `y`; left out where that is too close to the upper edge."""
        height_px = self._metrics.height()
        rect = QRectF(rect_x, y - height_px / 2, _WIDEST_PX, height_px)
        if rect.top() >= 0:
            painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter, text)


class ValueScale(_Scale):
    """Values at the left, with a line across the plot for each."""

    def room_px(self, frame: Frame) -> float:
        """How much room the labels of a frame need at the left of it."""
        widths_px = [self._metrics.horizontalAdvance(text) for _value, text in self._labels(frame)]
        return max(widths_px, default=0.0) + 2 * _APART_PX

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Paint the grid and its labels."""
        area, labels = frame.area, self._labels(frame)
        self._begin(painter)
        for value, text in labels:
            left = area.left() - _APART_PX - _WIDEST_PX
            self._beside(painter, left, frame.y(value), text, align=Qt.AlignmentFlag.AlignRight)
        for value, _text in labels:
            draw_across(painter, area, frame.y(value), self._grid)

    def _labels(self, frame: Frame) -> list[tuple[float, str]]:
        step = number_step(frame.high - frame.low, frame.area.height(), self._apart_px)
        return [(tick, number_label(tick, step)) for tick in number_ticks(frame.low, frame.high, step)]


class TimeScale(_Scale):
    """Time at the foot."""

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Paint the labels, each below its moment, but within the window."""
        self._begin(painter)
        area = frame.area
        for tick_s in moments_to_name(frame.first_s, frame.last_s, area.width() / self._text_scale):
            text = time_label(tick_s)
            width_px = self._metrics.horizontalAdvance(text)
            left = min(frame.x(tick_s) - width_px / 2, area.right() + _BEYOND_PX - width_px)
            painter.drawText(QPointF(left, area.bottom() + _APART_PX / 2 + self._metrics.ascent()), text)


class RainScale(_Scale):
    """Millimetres of rain at the right, from the top down; nothing where a chart has no rain."""

    def __init__(self, bars: RainBars) -> None:
        self._bars = bars
        self._has_rain = False

    def show_content(self, content: ChartContent) -> None:
        """See whether there is rain."""
        self._has_rain = content.has_rain

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Paint the labels."""
        if not self._has_rain:
            return
        self._begin(painter)
        rain_frame, peak_mm = self._bars.frame_of(frame), self._bars.peak_mm
        height_px = rain_frame.y(peak_mm) - frame.area.top()
        step_mm = number_step(peak_mm, height_px, self._apart_px)
        for tick_mm in number_ticks(step_mm, peak_mm, step_mm):
            text = f"{number_label(tick_mm, step_mm)} mm"
            left = frame.area.right() + _APART_PX
            self._beside(painter, left, rain_frame.y(tick_mm), text, align=Qt.AlignmentFlag.AlignLeft)
