"""Floods of alarms: when more came than a person can take in, after ISA-18.2. Pure."""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

SPAN: Final = timedelta(minutes=10)
FLOOD_ABOVE: Final = 10  # alarms in ten minutes
OVER_BELOW: Final = 5  # a flood is over once fewer than this came in ten minutes
_STEP: Final = timedelta(minutes=1)


class Flood(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which too many alarms came, and how many."""

    since: datetime
    until: datetime
    count: int


def peak_in(times: Iterable[datetime], *, span: timedelta = SPAN) -> tuple[int, datetime | None]:
    """The most that came within a span, wherever it begins, and when that began; `times` in order."""
    most, most_at = 0, None
    recent: deque[datetime] = deque()
    for at in times:
        recent.append(at)
        while at - recent[0] >= span:
            recent.popleft()
        if len(recent) > most:
            most, most_at = len(recent), recent[0]
    return most, most_at


def floods_in(times: Sequence[datetime], *, until: datetime) -> tuple[Flood, ...]:
    """The floods among alarms that came at `times`, in order; one that has not ended yet ends at `until`."""
    floods: list[Flood] = []
    first = 0
    for index, at in enumerate(times):
        first = _first_within(times, first, at)
        if index - first + 1 > FLOOD_ABOVE and (not floods or times[first] >= floods[-1].until):
            floods.append(_flood(times, first, until))
    return tuple(floods)


def _first_within(times: Sequence[datetime], first: int, at: datetime) -> int:
    while at - times[first] >= SPAN:
        first += 1
    return first


def _flood(times: Sequence[datetime], first: int, until: datetime) -> Flood:
    """The flood that begins with an alarm: it goes on until the last ten minutes brought few."""
    ends = times[first] + SPAN
    while ends < until and _count(times, ends - SPAN, ends) >= OVER_BELOW:
        ends += _STEP
    ends = min(ends, until)
    return Flood(since=times[first], until=ends, count=_count(times, times[first], ends))


def _count(times: Sequence[datetime], since: datetime, until: datetime) -> int:
    return bisect_left(times, until) - bisect_left(times, since)
