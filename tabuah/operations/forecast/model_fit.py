"""Fit of a gauge's model on its history, with a rolling-origin back-test of its error.

Ridge regression (Hoerl and Kennard, 1970) of the change of stage at each lead on the features;
direct, so that no lead inherits the error of another. The back-test fits only on the part before
each origin and forecasts the part after it (Tashman, 2000: Out-of-sample tests of forecasting
accuracy); its errors give the band. The final fit uses all data.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from tabuah.operations.forecast import gauge_model
from tabuah.operations.forecast.error_scale import Motion, larger_change_m, motion_of, scale_m
from tabuah.operations.forecast.features import LOOK_BACK_STEPS, STEP_S, RiverSteps, features_of, shift_steps
from tabuah.operations.forecast.limits import OVER, limited_change_m, limits_of
from tabuah.operations.forecast.methods import Method
from tabuah.operations.forecast.rating_curve import bed_m, flow_of, metres_per_flow
from tabuah.operations.readings.time_series import Floats

MIN_DAYS: Final = 7.0
MIN_RISES: Final = 5
RISE_M: Final = 0.15  # within three hours: a rise worth forecasting
ORIGINS: Final = (0.4, 0.55, 0.7, 0.85, 1.0)  # shares of the history
_RIDGE: Final = 1e-2  # of the variance of a feature, times the number of rows
_ROUNDS: Final = 4  # of reweighting
_SMALL_ERROR_M: Final = 0.02  # smaller errors count alike
_FEWEST_ALIKE: Final = 30  # cases of one motion, for a separate spread

Booleans = NDArray[np.bool_]


class FitCancelled(Exception):
    """The fit was cancelled."""


def fit_gauge(
    inputs: gauge_model.GaugeInputs,
    steps: RiverSteps,
    *,
    fitted_at: datetime,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> gauge_model.GaugeModel | gauge_model.TooLittleHistory:
    """Fit the model of one gauge, or return why there is none.

    Args:
        inputs: the series to use.
        steps: the history.
        fitted_at: the current time (UTC).
        is_cancelled: polled several times a second; true ends the fit.

    Raises:
        FitCancelled: it was cancelled.
    """
    known = np.isfinite(steps.stage_m)
    days, rises = float(known.sum()) * STEP_S / 86_400, count_rises(steps.stage_m)
    if days < MIN_DAYS or rises < MIN_RISES:
        return gauge_model.TooLittleHistory(station=inputs.station, days=round(days, 1), rises=rises)
    beds_m = (bed_m(steps.stage_m), *(bed_m(stage_m) for stage_m in steps.above_m))
    history = _History(inputs, beds_m, steps)
    fits = [fit for method in _methods(inputs) if (fit := _fit_method(history, method, is_cancelled)) is not None]
    return gauge_model.GaugeModel(
        inputs=inputs,
        beds_m=beds_m,
        fitted_at=fitted_at,
        from_at=_moment(steps, int(np.argmax(known))),
        to_at=_moment(steps, known.size - 1 - int(np.argmax(known[::-1]))),
        steps=int(known.sum()),
        rises=rises,
        lowest_m=round(float(np.nanmin(steps.stage_m)), 3),
        highest_m=round(float(np.nanmax(steps.stage_m)), 3),
        methods=tuple(sorted(fits, key=lambda fit: fit.error_share)),
    )


def count_rises(stage_m: Floats) -> int:
    """Return how often the river rose by `RISE_M` within three hours; rises less than three hours apart are one."""
    ahead = round(3 * 3600 / STEP_S)
    rising = np.flatnonzero(shift_steps(stage_m, -ahead) - stage_m >= RISE_M)
    return int((np.diff(rising, prepend=-2 * ahead) > ahead).sum())


def _methods(inputs: gauge_model.GaugeInputs) -> Iterator[Method]:
    for method in Method:
        if (inputs.above or not method.uses_gauges_above) and (inputs.rain or not method.uses_rain):
            yield method


class _History(msgspec.Struct, frozen=True, eq=False):
    inputs: gauge_model.GaugeInputs
    beds_m: tuple[float, ...]
    steps: RiverSteps


class _Cases(msgspec.Struct, frozen=True, eq=False):
    """All steps with known features and outcome: step number, features, stage then and later (m)."""

    names: tuple[str, ...]
    bed: float
    at: NDArray[np.int64]
    features: Floats
    stage_m: Floats
    later_m: Floats

    @property
    def change_m(self) -> Floats:
        return np.asarray(self.later_m - self.stage_m)

    @property
    def over(self) -> Floats:
        """Return the flow over the day's lowest; none where the method does not use it."""
        return self.features[:, self.names.index(OVER)] if self.names else np.zeros(self.at.size)

    @property
    def limits(self) -> gauge_model.Limits:
        return limits_of(self.stage_m, self.later_m, self.over, self.bed)

    def part(self, wanted: Booleans) -> "_Cases":
        columns = (self.at[wanted], self.features[wanted], self.stage_m[wanted], self.later_m[wanted])
        return _Cases(self.names, self.bed, *columns)


def _fit_method(history: _History, method: Method, is_cancelled: Callable[[], bool]) -> gauge_model.MethodFit | None:
    """Fit all leads of one method; None where its inputs were known too rarely."""
    lines: list[gauge_model.LeadLine] = []
    skills: list[gauge_model.Skill] = []
    largest_m = np.zeros(history.steps.stage_m.size)  # largest change forecast at each step up to the lead
    for lead_s in gauge_model.LEADS_S:
        if is_cancelled():
            raise FitCancelled
        lead_steps = round(lead_s / STEP_S)
        cases = _cases(history, method, lead_steps)
        if len(cases.at) * STEP_S < MIN_DAYS * 86_400:
            return None
        tested = _back_test(cases, lead_steps)
        largest_m[tested.at] = larger_change_m(largest_m[tested.at], tested.forecast_m)
        lines.append(_line(cases, lead_s, tested, largest_m[tested.at]))
        skills.append(_skill(lead_s, tested))
    return gauge_model.MethodFit(method=method, lines=tuple(lines), skills=tuple(skills))


