"""A gauge's fitted model: plain numbers that people can read, keep and check, with the error it has shown."""

from datetime import datetime
from math import nan
from typing import Final

import msgspec

from tabuah.operations.forecast.inputs import GaugeInputs
from tabuah.operations.forecast.methods import Method
from tabuah.operations.forecast.motion import Motion

LEADS_S: Final = (1800, 3600, 5400, 7200, 10_800, 14_400, 21_600)
TOLD_LEADS_S: Final = (3600, 7200, 10_800, 21_600)  # at which the error is told
BAND: Final = (0.1, 0.9)  # the quantiles of what came at the band's edges


class Skill(msgspec.Struct, frozen=True, kw_only=True):
    """The error of one method at one lead, in the back-test: root mean squares beside those of persistence, m."""

    lead_s: int
    cases: int
    rmse_m: float
    persistence_rmse_m: float

    @property
    def skill(self) -> float:
        """The share of persistence's error that the method takes away; 0 is no better, below 0 worse."""
        return 1.0 - self.rmse_m / self.persistence_rmse_m if self.persistence_rmse_m else nan


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """The 10 and 90 % quantiles of the errors, in shares of a forecast's scale, around the forecast itself."""

    low: float
    high: float


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of a forecast at one lead; see `limits`.

    `least_kept` is the share of the flow over the day's lowest that is still there at the lead's end, even in the
    fastest recessions; `most_rise_m` bounds the rise of the stage and `lowest_m` the stage itself.
    """

    lowest_m: float
    least_kept: float
    most_rise_m: float


class LeadLine(msgspec.Struct, frozen=True, kw_only=True):
    """One lead of one method: change of flow = `constant` + the sum of weights times features; see `flow`.

    `falling`, `calm` and `rising` are the spreads of the back-test's errors where it forecast that.
    """

    lead_s: int
    constant: float
    weights: dict[str, float]
    limits: Limits
    falling: Spread
    calm: Spread
    rising: Spread

    def spread(self, motion: Motion) -> Spread:
        """The spread of the errors of such forecasts."""
        return {Motion.FALLING: self.falling, Motion.CALM: self.calm, Motion.RISING: self.rising}[motion]


class MethodFit(msgspec.Struct, frozen=True, kw_only=True):
    """One method, fitted."""

    method: Method
    lines: tuple[LeadLine, ...]
    skills: tuple[Skill, ...]

    def skill_at(self, lead_s: int) -> Skill:
        """The error at one of the leads."""
        return next(skill for skill in self.skills if skill.lead_s == lead_s)

    @property
    def told(self) -> tuple[Skill, ...]:
        """The errors at 1, 2, 3 and 6 hours."""
        return tuple(self.skill_at(lead_s) for lead_s in TOLD_LEADS_S)

    @property
    def error_share(self) -> float:
        """Its error beside persistence's over the told leads; smaller is better."""
        shares = [skill.rmse_m / skill.persistence_rmse_m for skill in self.told if skill.persistence_rmse_m]
        return sum(shares) / len(shares) if shares else 1.0


class GaugeModel(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a gauge's forecasts rest on: its inputs, the history, and the methods, best first."""

    inputs: GaugeInputs
    beds_m: tuple[float, ...]  # the stage of no flow, of the gauge and of those above
    fitted_at: datetime
    from_at: datetime
    to_at: datetime
    steps: int
    rises: int
    lowest_m: float
    highest_m: float
    methods: tuple[MethodFit, ...]


class TooLittleHistory(msgspec.Struct, frozen=True, kw_only=True):
    """Why a gauge has no model: how much of its past is known, and how often it rose."""

    station: str
    days: float
    rises: int
