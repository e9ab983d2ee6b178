"""How well the alarms serve the people in the room, after EEMUA 191 and ISA-18.2.

Exercises are never counted. What is counted is every alarm that was raised, whether or not it made a noise.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median, quantiles
from typing import Final, TypeAlias

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.flooding import SPAN, Flood, floods_in, peak_in
from tabuah.operations.levels import AlarmSeverity

STANDING_AFTER: Final = timedelta(hours=24)
CHATTERING_FROM: Final = 4  # episodes of one point within an hour
TOP: Final = 10
SEVERITIES: Final = (AlarmSeverity.CRITICAL, AlarmSeverity.HIGH, AlarmSeverity.ATTENTION)

Point: TypeAlias = tuple[str, str, str]  # rule, station, parameter: where alarms come from again and again


class PointCount(msgspec.Struct, frozen=True, kw_only=True):
    """How often alarms came from one point."""

    rule: str
    station: str
    parameter: str
    count: int


class Performance(msgspec.Struct, frozen=True, kw_only=True):
    """The alarms of a span of time. Shares are between 0 and 1; times to an answer are None where nobody answered.

    `chattering` counts the episodes of the busiest hour of each point that chatters; `standing` are ids of alarms
    that had been up for more than a day at the end.
    """

    since: datetime
    until: datetime
    operators: int
    raised: int
    peak: int
    peak_at: datetime | None
    floods: tuple[Flood, ...]
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
        """Alarms for one operator in ten minutes, on average."""
        slots = (self.until - self.since) / SPAN
        return self.raised / slots / self.operators if slots > 0 else 0.0

    @property
    def flood_share(self) -> float:
        """The share of the time in which there was a flood."""
        span_s = (self.until - self.since).total_seconds()
        return sum((flood.until - flood.since).total_seconds() for flood in self.floods) / span_s if span_s else 0.0

    @property
    def top_share(self) -> float:
        """The share of all alarms that came from the ten busiest points."""
        return sum(point.count for point in self.top) / self.raised if self.raised else 0.0

    def share_of(self, severity: AlarmSeverity) -> float:
        """The share of a severity among all alarms."""
        return self.by_severity.get(severity, 0) / self.raised if self.raised else 0.0


def performance_of(alarms: Iterable[Alarm], *, since: datetime, until: datetime, operators: int = 1) -> Performance:
    """The figures of a span.

    Args:
        alarms: all that are known, also older ones: they may be standing.
        since: from when alarms are counted (UTC).
        until: until when.
        operators: how many people answer them at the same time.
    """
    real = sorted((a for a in alarms if not a.exercise and a.raised_at < until), key=lambda a: (a.raised_at, a.id))
    within = [alarm for alarm in real if alarm.raised_at >= since]
    times = [alarm.raised_at for alarm in within]
    peak, peak_at = peak_in(times)
    waits_s = sorted(_waits_s(within))
    return Performance(
        since=since,
        until=until,
        operators=operators,
        raised=len(within),
        peak=peak,
        peak_at=peak_at,
        floods=floods_in(times, until=until),
        standing=tuple(alarm.id for alarm in real if _stands(alarm, until)),
        chattering=_chattering(within),
        top=_most(Counter(map(_point, within)))[:TOP],
        by_severity=dict(Counter(alarm.severity for alarm in within)),
        by_slot=_by_slot(times, since, until),
        answered=len(waits_s),
        answer_median_s=median(waits_s) if waits_s else None,
        answer_p90_s=_p90(waits_s),
        escalated=sum(1 for alarm in within if alarm.escalations),
        shelved=sum(1 for alarm in within if alarm.shelved_until is not None),
    )


def _point(alarm: Alarm) -> Point:
    return alarm.rule, alarm.station, alarm.parameter


def _most(counts: Counter[Point]) -> tuple[PointCount, ...]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(PointCount(rule=r, station=s, parameter=p, count=count) for (r, s, p), count in ordered)


def _stands(alarm: Alarm, until: datetime) -> bool:
    is_up = alarm.cleared_at is None or alarm.cleared_at > until
    return is_up and until - alarm.raised_at > STANDING_AFTER


def _chattering(alarms: Sequence[Alarm]) -> tuple[PointCount, ...]:
    """The points with too many episodes within an hour, each with those of its busiest hour."""
    by_point: dict[Point, list[datetime]] = {}
    for alarm in alarms:
        by_point.setdefault(_point(alarm), []).append(alarm.raised_at)
    busiest = Counter({point: peak_in(times, span=timedelta(hours=1))[0] for point, times in by_point.items()})
    return tuple(each for each in _most(busiest) if each.count >= CHATTERING_FROM)


def _waits_s(alarms: Iterable[Alarm]) -> list[float]:
    """How long people took to answer; an entry of a console whose clock is behind is an answer at once."""
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
    slots = max(1, -int((since - until) / SPAN // 1))
    counts = Counter(min(int((at - since) / SPAN), slots - 1) for at in times)
    return tuple(counts.get(slot, 0) for slot in range(slots))
