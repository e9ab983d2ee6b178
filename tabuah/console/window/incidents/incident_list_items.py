"""Rows, filters and choices of the list of incidents."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.console.window.shared.levels import LEVEL_OF_SEVERITY
from tabuah.operations.codes import Hazard, Severity, Status
from tabuah.operations.incidents.clocks import is_late
from tabuah.operations.incidents.excerpts import Excerpt
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.incident_filters import IncidentFilters, IncidentOrder, IncidentStage
from tabuah.resources.localisation import _, format_moment, ngettext
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_number
from tabuah.text.incidents.answers import people_at_risk_text
from tabuah.text.incidents.incident_text import place_text
from tabuah.text.incidents.search_excerpts import mark_excerpt
from tabuah.widgets.incidents.incident_list_values import ListedRow, ListRequest
from tabuah.widgets.values import Choice

PERIODS: Final = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
LATE: Final = "late"  # a choice of the stage


class FoundPage(msgspec.Struct, frozen=True):
    """The ids that a search found, and the rows of one page.

    The result can be incomplete while the index is being built.
    """

    ids: tuple[str, ...]
    rows: tuple[ListedRow, ...]
    is_complete: bool = True


def filters_of(request: ListRequest, now: datetime) -> IncidentFilters:
    """Return the filters of a request; `now` is the end of its period."""
    is_late_only = request.stage == LATE
    stage = IncidentStage.OPEN if is_late_only else IncidentStage(request.stage or IncidentStage.ALL)
    since, until = _period(request.period, now)
    return IncidentFilters(
        words=request.words,
        stage=stage,
        late=is_late_only,
        hazards=frozenset({Hazard(request.hazard)}) if request.hazard else frozenset(),
        severities=frozenset({Severity(request.severity)}) if request.severity else frozenset(),
        statuses=frozenset({Status(request.status)}) if request.status else frozenset(),
        since=since,
        until=until,
    )


def filter_choices() -> dict[str, list[Choice]]:
    """Return the choices of the filter row, by filter."""
    return {
        "stage": [
            Choice(code="open", label=_("Open incidents")),
            Choice(code=LATE, label=_("Late")),
            Choice(code="ended", label=_("Archive: ended")),
            Choice(code="", label=_("Open and ended")),
        ],
        "hazard": [
            Choice(code="", label=_("All hazards")),
            *(Choice(code=each.value, label=code_label(each)) for each in Hazard),
        ],
        "severity": [
            Choice(code="", label=_("Every severity")),
            *(Choice(code=each.value, label=code_label(each)) for each in reversed(Severity)),
        ],
        "status": [
            Choice(code="", label=_("Every status")),
            *(Choice(code=each.value, label=code_label(each)) for each in Status),
        ],
        "period": [
            Choice(code="", label=_("Any time")),
            Choice(code="day", label=_("Last 24 hours")),
            Choice(code="week", label=_("Last 7 days")),
            Choice(code="month", label=_("Last 30 days")),
            Choice(code="before", label=_("Older than 30 days")),
        ],
        "order": [
            Choice(code=IncidentOrder.URGENT.value, label=_("Late, worst, oldest")),
            Choice(code=IncidentOrder.NEWEST.value, label=_("Newest first")),
            Choice(code=IncidentOrder.OLDEST.value, label=_("Oldest first")),
            Choice(code=IncidentOrder.CHANGED.value, label=_("Last changed")),
            Choice(code=IncidentOrder.NUMBER.value, label=_("By number")),
        ],
    }


def found_text(n: int, *, is_complete: bool = True) -> str:
    """Return how many incidents were found, with the keys of the list."""
    text = ngettext("{n} incident", "{n} incidents", n).format(n=n)
    if not is_complete:
        return f"{text} · {_('The search index is being built; more may be found.')}"
    return f"{text} · {_('Enter shows it on the map')}"


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
            "status": f"{status} · {_('late')}" if is_late(incident, now) else status,
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


def _period(code: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    if code == "before":
        return None, now - PERIODS["month"]
    return (now - PERIODS[code], None) if code in PERIODS else (None, None)
