"""Incident performance of a period: counts, response times, recurring places and workload. Pure.

An incident belongs to the period in which it was reported. False reports and merged incidents are listed apart and
not counted, as in the daily report. Every number keeps the ids of its incidents.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

import msgspec

from tabuah.operations.aid.aid_figures import AidFigure, AidLedger, aid_figures
from tabuah.operations.codes import Severity, Status
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope
from tabuah.operations.incidents.duplicates import SAME_TIME, duplicates_of
from tabuah.operations.incidents.figure_totals import figure_values
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.merges import final_target
from tabuah.operations.incidents.periods import PerformancePeriod
from tabuah.operations.incidents.recurring_places import FEWEST, RADIUS_M, RecurringPlace, find_recurring_places
from tabuah.operations.incidents.response_times import (
    ArrivalLimit,
    Interval,
    IntervalFigures,
    Span,
    interval_figures,
    interval_span,
    measure_arrival_limit,
)
from tabuah.operations.incidents.workload import (
    HourWorkload,
    PersonWorkload,
    UnitWorkload,
    hourly_workload,
    people_workload,
    unit_workload,
)
from tabuah.operations.units.missions import Mission
from tabuah.resources.time_zone import in_home_zone

_NO_AID: Final = AidLedger()
_MOST_COMPARED: Final = 200  # open incidents that are compared with each other; each pair is compared
LONGEST_BY_DAY: Final = timedelta(days=62)  # longer periods are divided into months


class Dimension(StrEnum):
    """A property by which incidents are grouped."""

    HAZARD = "hazard"
    SEVERITY = "severity"
    STATUS = "status"
    OPD = "opd"
    KECAMATAN = "kecamatan"
    NAGARI = "nagari"
    HOUR = "hour"
    WEEKDAY = "weekday"
    CHANNEL = "channel"
    DAY = "day"
    MONTH = "month"


class IncidentGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The incidents of one value of a dimension, and their response times.

    `code` is a code, a number or a date; for an OPD or a place it is the name. It is empty where the value is not
    known. Hours are 0 to 23, weekdays 1 (Monday) to 7, both by the local time of the report.
    """

    code: str
    ids: tuple[str, ...]
    intervals: tuple[IntervalFigures, ...]

    @property
    def n(self) -> int:
        return len(self.ids)


class Impact(msgspec.Struct, frozen=True, kw_only=True):
    """The sum of the latest statements on one figure, and the incidents that have one."""

    code: str
    total: int
    ids: tuple[str, ...]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of the period before."""

    ids: tuple[str, ...]
    false_reports: tuple[str, ...]
    intervals: tuple[IntervalFigures, ...]
    arrival: ArrivalLimit


class IncidentPerformance(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a period.

    `possible_duplicates` are open incidents that may be the same event as another open one; None if there are too
    many open incidents to compare. `future` are reports from a clock that is ahead: they belong to no period.
    """

    period: PerformancePeriod
    as_of: datetime
    ids: tuple[str, ...]
    false_reports: tuple[str, ...]
    merged: tuple[str, ...]
    possible_duplicates: tuple[str, ...] | None
    future: tuple[str, ...]
    groups: dict[Dimension, tuple[IncidentGroup, ...]]
    intervals: tuple[IntervalFigures, ...]
    arrival: ArrivalLimit
    impact: tuple[Impact, ...]
    aid: tuple[AidFigure, ...]
    recurring: tuple[RecurringPlace, ...]
    people: tuple[PersonWorkload, ...]
    units: tuple[UnitWorkload, ...]
    hours: tuple[HourWorkload, ...]
    before: Comparison

    @property
    def n(self) -> int:
        return len(self.ids)

    @property
    def open(self) -> tuple[str, ...]:
        """Return the incidents of the period that are open now."""
        is_open = (g for g in self.groups[Dimension.STATUS] if Status(g.code).is_open)
        return tuple(key for group in is_open for key in group.ids)


class PerformanceRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The period, the world, and the limits of a recurring place."""

    period: PerformancePeriod
    scope: ExerciseScope = REAL_WORLD
    fewest_recurring: int = FEWEST
    radius_m: float = RADIUS_M


def measure_incidents(
    incidents: Iterable[Incident],
    request: PerformanceRequest,
    *,
    as_of: datetime,
    missions: Iterable[Mission] = (),
    ledger: AidLedger = _NO_AID,
    on_step: Callable[[], None] = lambda: None,
) -> IncidentPerformance:
    """Compute the figures of a period.

    Args:
        incidents: all known incidents, without deleted ones.
        request: the period and the world.
        as_of: the present time; later times come from a wrong clock.
        missions: of all units.
        ledger: needs and aid, of all worlds.
        on_step: called between the steps; it raises to cancel.
    """
    chosen = _select_incidents(request.scope.select(incidents), request.period, as_of)
    groups = _groups(request.period, chosen, on_step)
    recurring = find_recurring_places(chosen.counted, fewest=request.fewest_recurring, radius_m=request.radius_m)
    on_step()
    return IncidentPerformance(
        period=request.period,
        as_of=as_of,
        ids=_ids(chosen.counted),
        false_reports=_with_status(chosen.within, Status.FALSE_REPORT),
        merged=_with_status(chosen.within, Status.MERGED),
        possible_duplicates=_possible_duplicates(chosen.counted),
        future=_ids(incident for incident in chosen.known if incident.reported_at > as_of),
        groups=groups,
        intervals=_interval_figures(_ids(chosen.counted), chosen.spans),
        arrival=measure_arrival_limit(chosen.counted, as_of),
        impact=_impact(chosen.counted),
        aid=aid_figures(ledger, _counted_as(chosen)),
        recurring=recurring,
        people=people_workload(chosen.within),
        units=unit_workload(missions, chosen.spans.keys(), as_of),
        hours=hourly_workload(chosen.within, as_of),
        before=_compare(chosen.before, as_of),
    )


def dimensions_of(period: PerformancePeriod) -> tuple[Dimension, ...]:
    """Return the dimensions of a period: all, with days for a short and months for a long one."""
    left_out = Dimension.MONTH if period.until - period.since <= LONGEST_BY_DAY else Dimension.DAY
    return tuple(dimension for dimension in Dimension if dimension is not left_out)


def group_codes(incident: Incident, dimension: Dimension) -> tuple[str, ...]:
    """Return the values of an incident; several for an incident of several OPDs."""
    local, place = in_home_zone(incident.reported_at), incident.place
    match dimension:
        case Dimension.HAZARD | Dimension.SEVERITY | Dimension.STATUS | Dimension.CHANNEL:
            return (str(getattr(incident, dimension.value)),)
        case Dimension.OPD:
            return tuple(dict.fromkeys(incident.assignment)) or ("",)
        case Dimension.KECAMATAN | Dimension.NAGARI:
            return (getattr(place, dimension.value) if place else "",)
        case Dimension.HOUR:
            return (str(local.hour),)
        case Dimension.WEEKDAY:
            return (str(local.isoweekday()),)
        case Dimension.DAY:
            return (local.date().isoformat(),)
        case Dimension.MONTH:
            return (local.date().isoformat()[:7],)


Spans: TypeAlias = Mapping[str, Mapping[Interval, Span]]

_ORDERS: Final[Mapping[Dimension, Sequence[str]]] = {
    Dimension.SEVERITY: list(reversed(Severity)),
    Dimension.STATUS: list(Status),
    Dimension.HOUR: [str(hour) for hour in range(24)],
    Dimension.WEEKDAY: [str(day) for day in range(1, 8)],
}
_COMPLETE: Final = (Dimension.HOUR, Dimension.WEEKDAY)  # with the groups that have no incident
_BY_TIME: Final = (Dimension.DAY, Dimension.MONTH)


class _ChosenIncidents(NamedTuple):
    """All incidents of the world, those reported in the period and before it, and those that are counted.

    `spans` has the intervals of the counted ones.
    """

    known: list[Incident]
    within: list[Incident]
    counted: list[Incident]
    before: list[Incident]
    spans: Spans


def _select_incidents(incidents: Iterable[Incident], period: PerformancePeriod, as_of: datetime) -> _ChosenIncidents:
    """Select the incidents of a period, in the order of their reports."""
    known = sorted(incidents, key=lambda each: (each.reported_at, each.id))
    within = [incident for incident in known if period.has(incident.reported_at)]
    counted = _counted(within)
    before = [incident for incident in known if period.has_before(incident.reported_at)]
    return _ChosenIncidents(known, within, counted, before, _spans_by_id(counted, as_of))


def _groups(
    period: PerformancePeriod, chosen: _ChosenIncidents, on_step: Callable[[], None]
) -> dict[Dimension, tuple[IncidentGroup, ...]]:
    """Return the groups of each dimension; those by status include false reports and merged incidents."""
    groups = {}
    for dimension in dimensions_of(period):
        incidents = chosen.within if dimension is Dimension.STATUS else chosen.counted
        groups[dimension] = _group(dimension, incidents, chosen.spans)
        on_step()
    return groups


def _group(dimension: Dimension, incidents: Iterable[Incident], spans: Spans) -> tuple[IncidentGroup, ...]:
    """Return the groups: by time or rank where the values have an order, else the largest first."""
    members: dict[str, list[str]] = {}
    for incident in incidents:
        for code in group_codes(incident, dimension):
            members.setdefault(code, []).append(incident.id)
    if dimension in _BY_TIME:
        codes = sorted(members)
    elif dimension in _COMPLETE and members:
        codes = list(_ORDERS[dimension])
    elif order := _ORDERS.get(dimension):
        codes = sorted(members, key=order.index)
    else:
        codes = sorted(members, key=lambda code: (not code, -len(members[code]), code))
    return tuple(
        IncidentGroup(code=code, ids=tuple(ids), intervals=_interval_figures(ids, spans))
        for code, ids in ((code, members.get(code, ())) for code in codes)
    )


def _counted(incidents: Iterable[Incident]) -> list[Incident]:
    return [incident for incident in incidents if incident.status.is_counted]


def _spans_by_id(incidents: Iterable[Incident], as_of: datetime) -> Spans:
    return {
        incident.id: {interval: interval_span(incident, interval, as_of) for interval in Interval}
        for incident in incidents
    }


def _interval_figures(ids: Sequence[str], spans: Spans) -> tuple[IntervalFigures, ...]:
    return tuple(
        interval_figures(interval, ((key, spans[key][interval]) for key in ids if key in spans))
        for interval in Interval
    )


def _ids(incidents: Iterable[Incident]) -> tuple[str, ...]:
    return tuple(incident.id for incident in incidents)


def _with_status(incidents: Iterable[Incident], status: Status) -> tuple[str, ...]:
    return _ids(incident for incident in incidents if incident.status is status)


def _possible_duplicates(counted: Iterable[Incident]) -> tuple[str, ...] | None:
    still_open = [incident for incident in counted if incident.is_open]
    if len(still_open) > _MOST_COMPARED:
        return None
    near_in_time = (
        (each, [other for other in still_open if abs(other.occurred_at - each.occurred_at) <= SAME_TIME])
        for each in still_open
    )
    return _ids(each for each, others in near_in_time if duplicates_of(each, others, limit=1))


def _counted_as(chosen: _ChosenIncidents) -> dict[str, str]:
    """Return the counted incident of each incident of the period that counts, or was merged into one that does."""
    known = {incident.id: incident for incident in chosen.known}
    counted = frozenset(_ids(chosen.counted))
    targets = {key: final_target(key, known.get) for key in known}
    return {key: target for key, target in targets.items() if target in counted}


def _impact(incidents: Iterable[Incident]) -> tuple[Impact, ...]:
    """Return the figures that any incident has a statement on; one on two incidents of an event counts once."""
    stated = [incident for incident in incidents if incident.observations]
    return tuple(
        Impact(code=code, total=sum(values.values()), ids=tuple(values))
        for code, values in figure_values(stated).items()
    )


def _compare(before: Sequence[Incident], as_of: datetime) -> Comparison:
    counted = _counted(before)
    return Comparison(
        ids=_ids(counted),
        false_reports=_with_status(before, Status.FALSE_REPORT),
        intervals=_interval_figures(_ids(counted), _spans_by_id(counted, as_of)),
        arrival=measure_arrival_limit(counted, as_of),
    )
