"""The joint watch of a rain gauge beside its neighbours: over hours, where rain is alike enough to be compared.

Single values of rain differ from place to place; amounts over hours do so less. WMO-No. 8 (2023), volume V, has
values compared with those of nearby stations; for gauges it is done with the median of those within some kilometres,
by a filter of false zeros and another of high influx: de Vos et al. (2019), doi 10.1029/2019GL083731. Here each is a
rule of its own, and no neighbours, or too uneven ones, prove nothing.
"""

from datetime import timedelta
from statistics import median
from typing import Final

from tabuah.operations.rules.neighbouring import FEWEST_NEIGHBOURS, NeighbourWatch, spread_of
from tabuah.operations.rules.situation import Situation

_ALIKE: Final = 1.0


class NeighbourSumWatch(NeighbourWatch, frozen=True, kw_only=True):
    """Holds the share that the smaller amount has of the larger against its limit, which it falls to.

    Between the limit and where it is over nothing is decided; so is whatever the neighbours cannot say. `whole` is
    how much of the `span` must have been heard, else a gauge that was away would look dry.
    """

    floor: float
    span: timedelta
    whole: timedelta
    too_much: bool = False

    @property
    def look_back(self) -> timedelta:
        """The amounts of the time in which it must have held were sums already."""
        return self.span + 2 * self.watch.hold

    def measured(self, situation: Situation) -> float | None:
        """The share; None where the station itself or too many of its neighbours were not heard all the time."""
        own = situation.states[0].value
        if own is None or not self._is_whole(situation, 0):
            return None
        if self.too_much and own < self.floor:
            return _ALIKE  # whatever it counted before, it does not any more
        if all(state.value is None or state.value < self.floor for state in situation.states):
            return self._undecided  # as almost always: it is dry
        values = self._neighbour_values(situation)
        return self._share(own, values) if len(values) >= FEWEST_NEIGHBOURS else None

    def _share(self, own: float, values: list[float]) -> float:
        middle = median(values)
        more, less = (own, middle) if self.too_much else (middle, own)
        if more < self.floor:
            return _ALIKE if less >= self.floor else self._undecided
        if more - less < self.spreads * spread_of(values, middle):
            return max(less / more, self._undecided)
        return less / more

    @property
    def _undecided(self) -> float:
        """A share that neither raises nor is over."""
        return (self.watch.limit + self.watch.back_at) / 2

    def _counts(self, situation: Situation, index: int) -> bool:
        return super()._counts(situation, index) and self._is_whole(situation, index)

    def _is_whole(self, situation: Situation, index: int) -> bool:
        window = situation.states[index].window
        return (
            window.begun_at is not None
            and window.newest_at is not None
            and (window.newest_at - window.begun_at >= self.whole)
        )
