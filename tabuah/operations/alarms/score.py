"""What was said to come, held against what came: hits, misses, false alarms, and how often each. Pure.

The words and shares are those of yes-or-no forecasts (Jolliffe and Stephenson, 2012: Forecast Verification): POD is
hits among all that came, FAR false alarms among all that was said, CSI hits among both together.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Final, NamedTuple

import msgspec

TOGETHER: Final = timedelta(hours=3)  # what comes at one place within this is one event, however many gauges see it


class Spell(NamedTuple):
    """From when until when something was said to come, or was there."""

    since: datetime
    until: datetime


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One hit, miss or false alarm: where, and when it was first said; of a miss, when it came."""

    place: str
    at: datetime


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """All cases of a span; `open` are not over yet, `unmeasured` are those of which nobody can tell.

    What was said only when it had begun is `late`: neither right nor false, and what had begun is a miss. `lead_s` is
    how long before it came each hit was first said.
    """

    hits: tuple[Case, ...] = ()
    misses: tuple[Case, ...] = ()
    false_alarms: tuple[Case, ...] = ()
    late: tuple[Case, ...] = ()
    open: tuple[Case, ...] = ()
    unmeasured: tuple[Case, ...] = ()
    lead_s: tuple[float, ...] = ()

    @property
    def came(self) -> int:
        """How much came."""
        return len(self.hits) + len(self.misses)

    @property
    def said(self) -> int:
        """How much was said to come and is settled."""
        return len(self.hits) + len(self.false_alarms)

    @property
    def pod(self) -> float | None:
        """The share of what came that had been said; None where nothing came."""
        return len(self.hits) / self.came if self.came else None

    @property
    def far(self) -> float | None:
        """The share of what was said that did not come; None where nothing was said."""
        return len(self.false_alarms) / self.said if self.said else None

    @property
    def csi(self) -> float | None:
        """The share of hits in all cases; None without one."""
        cases = self.said + len(self.misses)
        return len(self.hits) / cases if cases else None

    @property
    def median_lead_s(self) -> float | None:
        """The median time from the first word to its coming; None without a hit."""
        return median(self.lead_s) if self.lead_s else None


def score_of(place: str, said: Iterable[Spell], came: Iterable[Spell], *, since: datetime, until: datetime) -> Score:
    """Hold what was said of one place against what came there.

    Args:
        place: what it is called.
        said: all that was said of it, also before the span: it may warn of what comes in it.
        came: from when until when it was there (UTC), also beside the span.
        since: from when cases are counted.
        until: until when, and until when it is known what came.
    """
    spells, there = merged(said), sorted(each for each in came if each.since < until)
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
    return Score(
        hits=_cases(place, (spell.since for spell in counted if first[spell] is not None)),
        misses=_cases(place, missed),
        false_alarms=_cases(place, (spell.since for spell in waiting if spell.until <= until)),
        late=_cases(place, (spell.since for spell in counted if spell in late)),
        open=_cases(place, (spell.since for spell in waiting if spell.until > until)),
        lead_s=tuple((at - spell.since).total_seconds() for spell, at in first.items() if at is not None),
    )


def all_together(scores: Iterable[Score]) -> Score:
    """The cases of all places as one score."""
    each = tuple(scores)
    return Score(
        **{name: tuple(case for score in each for case in getattr(score, name)) for name in Score.__struct_fields__}
    )


def merged(said: Iterable[Spell]) -> list[Spell]:
    """What was said without a break as one, oldest first: an update goes on with what it replaces."""
    found: list[Spell] = []
    for each in sorted(said):
        if found and each.since <= found[-1].until:
            found[-1] = found[-1]._replace(until=max(found[-1].until, each.until))
        else:
            found.append(each)
    return found


def _cases(place: str, moments: Iterable[datetime]) -> tuple[Case, ...]:
    return tuple(Case(place=place, at=at) for at in moments)


def _holds(spell: Spell, at: datetime) -> bool:
    return spell.since <= at <= spell.until


def _events(times: Sequence[datetime]) -> list[list[datetime]]:
    """Moments that lie together, oldest first."""
    groups: list[list[datetime]] = []
    for at in times:
        if groups and at - groups[-1][0] <= TOGETHER:
            groups[-1].append(at)
        else:
            groups.append([at])
    return groups
