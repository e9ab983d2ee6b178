"""A joint watch: one rule made ready for several series that raise one alarm at one station."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from tabuah.operations.rules.crossings import Crossing
from tabuah.operations.rules.engine import Judgement, SeriesState, judge
from tabuah.operations.rules.evidence import Finding
from tabuah.operations.rules.situation import Situation, newest_of
from tabuah.operations.rules.watches import Watch, WatchKey, key_of


class JointWatch(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule demands of several series together.

    `watch` has the key of the alarm and the limit that `measured` is held against. The members are watches of their
    own with a memory each, shared by all stations that look at the same series, and raise nothing. Every kind of rule
    over several series is a subclass that says what it measures and which evidence it has.
    """

    watch: Watch
    members: tuple[Watch, ...]

    @property
    def key(self) -> WatchKey:
        """Rule, station and parameter of its alarm."""
        return key_of(self.watch)

    @property
    def look_back(self) -> timedelta:
        """How far back readings can bear on what it remembers, the members' own windows aside."""
        return 2 * self.watch.hold

    def moment(self, states: Sequence[SeriesState]) -> datetime | None:
        """The time of the situation: that of the newest reading of all members."""
        return newest_of(states)

    @property
    def stirring(self) -> tuple[Watch, ...]:
        """The members whose readings can change anything; those of the others are only remembered."""
        return self.members

    def is_stirred(self, state: SeriesState, *, up: frozenset[str]) -> bool:
        """Whether a reading of such a member does.

        Args:
            state: what this watch remembers.
            up: the rules with a part that was or is reached by the reading.
        """
        del state, up
        return True

    def measured(self, situation: Situation) -> float | None:
        """What is held against the limit; None where the situation cannot say."""
        raise NotImplementedError

    def findings(self, situation: Situation) -> tuple[Finding, ...]:
        """What each series said."""
        raise NotImplementedError

    def silent_parts(self, ages: Sequence[timedelta | None]) -> Sequence[tuple[int, ...]]:
        """The parts, as indices of their members, that cannot be answered when the newest values are so old."""
        del ages
        return ()

    def told(self, crossing: Crossing, situation: Situation) -> Crossing:
        """The crossing with its evidence."""
        return msgspec.structs.replace(crossing, evidence=self.findings(situation))


def evaluate_joint(joint: JointWatch, state: SeriesState, situation: Situation) -> Judgement:
    """Judge a situation. What cannot be said changes nothing: it raises no alarm and ends none.

    Returns:
        The new state, and the crossings with their evidence.
    """
    measured = joint.measured(situation)
    if measured is None:
        return state, ()
    at = situation.at if state.newest_at is None else max(state.newest_at, situation.at)
    grown = SeriesState(at, state.reached_at, state.onset_at, state.window, measured, state.ended_at)
    state, crossings = judge(joint.watch, grown, measured)
    return state, tuple(joint.told(crossing, situation) for crossing in crossings)
