"""Multi-series watch: one rule over several series that raises one alarm at one station."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from tabuah.operations.rules.crossings import Crossing
from tabuah.operations.rules.engine import Judgement, SeriesState, judge
from tabuah.operations.rules.evidence import EvidenceItem
from tabuah.operations.rules.multi_series_state import MultiSeriesState, newest_time
from tabuah.operations.rules.watches import Watch, WatchKey, watch_key


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

    def measured(self, situation: MultiSeriesState) -> float | None:
        """Return the value to compare with the limit; None if it is unknown."""
        raise NotImplementedError

    def findings(self, situation: MultiSeriesState) -> tuple[EvidenceItem, ...]:
        """Return the evidence of each series."""
        raise NotImplementedError

    def missing_parts(self, ages: Sequence[timedelta | None]) -> Sequence[tuple[int, ...]]:
        """Return the parts, as member indices, without a valid value at these ages."""
        del ages
        return ()

    def with_evidence(self, crossing: Crossing, situation: MultiSeriesState) -> Crossing:
        """Return the crossing with its evidence."""
        return msgspec.structs.replace(crossing, evidence=self.findings(situation))


def evaluate_multi_series(joint: MultiSeriesWatch, state: SeriesState, situation: MultiSeriesState) -> Judgement:
    """Evaluate a state of the members. An unknown value raises no alarm and clears none.

    Returns:
        The new state, and the crossings with their evidence.
    """
    measured = joint.measured(situation)
    if measured is None:
        return state, ()
    at = situation.at if state.newest_at is None else max(state.newest_at, situation.at)
    grown = SeriesState(at, state.reached_at, state.onset_at, state.window, measured, state.ended_at)
    state, crossings = judge(joint.watch, grown, measured)
    return state, tuple(joint.with_evidence(crossing, situation) for crossing in crossings)
