"""The axes of a chart: time in the regency's zone, values with grid lines, and rain, with ticks at round steps."""

import math
from datetime import datetime
from functools import lru_cache
from typing import Final

from babel.dates import format_date
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from tabuah.resources.localisation import current_language, format_number
from tabuah.resources.time_zone import home_zone
from tabuah.widgets.charts.plot_frame import PlotFrame
from tabuah.widgets.charts.rain_bars import RainBars
from tabuah.widgets.charts.series import ChartContent
from tabuah.widgets.charts.strokes import draw_horizontal_line
from tabuah.widgets.theme.appearance import Appearance, TextStyle, with_alpha

_WIB_S = 7 * 3600
_STEPS_S = (300, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800)
_MONTH_S = 365.25 * 86_400 / 12
_STEPS_MONTHS = (1, 2, 3, 6, 12)
_TICK_DISTANCE_PX = 90.0


def choose_time_ticks(first_s: float, last_s: float, width_px: float) -> list[float]:
    """Return round local times, Unix seconds, whose labels do not overlap: at most weeks, or months apart."""
    span_s = last_s - first_s
    step_s = time_step_s(span_s, width_px)
    if step_s is not None:
        return time_ticks(first_s, last_s, step_s)
    wanted = _min_step_s(span_s, width_px) / _MONTH_S
    months = next((each for each in _STEPS_MONTHS if each >= wanted), _STEPS_MONTHS[-1])
    return month_ticks(first_s, last_s, months)


def time_step_s(span_s: float, width_px: float) -> int | None:
    """Return the smallest round step with labels 90 px apart; None if even weeks are too close."""
    wanted_s = _min_step_s(span_s, width_px)
    return next((step for step in _STEPS_S if step >= wanted_s), None)


def _min_step_s(span_s: float, width_px: float) -> float:
    return span_s / max(1.0, width_px / _TICK_DISTANCE_PX)


