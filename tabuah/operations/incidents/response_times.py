"""Response times of incidents: the intervals between status steps, their percentiles, and the arrival limit. Pure.

A time before its start or in the future comes from a wrong clock. Such an interval is impossible: it is listed and
never counted as zero.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median, quantiles
from typing import Final, TypeAlias

import msgspec

from tabuah.operations.codes import Status
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.regency import current_regency

FEWEST_FOR_PERCENTILES: Final = 5  # below this number a percentile says nothing about the next incident


class Interval(StrEnum):
    """An interval between two steps of an incident."""

    VERIFICATION = "verification"
    DISPATCH = "dispatch"
    ARRIVAL = "arrival"
    CONTAINMENT = "containment"
    CLOSURE = "closure"
    RESPONSE = "response"  # from the report to the arrival
    DURATION = "duration"  # from the report to the close


INTERVAL_STEPS: Final = {
    Interval.VERIFICATION: (Status.REPORTED, Status.VERIFIED),
    Interval.DISPATCH: (Status.VERIFIED, Status.ASSIGNED),
    Interval.ARRIVAL: (Status.ASSIGNED, Status.ON_SCENE),
    Interval.CONTAINMENT: (Status.ON_SCENE, Status.CONTAINED),
    Interval.CLOSURE: (Status.CONTAINED, Status.CLOSED),
    Interval.RESPONSE: (Status.REPORTED, Status.ON_SCENE),
    Interval.DURATION: (Status.REPORTED, Status.CLOSED),
}


class SpanProblem(StrEnum):
    """Why an interval of an incident has no length."""

    MISSING = "missing"  # a step was not reached, or skipped
    IMPOSSIBLE = "impossible"  # it ends before it begins, or in the future


Span: TypeAlias = float | SpanProblem  # seconds, never negative


class IntervalFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One interval over several incidents; the ids of each number. Percentiles are None below five incidents.

    `measured` is sorted by length, the longest first.
    """

    interval: Interval
    measured: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    impossible: tuple[str, ...] = ()
    median_s: float | None = None
    p90_s: float | None = None
    longest_s: float | None = None

    @property
    def n(self) -> int:
        """Return the number of incidents behind the percentiles."""
        return len(self.measured)


def interval_span(incident: Incident, interval: Interval, as_of: datetime) -> Span:
    """Return the length of an interval, by the first time of each step; a step that was taken back is missing."""
    first, last = INTERVAL_STEPS[interval]
    start, end = step_time(incident, first), step_time(incident, last)
    if start is None or end is None:
        return SpanProblem.MISSING
    if not start <= end <= as_of:
        return SpanProblem.IMPOSSIBLE
    return (end - start).total_seconds()


def step_time(incident: Incident, status: Status) -> datetime | None:
    """Return when an incident first reached a step that it has still reached; None if not or not recorded."""
    if status is Status.REPORTED:
        return incident.reported_at
    if (incident.status.rank or 0) < (status.rank or 0):
        return None
    return incident.status_times.get(status)


def interval_figures(interval: Interval, spans: Iterable[tuple[str, Span]]) -> IntervalFigures:
    """Return the figures of an interval; `spans` has the id and the length of each incident."""
    lengths: list[tuple[float, str]] = []
    without: dict[SpanProblem, list[str]] = {problem: [] for problem in SpanProblem}
    for key, span in spans:
        if isinstance(span, SpanProblem):
            without[span].append(key)
        else:
            lengths.append((span, key))
    lengths.sort(key=lambda each: (-each[0], each[1]))
    seconds = [length for length, _key in lengths]
    return IntervalFigures(
        interval=interval,
        measured=tuple(key for _length, key in lengths),
        missing=tuple(without[SpanProblem.MISSING]),
        impossible=tuple(without[SpanProblem.IMPOSSIBLE]),
        median_s=median(seconds) if len(seconds) >= FEWEST_FOR_PERCENTILES else None,
        p90_s=percentile_90(seconds),
        longest_s=seconds[0] if seconds else None,
    )


def percentile_90(values: Sequence[float]) -> float | None:
    """Return the 90th percentile, interpolated as Excel's PERCENTILE.INC; None below five values.

    Hyndman and Fan (1996), type 7.
    """
    if len(values) < FEWEST_FOR_PERCENTILES:
        return None
    return quantiles(values, n=10, method="inclusive")[-1]


class ArrivalLimit(msgspec.Struct, frozen=True, kw_only=True):
    """Incidents of hazards with a time limit for the arrival, as the profile of the regency says.

    `running` are on the way and within the limit; `unknown` have no usable time of arrival.
    """

    met: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    running: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def share(self) -> float | None:
        """Return the share of arrivals within the limit; None below five incidents with a result."""
        judged = len(self.met) + len(self.missed)
        return len(self.met) / judged if judged >= FEWEST_FOR_PERCENTILES else None


def measure_arrival_limit(incidents: Iterable[Incident], as_of: datetime) -> ArrivalLimit:
    """Return which incidents met the limit for the arrival; hazards without a limit are left out."""
    found: dict[str, list[str]] = {name: [] for name in ArrivalLimit.__struct_fields__}
    for incident in incidents:
        allowed_min = current_regency().hazard(incident.hazard.value).arrival_min
        if allowed_min is not None:
            found[_arrival_result(incident, timedelta(minutes=allowed_min), as_of)].append(incident.id)
    return ArrivalLimit(**{name: tuple(ids) for name, ids in found.items()})


def _arrival_result(incident: Incident, allowed: timedelta, as_of: datetime) -> str:
    span = interval_span(incident, Interval.RESPONSE, as_of)
    if isinstance(span, float):
        return "met" if span <= allowed.total_seconds() else "missed"
    has_arrived = (incident.status.rank or 0) >= (Status.ON_SCENE.rank or 0)
    waited = as_of - incident.reported_at
    if span is SpanProblem.IMPOSSIBLE or has_arrived or waited < timedelta(0):
        return "unknown"
    return "running" if waited <= allowed else "missed"
