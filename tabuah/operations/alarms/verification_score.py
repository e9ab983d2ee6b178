"""Verification score of yes-or-no warnings: hits, misses and false alarms. Pure.

Terms and ratios after Jolliffe and Stephenson (2012), Forecast Verification.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Final, NamedTuple

import msgspec

from tabuah.operations.forecast.verification import (
    critical_success_index,
    false_alarm_ratio,
    probability_of_detection,
)

SAME_EVENT_SPAN: Final = timedelta(hours=3)  # what comes at one place within this is one event for all gauges


class Period(NamedTuple):
    """The validity of a warning, or the duration of an event."""

    since: datetime
    until: datetime


class VerificationCase(msgspec.Struct, frozen=True, kw_only=True):
    """One hit, miss or false alarm: place, and time of the warning (for a miss, of the event)."""

    place: str
    at: datetime


class VerificationScore(msgspec.Struct, frozen=True, kw_only=True):
    """All cases of a period; `open` are not over yet, `unmeasured` cannot be verified.

    `late` warnings were issued after the event had begun: they are neither hit nor false alarm, and
    the event is a miss. `lead_s` is the lead time of each hit.
    """

    hits: tuple[VerificationCase, ...] = ()
    misses: tuple[VerificationCase, ...] = ()
    false_alarms: tuple[VerificationCase, ...] = ()
    late: tuple[VerificationCase, ...] = ()
    open: tuple[VerificationCase, ...] = ()
    unmeasured: tuple[VerificationCase, ...] = ()
    lead_s: tuple[float, ...] = ()

    @property
    def observed_count(self) -> int:
        """Return the number of observed events."""
        return len(self.hits) + len(self.misses)

    @property
    def forecast_count(self) -> int:
        """Return the number of warnings that can be judged."""
        return len(self.hits) + len(self.false_alarms)

    @property
    def pod(self) -> float | None:
        """Return the probability of detection; None without an event."""
        return probability_of_detection(len(self.hits), len(self.misses))

    @property
    def far(self) -> float | None:
        """Return the false alarm ratio; None without a warning."""
        return false_alarm_ratio(len(self.hits), len(self.false_alarms))

    @property
    def csi(self) -> float | None:
        """Return the critical success index; None without a case."""
        return critical_success_index(len(self.hits), len(self.misses), len(self.false_alarms))

    @property
    def median_lead_s(self) -> float | None:
        """Return the median lead time; None without a hit."""
        return median(self.lead_s) if self.lead_s else None


def score_warnings(
    place: str, said: Iterable[Period], came: Iterable[Period], *, since: datetime, until: datetime
) -> VerificationScore:
    """Verify the warnings for one place against the events there.

    Args:
        place: its name.
        said: all warnings, also earlier ones that may be valid in the period.
        came: the events (UTC), also outside the period.
        since: start of the period.
        until: end of the period and of the observations.
    """
    spells, there = merge_periods(said), sorted(each for each in came if each.since < until)
    times = [each.since for each in there]
    counted = [spell for spell in spells if since <= spell.since < until]
    first = {spell: next((at for at in times if _holds(spell, at)), None) for spell in counted}
    late = {spell for spell in counted if first[spell] is None and any(_holds(each, spell.since) for each in there)}
    waiting = [spell for spell in counted if first[spell] is None and spell not in late]
    missed = [
        group[0]
        for group in _events(times)
        if group[0] >= since and not any(_holds(spell, at) for spell in spells for at in group)
    ]
    return VerificationScore(
        hits=_cases(place, (spell.since for spell in counted if first[spell] is not None)),
        misses=_cases(place, missed),
        false_alarms=_cases(place, (spell.since for spell in waiting if spell.until <= until)),
        late=_cases(place, (spell.since for spell in counted if spell in late)),
        open=_cases(place, (spell.since for spell in waiting if spell.until > until)),
        lead_s=tuple((at - spell.since).total_seconds() for spell, at in first.items() if at is not None),
    )


def combine_scores(scores: Iterable[VerificationScore]) -> VerificationScore:
    """Return the cases of all places as one score."""
    each = tuple(scores)
    return VerificationScore(
        **{
            name: tuple(case for score in each for case in getattr(score, name))
            for name in VerificationScore.__struct_fields__
        }
    )


def merge_periods(said: Iterable[Period]) -> list[Period]:
    """Join overlapping periods, oldest first: an update continues the warning it replaces."""
    found: list[Period] = []
    for each in sorted(said):
        if found and each.since <= found[-1].until:
            found[-1] = found[-1]._replace(until=max(found[-1].until, each.until))
        else:
            found.append(each)
    return found


def _cases(place: str, moments: Iterable[datetime]) -> tuple[VerificationCase, ...]:
    return tuple(VerificationCase(place=place, at=at) for at in moments)


def _holds(spell: Period, at: datetime) -> bool:
    return spell.since <= at <= spell.until


def _events(times: Sequence[datetime]) -> list[list[datetime]]:
    """Return groups of times that belong to one event, oldest first."""
    groups: list[list[datetime]] = []
    for at in times:
        if groups and at - groups[-1][0] <= SAME_EVENT_SPAN:
            groups[-1].append(at)
        else:
            groups.append([at])
    return groups