def _cases(history: _History, method: Method, lead_steps: int) -> _Cases:
    stage_m = history.steps.stage_m
    later_m = shift_steps(stage_m, -lead_steps)
    names: tuple[str, ...] = ()
    features = np.empty((stage_m.size, 0))
    if method is not Method.PERSISTENCE:
        table = features_of(history.inputs, history.beds_m, history.steps, method, lead_steps=lead_steps)
        names, features = table.names, table.values
    known = np.isfinite(later_m - stage_m) & np.isfinite(features).all(axis=1)
    known[:LOOK_BACK_STEPS] = False
    at = np.flatnonzero(known)
    return _Cases(names, history.beds_m[0], at, features[known], stage_m[known], later_m[known])


class _Tested(msgspec.Struct, frozen=True, eq=False):
    """Forecast and observed changes (m), by the step of the forecast."""

    at: NDArray[np.int64]
    forecast_m: Floats
    came_m: Floats

    @property
    def error_m(self) -> Floats:
        return np.asarray(self.came_m - self.forecast_m)


def _back_test(cases: _Cases, lead_steps: int) -> _Tested:
    """Forecast the part after each origin; cases that end after the origin are not used for fitting."""
    edges = [cases.at[min(round(share * cases.at.size), cases.at.size - 1)] for share in ORIGINS]
    edges[-1] += 1
    forecast_m: list[Floats] = []
    for begin, end in pairwise(edges):
        test = cases.part((cases.at >= begin) & (cases.at < end))
        learnt = cases.part(cases.at < begin - lead_steps)
        constant, weights = _ridge(learnt)
        change = constant + test.features @ weights
        forecast_m.append(
            limited_change_m(learnt.limits, stage_m=test.stage_m, over=test.over, change=change, bed=test.bed)
        )
    tested = cases.part(cases.at >= edges[0])
    return _Tested(tested.at, np.concatenate(forecast_m), tested.change_m)


def _ridge(cases: _Cases) -> tuple[float, Floats]:
    """Return constant and weights for the change of flow; errors count in metres and linearly, not squared."""
    if not cases.names or not cases.at.size:
        return 0.0, np.zeros(len(cases.names))
    metres = metres_per_flow(cases.stage_m, cases.bed)
    change = flow_of(cases.later_m, cases.bed) - flow_of(cases.stage_m, cases.bed)
    middle = cases.features.mean(axis=0)
    features = cases.features - middle  # large values with little variation would lose precision when squared
    constant, weights, counts = 0.0, np.zeros(len(cases.names)), metres**2
    for _round in range(_ROUNDS):
        constant, weights = _weighted(features, change, counts)
        error_m = metres * np.abs(change - constant - features @ weights)
        counts = metres**2 / np.maximum(error_m, _SMALL_ERROR_M)
    return constant - float(middle @ weights), weights


def _weighted(features: Floats, change: Floats, counts: Floats) -> tuple[float, Floats]:
    """Solve one ridge regression with a weight for each case; the features are centred."""
    total, counted = float(counts.sum()), features.T * counts
    means, mean_change = counts @ features / total, float(counts @ change / total)
    square = counted @ features / total - np.outer(means, means)
    widths = np.sqrt(np.maximum(square.diagonal(), 0.0))
    widths[widths < 1e-9] = np.inf  # a constant feature carries no information and gets no weight
    alike = square / np.outer(widths, widths) + _RIDGE * np.eye(means.size)
    together = (counted @ change / total - means * mean_change) / widths
    weights = np.linalg.solve(alike, together) / widths
    return mean_change - float(means @ weights), np.asarray(weights)


def _line(cases: _Cases, lead_s: int, tested: _Tested, largest_m: Floats) -> gauge_model.LeadLine:
    constant, weights = _ridge(cases)
    return gauge_model.LeadLine(
        lead_s=lead_s,
        constant=round(constant, 6),
        weights={name: round(float(weight), 6) for name, weight in zip(cases.names, weights, strict=True)},
        limits=cases.limits,
        falling=_spread(Motion.FALLING, tested, largest_m),
        calm=_spread(Motion.CALM, tested, largest_m),
        rising=_spread(Motion.RISING, tested, largest_m),
    )


def _spread(motion: Motion, tested: _Tested, largest_m: Floats) -> gauge_model.Spread:
    """Return the errors of forecasts of one motion; of all motions where there were too few."""
    shares = tested.error_m / scale_m(largest_m)
    like = motion_of(largest_m) == motion
    if like.sum() >= _FEWEST_ALIKE:
        shares = shares[like]
    low, high = np.quantile(shares, gauge_model.BAND)
    return gauge_model.Spread(low=round(min(float(low), 0.0), 4), high=round(max(float(high), 0.0), 4))


def _skill(lead_s: int, tested: _Tested) -> gauge_model.Skill:
    def rms(values: Floats) -> float:
        return round(float(np.sqrt(np.mean(values**2))), 4)

    return gauge_model.Skill(
        lead_s=lead_s, cases=tested.at.size, rmse_m=rms(tested.error_m), persistence_rmse_m=rms(tested.came_m)
    )


def _moment(steps: RiverSteps, index: int) -> datetime:
    return datetime.fromtimestamp(steps.end_s - (steps.stage_m.size - 1 - index) * STEP_S, UTC)
