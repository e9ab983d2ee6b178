"""Texts of parent events, from values."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from tabuah.operations.codes import Status
from tabuah.operations.incidents.figure_totals import FigureTotal
from tabuah.operations.parent_events.event_candidates import EventCandidate
from tabuah.operations.parent_events.event_totals import EventTotals
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.resources.localisation import (
    _,
    format_moment,
    format_number,
    format_recent_moment,
    format_short_day,
    ngettext,
)
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.answers import people_at_risk_label
from tabuah.text.incidents.figure_groups import (
    describe_groups,
    describe_repeated,
    group_total_note,
    groups_label,
)
from tabuah.text.incidents.figures import describe_figure, figure_label

NONE: Final = "–"
MOST_SOURCES: Final = 4
EVENT_FIELD_LABELS: Final[Mapping[str, str]] = {
    "title": "Title",
    "hazard": "Hazard",
    "began_at": "Began",
    "ended_at": "Ended",
    "description": "Description",
}


class TotalLine(NamedTuple):
    """A total of an event: label, value and a note."""

    label: str
    value: str
    note: str = ""

    @property
    def value_with_note(self) -> str:
        return f"{self.value} ({self.note})" if self.note else self.value


def event_field_label(field: str) -> str:
    return _(EVENT_FIELD_LABELS[field])


def no_event_reason() -> str:
    return _("The incident belongs to no parent event.")


def listed_event_titles(events: Sequence[ParentEvent]) -> dict[str, str]:
    """Return the titles by id; events of the same title also have the day of their beginning."""
    count = Counter(event.title.casefold() for event in events)
    return {
        event.id: event.title
        if count[event.title.casefold()] == 1
        else f"{event.title}, {format_short_day(event.began_at)}"
        for event in events
    }


def unlisted_event_title(event: ParentEvent | None) -> str:
    """Return the title of an event that a list of events leaves out, with the reason; None is not known here."""
    if event is None:
        return _("Unknown event")
    return f"{event.title} · {event_state(event)}" if event.deleted else event.title


def event_state(event: ParentEvent) -> str:
    """Return "open", "closed …" with time and person, or "deleted"."""
    if event.deleted:
        return _("deleted")
    if event.closed_at is None:
        return _("open")
    return _("closed {time}, {person}").format(time=format_moment(event.closed_at), person=event.closed_by)


def event_period(event: ParentEvent) -> str:
    """Return the period: "02 Des 2026 08.10 WIB – going on"."""
    end = event.ended_at or event.closed_at
    until = _("going on") if end is None else format_moment(end)
    return f"{format_moment(event.began_at)} – {until}"


def short_event_period(event: ParentEvent, now: datetime) -> str:
    """Return the period for a row of a list."""
    end = event.ended_at or event.closed_at
    if end is None:
        return f"{format_recent_moment(event.began_at, now, zone=False)} – {_('going on')}"
    days = dict.fromkeys((format_short_day(event.began_at), format_short_day(end)))
    return " – ".join(days)


def describe_incidents(totals: EventTotals) -> str:
    """Return the number of incidents: "40 incidents, 12 open"."""
    return _("{incidents}, {open} open").format(incidents=count_incidents(totals), open=format_number(totals.open))


def count_incidents(totals: EventTotals) -> str:
    return ngettext("{n} incident", "{n} incidents", totals.incidents).format(n=format_number(totals.incidents))


def total_lines(totals: EventTotals) -> Iterator[TotalLine]:
    """Yield the totals: incidents, status, severity, casualties and damage, units, places."""
    yield TotalLine(_("Incidents"), format_number(totals.incidents), _("{n} open").format(n=totals.open))
    yield TotalLine(_("By status"), _counts((code_label(code), n) for code, n in totals.by_status.items()))
    yield TotalLine(_("By severity"), _counts((code_label(code), n) for code, n in totals.by_severity.items()))
    if len(totals.by_hazard) > 1:
        yield TotalLine(_("By hazard"), _counts((code_label(code), n) for code, n in totals.by_hazard.items()))
    for figure in totals.figures:
        yield TotalLine(
            figure_label(figure.code), describe_figure(figure.code, figure.total), figure_note(figure, totals)
        )
    for group in totals.groups:
        yield TotalLine(groups_label(group.figure), describe_groups(group.groups), group_total_note(group))
    if at_risk := at_risk_line(totals):
        yield at_risk
    yield TotalLine(_("Units and OPD at work"), _counts(totals.assigned.items()))
    yield TotalLine(_("Affected nagari"), places_text(totals))


def at_risk_line(totals: EventTotals) -> TotalLine | None:
    """Return the people at risk in the open incidents; None where no incident states a number."""
    if not totals.at_risk.incidents:
        return None
    note = _("stated by {n} of {all} open incidents").format(n=totals.at_risk.incidents, all=totals.open)
    return TotalLine(people_at_risk_label(), format_number(totals.at_risk.total), note)


def figure_note(figure: FigureTotal, totals: EventTotals) -> str:
    """Return how many incidents state a figure, and by which sources: "stated by 2 of 4 incidents: BPBD, PMI"."""
    stated = stated_text(figure.incidents, totals)
    return f"{stated}: {sources_text(figure)}" if figure.sources else stated


def sources_text(figure: FigureTotal) -> str:
    """Return the sources of a figure, at most `MOST_SOURCES` by name."""
    more = len(figure.sources) - MOST_SOURCES
    named = ", ".join(figure.sources[:MOST_SOURCES])
    if more <= 0:
        return named
    return ngettext("{names} and {n} more", "{names} and {n} more", more).format(names=named, n=more)


def stated_text(stating: int, totals: EventTotals) -> str:
    """Return how many incidents state a figure: the others are not zero."""
    return _("stated by {n} of {all} incidents").format(n=stating, all=totals.incidents)


def places_text(totals: EventTotals) -> str:
    """Return the affected nagari with their incidents, and how many incidents have none."""
    places = _counts((place.nagari, place.incidents) for place in totals.places)
    if not totals.without_place:
        return places
    unknown = _("not known: {n}").format(n=totals.without_place)
    return unknown if places == NONE else f"{places}; {unknown}"


def counting_note(totals: EventTotals) -> str:
    """Return how the totals avoid counting twice, and what is left out."""
    text = _(
        "Each incident counts once, and of each figure its latest statement from any source. "
        "A figure that nobody has stated is not nought."
    )
    left_out = ", ".join(_left_out(totals))
    repeated = dict.fromkeys(number for figure in totals.figures for number in figure.repeated)
    notes = (
        text,
        describe_repeated(list(repeated)),
        _("Not counted: {what}.").format(what=left_out) * bool(left_out),
    )
    return " ".join(filter(None, notes))


def candidate_text(candidate: EventCandidate) -> str:
    """Return why a report may belong to an event: "2,1 km from the nearest of 12 incidents"."""
    if candidate.distance_m is None:
        return _("same hazard, no incident with a place yet")
    count = ngettext("{n} incident", "{n} incidents", candidate.incidents).format(n=candidate.incidents)
    near = _("{distance} km from the nearest of {incidents}").format(
        distance=format_number(candidate.distance_m / 1_000, digits=1), incidents=count
    )
    return near if candidate.same_hazard else f"{near}, {code_label(candidate.event.hazard).lower()}"


def _left_out(totals: EventTotals) -> Iterator[str]:
    if totals.merged:
        yield _("{n} merged into another incident").format(n=format_number(totals.merged))
    if totals.false_reports:
        yield _("{n} {status}").format(
            n=format_number(totals.false_reports), status=code_label(Status.FALSE_REPORT).lower()
        )


def _counts(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{label} {format_number(n)}" for label, n in counts) or NONE
