"""The joint watch of a combination: enough of its parts hold together."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from tabuah.operations.rules.crossings import Crossing
from tabuah.operations.rules.engine import SeriesState
from tabuah.operations.rules.evidence import Finding
from tabuah.operations.rules.joint import JointWatch
from tabuah.operations.rules.situation import Situation


class CombinationWatch(JointWatch, frozen=True, kw_only=True):
    """Holds when `watch.limit` parts do.

    `parts` says of each part which members may speak for it; `ages` says of each member how long its values count;
    a part that held within the last `within` still counts.
    """

    parts: tuple[tuple[int, ...], ...]
    ages: tuple[timedelta, ...]
    within: timedelta

    @property
    def look_back(self) -> timedelta:
        """A part may have ended so long ago and still count."""
        return self.within

    def is_stirred(self, state: SeriesState, *, up: frozenset[str]) -> bool:
        """Only by a part that holds or has just ended, or while its alarm is up: everything else leaves it down."""
        return state.is_raised or self.watch.rule in up

    def measured(self, situation: Situation) -> float | None:
        """How many parts hold; None where those that fell silent while they held could make enough of them."""
        told = [self._part_holds(situation, members) for members in self.parts]
        holding = sum(holds is True for holds in told)
        if holding < self.watch.limit <= holding + sum(holds is None for holds in told):
            return None
        return float(holding)

    def _part_holds(self, situation: Situation, members: tuple[int, ...]) -> bool | None:
        """Any station is enough; None where none has a value that counts and one of them held to its last."""
        told = [self._member_holds(situation, index) for index in members]
        if True in told:
            return True
        if False in told:
            return False
        return None if any(situation.states[index].is_raised for index in members) else False

    def _member_holds(self, situation: Situation, index: int) -> bool | None:
        """Whether a station says so, None where it has no value that counts."""
        state = situation.states[index]
        known = state.value is not None and situation.is_known(index, age=self.ages[index])
        if state.is_raised and known:
            return True
        if state.ended_at is not None and state.ended_at >= situation.at - self.within:
            return True
        return False if known else None

    def findings(self, situation: Situation) -> tuple[Finding, ...]:
        """Part by part: the stations that speak for it, or all that were asked where none does."""
        return tuple(
            finding
            for number, members in enumerate(self.parts, 1)
            for finding in _speaking([self._finding(situation, index, number) for index in members])
        )

    def _finding(self, situation: Situation, index: int, part: int) -> Finding:
        member, state = self.members[index], situation.states[index]
        return Finding(
            station=member.station,
            parameter=member.parameter,
            part=part,
            holds=self._member_holds(situation, index),
            value=state.value,
            at=state.newest_at,
            limit=member.limit,
        )

    def silent_parts(self, ages: Sequence[timedelta | None]) -> Sequence[tuple[int, ...]]:
        """Those of which no station has a value that counts."""
        known = [age is not None and age <= most for age, most in zip(ages, self.ages, strict=True)]
        return [part for part in self.parts if part and not any(known[index] for index in part)]

    def told(self, crossing: Crossing, situation: Situation) -> Crossing:
        """The crossing with its evidence; it has no value of its own."""
        return msgspec.structs.replace(crossing, value=None, limit=None, evidence=self.findings(situation))


def _speaking(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.holds] or findings
