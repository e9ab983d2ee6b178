"""The watch of a combination: enough of its parts hold at the same time."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from tabuah.operations.rules.crossings import Crossing, EvidenceItem
from tabuah.operations.rules.engine import SeriesState
from tabuah.operations.rules.multi_series import MultiSeriesState, MultiSeriesWatch


class CombinationWatch(MultiSeriesWatch, frozen=True, kw_only=True):
    """Holds when `watch.limit` parts hold.

    `parts` lists the members of each part; `ages` is how long a member's values are valid. A part that
    held within the last `within` still counts.
    """

    parts: tuple[tuple[int, ...], ...]
    ages: tuple[timedelta, ...]
    within: timedelta

    @property
    def look_back(self) -> timedelta:
        """Return how long ago a part may have ended and still count."""
        return self.within

    def is_triggered(self, state: SeriesState, *, up: frozenset[str]) -> bool:
        """Return whether a part holds, has just ended, or the alarm is active."""
        return state.is_raised or self.watch.rule in up

    def measured(self, multi_state: MultiSeriesState) -> float | None:
        """Return the number of parts that hold.

        None if parts that fell silent while they held could make up the number.
        """
        answers = [self._part_holds(multi_state, members) for members in self.parts]
        holding = sum(holds is True for holds in answers)
        if holding < self.watch.limit <= holding + sum(holds is None for holds in answers):
            return None
        return float(holding)

    def _part_holds(self, multi_state: MultiSeriesState, members: tuple[int, ...]) -> bool | None:
        """Return whether any station of a part holds; None if all are unknown and one held to its last value."""
        holding = [self._member_holds(multi_state, index) for index in members]
        if True in holding:
            return True
        if False in holding:
            return False
        return None if any(multi_state.states[index].is_raised for index in members) else False

    def _member_holds(self, multi_state: MultiSeriesState, index: int) -> bool | None:
        """Return whether a member holds; None without a valid value."""
        state = multi_state.states[index]
        known = state.value is not None and multi_state.is_known(index, age=self.ages[index])
        if state.is_raised and known:
            return True
        if state.ended_at is not None and state.ended_at >= multi_state.at - self.within:
            return True
        return False if known else None

    def findings(self, multi_state: MultiSeriesState) -> tuple[EvidenceItem, ...]:
        """Return the evidence by part: the stations that hold, or all stations if none does."""
        return tuple(
            finding
            for number, members in enumerate(self.parts, 1)
            for finding in _speaking([self._finding(multi_state, index, number) for index in members])
        )

    def _finding(self, multi_state: MultiSeriesState, index: int, part: int) -> EvidenceItem:
        member, state = self.members[index], multi_state.states[index]
        return EvidenceItem(
            station=member.station,
            parameter=member.parameter,
            part=part,
            holds=self._member_holds(multi_state, index),
            value=state.value,
            at=state.newest_at,
            limit=member.limit,
        )

    def missing_parts(self, ages: Sequence[timedelta | None]) -> Sequence[tuple[int, ...]]:
        """Return the parts without a station that has a valid value."""
        known = [age is not None and age <= most for age, most in zip(ages, self.ages, strict=True)]
        return [part for part in self.parts if part and not any(known[index] for index in part)]

    def with_evidence(self, crossing: Crossing, multi_state: MultiSeriesState) -> Crossing:
        """Return the crossing with its evidence; a combination has no value of its own."""
        return msgspec.structs.replace(crossing, value=None, limit=None, evidence=self.findings(multi_state))


def _speaking(findings: list[EvidenceItem]) -> list[EvidenceItem]:
    return [finding for finding in findings if finding.holds] or findings
