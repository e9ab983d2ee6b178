"""A situation: what each series that a rule looks at has to say at one moment."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.rules.engine import SeriesState
from tabuah.operations.rules.watches import Measure, Watch, interval_s
from tabuah.operations.rules.windows import Window
from tabuah.operations.stations.station import Station

COUNTS_FOR_INTERVALS: Final = 3  # a value of a station that reports seldom is not old before its next is due
_NEVER: Final = float("inf")


class Situation(msgspec.Struct, frozen=True):
    """The states of a joint watch's members, in their order, at the time of the readings (never of a clock).

    Each state has the newest value, when it was, whether its own condition holds, and the window where there is one.
    """

    at: datetime
    states: tuple[SeriesState, ...]

    def window(self, index: int) -> Window:
        """The last values of one member; empty where it keeps none."""
        return self.states[index].window

    def is_known(self, index: int, *, age: timedelta) -> bool:
        """Whether one member has a value that is not older than `age`."""
        newest_at = self.states[index].newest_at
        return newest_at is not None and newest_at >= self.at - age


def newest_of(states: Iterable[SeriesState]) -> datetime | None:
    """The time of the newest of all readings; None before the first."""
    return max((state.newest_at for state in states if state.newest_at is not None), default=None)


def following(rule: str, station: str, parameter: str, *, span: timedelta | None = None) -> Watch:
    """A member that only remembers: its newest value, and those of the last `span`; no condition of its own.

    Args:
        rule: the name of the rule's part, made by `part_name`.
        station: the station's code.
        parameter: what it measures.
        span: how far back values are kept; None keeps the newest.
    """
    return Watch(rule=rule, station=station, parameter=parameter, limit=_NEVER, back_at=_NEVER, window=span)


def summing(rule: str, station: str, parameter: str, *, span: timedelta, gap: timedelta) -> Watch:
    """A member that only remembers: the sum of the last `span`, and since when no `gap` was longer."""
    watch = following(rule, station, parameter, span=span)
    return msgspec.structs.replace(watch, measure=Measure.SUM, gap=gap)


def part_name(rule: str, part: int) -> str:
    """Under which name a part of a rule is remembered; no rule can have it."""
    return f"{rule}/{part}"


def is_part(name: str) -> bool:
    """Whether a name is that of a part."""
    return "/" in name


def rule_of(name: str) -> str:
    """The rule that a part belongs to, and a rule's own name as it is."""
    return name.partition("/")[0]


def counts_for(station: Station, parameter: str, *, at_least: timedelta) -> timedelta:
    """How long a value speaks: three of the station's own intervals, or `at_least` if that is longer."""
    return max(at_least, COUNTS_FOR_INTERVALS * timedelta(seconds=interval_s(station, parameter)))
