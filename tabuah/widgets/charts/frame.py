"""What of a plot is in sight: its place in px, the span of time and the range of values, and how these become px."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF

from tabuah.widgets.charts.series import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """Time runs from the left to the right of `area`, values from `low` at its foot to `high` at its top."""

    area: QRectF
    first_s: float
    last_s: float
    low: float
    high: float

    @property
    def px_per_s(self) -> float:
        """How wide a second is."""
        return self.area.width() / max(self.last_s - self.first_s, 1e-9)

    @property
    def px_per_value(self) -> float:
        """How far up one more goes; negative where values hang from the top."""
        span = self.high - self.low
        return self.area.height() / (span if abs(span) > 1e-9 else 1e-9)

    def x(self, time_s: float) -> float:
        """Where a moment is."""
        return self.area.left() + (time_s - self.first_s) * self.px_per_s

    def y(self, value: float) -> float:
        """Where a value is."""
        return self.area.bottom() - (value - self.low) * self.px_per_value

    def xs(self, times_s: Floats) -> Floats:
        """Where moments are."""
        return (times_s - self.first_s) * self.px_per_s + self.area.left()

    def ys(self, values: Floats) -> Floats:
        """Where values are."""
        return (values - self.low) * -self.px_per_value + self.area.bottom()

    def points(self, times_s: Floats, values: Floats) -> Floats:
        """Known values as points in px, shape (n, 2)."""
        known = np.isfinite(values)
        return np.column_stack((self.xs(times_s[known]), self.ys(values[known])))

    def time_at(self, x: float) -> float:
        """Which moment is at a place, Unix seconds."""
        return self.first_s + (x - self.area.left()) / self.px_per_s

    def band(self, from_s: float, to_s: float) -> QRectF:
        """What is in sight of a span of time, from top to foot; empty where nothing is."""
        left, right = max(self.x(from_s), self.area.left()), min(self.x(to_s), self.area.right())
        return QRectF(left, self.area.top(), max(0.0, right - left), self.area.height())

    def sees(self, time_s: float) -> bool:
        """Whether a moment is in sight."""
        return self.first_s <= time_s <= self.last_s

    def in_sight(self, times_s: Floats, values: Floats) -> tuple[Floats, Floats]:
        """Places of what is in sight, and of the one before and after it, so that lines leave through the edge."""
        begin, end = np.searchsorted(times_s, (self.first_s, self.last_s))
        part = slice(max(int(begin) - 1, 0), int(end) + 1)
        return self.xs(times_s[part]), self.ys(values[part])
