"""Rows of the list of incidents, and how its texts are saved as filters and views."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

import msgspec

from tabuah.console.window.shared.levels import LEVEL_OF_SEVERITY
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.incidents.excerpts import Excerpt
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.incident_filters import IncidentFilters, IncidentOrder, IncidentStage
from tabuah.operations.incidents.saved_views import SavedView, ViewPeriod
from tabuah.resources.localisation import _, format_moment, ngettext
from tabuah.resources.moment_parser import moment_text, parse_moment
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_number
from tabuah.text.incidents.answers import people_at_risk_text
from tabuah.text.incidents.incident_text import late_mark, place_text
from tabuah.text.incidents.search_excerpts import mark_excerpt
from tabuah.widgets.incidents.incident_filter_bar import OWN_PERIOD
from tabuah.widgets.incidents.incident_list_values import SEVERAL, ListedRow, ListRequest

LATE: Final = "late"  # a choice of the stage
CodeT = TypeVar("CodeT", bound=StrEnum)


class FoundPage(msgspec.Struct, frozen=True):
    """The ids that a search found, and the rows of one page.

    The result can be incomplete while the index is being built.
    """

    ids: tuple[str, ...]
    rows: tuple[ListedRow, ...]
    is_complete: bool = True


class UnreadableDate(ValueError):
    """A date of an own period is none; the message shows an example."""


def view_of(request: ListRequest, now: datetime, *, name: str, columns: tuple[str, ...] = ()) -> SavedView:
    """Return the view that a request means.

    Raises:
        UnreadableDate: a date of its own period is none.
    """
    is_late_only = request.stage == LATE
    since, until = _dates(request, now)
    filters = IncidentFilters(
        words=request.words,
        stage=IncidentStage.OPEN if is_late_only else IncidentStage(request.stage or IncidentStage.ALL),
        late=is_late_only,
        hazards=_codes(request.hazard, Hazard),
        severities=_codes(request.severity, Severity),
        statuses=_codes(request.status, Status),
        channels=_codes(request.channel, Channel),
        kecamatan=request.kecamatan,
        nagari=request.nagari,
        opd=request.opd,
        unit=request.unit,
        author=request.author,
        parent_event=request.parent_event,
        since=since,
        until=until,
    )
    period = ViewPeriod(request.period) if request.period not in ("", OWN_PERIOD) else None
    order = IncidentOrder(request.order or IncidentOrder.URGENT)
    return SavedView(name=name, filters=filters, period=period, order=order, columns=columns)


def request_of(view: SavedView, now: datetime) -> ListRequest:
    """Return the request that shows a view in the list."""
    filters, has_dates = view.filters, view.filters.since is not None or view.filters.until is not None
    stage = "" if filters.stage is IncidentStage.ALL else filters.stage.value
    return ListRequest(
        words=filters.words,
        stage=LATE if filters.late else stage,
        hazard=_joined(filters.hazards),
        severity=_joined(filters.severities),
        status=_joined(filters.statuses),
        channel=_joined(filters.channels),
        kecamatan=filters.kecamatan,
        nagari=filters.nagari,
        opd=filters.opd,
        unit=filters.unit,
        author=filters.author,
        parent_event=filters.parent_event,
        period=view.period.value if view.period else OWN_PERIOD if has_dates else "",
        since=moment_text(filters.since, now=now) if filters.since else "",
        until=moment_text(filters.until, now=now) if filters.until else "",
        order=view.order.value,
    )


def found_text(n: int, *, is_complete: bool = True) -> str:
    """Return how many incidents were found, with the keys of the list."""
    text = ngettext("{n} incident", "{n} incidents", n).format(n=n)
    if not is_complete:
        return f"{text} · {_('The search index is being built; more may be found.')}"
    return f"{text} · {_('Enter shows it on the map')}" if n else text


def listed_row(incident: Incident, excerpt: Excerpt | None, now: datetime) -> ListedRow:
    """Return the row of an incident."""
    status = code_label(incident.status)
    return ListedRow(
        id=incident.id,
        level=LEVEL_OF_SEVERITY[incident.severity],
        texts={
            "severity": code_label(incident.severity),
            "title": incident.title,
            "place": place_text(incident.place),
            "status": " · ".join(filter(None, (status, late_mark(incident, now)))),
            "reported": format_moment(incident.reported_at),
            "number": exercise_number(incident.number, exercise=incident.exercise),
            "hazard": code_label(incident.hazard),
            "kecamatan": incident.place.kecamatan if incident.place else "",
            "at_risk": people_at_risk_text(incident.intake.people_at_risk),
            "units": ", ".join(incident.assignment),
            "channel": code_label(incident.channel),
            "reporter": incident.reporter,
            "updated": format_moment(incident.updated_at),
            "found": mark_excerpt(excerpt) if excerpt is not None and excerpt.part != "title" else "",
        },
    )


def _codes(text: str, kind: type[CodeT]) -> frozenset[CodeT]:
    return frozenset(kind(code) for code in text.split(SEVERAL) if code)


def _joined(codes: frozenset[Any]) -> str:
    return SEVERAL.join(sorted(code.value for code in codes))


def _dates(request: ListRequest, now: datetime) -> tuple[datetime | None, datetime | None]:
    if request.period != OWN_PERIOD:
        return None, None
    try:
        since, until = (parse_moment(text, now=now) if text else None for text in (request.since, request.until))
    except ValueError as error:
        raise UnreadableDate(str(error)) from error
    if since is not None and until is not None and since >= until:
        raise UnreadableDate(_("The period ends before it begins."))
    return since, until
