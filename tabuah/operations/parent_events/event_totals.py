"""The totals of a parent event: incidents by status and severity, casualties and damage, units and places.

Each incident counts once. Of its casualties and damage the latest statement on each figure counts, from any source;
merged incidents and false reports count for nothing, since the incident that they were merged into has the figures.
A statement that was recorded on two incidents of the event counts once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.codes import Hazard, Severity, Status
from tabuah.operations.incidents.figure_totals import (
    FigureTotal,
    GroupTotal,
    count_names,
    figure_totals,
    group_totals,
)
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.parent_events.event_incidents import EventIncidents
from tabuah.operations.parent_events.parent_event import ParentEvent

AT_RISK: Final = "people_at_risk"
_NOBODY_AT_RISK: Final = FigureTotal(code=AT_RISK, total=0, incidents=0)


class AffectedPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A nagari with incidents of the event."""

    nagari: str
    kecamatan: str
    incidents: int


class EventTotals(msgspec.Struct, frozen=True, kw_only=True):
    """The totals of one event.

    Attributes:
        incidents: how many count; `open` of them are not ended.
        merged, false_reports: how many do not count, and why.
        by_status, by_severity, by_hazard: incidents by code, without zeros.
        figures: casualties and damage that at least one incident states, in the order of the form.
        groups: people by sex, age and vulnerable group, of each figure with such a statement.
        at_risk: people at risk in the open incidents that state a number.
        assigned: units and OPDs of the open incidents, with the number of their incidents.
        places: nagari by number of incidents.
        without_place: incidents whose nagari is not known.
        first_at, last_at: when the first incident occurred, and when the last one was reported.
    """

    incidents: int = 0
    open: int = 0
    merged: int = 0
    false_reports: int = 0
    by_status: Mapping[Status, int] = msgspec.field(default_factory=dict)
    by_severity: Mapping[Severity, int] = msgspec.field(default_factory=dict)
    by_hazard: Mapping[Hazard, int] = msgspec.field(default_factory=dict)
    figures: tuple[FigureTotal, ...] = ()
    groups: tuple[GroupTotal, ...] = ()
    at_risk: FigureTotal = _NOBODY_AT_RISK
    assigned: Mapping[str, int] = msgspec.field(default_factory=dict)
    places: tuple[AffectedPlace, ...] = ()
    without_place: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None


def event_totals(members: EventIncidents) -> EventTotals:
    """Return the totals of an event."""
    counted = members.counted
    places = list(affected_places(counted))
    return EventTotals(
        incidents=len(counted),
        open=len(members.open),
        merged=len(members.merged),
        false_reports=len(members.false_reports),
        by_status=_in_order(Counter(each.status for each in counted), Status),
        by_severity=_in_order(Counter(each.severity for each in counted), reversed(Severity)),
        by_hazard=_in_order(Counter(each.hazard for each in counted), Hazard),
        figures=figure_totals(counted, _one_event),
        groups=group_totals(counted, _one_event),
        at_risk=_people_at_risk(members.open),
        assigned=_assigned(members.open),
        places=tuple(places),
        without_place=len(counted) - sum(place.incidents for place in places),
        first_at=min((each.occurred_at for each in counted), default=None),
        last_at=max((each.reported_at for each in counted), default=None),
    )


def affected_places(incidents: Iterable[Incident]) -> Iterator[AffectedPlace]:
    """Yield the nagari of incidents, that with the most incidents first."""
    names = Counter(
        (each.place.nagari, each.place.kecamatan)
        for each in incidents
        if each.place is not None and each.place.nagari
    )
    for (nagari, kecamatan), count in sorted(names.items(), key=lambda item: (-item[1], item[0])):
        yield AffectedPlace(nagari=nagari, kecamatan=kecamatan, incidents=count)


def first_occurrence(event: ParentEvent, members: EventIncidents) -> datetime:
    """Return the beginning of the period: that of the event, or of an incident that occurred before it."""
    return min((event.began_at, *(each.occurred_at for each in members.counted)))


def _one_event(_incident: Incident) -> str:
    """Return one event for all: a merged incident may name another one than its target does."""
    return "event"


def _people_at_risk(incidents: Iterable[Incident]) -> FigureTotal:
    stated = [people for each in incidents if (people := each.intake.people_at_risk) is not None]
    return FigureTotal(code=AT_RISK, total=sum(stated), incidents=len(stated))


def _assigned(incidents: Iterable[Incident]) -> dict[str, int]:
    return count_names(incident.assignment for incident in incidents)


def _in_order(counts: Counter, codes: Iterable) -> dict:  # type: ignore[type-arg]
    return {code: counts[code] for code in codes if counts[code]}
