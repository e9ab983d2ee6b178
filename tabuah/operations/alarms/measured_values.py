"""The quantities that an alarm measured: their values at raising, and their present values from readings."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
import numpy as np

from tabuah.operations.alarms.alarm import Alarm, is_bulletin_alarm, is_silence_alarm
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.operations.rules.crossings import EvidenceItem
from tabuah.operations.rules.rule import (
    Accumulation,
    Combination,
    Condition,
    NeighbourSums,
    RateOfChange,
    Rule,
    Stuck,
)
from tabuah.operations.rules.watches import Measure

_DIGITS: Final = 6
_SHORTEST_GAP_S: Final = 600.0
_GAP_INTERVALS: Final = 3  # a longer pause between two readings is a gap


class MeasuredQuantity(msgspec.Struct, frozen=True, kw_only=True):
    """A value of one series or, with a window, the sum, rise or fall over its last `window_s` seconds.

    The measure is None for a combination whose rule is unknown here.
    """

    station: str
    parameter: str
    measure: Measure | None = Measure.VALUE
    window_s: float = 0.0

    @property
    def is_derived(self) -> bool:
        """Return whether several readings make the value."""
        return self.measure is not Measure.VALUE


class PresentValue(msgspec.Struct, frozen=True):
    """The value of a quantity at its newest reading; `is_whole` is whether the window has no gap."""

    at: datetime
    value: float
    is_whole: bool = True


class RaisedValue(msgspec.Struct, frozen=True, kw_only=True):
    """The value of one quantity when the alarm was raised, and its threshold."""

    quantity: MeasuredQuantity
    value: float
    at: datetime
    limit: float | None = None


def quantity_of(condition: Condition | None, station: str, parameter: str) -> MeasuredQuantity:
    """Return the quantity that a condition compares at a series."""
    measure, window_s = Measure.VALUE, 0.0
    match condition:
        case Accumulation(window_s=window_s) | NeighbourSums(window_s=window_s):
            measure = Measure.SUM
        case RateOfChange(window_s=window_s, falling=falling):
            measure = Measure.FALL if falling else Measure.RISE
    return MeasuredQuantity(station=station, parameter=parameter, measure=measure, window_s=window_s)


def main_quantity(alarm: Alarm, rule: Rule | None) -> MeasuredQuantity | None:
    """Return the quantity of the alarm's own station; None for bulletins and lost links."""
    if is_bulletin_alarm(alarm) or not alarm.station:
        return None
    has_parts = rule is None or isinstance(rule.condition, Combination)
    return quantity_of(None if has_parts or rule is None else rule.condition, alarm.station, alarm.parameter)


def raised_values(alarm: Alarm, rule: Rule | None) -> tuple[RaisedValue, ...]:
    """Return the values that raised an alarm: its own, or the first of each part of a combination."""
    if alarm.value is None:
        return tuple(_raised_parts(alarm, rule))
    quantity = main_quantity(alarm, rule)
    if quantity is None or is_silence_alarm(alarm) or alarm.expected or (rule and isinstance(rule.condition, Stuck)):
        return ()
    return (RaisedValue(quantity=quantity, value=alarm.value, at=measured_at(alarm, rule), limit=alarm.limit),)


def measured_at(alarm: Alarm, rule: Rule | None) -> datetime:
    """Return when the value at raising was measured: at the onset, or after the rule's hold time."""
    own = next((finding for finding in alarm.evidence if not finding.part and finding.at is not None), None)
    if own is not None and own.at is not None:
        return own.at
    hold_s = getattr(rule.condition, "for_s", 0.0) if rule is not None else 0.0
    return min(alarm.raised_at, alarm.onset_at + timedelta(seconds=hold_s))


def _raised_parts(alarm: Alarm, rule: Rule | None) -> Iterator[RaisedValue]:
    shown: set[int] = set()
    for finding in sorted(alarm.evidence, key=lambda each: each.part):
        if finding.part in shown or not finding.holds or finding.value is None or finding.at is None:
            continue
        shown.add(finding.part)
        quantity = part_quantity(finding, rule)
        yield RaisedValue(quantity=quantity, value=finding.value, at=finding.at, limit=finding.limit)


def part_quantity(finding: EvidenceItem, rule: Rule | None) -> MeasuredQuantity:
    """Return the quantity of one series of a combination or a comparison."""
    if rule is None:
        return MeasuredQuantity(station=finding.station, parameter=finding.parameter, measure=None)
    if not isinstance(rule.condition, Combination):
        return quantity_of(rule.condition, finding.station, finding.parameter)
    parts = rule.condition.parts
    part = parts[finding.part - 1] if 0 < finding.part <= len(parts) else None
    if part is None or part.parameter != finding.parameter:  # the rule was changed since
        return MeasuredQuantity(station=finding.station, parameter=finding.parameter, measure=None)
    return quantity_of(part.condition, finding.station, finding.parameter)


def compute_present(
    quantity: MeasuredQuantity, series: TimeSeries, *, interval_s: float, now: datetime
) -> PresentValue | None:
    """Return the present value of a derived quantity as the rules compute it; None without readings.

    Args:
        quantity: with a window.
        series: the readings of at least the window before the newest one.
        interval_s: the expected interval of the series; a much longer pause is a gap.
        now: the present time; a window that ended long ago has no present value.
    """
    if not len(series) or quantity.measure is None:
        return None
    newest_s = float(series.times_s[-1])
    if now.timestamp() - newest_s >= quantity.window_s:
        return None
    opens_s = newest_s - quantity.window_s
    is_sum = quantity.measure is Measure.SUM
    within = series.times_s > opens_s if is_sum else series.times_s >= opens_s
    times_s, values = series.times_s[within], series.values[within]
    match quantity.measure:
        case Measure.SUM:
            value = float(values.sum())
        case Measure.RISE:
            value = float(values[-1] - values.min())
        case Measure.FALL:
            value = float(values.max() - values[-1])
        case _:
            value = float(values[-1])
    gap_s = max(_SHORTEST_GAP_S, _GAP_INTERVALS * interval_s)
    is_whole = bool(np.diff(times_s, prepend=opens_s).max() <= gap_s)
    return PresentValue(datetime.fromtimestamp(newest_s, UTC), round(value, _DIGITS), is_whole)
