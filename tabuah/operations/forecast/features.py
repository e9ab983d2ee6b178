"""Features of a forecast: recent motion of the river, water on its way, and runoff from rain.

A wave that passed a gauge above arrives after its travel time. The part of the change by the end of
a lead that the gauge above has already measured is known now: its `arriving` feature (lag routing).
Rain counts as runoff: SCS curve numbers (USDA NRCS, National Engineering Handbook 630, chapter 10,
2004) on the rain of the past days, once for absorbent and once for saturated ground. Its weights by
age are the ordinates of a unit hydrograph (Sherman, 1932).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from tabuah.operations.forecast.gauge_model import RAIN, STAGE, GaugeInputs
from tabuah.operations.forecast.methods import Method
from tabuah.operations.forecast.rating_curve import flow_of
from tabuah.operations.readings.time_series import Floats, TimeSeries

STEP_S: Final = 600.0
HELD_STEPS: Final = 3  # validity of the last stage, and of a silent rain gauge


class RiverSteps(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Readings of one gauge's inputs in steps that end at `end_s`, oldest first; NaN where unknown.

    `stage_m` has shape (steps,), `above_m` (gauges above, steps), `rain_mm` (steps,): the mean of the
    rain gauges.
    """

    end_s: float
    stage_m: Floats
    above_m: Floats
    rain_mm: Floats


MIN_RAIN_SHARE: Final = 0.5  # share of rain gauges that must report, else the rain is unknown

Records: TypeAlias = Mapping[tuple[str, str], TimeSeries]  # by station and parameter


def steps_of(inputs: GaugeInputs, records: Records, *, end_s: float, count: int) -> RiverSteps:
    """Resample the readings of a gauge's inputs to `count` steps up to and including `end_s`."""

    def stage(code: str) -> Floats:
        return _stage(records.get((code, STAGE)), end_s, count)

    above = [stage(gauge.station) for gauge in inputs.above]
    return RiverSteps(
        end_s=end_s,
        stage_m=stage(inputs.station),
        above_m=np.array(above).reshape(len(above), count),
        rain_mm=_resampled_rain([records.get((code, RAIN)) for code in inputs.rain], end_s, count),
    )


def _stage(record: TimeSeries | None, end_s: float, count: int) -> Floats:
    """Return the mean of each step, which reduces noise; a short gap keeps the value before it."""
    if record is None or not len(record):
        return np.full(count, np.nan)
    sums, numbers = _binned(record, end_s, count)
    means = np.divide(sums, numbers, out=np.full(count, np.nan), where=numbers > 0)
    return np.asarray(np.where(_recent(numbers > 0), means[_last_known(numbers > 0)], np.nan))


def _resampled_rain(records: Sequence[TimeSeries | None], end_s: float, count: int) -> Floats:
    """Return the mean depth at the reporting gauges, unknown while fewer than half report."""
    total, alive = np.zeros(count), np.zeros(count)
    for record in records:
        if record is not None and len(record):
            sums, numbers = _binned(record, end_s, count)
            total += sums
            alive += _recent(numbers > 0)
    enough = alive >= max(1.0, MIN_RAIN_SHARE * len(records))
    return np.asarray(np.divide(total, alive, out=np.full(count, np.nan), where=enough))


def _binned(record: TimeSeries, end_s: float, count: int) -> tuple[Floats, Floats]:
    """Return sum and number of the readings of each step; a step includes its end."""
    bins = count - 1 - np.floor((end_s - record.times_s) / STEP_S).astype(np.int64)
    inside = (bins >= 0) & (bins < count)
    sums = np.bincount(bins[inside], weights=record.values[inside], minlength=count).astype(np.float64)
    numbers = np.bincount(bins[inside], minlength=count).astype(np.float64)
    return sums, numbers


