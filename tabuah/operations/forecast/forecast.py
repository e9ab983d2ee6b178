"""A forecast of one gauge's stage, as it is issued, sent and kept."""

from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from tabuah.operations.entries import Moment
from tabuah.operations.forecast.expectation import Expectation
from tabuah.operations.forecast.methods import Method
from tabuah.operations.forecast.model import BAND, Skill


class StagePoint(msgspec.Struct, frozen=True, array_like=True):
    """The stage (m) that is expected at one lead, and the edges of the band of which 10 % came lower, 10 % higher."""

    lead_s: int
    low_m: float
    middle_m: float
    high_m: float

    def stage_m(self, quantile: float) -> float:
        """The stage at a quantile from 0.1 to 0.9, by straight lines from edge to middle to edge."""
        low, high = BAND
        if quantile <= 0.5:
            return self.low_m + (quantile - low) / (0.5 - low) * (self.middle_m - self.low_m)
        return self.middle_m + (quantile - 0.5) / (high - 0.5) * (self.high_m - self.middle_m)


class StageForecast(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is expected of a gauge from the readings up to `issued_at`; the first point is the stage of then.

    `missing` are the stations whose silence forced a simpler method; `beyond_history` says that the river stands, or
    is expected, higher than in all the past it was learnt from. `skills` are the method's errors in the back-test.
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
        """How far it reaches."""
        return self.issued_at + timedelta(seconds=self.points[-1].lead_s)

    def highest_m(self, *, within_s: float, quantile: float = 0.5) -> float:
        """The highest stage at a quantile until `within_s` seconds after its issue; now counts too."""
        inside = [point.stage_m(quantile) for point in self.points if point.lead_s <= within_s]
        cut = self._stage_at(within_s, quantile)
        return max([self.stage_m, *inside, *([] if cut is None else [cut])])

    def reaches_at(self, limit_m: float, *, quantile: float = 0.5) -> datetime | None:
        """When the stage at a quantile first reaches a limit; None where it does not."""
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
    """When a limit is expected to be reached, None where it is not."""
    at = forecast.reaches_at(limit_m, quantile=quantile)
    if at is None:
        return None
    low, high = BAND
    earliest_at = forecast.reaches_at(limit_m, quantile=high) or at
    return Expectation(at=at, earliest_at=earliest_at, latest_at=forecast.reaches_at(limit_m, quantile=low))
