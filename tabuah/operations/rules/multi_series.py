"""Multi-series watch: one rule over several series that raises one alarm, and the state of its members."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.rules.crossings import Crossing, EvidenceItem
from tabuah.operations.rules.engine import Judgement, SeriesState, judge
from tabuah.operations.rules.sliding_window import SlidingWindow
from tabuah.operations.rules.watches import Measure, Watch, WatchKey, interval_s, watch_key
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


class MultiSeriesWatch(msgspec.Struct, frozen=True, kw_only=True):
    """Base class of the conditions over several series.

    `watch` has the key of the alarm and the limit for `measured`. The members are watches with their
    own states, shared by all stations that use the same series; they raise no alarm. A subclass
    defines the measured value and the evidence.
    """

    watch: Watch
    members: tuple[Watch, ...]

    @property
    def key(self) -> WatchKey:
        """Return rule, station and parameter of the alarm."""
        return watch_key(self.watch)

    @property
    def look_back(self) -> timedelta:
        """Return how far back readings affect the state, besides the members' own windows."""
        return 2 * self.watch.hold

    def moment(self, states: Sequence[SeriesState]) -> datetime | None:
        """Return the time of the newest reading of all members."""
        return newest_time(states)

    @property
    def triggering_members(self) -> tuple[Watch, ...]:
        """Return the members whose readings can change the result; others are only stored."""
        return self.members

    def is_triggered(self, state: SeriesState, *, up: frozenset[str]) -> bool:
        """Return whether a reading of a triggering member requires an evaluation.

        Args:
            state: the state of this watch.
            up: the rules with a part that was or is reached by the reading.
        """
        del state, up
        return True

    def measured(self, multi_state: MultiSeriesState) -> float | None:
        """Return the value to compare with the limit; None if it is unknown."""
        raise NotImplementedError

    def findings(self, multi_state: MultiSeriesState) -> tuple[EvidenceItem, ...]:
        """Return the evidence of each series."""
        raise NotImplementedError

    def missing_parts(self, ages: Sequence[timedelta | None]) -> Sequence[tuple[int, ...]]:
        """Return the parts, as member indices, without a valid value at these ages."""
        del ages
        return ()

    def with_evidence(self, crossing: Crossing, multi_state: MultiSeriesState) -> Crossing:
        """Return the crossing with its evidence."""
        return msgspec.structs.replace(crossing, evidence=self.findings(multi_state))


def evaluate_multi_series(
    multi_watch: MultiSeriesWatch, state: SeriesState, multi_state: MultiSeriesState
) -> Judgement:
    """Evaluate a state of the members. An unknown value raises no alarm and clears none.

    Returns:
        The new state, and the crossings with their evidence.
    """
    measured = multi_watch.measured(multi_state)
    if measured is None:
        return state, ()
    at = multi_state.at if state.newest_at is None else max(state.newest_at, multi_state.at)
    grown = SeriesState(at, state.reached_at, state.onset_at, state.window, measured, state.ended_at)
    state, crossings = judge(multi_watch.watch, grown, measured)
    return state, tuple(multi_watch.with_evidence(crossing, multi_state) for crossing in crossings)
