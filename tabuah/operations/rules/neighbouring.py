"""The joint watch of neighbours that disagree: a value far from the median of the stations around it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Final

import msgspec

from tabuah.operations.rules.crossings import Crossing
from tabuah.operations.rules.engine import SeriesState
from tabuah.operations.rules.evidence import Finding
from tabuah.operations.rules.joint import JointWatch
from tabuah.operations.rules.situation import Situation
from tabuah.operations.rules.watches import Watch

FEWEST_NEIGHBOURS: Final = 3  # fewer cannot outvote one station that is wrong
_TO_SPREAD: Final = 1.4826  # median absolute deviation to standard deviation, for a normal distribution


class NeighbourWatch(JointWatch, frozen=True, kw_only=True):
    """The first member is the station's own series, the others are its neighbours, nearest first.

    A neighbour's value counts when it lies within its own age of `ages` from the station's value, before or after.
    """

    ages: tuple[timedelta, ...]
    spreads: float = 0.0

    def moment(self, states: Sequence[SeriesState]) -> datetime | None:
        """The time of the station's own value: it is that which is judged."""
        return states[0].newest_at

    @property
    def stirring(self) -> tuple[Watch, ...]:
        """Only the station itself: the values of its neighbours are looked at then."""
        return self.members[:1]

    def measured(self, situation: Situation) -> float | None:
        """How far the value departs; of the neighbours' own spread only what exceeds the limit is taken off."""
        own = situation.states[0].value
        values = self._neighbour_values(situation)
        if own is None or len(values) < FEWEST_NEIGHBOURS:
            return None
        middle = median(values)
        return abs(own - middle) - max(0.0, self.spreads * spread_of(values, middle) - self.watch.limit)

    def _neighbour_values(self, situation: Situation) -> list[float]:
        return [
            state.value
            for index, state in enumerate(situation.states)
            if index and state.value is not None and self._counts(situation, index)
        ]

    def _counts(self, situation: Situation, index: int) -> bool:
        """Whether what a member says can be compared with the station's own value."""
        newest_at = situation.states[index].newest_at
        return newest_at is not None and abs(newest_at - situation.at) <= self.ages[index]

    def findings(self, situation: Situation) -> tuple[Finding, ...]:
        """The station's own value, then each neighbour's; without a value where it was too old to count."""
        return tuple(self._finding(situation, index) for index in range(len(self.members)))

    def _finding(self, situation: Situation, index: int) -> Finding:
        member, state = self.members[index], situation.states[index]
        counts = index == 0 or self._counts(situation, index)
        return Finding(
            station=member.station,
            parameter=member.parameter,
            part=min(index, 1),
            holds=None if not counts else index > 0,
            value=state.value if counts else None,
            at=state.newest_at,
        )

    def silent_parts(self, ages: Sequence[timedelta | None]) -> Sequence[tuple[int, ...]]:
        """The station itself where it is silent, else its neighbours where too few of them are heard."""
        known = [age is not None and age <= most for age, most in zip(ages, self.ages, strict=True)]
        if not known[0]:
            return [(0,)]
        return [tuple(range(1, len(known)))] if sum(known[1:]) < FEWEST_NEIGHBOURS else []

    def told(self, crossing: Crossing, situation: Situation) -> Crossing:
        """The crossing with the station's own value, and its evidence."""
        own = situation.states[0].value
        return msgspec.structs.replace(crossing, value=own, limit=None, evidence=self.findings(situation))


def spread_of(values: Sequence[float], middle: float) -> float:
    """How far values lie from their median, robustly: comparable to a standard deviation."""
    return _TO_SPREAD * median(abs(value - middle) for value in values)
