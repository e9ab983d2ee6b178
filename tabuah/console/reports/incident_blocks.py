"""The blocks of an incident's document: facts, figures, changes, conflicts, timeline and what stands around it."""

from datetime import datetime
from itertools import groupby
from typing import Final

from tabuah.console.reports.document import Block, Column, Fact, Facts, Notes, Row, Table
from tabuah.console.reports.figure_lines import FigureLine, Statement
from tabuah.console.reports.history import HistoryLine, Standing
from tabuah.console.reports.incident_report import IncidentReport, ReportKind
from tabuah.console.reports.remarks import Topic
from tabuah.console.reports.wording import (
    UNKNOWN,
    certainty_words,
    change_words,
    count_words,
    day_and_time,
    duration_words,
    person_words,
    place_words,
    position_words,
    time_near,
    unit_words,
)
from tabuah.operations.alarms.titles import alarm_title
from tabuah.operations.codes import Status
from tabuah.operations.incidents.fields import field_label, read_value
from tabuah.operations.incidents.incident import Conflict, Writing
from tabuah.operations.incidents.timeline import figure_label, value_words
from tabuah.operations.labels import label_of
from tabuah.resources.catalogue import _
from tabuah.resources.formats import WIB, format_day, format_number, format_time

_TOPICS: Final = {
    Topic.CAUSE: "Cause",
    Topic.EFFORTS: "Efforts",
    Topic.NEEDS: "Urgent needs",
    Topic.OBSTACLES: "Obstacles",
    Topic.PLAN: "Plan",
}
_ROWS_ON_A_PAGE: Final = 30
_STANDINGS: Final = {Standing.PENDING: "not synced", Standing.DISPUTED: "in conflict"}


def facts_of(report: IncidentReport) -> Facts:
    """The facts of the incident; what is not known has a dash."""
    incident, place = report.incident, report.incident.place
    origin = alarm_title(report.origin, None) if report.origin else ""
    rows = [
        Fact(label=_("Hazard"), value=label_of(incident.hazard)),
        Fact(label=_("Severity"), value=label_of(incident.severity)),
        Fact(label=_("Occurred at"), value=_moment_words(incident.occurred_at)),
        Fact(label=_("Reported at"), value=_moment_words(incident.reported_at)),
        Fact(label=_("Place"), value=place_words(place), wide=True),
        Fact(label=_("Position"), value=position_words(place), wide=True),
        Fact(label=_("Certainty of place"), value=_capital(certainty_words(place))),
        Fact(label=_("Status"), value=_status_words(report)),
        Fact(label=_("Assigned to"), value=", ".join(incident.assignment) or UNKNOWN, wide=True),
        Fact(label=_("Came in by"), value=" · ".join(part for part in (label_of(incident.channel), origin) if part)),
        Fact(label=_("Recorded by"), value=person_words(incident.reporter, report.people)),
    ]
    if report.kind is ReportKind.FINAL:
        rows += _durations(report)
    return Facts(heading=_("The incident"), rows=tuple(rows))


def figure_table(report: IncidentReport) -> Table:
    """Casualties and damage, each figure with its source and time."""
    rows = [Row(cells=(_("Casualties and displaced"),), form="group")]
    rows += [row for line in report.casualties for row in _figure_rows(report, line)]
    rows.append(Row(cells=(_("Damage"),), form="group"))
    rows += [row for line in report.damage for row in _figure_rows(report, line)]
    return Table(
        heading=_("Casualties and damage"),
        columns=(
            Column(title=_("Item")),
            Column(title=_("Count"), width_mm=16, right=True),
            Column(title=_("Unit"), width_mm=22),
            Column(title=_("Source"), width_mm=38),
            Column(title=_("Stated at"), width_mm=48),
        ),
        rows=tuple(rows),
        note=_("{dash}: no source has stated this yet; it does not mean nought.").format(dash=UNKNOWN),
        together=len(rows) <= _ROWS_ON_A_PAGE,
    )


def change_table(report: IncidentReport) -> Block | None:
    """What has changed since the moment that a progress report counts from."""
    if report.since is None:
        return None
    heading = _("Changes since {moment}").format(moment=day_and_time(report.since))
    if not report.changes:
        return Notes(heading=heading, items=((_("Nothing has changed."), ""),))
    rows = tuple(Row(cells=change_words(change)) for change in report.changes)
    columns = (Column(title=_("Item"), width_mm=48), Column(title=_("Before")), Column(title=_("Now")))
    return Table(heading=heading, columns=columns, rows=rows)


def conflict_table(report: IncidentReport) -> Table | None:
    """The values between which nobody has chosen yet."""
    if not report.conflicts:
        return None
    return Table(
        heading=_("Not settled"),
        columns=(
            Column(title=_("Item"), width_mm=30),
            Column(title=_("Stands now")),
            Column(title=_("Proposed")),
        ),
        rows=tuple(_conflict_row(report, conflict) for conflict in report.conflicts),
    )


