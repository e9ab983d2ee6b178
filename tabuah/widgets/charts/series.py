"""What charts draw: series with gaps, level bands and forecasts, as arrays."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tabuah.widgets.values import Level

Floats = NDArray[np.float64]
COMPARED_MARKS: Final = ("– –", "· ·", "– ·", "— —")  # how the lines of other stations are dashed, in a text
_MOST_OF_ONE_DAY_S: Final = 40 * 3600.0  # a day with a forecast after it
_GAP_INTERVALS: Final = 2.5  # more than so many expected intervals without a reading is a gap


def _empty() -> Floats:
    return np.empty(0, dtype=np.float64)


def thinned(times_s: Floats, values: Floats, *, most: int = 400) -> tuple[Floats, Floats]:
    """At most twice `most` of the points, evenly: enough to know where a line is."""
    step = max(1, len(times_s) // most)
    return times_s[::step], values[::step]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """Values over time; `times_s` is Unix time (UTC), ascending; a missing value is NaN."""

    times_s: Floats = field(default_factory=_empty)
    values: Floats = field(default_factory=_empty)
    interval_s: float = 600.0  # expected between two readings; much more is a gap

    def __len__(self) -> int:
        """How many readings."""
        return len(self.times_s)

    def with_gaps(self) -> tuple[Floats, Floats]:
        """Times and values with a NaN where readings are missing, so that no line is drawn across."""
        holes = np.flatnonzero(np.diff(self.times_s) > _GAP_INTERVALS * self.interval_s)
        times = np.insert(self.times_s, holes + 1, self.times_s[holes] + self.interval_s)
        return times, np.insert(self.values, holes + 1, np.nan)

    def gaps(self, from_s: float, to_s: float) -> tuple[tuple[float, float], ...]:
        """From when to when nothing is known between two moments, such as before the first reading."""
        known = self.times_s[np.isfinite(self.values) & (self.times_s > from_s) & (self.times_s < to_s)]
        edges = np.concatenate(([from_s], known, [to_s]))
        wide = np.flatnonzero(np.diff(edges) > _GAP_INTERVALS * self.interval_s)
        return tuple((float(edges[i]), float(edges[i + 1])) for i in wide)

    def value_near(self, time_s: float) -> float | None:
        """The reading closest to `time_s`, None when none is within one and a half intervals."""
        if not len(self.times_s):
            return None
        at = int(np.clip(np.searchsorted(self.times_s, time_s), 1, max(1, len(self.times_s) - 1)))
        near = min((i for i in (at - 1, at) if i < len(self.times_s)), key=lambda i: abs(self.times_s[i] - time_s))
        too_far = abs(self.times_s[near] - time_s) > 1.5 * self.interval_s
        value = float(self.values[near])
        return None if too_far or np.isnan(value) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelBand:
    """A band of the value axis, such as Siaga 2 from 3.0 m up; the worst has no upper end."""

    label: str
    level: Level
    low: float
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSpan:
    """From when to when something was so that the reader of the values should know; Unix seconds."""

    name: str
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """A forecast with its margin below and above."""

    times_s: Floats
    middle: Floats
    low: Floats
    high: Floats

    def at(self, time_s: float) -> tuple[float, float, float] | None:
        """Low, middle and high at a moment, by straight lines; None before its first and after its last time."""
        if not len(self.times_s) or not self.times_s[0] < time_s <= self.times_s[-1]:
            return None
        low, middle, high = (
            float(np.interp(time_s, self.times_s, each)) for each in (self.low, self.middle, self.high)
        )
        return low, middle, high


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NamedSeries:
    """Another station's values, drawn beside those of the chart's own."""

    name: str
    series: Series


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChartContent:
    """Everything one chart shows; times in Unix seconds."""

    title: str
    note: str = ""
    forecast_note: str = ""  # when it was issued and how exact such forecasts are
    value_name: str = ""  # such as "Tinggi muka air"
    unit: str = ""
    digits: int = 2
    values: Series = field(default_factory=Series)
    rain: Series | None = None
    rain_name: str = ""
    bands: tuple[LevelBand, ...] = ()
    spans: tuple[NamedSpan, ...] = ()
    compared: tuple[NamedSeries, ...] = ()
    forecast: Forecast | None = None
    now_s: float = 0.0
    from_s: float | None = None
    to_s: float | None = None
    exercise: bool = False

    @property
    def has_rain(self) -> bool:
        """Whether rain belongs to it, fallen or not."""
        return self.rain is not None and len(self.rain) > 0

    @property
    def spans_days(self) -> bool:
        """Whether a time of day alone would not say which day is meant."""
        return self.from_s is not None and self.to_s is not None and self.to_s - self.from_s > _MOST_OF_ONE_DAY_S
