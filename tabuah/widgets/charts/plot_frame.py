"""The visible part of a plot: its area in px, its time and value ranges, and the layers that paint it."""

from typing import Protocol

import msgspec
import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from tabuah.widgets.charts.series import ChartContent, Floats
from tabuah.widgets.theme.appearance import Appearance


class PlotFrame(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Maps time to x, left to right, and values to y, from `low` at the bottom of `area` to `high` at the top."""

    area: QRectF
    first_s: float
    last_s: float
    low: float
    high: float

    @property
    def px_per_s(self) -> float:
        """Width of a second in px."""
        return self.area.width() / max(self.last_s - self.first_s, 1e-9)

    @property
    def px_per_value(self) -> float:
        """Height of one unit in px; negative where the axis points down."""
        span = self.high - self.low
        return self.area.height() / (span if abs(span) > 1e-9 else 1e-9)

    def x(self, time_s: float) -> float:
        """Return the position of a time in px from the left edge of the widget."""
        return self.area.left() + (time_s - self.first_s) * self.px_per_s

    def y(self, value: float) -> float:
        """Return the position of a value in px from the top edge of the widget."""
        return self.area.bottom() - (value - self.low) * self.px_per_value

    def xs(self, times_s: Floats) -> Floats:
        """Return the position of each time in px."""
        return (times_s - self.first_s) * self.px_per_s + self.area.left()

    def ys(self, values: Floats) -> Floats:
        """Return the position of each value in px."""
        return (values - self.low) * -self.px_per_value + self.area.bottom()

    def points(self, times_s: Floats, values: Floats) -> Floats:
        """Return the known values as points in px, shape (n, 2)."""
        known = np.isfinite(values)
        return np.column_stack((self.xs(times_s[known]), self.ys(values[known])))

    def time_at(self, x: float) -> float:
        """Return the time at an x, Unix seconds."""
        return self.first_s + (x - self.area.left()) / self.px_per_s

    def band(self, from_s: float, to_s: float) -> QRectF:
        """Return the visible part of a time span at full height; empty if none is visible."""
        left, right = max(self.x(from_s), self.area.left()), min(self.x(to_s), self.area.right())
        return QRectF(left, self.area.top(), max(0.0, right - left), self.area.height())

    def contains_time(self, time_s: float) -> bool:
        """Return whether a time is visible."""
        return self.first_s <= time_s <= self.last_s

    def visible_points(self, times_s: Floats, values: Floats) -> tuple[Floats, Floats]:
        """Return x and y of the visible points and one beyond each edge, so that lines reach the edges."""
        begin, end = np.searchsorted(times_s, (self.first_s, self.last_s))
        part = slice(max(int(begin) - 1, 0), int(end) + 1)
        return self.xs(times_s[part]), self.ys(values[part])


class PlotLayer(Protocol):
    """One part of a plot, such as its rain."""

    def show_content(self, content: ChartContent) -> None:
        """Set the chart; compute whatever does not depend on the visible part."""

    def apply_theme(self, appearance: Appearance) -> None:
        """Set colours and fonts."""

    def paint(self, painter: QPainter, frame: PlotFrame) -> None:
        """Paint the visible part, in px."""