def remark_blocks(report: IncidentReport) -> tuple[Block, ...]:
    """One block for each heading under which somebody noted something."""
    blocks: list[Block] = []
    for topic in Topic:
        items = tuple(
            (remark.text, f"{person_words(remark.actor, report.people)}, {time_near(remark.at, report.as_of)}")
            for remark in report.remarks
            if remark.topic is topic
        )
        if items:
            blocks.append(Notes(heading=_(_TOPICS[topic]), items=items))
    return tuple(blocks)


def history_table(report: IncidentReport) -> Table:
    """What happened, day by day."""
    rows: list[Row] = []
    for day, lines in groupby(report.history, key=lambda line: line.event.at.astimezone(WIB).date()):
        rows.append(Row(cells=(format_day(day),), form="group"))
        rows += [_history_row(report, line) for line in lines]
    return Table(
        heading=_("Timeline"),
        columns=(
            Column(title=_("Time"), width_mm=18),
            Column(title=_("Event")),
            Column(title=_("Recorded by"), width_mm=40),
        ),
        rows=tuple(rows),
    )


def station_table(report: IncidentReport) -> Table | None:
    """The nearest stations and what their alarms say."""
    if not report.stations:
        return None
    return Table(
        heading=_("Nearest stations"),
        columns=(
            Column(title=_("Station")),
            Column(title=_("Distance"), width_mm=22, right=True),
            Column(title=_("Alarm"), width_mm=82),
        ),
        rows=tuple(
            Row(
                cells=(
                    f"{near.station.name} ({near.station.code})",
                    f"{format_number(near.distance_m / 1000, digits=1)} km",
                    alarm_title(near.alarm, near.station) if near.alarm else _("none"),
                )
            )
            for near in report.stations
        ),
    )


def attachment_table(report: IncidentReport) -> Table | None:
    """What is attached, by name and content."""
    if not report.incident.attachments:
        return None
    return Table(
        heading=_("Attachments"),
        columns=(
            Column(title=_("File")),
            Column(title=_("Caption")),
            Column(title=_("Size"), width_mm=20, right=True),
            Column(title=_("SHA-256 begins with"), width_mm=36),
        ),
        rows=tuple(
            Row(cells=(file.name, file.caption or UNKNOWN, _size_words(file.size), file.sha256[:12]))
            for file in report.incident.attachments
        ),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _moment_words(moment: datetime) -> str:
    return f"{format_day(moment)}\n{format_time(moment)}"


def _status_words(report: IncidentReport) -> str:
    status = report.incident.status
    since = report.incident.status_times.get(status)
    words = label_of(status)
    return _("{status} since {time}").format(status=words, time=time_near(since, report.as_of)) if since else words


def _durations(report: IncidentReport) -> list[Fact]:
    """How long it took from the report to each point that an audit asks for."""
    times, began = report.incident.status_times, report.incident.reported_at
    asked = ((Status.ON_SCENE, _("Report to arrival")), (Status.CONTAINED, _("Report to contained")))
    return [
        Fact(label=label, value=duration_words(times[status] - began) if status in times else UNKNOWN)
        for status, label in asked
    ]


def _figure_rows(report: IncidentReport, line: FigureLine) -> list[Row]:
    label, unit = figure_label(line.code), unit_words(line.code)
    if line.newest is None:
        return [Row(cells=(label, UNKNOWN, unit, UNKNOWN, UNKNOWN))]
    said = line.newest
    mark = _(_STANDINGS[Standing.PENDING]) if said.pending else ""
    cells = (label, count_words(said.value), unit, said.source, time_near(said.at, report.as_of))
    return [Row(cells=cells, mark=mark), *(_differing_row(report, each) for each in line.differing)]


def _differing_row(report: IncidentReport, said: Statement) -> Row:
    told = _("{source} stated {value} at {time}").format(
        source=said.source, value=count_words(said.value), time=time_near(said.at, report.as_of)
    )
    return Row(cells=(told,), form="note")


def _conflict_row(report: IncidentReport, conflict: Conflict) -> Row:
    def told(writing: Writing) -> str:
        value = value_words(read_value(conflict.field, writing.value))
        return f"{value} ({person_words(writing.actor, report.people)}, {time_near(writing.at, report.as_of)})"

    return Row(cells=(field_label(conflict.field), told(conflict.current), told(conflict.proposed)))


def _history_row(report: IncidentReport, line: HistoryLine) -> Row:
    event = line.event
    return Row(
        cells=(format_time(event.at, zone=False), event.text, person_words(event.actor, report.people)),
        mark=_(_STANDINGS[line.standing]) if line.standing in _STANDINGS else "",
    )


def _size_words(size: int) -> str:
    if size < 1_000_000:
        return f"{format_number(max(1, round(size / 1000)))} kB"
    return f"{format_number(size / 1_000_000, digits=1)} MB"