def _last_known(known: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the index of the last known step up to each; 0 before the first."""
    return np.asarray(np.maximum.accumulate(np.where(known, np.arange(known.size), 0)))


def _recent(known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return whether a step or one of the few before it is known."""
    last = np.maximum.accumulate(np.where(known, np.arange(known.size), -HELD_STEPS - 1))
    return np.asarray(np.arange(known.size) - last <= HELD_STEPS)


DAY_STEPS: Final = round(86_400 / STEP_S)
LONGEST_LAG_STEPS: Final = round(6 * 3600 / STEP_S)
LOOK_BACK_STEPS: Final = DAY_STEPS + LONGEST_LAG_STEPS + 1  # history that a forecast needs
_BACK_STEPS: Final = (1, 3, 6, 18)
_RAIN_EDGES: Final = (0, 2, 4, 7, 12, 24)  # steps back
_CURVE_NUMBERS: Final = (60, 80)
_KNOWN_SHARE: Final = 0.9  # of the rain of a day


class FeatureMatrix(msgspec.Struct, frozen=True, eq=False):
    """Names of the features and their values: shape (steps, features); NaN where unknown."""

    names: tuple[str, ...]
    values: Floats


def features_of(
    inputs: GaugeInputs, beds_m: tuple[float, ...], steps: RiverSteps, method: Method, *, lead_steps: int
) -> FeatureMatrix:
    """Return the features of a method at every step, for a forecast `lead_steps` ahead.

    Args:
        inputs: the gauge and the stations upstream of it.
        beds_m: the stage of zero flow of the gauge, then of each gauge above.
        steps: known readings.
        method: selects the features.
        lead_steps: lead time.
    """
    columns = _own(flow_of(steps.stage_m, beds_m[0]))
    if method.uses_gauges_above:
        for gauge, bed, stage_m in zip(inputs.above, beds_m[1:], steps.above_m, strict=True):
            columns |= _above(gauge.station, flow_of(stage_m, bed), round(gauge.lag_s / STEP_S), lead_steps)
    if method.uses_rain:
        columns |= _rain(steps.rain_mm)
    return FeatureMatrix(tuple(columns), np.column_stack(list(columns.values())))


def shift_steps(values: Floats, steps: int) -> Floats:
    """Return the values `steps` earlier; a negative number looks ahead."""
    moved = np.full(values.size, np.nan)
    if steps >= 0:
        moved[steps:] = values[: values.size - steps]
    else:
        moved[:steps] = values[-steps:]
    return moved


def _own(flow: Floats) -> dict[str, Floats]:
    changes = {f"change_{round(k * STEP_S / 60)}min": flow - shift_steps(flow, k) for k in _BACK_STEPS}
    return changes | {"over_lowest_24h": flow - _lowest(flow)}


def _above(code: str, flow: Floats, lag_steps: int, lead_steps: int) -> dict[str, Floats]:
    """Return the features of a gauge above; with no lag its water is already here and only the rate counts."""
    unseen = max(0, lag_steps - lead_steps)
    columns = {f"rate_{code}": flow - shift_steps(flow, 3), f"over_lowest_24h_{code}": flow - _lowest(flow)}
    if lag_steps:
        columns[f"arriving_{code}"] = shift_steps(flow, unseen) - shift_steps(flow, lag_steps)
    return columns


def _rain(rain_mm: Floats) -> dict[str, Floats]:
    """Return runoff by age; unknown where too much of the last day's rain is missing."""
    known = np.isfinite(rain_mm)
    depth = np.where(known, rain_mm, 0.0)
    is_known = _window(known.astype(np.float64), DAY_STEPS) >= _KNOWN_SHARE * DAY_STEPS
    columns: dict[str, Floats] = {}
    for number in _CURVE_NUMBERS:
        excess = _excess_mm(depth, number)
        for near, far in pairwise(_RAIN_EDGES):
            name = f"runoff_cn{number}_{round(far * STEP_S / 60)}min"
            columns[name] = np.where(is_known, _window(excess, far) - _window(excess, near), np.nan)
    return columns


def _excess_mm(depth_mm: Floats, curve_number: int) -> Floats:
    """Return the runoff of each step's rain in mm: the slope of the curve at the rain of the last day.

    Pe = (P - 0.2 S)^2 / (P + 0.8 S) has the slope 1 - (S / (P + 0.8 S))^2 above P = 0.2 S; S = 25400/CN
    - 254 mm.
    """
    storage_mm = 25_400.0 / curve_number - 254.0
    fallen_mm = np.maximum(_window(depth_mm, DAY_STEPS), 0.2 * storage_mm)
    return np.asarray(depth_mm * (1.0 - (storage_mm / (fallen_mm + 0.8 * storage_mm)) ** 2))


def _window(values: Floats, steps: int) -> Floats:
    """Return the rolling sum over `steps` steps."""
    totals = np.cumsum(values)
    return np.asarray(totals - np.concatenate((np.zeros(steps), totals))[: values.size])


def _lowest(flow: Floats) -> Floats:
    """Return the lowest known flow of the last day; unknown where the current flow is."""
    padded = np.concatenate((np.full(DAY_STEPS - 1, np.inf), np.where(np.isfinite(flow), flow, np.inf)))
    lowest = np.lib.stride_tricks.sliding_window_view(padded, DAY_STEPS).min(axis=1)
    return np.where(np.isfinite(flow), lowest, np.nan)


LOOK_BACK_S = LOOK_BACK_STEPS * STEP_S


def recent_records(records: Records, moment: datetime) -> Records:
    """Return the readings up to a time, as far back as a forecast looks, so that years of readings cost nothing."""
    return {series: _cut(each, moment.timestamp()) for series, each in records.items()}


def _cut(series: TimeSeries, end_s: float) -> TimeSeries:
    first = int(np.searchsorted(series.times_s, end_s - LOOK_BACK_S))
    end = int(np.searchsorted(series.times_s, end_s, "right"))
    return TimeSeries(times_s=series.times_s[first:end], values=series.values[first:end])
