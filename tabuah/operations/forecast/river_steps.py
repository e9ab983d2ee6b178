"""Readings resampled to steps of ten minutes, looking back only, with gaps kept as gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tabuah.operations.forecast.inputs import RAIN, STAGE, GaugeInputs
from tabuah.operations.readings.time_series import Floats, TimeSeries

STEP_S: Final = 600.0
HELD_STEPS: Final = 3  # validity of the last stage, and of a silent rain gauge


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RiverSteps:
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
        rain_mm=_rain([records.get((code, RAIN)) for code in inputs.rain], end_s, count),
    )


def _stage(record: TimeSeries | None, end_s: float, count: int) -> Floats:
    """Return the mean of each step, which reduces noise; a short gap keeps the value before it."""
    if record is None or not len(record):
        return np.full(count, np.nan)
    sums, numbers = _binned(record, end_s, count)
    means = np.divide(sums, numbers, out=np.full(count, np.nan), where=numbers > 0)
    return np.asarray(np.where(_recent(numbers > 0), means[_last_known(numbers > 0)], np.nan))


def _rain(records: Sequence[TimeSeries | None], end_s: float, count: int) -> Floats:
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
