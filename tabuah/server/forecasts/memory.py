"""The last hours of the series that forecasts look at, ready to be reckoned with."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

import numpy as np

from tabuah.operations.forecast.recent import LOOK_BACK_S
from tabuah.operations.forecast.steps import Records
from tabuah.operations.stations.time_series import TimeSeries

_FORGET_AT: Final = 1.25 * LOOK_BACK_S  # rarely, as letting go moves everything


class RecentSeries:
    """Values by time, in order however they come; the same time again corrects the value."""

    def __init__(self) -> None:
        self._times_s = array("d")
        self._values = array("d")

    def add(self, time_s: float, value: float) -> None:
        """One value."""
        at = (
            bisect_left(self._times_s, time_s)
            if self._times_s and time_s <= self._times_s[-1]
            else len(self._times_s)
        )
        if at < len(self._times_s) and self._times_s[at] == time_s:
            self._values[at] = value
            return
        self._times_s.insert(at, time_s)
        self._values.insert(at, value)
        self._forget()

    def known(self) -> TimeSeries:
        """All of it, as a copy."""
        return TimeSeries(times_s=np.array(self._times_s), values=np.array(self._values))

    def _forget(self) -> None:
        if self._times_s[-1] - self._times_s[0] > _FORGET_AT:
            old = bisect_left(self._times_s, self._times_s[-1] - LOOK_BACK_S)
            del self._times_s[:old], self._values[:old]


class RecentReadings:
    """The series that somebody wants remembered, and no others."""

    def __init__(self) -> None:
        self._series: dict[tuple[str, str], RecentSeries] = {}

    def want(self, series: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Remember these from now on.

        Returns:
            Those that were not remembered before.
        """
        new = [each for each in series if each not in self._series]
        self._series.update((each, RecentSeries()) for each in new)
        return new

    def add(self, series: tuple[str, str], time_s: float, value: float) -> None:
        """One reading, passed by where nobody wants its series."""
        known = self._series.get(series)
        if known is not None:
            known.add(time_s, value)

    def records(self, series: Iterable[tuple[str, str]]) -> Records:
        """What is known of some series."""
        return {each: self._series[each].known() for each in series if each in self._series}
