"""Forecast of one gauge's stage, as issued, sent and stored."""

from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from tabuah.operations.entries import Moment
from tabuah.operations.forecast.gauge_model import BAND, Skill
from tabuah.operations.forecast.methods import Method


class Expectation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Expected time of reaching a limit: for the middle of the band, and for its upper and lower edges.

    `latest_at` is None when the lower edge does not reach the limit.
    """

    at: Moment
    earliest_at: Moment
    latest_at: Moment | None = None


class StagePoint(msgspec.Struct, frozen=True, array_like=True):
    """Expected stage (m) at one lead, with the 10 % and 90 % quantiles as band edges."""

    lead_s: int
    low_m: float
    middle_m: float
    high_m: float

    def stage_m(self, quantile: float) -> float:
        """Return the stage at a quantile from 0.1 to 0.9, by linear interpolation between edges and middle."""
        low, high = BAND
        if quantile <= 0.5:
            return self.low_m + (quantile - low) / (0.5 - low) * (self.middle_m - self.low_m)
        return self.middle_m + (quantile - 0.5) / (high - 0.5) * (self.high_m - self.middle_m)


class StageForecast(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Forecast of a gauge from the readings up to `issued_at`; the first point is the current stage.

    `missing` lists the silent stations that forced a simpler method. `beyond_history` means that the
    stage is, or is expected, higher than in all the history used for fitting. `skills` are the method's
    errors in the back-test.
    """

    station: str
    issued_at: Moment
    stage_m: float
    method: Method
    points: tuple[StagePoint, ...]
    skills: tuple[Skill, ...]
    missing: tuple[str, ...] = ()
    beyond_history: bool = False

    @property
    def ends_at(self) -> datetime:
        """Return the end of the forecast."""
        return self.issued_at + timedelta(seconds=self.points[-1].lead_s)

    def highest_m(self, *, within_s: float, quantile: float = 0.5) -> float:
        """Return the highest stage at a quantile up to `within_s` seconds after issue, current stage included."""
        inside = [point.stage_m(quantile) for point in self.points if point.lead_s <= within_s]
        cut = self._stage_at(within_s, quantile)
        return max([self.stage_m, *inside, *([] if cut is None else [cut])])

    def reaches_at(self, limit_m: float, *, quantile: float = 0.5) -> datetime | None:
        """Return when the stage at a quantile first reaches a limit; None where it does not."""
        if self.stage_m >= limit_m:
            return self.issued_at
        for before, after in pairwise(self.points):
            low_m, high_m = before.stage_m(quantile), after.stage_m(quantile)
            if high_m >= limit_m:
                share = max(0.0, (limit_m - low_m) / (high_m - low_m)) if high_m > low_m else 0.0
                return self.issued_at + timedelta(
                    seconds=round(before.lead_s + share * (after.lead_s - before.lead_s))
                )
        return None

    def _stage_at(self, lead_s: float, quantile: float) -> float | None:
        for before, after in pairwise(self.points):
            if before.lead_s <= lead_s <= after.lead_s:
                share = (lead_s - before.lead_s) / (after.lead_s - before.lead_s)
                return before.stage_m(quantile) * (1 - share) + after.stage_m(quantile) * share
        return None


def expectation(forecast: StageForecast, limit_m: float, *, quantile: float = 0.5) -> Expectation | None:
    """Return when a limit is expected to be reached, None when it is not."""
    at = forecast.reaches_at(limit_m, quantile=quantile)
    if at is None:
        return None
    low, high = BAND
    earliest_at = forecast.reaches_at(limit_m, quantile=high) or at
    return Expectation(at=at, earliest_at=earliest_at, latest_at=forecast.reaches_at(limit_m, quantile=low))
