"""The data of charts: series with gaps, level bands and forecasts, as arrays."""

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from tabuah.widgets.values import Level

Floats = NDArray[np.float64]
COMPARED_MARKS: Final = ("– –", "· ·", "– ·", "— —")  # text symbols of the dash patterns of compared stations
_MAX_SINGLE_DAY_S: Final = 40 * 3600.0  # one day and its forecast
_REACH_SHARE: Final = 0.006  # of the period: five pixels of a chart of 800
_GAP_INTERVALS: Final = 2.5  # a longer time without readings, in expected intervals, is a gap


def _empty() -> Floats:
    return np.empty(0, dtype=np.float64)


def sample_evenly(times_s: Floats, values: Floats, *, most: int = 400) -> tuple[Floats, Floats]:
    """Return every n-th point, at most twice `most` of them: enough to approximate a line."""
    step = max(1, len(times_s) // most)
    return times_s[::step], values[::step]


class Series(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Values over time; `times_s` is Unix time (UTC), ascending; a missing value is NaN."""

    times_s: Floats = msgspec.field(default_factory=_empty)
    values: Floats = msgspec.field(default_factory=_empty)
    interval_s: float = 600.0  # expected between two readings; a much longer interval is a gap

    def __len__(self) -> int:
        return len(self.times_s)

    def with_gaps(self) -> tuple[Floats, Floats]:
        """Return times and values with a NaN in each gap, which breaks the line."""
        holes = np.flatnonzero(np.diff(self.times_s) > _GAP_INTERVALS * self.interval_s)
        times = np.insert(self.times_s, holes + 1, self.times_s[holes] + self.interval_s)
        return times, np.insert(self.values, holes + 1, np.nan)

    def gaps(self, from_s: float, to_s: float) -> tuple[tuple[float, float], ...]:
        """Return the gaps between two times, including before the first and after the last reading."""
        known = self.times_s[np.isfinite(self.values) & (self.times_s > from_s) & (self.times_s < to_s)]
        edges = np.concatenate(([from_s], known, [to_s]))
        wide = np.flatnonzero(np.diff(edges) > _GAP_INTERVALS * self.interval_s)
        return tuple((float(edges[i]), float(edges[i + 1])) for i in wide)

    def value_near(self, time_s: float) -> float | None:
        """Return the value closest to `time_s`, None if none is within one and a half intervals."""
        if not len(self.times_s):
            return None
        at = int(np.clip(np.searchsorted(self.times_s, time_s), 1, max(1, len(self.times_s) - 1)))
        near = min((i for i in (at - 1, at) if i < len(self.times_s)), key=lambda i: abs(self.times_s[i] - time_s))
        too_far = abs(self.times_s[near] - time_s) > 1.5 * self.interval_s
        value = float(self.values[near])
        return None if too_far or np.isnan(value) else value


class LevelBand(msgspec.Struct, frozen=True, kw_only=True):
    """A band of the value axis, such as Siaga 2 from 3.0 m; the highest band has no upper limit."""

    label: str
    level: Level
    low: float
    high: float | None = None


class NamedSpan(msgspec.Struct, frozen=True, kw_only=True):
    """A named time span that matters to the reader of the values; Unix seconds."""

    name: str
    from_s: float
    to_s: float


class ForecastSeries(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A forecast with the lower and upper limit of its prediction interval."""

    times_s: Floats
    middle: Floats
    low: Floats
    high: Floats

    def at(self, time_s: float) -> tuple[float, float, float] | None:
        """Interpolate low, middle and high at a time; None outside the forecast period."""
        if not len(self.times_s) or not self.times_s[0] < time_s <= self.times_s[-1]:
            return None
        low, middle, high = (
            float(np.interp(time_s, self.times_s, each)) for each in (self.low, self.middle, self.high)
        )
        return low, middle, high


class CorrectedPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A corrected value in the chart; `old_value` is None where the chart draws sums or means."""

    time_s: float
    value: float
    text: str  # such as "corrected from 1.23 to 1.32 m by ani: misread"
    old_value: float | None = None


class LimitChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change of the thresholds or the valid range of the drawn series."""

    time_s: float
    label: str  # the date
    text: str  # such as "Siaga 1 3.20 m → 3.50 m (24 Nov 2026, ani: section measured again)"


class NamedSeries(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The values of another station, for comparison."""

    name: str
    series: Series


class ChartContent(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Everything that one chart shows; times in Unix seconds."""

    title: str
    note: str = ""
    forecast_note: str = ""  # issue time and accuracy of such forecasts
    value_name: str = ""  # such as "Tinggi muka air"
    unit: str = ""
    digits: int = 2
    values: Series = msgspec.field(default_factory=Series)
    rain: Series | None = None
    rain_name: str = ""
    bands: tuple[LevelBand, ...] = ()
    spans: tuple[NamedSpan, ...] = ()
    compared: tuple[NamedSeries, ...] = ()
    corrected: tuple[CorrectedPoint, ...] = ()
    limit_changes: tuple[LimitChange, ...] = ()
    forecast: ForecastSeries | None = None
    now_s: float = 0.0
    from_s: float | None = None
    to_s: float | None = None
    exercise: str = ""  # mark of its exercise; empty in the real world

    def corrections_at(self, time_s: float) -> tuple[str, ...]:
        """Return the texts of the corrections of the value that is drawn at a time."""
        reach_s = self.values.interval_s / 2
        return tuple(point.text for point in self.corrected if abs(point.time_s - time_s) <= reach_s)

    def limit_changes_at(self, time_s: float) -> tuple[str, ...]:
        """Return the texts of the changed limits at a time, as far as a line is reached by the pointer."""
        first_s = self.from_s if self.from_s is not None else time_s
        last_s = self.to_s if self.to_s is not None else time_s
        reach_s = max(self.values.interval_s / 2, (last_s - first_s) * _REACH_SHARE)
        return tuple(change.text for change in self.limit_changes if abs(change.time_s - time_s) <= reach_s)

    @property
    def has_rain(self) -> bool:
        """True if the chart has a rain series."""
        return self.rain is not None and len(self.rain) > 0

    @property
    def spans_days(self) -> bool:
        """True if a time of day without a date would be ambiguous."""
        return self.from_s is not None and self.to_s is not None and self.to_s - self.from_s > _MAX_SINGLE_DAY_S
