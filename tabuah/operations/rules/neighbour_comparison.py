"""Neighbour comparison: a value far from the median of the stations around it.

For rain, sums over hours are compared, because single values differ too much from place to place.
WMO-No. 8 (2023), volume V, asks for values to be compared with nearby stations. For gauges it is
done with the median of those within some kilometres, by one filter for false zeros and one for
high influx: de Vos et al. (2019), doi 10.1029/2019GL083731. Each filter is a rule here; without
neighbours, or with too uneven ones, nothing is proved.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Final

import msgspec

from tabuah.operations.rules.crossings import Crossing, EvidenceItem
from tabuah.operations.rules.engine import SeriesState
from tabuah.operations.rules.multi_series import MultiSeriesState, MultiSeriesWatch
from tabuah.operations.rules.watches import Watch

FEWEST_NEIGHBOURS: Final = 3  # fewer cannot outvote one faulty station
_TO_SPREAD: Final = 1.4826  # median absolute deviation to standard deviation, for a normal distribution


class NeighbourWatch(MultiSeriesWatch, frozen=True, kw_only=True):
    """The first member is the station's own series, the others its neighbours, nearest first.

    A neighbour's value is valid within its age in `ages` of the station's value, before or after.
    """

    ages: tuple[timedelta, ...]
    spreads: float = 0.0

    def moment(self, states: Sequence[SeriesState]) -> datetime | None:
        """Return the time of the station's own value, which is evaluated."""
        return states[0].newest_at

    @property
    def triggering_members(self) -> tuple[Watch, ...]:
        """Return only the station's own series; its neighbours are read at that time."""
        return self.members[:1]

    def measured(self, multi_state: MultiSeriesState) -> float | None:
        """Return the departure from the median.

        The neighbours' own spread is subtracted only as far as it exceeds the limit.
        """
        own = multi_state.states[0].value
        values = self._neighbour_values(multi_state)
        if own is None or len(values) < FEWEST_NEIGHBOURS:
            return None
        middle = median(values)
        return abs(own - middle) - max(0.0, self.spreads * robust_spread(values, middle) - self.watch.limit)

    def _neighbour_values(self, multi_state: MultiSeriesState) -> list[float]:
        return [
            state.value
            for index, state in enumerate(multi_state.states)
            if index and state.value is not None and self._counts(multi_state, index)
        ]

    def _counts(self, multi_state: MultiSeriesState, index: int) -> bool:
        """Return whether a member's value is valid for the comparison."""
        newest_at = multi_state.states[index].newest_at
        return newest_at is not None and abs(newest_at - multi_state.at) <= self.ages[index]

    def findings(self, multi_state: MultiSeriesState) -> tuple[EvidenceItem, ...]:
        """Return the station's own value, then the neighbours'; without a value if it is too old."""
        return tuple(self._finding(multi_state, index) for index in range(len(self.members)))

    def _finding(self, multi_state: MultiSeriesState, index: int) -> EvidenceItem:
        member, state = self.members[index], multi_state.states[index]
        counts = index == 0 or self._counts(multi_state, index)
        return EvidenceItem(
            station=member.station,
            parameter=member.parameter,
            part=min(index, 1),
            holds=None if not counts else index > 0,
            value=state.value if counts else None,
            at=state.newest_at,
        )

    def missing_parts(self, ages: Sequence[timedelta | None]) -> Sequence[tuple[int, ...]]:
        """Return the station itself if it is silent, else its neighbours if too few have values."""
        known = [age is not None and age <= most for age, most in zip(ages, self.ages, strict=True)]
        if not known[0]:
            return [(0,)]
        return [tuple(range(1, len(known)))] if sum(known[1:]) < FEWEST_NEIGHBOURS else []

    def with_evidence(self, crossing: Crossing, multi_state: MultiSeriesState) -> Crossing:
        """Return the crossing with the station's own value and its evidence."""
        own = multi_state.states[0].value
        return msgspec.structs.replace(crossing, value=own, limit=None, evidence=self.findings(multi_state))


def robust_spread(values: Sequence[float], middle: float) -> float:
    """Return a robust spread about the median, comparable to a standard deviation."""
    return _TO_SPREAD * median(abs(value - middle) for value in values)


_ALIKE: Final = 1.0


class NeighbourSumWatch(NeighbourWatch, frozen=True, kw_only=True):
    """Compares the ratio of the smaller sum to the larger with its limit, which it falls to.

    Between the limit and the clearing value, or without valid neighbours, the state is kept. `whole` is
    the part of `span` that must have been received; otherwise a gauge that was offline would look dry.
    """

    floor: float
    span: timedelta
    whole: timedelta
    too_much: bool = False

    @property
    def look_back(self) -> timedelta:
        """Return the span of the sums before the hold time."""
        return self.span + 2 * self.watch.hold

    def measured(self, multi_state: MultiSeriesState) -> float | None:
        """Return the ratio; None if the station or too many neighbours have gaps."""
        own = multi_state.states[0].value
        if own is None or not self._is_whole(multi_state, 0):
            return None
        if self.too_much and own < self.floor:
            return _ALIKE  # it no longer counts rain that is not there
        if all(state.value is None or state.value < self.floor for state in multi_state.states):
            return self._undecided  # the usual case: it is dry
        values = self._neighbour_values(multi_state)
        return self._share(own, values) if len(values) >= FEWEST_NEIGHBOURS else None

    def _share(self, own: float, values: list[float]) -> float:
        middle = median(values)
        more, less = (own, middle) if self.too_much else (middle, own)
        if more < self.floor:
            return _ALIKE if less >= self.floor else self._undecided
        if more - less < self.spreads * robust_spread(values, middle):
            return max(less / more, self._undecided)
        return less / more

    @property
    def _undecided(self) -> float:
        """Return a ratio that neither raises nor clears."""
        return (self.watch.limit + self.watch.back_at) / 2

    def _counts(self, multi_state: MultiSeriesState, index: int) -> bool:
        return super()._counts(multi_state, index) and self._is_whole(multi_state, index)

    def _is_whole(self, multi_state: MultiSeriesState, index: int) -> bool:
        window = multi_state.states[index].window
        return (
            window.begun_at is not None
            and window.newest_at is not None
            and (window.newest_at - window.begun_at >= self.whole)
        )
