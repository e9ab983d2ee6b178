"""Fitted model of a gauge: its input series, and plain numbers that people can check, with their error."""

from datetime import datetime
from math import nan
from typing import Final

import msgspec

from tabuah.operations.forecast.error_scale import Motion
from tabuah.operations.forecast.methods import Method

STAGE: Final = "stage_m"
RAIN: Final = "rain_mm"


class GaugeAbove(msgspec.Struct, frozen=True):
    """A gauge upstream and the travel time of its water."""

    station: str
    lag_s: float


class GaugeInputs(msgspec.Struct, frozen=True, kw_only=True):
    """The input series of one gauge's forecast: nearest upstream gauge first, rain stations by code."""

    station: str
    above: tuple[GaugeAbove, ...] = ()
    rain: tuple[str, ...] = ()

    @property
    def series(self) -> tuple[tuple[str, str], ...]:
        """Return station and parameter of all inputs, the gauge itself first."""
        gauges = (self.station, *(gauge.station for gauge in self.above))
        return (*((code, STAGE) for code in gauges), *((code, RAIN) for code in self.rain))


LEADS_S: Final = (1800, 3600, 5400, 7200, 10_800, 14_400, 21_600)
REPORTED_LEADS_S: Final = (3600, 7200, 10_800, 21_600)  # at which the error is reported
BAND: Final = (0.1, 0.9)  # quantiles of the outcomes at the band's edges


class Skill(msgspec.Struct, frozen=True, kw_only=True):
    """Back-test error of one method at one lead: root mean square, compared with persistence, m."""

    lead_s: int
    cases: int
    rmse_m: float
    persistence_rmse_m: float

    @property
    def skill(self) -> float:
        """Return the skill score: share of persistence's error removed; 0 is no better, below 0 worse."""
        return 1.0 - self.rmse_m / self.persistence_rmse_m if self.persistence_rmse_m else nan


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """The 10 and 90 % quantiles of the errors, in units of a forecast's scale, around the forecast."""

    low: float
    high: float


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of a forecast at one lead; see `limits`.

    `least_kept` is the share of the flow over the day's lowest that remains at the lead's end even in
    the fastest recessions; `most_rise_m` limits the rise of the stage and `lowest_m` the stage itself.
    """

    lowest_m: float
    least_kept: float
    most_rise_m: float


class LeadLine(msgspec.Struct, frozen=True, kw_only=True):
    """One lead of one method: change of flow = `constant` + sum of weights times features; see `rating_curve`.

    `falling`, `calm` and `rising` are the error spreads of the back-test for each forecast motion.
    """

    lead_s: int
    constant: float
    weights: dict[str, float]
    limits: Limits
    falling: Spread
    calm: Spread
    rising: Spread

    def spread(self, motion: Motion) -> Spread:
        """Return the error spread of forecasts with this motion."""
        return {Motion.FALLING: self.falling, Motion.CALM: self.calm, Motion.RISING: self.rising}[motion]


class MethodFit(msgspec.Struct, frozen=True, kw_only=True):
    """One fitted method."""

    method: Method
    lines: tuple[LeadLine, ...]
    skills: tuple[Skill, ...]

    def skill_at(self, lead_s: int) -> Skill:
        """Return the error at one of the leads."""
        return next(skill for skill in self.skills if skill.lead_s == lead_s)

    @property
    def reported_skills(self) -> tuple[Skill, ...]:
        """Return the errors at 1, 2, 3 and 6 hours."""
        return tuple(self.skill_at(lead_s) for lead_s in REPORTED_LEADS_S)

    @property
    def error_share(self) -> float:
        """Return the error relative to persistence over the reported leads; smaller is better."""
        shares = [
            skill.rmse_m / skill.persistence_rmse_m for skill in self.reported_skills if skill.persistence_rmse_m
        ]
        return sum(shares) / len(shares) if shares else 1.0


class GaugeModel(msgspec.Struct, frozen=True, kw_only=True):
    """Data behind a gauge's forecasts: its inputs, the history, and the methods, best first."""

    inputs: GaugeInputs
    beds_m: tuple[float, ...]  # stage of zero flow of the gauge and of those above
    fitted_at: datetime
    from_at: datetime
    to_at: datetime
    steps: int
    rises: int
    lowest_m: float
    highest_m: float
    methods: tuple[MethodFit, ...]


class TooLittleHistory(msgspec.Struct, frozen=True, kw_only=True):
    """Reason for a missing model: days of known history and number of rises."""

    station: str
    days: float
    rises: int
