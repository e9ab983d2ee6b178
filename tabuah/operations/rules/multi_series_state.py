"""Multi-series state: the members of a multi-series watch at one time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.rules.engine import SeriesState
from tabuah.operations.rules.sliding_window import SlidingWindow
from tabuah.operations.rules.watches import Measure, Watch, interval_s
from tabuah.operations.stations.station import Station

COUNTS_FOR_INTERVALS: Final = 3  # so that the value of a slow station stays valid until its next one is due
_NEVER: Final = float("inf")


class MultiSeriesState(msgspec.Struct, frozen=True):
    """The states of a watch's members, in their order, at the time of the readings (never a clock).

    Each state has the newest value and its time, whether its own condition holds, and any window.
    """

    at: datetime
    states: tuple[SeriesState, ...]

    def window(self, index: int) -> SlidingWindow:
        """Return the values in a member's window; empty if it has none."""
        return self.states[index].window

    def is_known(self, index: int, *, age: timedelta) -> bool:
        """Return whether a member has a value that is not older than `age`."""
        newest_at = self.states[index].newest_at
        return newest_at is not None and newest_at >= self.at - age


def newest_time(states: Iterable[SeriesState]) -> datetime | None:
    """Return the time of the newest reading; None before the first."""
    return max((state.newest_at for state in states if state.newest_at is not None), default=None)


def value_member(rule: str, station: str, parameter: str, *, span: timedelta | None = None) -> Watch:
    """Return a member that stores its newest value, and those of the last `span`; it has no condition.

    Args:
        rule: the name of the rule's part, from `part_name`.
        station: the station's code.
        parameter: what it measures.
        span: how long values are kept; None keeps the newest only.
    """
    return Watch(rule=rule, station=station, parameter=parameter, limit=_NEVER, back_at=_NEVER, window=span)


def sum_member(rule: str, station: str, parameter: str, *, span: timedelta, gap: timedelta) -> Watch:
    """Return a member that stores the sum of the last `span`, and the time since which no gap exceeded `gap`."""
    watch = value_member(rule, station, parameter, span=span)
    return msgspec.structs.replace(watch, measure=Measure.SUM, gap=gap)


def part_name(rule: str, part: int) -> str:
    """Return the storage name of a rule's part; it cannot equal a rule id."""
    return f"{rule}/{part}"


def is_part(name: str) -> bool:
    """Return whether a name is that of a part."""
    return "/" in name


def rule_of(name: str) -> str:
    """Return the rule of a part; a rule's own id is returned unchanged."""
    return name.partition("/")[0]


def validity_span(station: Station, parameter: str, *, at_least: timedelta) -> timedelta:
    """Return how long a value is valid: three of the station's intervals, or `at_least` if longer."""
    return max(at_least, COUNTS_FOR_INTERVALS * timedelta(seconds=interval_s(station, parameter)))
