"""Computation of a forecast from a gauge's model and current readings."""

from datetime import UTC, datetime
from typing import Final

import numpy as np

from tabuah.operations.forecast.error_scale import Motion, larger_change_m, motion_of, scale_m
from tabuah.operations.forecast.features import (
    HELD_STEPS,
    LOOK_BACK_STEPS,
    STEP_S,
    Records,
    RiverSteps,
    features_of,
    steps_of,
)
from tabuah.operations.forecast.gauge_model import RAIN, STAGE, GaugeModel, LeadLine, MethodFit
from tabuah.operations.forecast.limits import OVER, floor_m, limited_change_m
from tabuah.operations.forecast.methods import Method
from tabuah.operations.forecast.stage_forecast import StageForecast, StagePoint
from tabuah.operations.readings.time_series import Floats

_OVER_HIGHEST: Final = 0.1  # of the range ever seen, by which a band may exceed the highest stage


def issue_forecast(model: GaugeModel, records: Records, *, issued_at: datetime) -> StageForecast | None:
    """Return the forecast by the best method whose inputs are known; None without a current stage.

    Args:
        model: of the gauge.
        records: readings of its inputs up to `issued_at`, `LOOK_BACK_STEPS` steps back; later ones do
            not count.
        issued_at: the time of the gauge's newest reading (UTC), never a clock.
    """
    end_s = issued_at.timestamp()
    seen = {series: records[series] for series in model.inputs.series if series in records}
    steps = steps_of(model.inputs, seen, end_s=end_s, count=LOOK_BACK_STEPS)
    stage_m = float(steps.stage_m[-1])
    if not np.isfinite(stage_m):
        return None
    for fit in model.methods:
        changes = _changes(model, fit, steps)
        if changes is not None:
            return _assemble_forecast(model, fit, changes, steps, issued_at, _missing(model, fit, seen, steps))
    return None


def _changes(model: GaugeModel, fit: MethodFit, steps: RiverSteps) -> list[Floats] | None:
    """Return low, middle and high change (m) at each lead; None where an input of the method is unknown."""
    stage_m = steps.stage_m[-1:]
    found: list[Floats] = []
    largest_m = np.zeros(1)
    for line in fit.lines:
        change_m = np.zeros(1)
        if fit.method is not Method.PERSISTENCE:
            lead_steps = round(line.lead_s / STEP_S)
            table = features_of(model.inputs, model.beds_m, steps, fit.method, lead_steps=lead_steps)
            now = dict(zip(table.names, table.values[-1], strict=True))
            change = line.constant + sum(line.weights[name] * value for name, value in now.items())
            if not np.isfinite(change):
                return None
            change_m = limited_change_m(
                line.limits,
                stage_m=stage_m,
                over=np.array([now[OVER]]),
                change=np.array([change]),
                bed=model.beds_m[0],
            )
        largest_m = larger_change_m(largest_m, change_m)
        found.append(_banded(model, line, stage_m=stage_m, change_m=change_m, largest_m=largest_m))
    return found


def _banded(model: GaugeModel, line: LeadLine, *, stage_m: Floats, change_m: Floats, largest_m: Floats) -> Floats:
    """Return the change with its band, whose edges stay near the range of the river's history."""
    spread = line.spread(Motion(int(motion_of(largest_m)[0])))
    band = change_m + scale_m(largest_m) * np.array([spread.low, 0.0, spread.high])
    highest_m = model.highest_m + _OVER_HIGHEST * (model.highest_m - model.lowest_m)
    most_m = np.maximum(change_m, np.minimum(line.limits.most_rise_m, highest_m - stage_m))
    return np.asarray(np.clip(band, floor_m(line.limits, stage_m) - stage_m, most_m))


def _assemble_forecast(
    model: GaugeModel,
    fit: MethodFit,
    changes: list[Floats],
    steps: RiverSteps,
    issued_at: datetime,
    missing: tuple[str, ...],
) -> StageForecast:
    stage_m = float(steps.stage_m[-1])
    points = [StagePoint(0, *(round(stage_m, 3),) * 3)]
    for line, change in zip(fit.lines, changes, strict=True):
        points.append(StagePoint(line.lead_s, *(round(stage_m + float(each), 3) for each in change)))
    return StageForecast(
        station=model.inputs.station,
        issued_at=issued_at.astimezone(UTC),
        stage_m=round(stage_m, 3),
        method=fit.method,
        points=tuple(points),
        skills=fit.reported_skills,
        missing=missing,
        beyond_history=max(point.middle_m for point in points) > model.highest_m,
    )


def _missing(model: GaugeModel, fit: MethodFit, records: Records, steps: RiverSteps) -> tuple[str, ...]:
    """Return the silent stations that prevented a better method; a few silent rain gauges do not count."""
    better = [other.method for other in model.methods[: model.methods.index(fit)]]
    wanted: list[tuple[str, str]] = []
    if any(method.uses_gauges_above for method in better):
        wanted += [(gauge.station, STAGE) for gauge in model.inputs.above]
    if any(method.uses_rain for method in better) and np.isnan(steps.rain_mm[-1]):
        wanted += [(code, RAIN) for code in model.inputs.rain]
    return tuple(series[0] for series in wanted if not _is_alive(records, series, steps.end_s))


def _is_alive(records: Records, series: tuple[str, str], end_s: float) -> bool:
    record = records.get(series)
    if record is None:
        return False
    before = record.times_s[record.times_s <= end_s]
    return bool(before.size) and end_s - float(before[-1]) <= (HELD_STEPS + 1) * STEP_S
