"""Verification of forecasts against observed levels, with lead times; POD, FAR and CSI.

Terms of the contingency table of yes-or-no forecasts (Jolliffe and Stephenson, 2012: Forecast
Verification): hits, misses and false alarms, one for each time the river passed a level or was
forecast to.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import nan

import msgspec

from tabuah.operations.forecast.stage_forecast import StageForecast

Readings = Sequence[tuple[datetime, float]]


def probability_of_detection(hits: int, misses: int) -> float | None:
    """Return the share of the events that were forecast (POD); None without an event."""
    return hits / (hits + misses) if hits + misses else None


def false_alarm_ratio(hits: int, false_alarms: int) -> float | None:
    """Return the share of the forecasts without an event (FAR); None without a forecast."""
    return false_alarms / (hits + false_alarms) if hits + false_alarms else None


def critical_success_index(hits: int, misses: int, false_alarms: int) -> float | None:
    """Return the hits as a share of all cases (CSI); None without a case."""
    cases = hits + misses + false_alarms
    return hits / cases if cases else None


class ForecastVerification(msgspec.Struct, frozen=True, kw_only=True):
    """Verification of one level; `lead_s` are the times from each hit's first forecast to its level."""

    limit_m: float
    forecasts: int
    hits: int
    misses: int
    false_alarms: int
    lead_s: tuple[float, ...] = ()

    @property
    def mean_lead_s(self) -> float:
        """Return the mean lead time of the hits; NaN without hits."""
        return sum(self.lead_s) / len(self.lead_s) if self.lead_s else nan


class _Warning(msgspec.Struct, frozen=True):
    """An unbroken run of forecasts that the level will be reached, from first to last."""

    first_at: datetime
    last_at: datetime


def verify_forecasts(
    forecasts: Iterable[StageForecast],
    readings: Readings,
    *,
    limit_m: float,
    within_s: float,
    quantile: float = 0.5,
    hysteresis_m: float = 0.1,
) -> ForecastVerification:
    """Verify forecasts against readings.

    Args:
        forecasts: of one gauge, oldest first.
        readings: time (UTC) and stage (m) of the gauge over the same period and `within_s` longer,
            oldest first.
        limit_m: the level to verify.
        within_s: a forecast counts when the level is expected within this time.
        quantile: of the forecast's band.
        hysteresis_m: a flood is over when the river is this far below the level.
    """
    known = tuple(forecasts)
    floods = _floods(readings, limit_m, hysteresis_m)
    warnings = _warnings(known, limit_m, within_s, quantile)
    within = timedelta(seconds=within_s)
    if known:
        floods = [at for at in floods if known[0].issued_at <= at <= known[-1].issued_at + within]
    leads = [_lead_s(at, warnings, within) for at in floods]
    hits = [lead_s for lead_s in leads if lead_s is not None]
    came = [any(w.first_at <= at <= w.last_at + within for at in floods) for w in warnings]
    return ForecastVerification(
        limit_m=limit_m,
        forecasts=len(known),
        hits=len(hits),
        misses=len(leads) - len(hits),
        false_alarms=came.count(False),
        lead_s=tuple(hits),
    )


def _floods(readings: Readings, limit_m: float, hysteresis_m: float) -> list[datetime]:
    """Return when the river reached the level, each flood once."""
    found: list[datetime] = []
    is_up = bool(readings) and readings[0][1] >= limit_m  # above the level from the start: nothing to forecast
    for at, stage_m in readings:
        if not is_up and stage_m >= limit_m:
            is_up = True
            found.append(at)
        elif stage_m < limit_m - hysteresis_m:
            is_up = False
    return found


def _warnings(forecasts: Iterable[StageForecast], limit_m: float, within_s: float, quantile: float) -> list[_Warning]:
    found: list[_Warning] = []
    running = False
    for forecast in forecasts:
        warns = forecast.stage_m < limit_m <= forecast.highest_m(within_s=within_s, quantile=quantile)
        if warns and running:
            found[-1] = msgspec.structs.replace(found[-1], last_at=forecast.issued_at)
        elif warns:
            found.append(_Warning(forecast.issued_at, forecast.issued_at))
        running = warns
    return found


def _lead_s(at: datetime, warnings: Iterable[_Warning], within: timedelta) -> float | None:
    """Return the lead time at `at`, from the runs of forecasts still valid within that time."""
    spoke = [w.first_at for w in warnings if w.first_at < at <= w.last_at + within]
    return (at - min(spoke)).total_seconds() if spoke else None