def time_ticks(low_s: float, high_s: float, step_s: int) -> list[float]:
    """Return the Unix times in the range that are multiples of the step in the regency's zone."""
    first = -(-(low_s + _WIB_S) // step_s) * step_s - _WIB_S
    count = max(0, int((high_s - first) // step_s) + 1)
    return [first + i * step_s for i in range(min(count, 200))]


def month_ticks(low_s: float, high_s: float, months: int) -> list[float]:
    """Return the Unix times of every `months`-th month's beginning in the regency's zone."""
    first, last = (datetime.fromtimestamp(edge_s, home_zone()) for edge_s in (low_s, high_s))
    begin, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    counts = range(begin - begin % months, end + 1, months)
    ticks = (datetime(count // 12, count % 12 + 1, 1, tzinfo=home_zone()).timestamp() for count in counts)
    return [tick_s for tick_s in ticks if low_s <= tick_s <= high_s]


def format_time_tick(time_s: float) -> str:
    """Return the time of day, such as 14.30; at midnight the date, with the year on 1 January."""
    return _format_time_tick(time_s, current_language())


@lru_cache(maxsize=1024)  # every frame repeats the same few ticks while a chart is panned
def _format_time_tick(time_s: float, language: str) -> str:
    local = datetime.fromtimestamp(time_s, home_zone())
    if local.hour == 0 and local.minute == 0:
        is_new_year = (local.day, local.month) == (1, 1)
        return str(format_date(local.date(), format="d MMM y" if is_new_year else "d MMM", locale=language))
    return local.strftime("%H.%M")


def number_step(span: float, size_px: float, apart_px: float = 26) -> float:
    """Return the smallest of 1, 2, 5 × 10ⁿ that keeps labels `apart_px` apart."""
    wanted = max(span, 1e-9) / max(1.0, size_px / apart_px)
    power = 10.0 ** math.floor(math.log10(wanted))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= wanted * 0.999))


def largest_step(limit: float) -> float:
    """Return the largest of 1, 2, 5 × 10ⁿ up to a limit: with it, a low axis still has one label."""
    power = 10.0 ** math.floor(math.log10(limit))
    return max(step * power for step in (1, 2, 5) if step * power <= limit)


def number_ticks(low: float, high: float, step: float) -> list[float]:
    """Return the multiples of a step from `low` to `high`."""
    return [i * step for i in range(math.ceil(low / step), math.floor(high / step) + 1)]


def format_number_tick(value: float, step: float) -> str:
    """Format a tick with as many digits as its step needs."""
    return _format_number_tick(value, max(0, -math.floor(math.log10(step) + 1e-9)), current_language())


@lru_cache(maxsize=1024)
def _format_number_tick(value: float, digits: int, _language: str) -> str:
    return format_number(value, digits=digits)


_LABEL_GAP_PX: Final = 8  # between a label and the plot
_TIME_OVERHANG_PX: Final = 12  # that a time label may exceed the right edge of the plot
_WIDEST_PX: Final = 200.0
_LABEL_DISTANCE_LINES: Final = 1.7  # distance between labels, in line heights
_GRID_OPACITY: Final = 0.1  # opacity


class _Axis:
    """Base of the axes: a small font, and labels that are never cut by the edge of the widget."""

    def show_content(self, content: ChartContent) -> None:
        """Set the chart; most axes need only the frame."""

    def apply_theme(self, appearance: Appearance) -> None:
        """Set colours and font."""
        palette = appearance.palette
        self._font, self._colour = appearance.font(TextStyle.SMALL), QColor(palette.muted)
        self._metrics = QFontMetricsF(self._font)
        self._apart_px = _LABEL_DISTANCE_LINES * self._metrics.height()
        self._text_scale = appearance.text_scale
        self._grid = with_alpha(palette.text, _GRID_OPACITY)

    def _begin(self, painter: QPainter) -> None:
        painter.setFont(self._font)
        painter.setPen(self._colour)

    def _draw_label(self, painter: QPainter, rect_x: float, y: float, text: str, *, align: Qt.AlignmentFlag) -> None:
        """Paint a label centred at `y`; omit it if it would be cut at the upper edge."""
        height_px = self._metrics.height()
        rect = QRectF(rect_x, y - height_px / 2, _WIDEST_PX, height_px)
        if rect.top() >= 0:
            painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter, text)


class ValueAxis(_Axis):
    """Values at the left, with a grid line for each."""

    def label_width_px(self, frame: PlotFrame) -> float:
        """Return the width that the labels of a frame need."""
        widths_px = [self._metrics.horizontalAdvance(text) for _value, text in self._labels(frame)]
        return max(widths_px, default=0.0) + 2 * _LABEL_GAP_PX

    def paint(self, painter: QPainter, frame: PlotFrame) -> None:
        area, labels = frame.area, self._labels(frame)
        self._begin(painter)
        for value, text in labels:
            left = area.left() - _LABEL_GAP_PX - _WIDEST_PX
            self._draw_label(painter, left, frame.y(value), text, align=Qt.AlignmentFlag.AlignRight)
        for value, _text in labels:
            draw_horizontal_line(painter, area, frame.y(value), self._grid)

    def _labels(self, frame: PlotFrame) -> list[tuple[float, str]]:
        step = number_step(frame.high - frame.low, frame.area.height(), self._apart_px)
        return [(tick, format_number_tick(tick, step)) for tick in number_ticks(frame.low, frame.high, step)]


class TimeAxis(_Axis):
    """Time at the bottom."""

    def paint(self, painter: QPainter, frame: PlotFrame) -> None:
        """Paint each label below its time, but within the widget."""
        self._begin(painter)
        area = frame.area
        for tick_s in choose_time_ticks(frame.first_s, frame.last_s, area.width() / self._text_scale):
            text = format_time_tick(tick_s)
            width_px = self._metrics.horizontalAdvance(text)
            left = min(frame.x(tick_s) - width_px / 2, area.right() + _TIME_OVERHANG_PX - width_px)
            painter.drawText(QPointF(left, area.bottom() + _LABEL_GAP_PX / 2 + self._metrics.ascent()), text)


class RainAxis(_Axis):
    """Millimetres of rain at the right, from the top down; hidden if the chart has no rain."""

    def __init__(self, bars: RainBars) -> None:
        self._bars = bars
        self._has_rain = False

    def show_content(self, content: ChartContent) -> None:
        self._has_rain = content.has_rain

    def paint(self, painter: QPainter, frame: PlotFrame) -> None:
        if not self._has_rain:
            return
        self._begin(painter)
        rain_frame, peak_mm = self._bars.rain_frame_for(frame), self._bars.peak_mm
        height_px = rain_frame.y(peak_mm) - frame.area.top()
        step_mm = min(number_step(peak_mm, height_px, self._apart_px), largest_step(peak_mm))
        for tick_mm in number_ticks(step_mm, peak_mm, step_mm):
            text = f"{format_number_tick(tick_mm, step_mm)} mm"
            left = frame.area.right() + _LABEL_GAP_PX
            self._draw_label(painter, left, rain_frame.y(tick_mm), text, align=Qt.AlignmentFlag.AlignLeft)
