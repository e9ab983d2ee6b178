"""Alarm system performance after EEMUA 191 and ISA-18.2: rates, floods, answer times. Pure.

Exercises are excluded. Every raised alarm counts, even if it made no sound.
"""

from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median, quantiles
from typing import Final, TypeAlias

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope
from tabuah.operations.levels import AlarmSeverity

FLOOD_SPAN: Final = timedelta(minutes=10)
FLOOD_STARTS_ABOVE: Final = 10  # alarms in ten minutes
FLOOD_ENDS_BELOW: Final = 5  # a flood ends when fewer alarms came in ten minutes
_STEP: Final = timedelta(minutes=1)


class AlarmFlood(msgspec.Struct, frozen=True, kw_only=True):
    """A period with too many alarms, and their number."""

    since: datetime
    until: datetime
    count: int


def find_peak(times: Iterable[datetime], *, span: timedelta = FLOOD_SPAN) -> tuple[int, datetime | None]:
    """Return the highest number of alarms within `span`, and when that span began.

    `times` must be in ascending order.
    """
    most, most_at = 0, None
    recent: deque[datetime] = deque()
    for at in times:
        recent.append(at)
        while at - recent[0] >= span:
            recent.popleft()
        if len(recent) > most:
            most, most_at = len(recent), recent[0]
    return most, most_at


def find_floods(times: Sequence[datetime], *, until: datetime) -> tuple[AlarmFlood, ...]:
    """Return the alarm floods; one that has not ended is cut off at `until`."""
    floods: list[AlarmFlood] = []
    first = 0
    for index, at in enumerate(times):
        first = _first_within(times, first, at)
        if index - first + 1 > FLOOD_STARTS_ABOVE and (not floods or times[first] >= floods[-1].until):
            floods.append(_flood(times, first, until))
    return tuple(floods)


def _first_within(times: Sequence[datetime], first: int, at: datetime) -> int:
    while at - times[first] >= FLOOD_SPAN:
        first += 1
    return first


def _flood(times: Sequence[datetime], first: int, until: datetime) -> AlarmFlood:
    """Return the flood that starts with an alarm; it lasts until ten minutes brought few alarms."""
    ends = times[first] + FLOOD_SPAN
    while ends < until and _count(times, ends - FLOOD_SPAN, ends) >= FLOOD_ENDS_BELOW:
        ends += _STEP
    ends = min(ends, until)
    return AlarmFlood(since=times[first], until=ends, count=_count(times, times[first], ends))


def _count(times: Sequence[datetime], since: datetime, until: datetime) -> int:
    return bisect_left(times, until) - bisect_left(times, since)


STANDING_AFTER: Final = timedelta(hours=24)
CHATTERING_FROM: Final = 4  # episodes of one point within an hour
TOP_POINTS: Final = 10
SEVERITIES: Final = (AlarmSeverity.CRITICAL, AlarmSeverity.HIGH, AlarmSeverity.ATTENTION)

AlarmPoint: TypeAlias = tuple[str, str, str]  # rule, station, parameter


class PointCount(msgspec.Struct, frozen=True, kw_only=True):
    """Number of alarms from one point."""

    rule: str
    station: str
    parameter: str
    count: int


