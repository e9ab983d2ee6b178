"""Verifying forecasts: whether the levels that were forecast came, and how long before.

The words are those of the contingency table of yes-or-no forecasts (Jolliffe and Stephenson, 2012: Forecast
Verification): hits, misses and false alarms, one for each time the river passed a level or was said to.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import nan

import msgspec

from tabuah.operations.forecast.forecast import StageForecast

Readings = Sequence[tuple[datetime, float]]


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """How forecasts of one level have done; `lead_s` are the times from each hit's first forecast to its level."""

    limit_m: float
    forecasts: int
    hits: int
    misses: int
    false_alarms: int
    lead_s: tuple[float, ...] = ()

    @property
    def mean_lead_s(self) -> float:
        """The mean lead time of the hits; NaN without any."""
        return sum(self.lead_s) / len(self.lead_s) if self.lead_s else nan

    @property
    def detected(self) -> float:
        """The share of the floods that were forecast; NaN without a flood."""
        return self.hits / (self.hits + self.misses) if self.hits + self.misses else nan

    @property
    def false(self) -> float:
        """The share of the forecasts that came to nothing; NaN without one."""
        return self.false_alarms / (self.hits + self.false_alarms) if self.hits + self.false_alarms else nan


class _Warning(msgspec.Struct, frozen=True):
    """An unbroken run of forecasts that the level will be reached: from the first to the last of them."""

    first_at: datetime
    last_at: datetime


def verify(
    forecasts: Iterable[StageForecast],
    readings: Readings,
    *,
    limit_m: float,
    within_s: float,
    quantile: float = 0.5,
    hysteresis_m: float = 0.1,
) -> Verification:
    """Hold forecasts against what came.

    Args:
        forecasts: of one gauge, oldest first.
        readings: time (UTC) and stage (m) of the gauge over the same time and `within_s` longer, oldest first.
        limit_m: the level in question.
        within_s: a forecast counts when it says that the level is reached so soon.
        quantile: of the forecast's band.
        hysteresis_m: a flood is over when the river is so far below the level.
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
    return Verification(
        limit_m=limit_m,
        forecasts=len(known),
        hits=len(hits),
        misses=len(leads) - len(hits),
        false_alarms=came.count(False),
        lead_s=tuple(hits),
    )


def _floods(readings: Readings, limit_m: float, hysteresis_m: float) -> list[datetime]:
    """When the river came to the level, each flood once."""
    found: list[datetime] = []
    is_up = bool(readings) and readings[0][1] >= limit_m  # it was there before: nothing to forecast
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
    """How long before `at` it was first said, in the runs of forecasts that still stood within that time."""
    spoke = [w.first_at for w in warnings if w.first_at < at <= w.last_at + within]
    return (at - min(spoke)).total_seconds() if spoke else None