class AlarmPerformance(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of a period. Shares are 0 to 1; answer times are None if no alarm was answered.

    `chattering` has the episodes in the busiest hour of each chattering point; `standing` has the
    ids of alarms that had been active for more than a day at the end.
    """

    since: datetime
    until: datetime
    operators: int
    raised: int
    peak: int
    peak_at: datetime | None
    floods: tuple[AlarmFlood, ...]
    standing: tuple[str, ...]
    chattering: tuple[PointCount, ...]
    top: tuple[PointCount, ...]
    by_severity: dict[AlarmSeverity, int]
    by_slot: tuple[int, ...]  # alarms in each ten minutes, for a chart
    answered: int
    answer_median_s: float | None
    answer_p90_s: float | None
    escalated: int
    shelved: int

    @property
    def rate(self) -> float:
        """Return the average number of alarms per operator in ten minutes."""
        slots = (self.until - self.since) / FLOOD_SPAN
        return self.raised / slots / self.operators if slots > 0 else 0.0

    @property
    def flood_share(self) -> float:
        """Return the share of time with an alarm flood."""
        span_s = (self.until - self.since).total_seconds()
        return sum((flood.until - flood.since).total_seconds() for flood in self.floods) / span_s if span_s else 0.0

    @property
    def top_share(self) -> float:
        """Return the share of alarms from the ten busiest points."""
        return sum(point.count for point in self.top) / self.raised if self.raised else 0.0

    def share_of(self, severity: AlarmSeverity) -> float:
        """Return the share of a severity among all alarms."""
        return self.by_severity.get(severity, 0) / self.raised if self.raised else 0.0


def measure_performance(
    alarms: Iterable[Alarm],
    *,
    since: datetime,
    until: datetime,
    operators: int = 1,
    scope: ExerciseScope = REAL_WORLD,
) -> AlarmPerformance:
    """Compute the figures of a period.

    Args:
        alarms: all known alarms; older ones may be standing.
        since: start of the period (UTC).
        until: end of the period.
        operators: how many people answer alarms at the same time.
        scope: the worlds whose alarms count.
    """
    known = sorted((a for a in alarms if scope.has(a) and a.raised_at < until), key=lambda a: (a.raised_at, a.id))
    within = [alarm for alarm in known if alarm.raised_at >= since]
    times = [alarm.raised_at for alarm in within]
    peak, peak_at = find_peak(times)
    waits_s = sorted(_waits_s(within))
    return AlarmPerformance(
        since=since,
        until=until,
        operators=operators,
        raised=len(within),
        peak=peak,
        peak_at=peak_at,
        floods=find_floods(times, until=until),
        standing=tuple(alarm.id for alarm in known if _stands(alarm, until)),
        chattering=_chattering(within),
        top=_most(Counter(map(_point, within)))[:TOP_POINTS],
        by_severity=dict(Counter(alarm.severity for alarm in within)),
        by_slot=_by_slot(times, since, until),
        answered=len(waits_s),
        answer_median_s=median(waits_s) if waits_s else None,
        answer_p90_s=_p90(waits_s),
        escalated=sum(1 for alarm in within if alarm.escalations),
        shelved=sum(1 for alarm in within if alarm.shelved_until is not None),
    )


def _point(alarm: Alarm) -> AlarmPoint:
    return alarm.rule, alarm.station, alarm.parameter


def _most(counts: Counter[AlarmPoint]) -> tuple[PointCount, ...]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(PointCount(rule=r, station=s, parameter=p, count=count) for (r, s, p), count in ordered)


def _stands(alarm: Alarm, until: datetime) -> bool:
    is_up = alarm.cleared_at is None or alarm.cleared_at > until
    return is_up and until - alarm.raised_at > STANDING_AFTER


def _chattering(alarms: Sequence[Alarm]) -> tuple[PointCount, ...]:
    """Return the points with too many episodes in an hour, with those of their busiest hour."""
    by_point: dict[AlarmPoint, list[datetime]] = {}
    for alarm in alarms:
        by_point.setdefault(_point(alarm), []).append(alarm.raised_at)
    busiest = Counter({point: find_peak(times, span=timedelta(hours=1))[0] for point, times in by_point.items()})
    return tuple(each for each in _most(busiest) if each.count >= CHATTERING_FROM)


def _waits_s(alarms: Iterable[Alarm]) -> list[float]:
    """Return the answer times; 0 for an answer from a console whose clock is behind."""
    return [
        max(0.0, (alarm.acknowledged_at - alarm.raised_at).total_seconds())
        for alarm in alarms
        if alarm.acknowledged_at is not None
    ]


def _p90(values: Sequence[float]) -> float | None:
    if len(values) < 2:
        return values[0] if values else None
    return quantiles(values, n=10, method="inclusive")[-1]


def _by_slot(times: Iterable[datetime], since: datetime, until: datetime) -> tuple[int, ...]:
    slots = max(1, -int((since - until) / FLOOD_SPAN // 1))
    counts = Counter(min(int((at - since) / FLOOD_SPAN), slots - 1) for at in times)
    return tuple(counts.get(slot, 0) for slot in range(slots))
