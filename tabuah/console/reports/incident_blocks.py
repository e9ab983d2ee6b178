"""Blocks of an incident document: facts, figures, changes, conflicts, timeline and nearest stations."""

from datetime import datetime
from itertools import groupby
from typing import Final

from tabuah.console.reports.document import (
    Block,
    DocumentColumn,
    DocumentFact,
    DocumentFacts,
    DocumentTable,
    Notes,
    Row,
)
from tabuah.console.reports.headed_notes import NoteTopic
from tabuah.console.reports.incident_report import IncidentReport, ReportKind
from tabuah.console.reports.report_figures import FigureStatement, ReportFigure
from tabuah.console.reports.report_text import (
    UNKNOWN,
    describe_change,
    describe_place_certainty,
    describe_report_place,
    figure_unit,
    format_count,
    format_day_and_time,
    format_duration,
    format_near_time,
    format_position,
    person_name,
)
from tabuah.console.reports.report_timeline import HistoryLine, LineStatus
from tabuah.operations.codes import Status
from tabuah.operations.incidents.conflict_policy import decode_value
from tabuah.operations.incidents.incident import Conflict, FieldWrite
from tabuah.resources.localisation import _, format_day, format_number, format_time
from tabuah.resources.time_zone import WIB
from tabuah.text.alarms.titles import alarm_title
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.figures import figure_label
from tabuah.text.incidents.incident_text import field_label
from tabuah.text.incidents.timeline import describe_value

_TOPICS: Final = {
    NoteTopic.CAUSE: "Cause",
    NoteTopic.EFFORTS: "Efforts",
    NoteTopic.NEEDS: "Urgent needs",
    NoteTopic.OBSTACLES: "Obstacles",
    NoteTopic.PLAN: "Plan",
}
_ROWS_ON_A_PAGE: Final = 30
_STATUS_MARKS: Final = {LineStatus.PENDING: "not synced", LineStatus.DISPUTED: "in conflict"}


def make_fact_block(report: IncidentReport) -> DocumentFacts:
    """Return the facts of the incident; unknown values are a dash."""
    incident, place = report.incident, report.incident.place
    origin = alarm_title(report.origin, None) if report.origin else ""
    rows = [
        DocumentFact(label=_("Hazard"), value=code_label(incident.hazard)),
        DocumentFact(label=_("Severity"), value=code_label(incident.severity)),
        DocumentFact(label=_("Occurred at"), value=_format_day_and_time(incident.occurred_at)),
        DocumentFact(label=_("Reported at"), value=_format_day_and_time(incident.reported_at)),
        DocumentFact(label=_("Place"), value=describe_report_place(place), wide=True),
        DocumentFact(label=_("Position"), value=format_position(place), wide=True),
        DocumentFact(label=_("Certainty of place"), value=_capitalise(describe_place_certainty(place))),
        DocumentFact(label=_("Status"), value=_describe_status(report)),
        DocumentFact(label=_("Assigned to"), value=", ".join(incident.assignment) or UNKNOWN, wide=True),
        DocumentFact(
            label=_("Came in by"), value=" · ".join(part for part in (code_label(incident.channel), origin) if part)
        ),
        DocumentFact(label=_("Recorded by"), value=person_name(incident.reporter, report.people)),
    ]
    if report.kind is ReportKind.FINAL:
        rows += _durations(report)
    return DocumentFacts(heading=_("The incident"), rows=tuple(rows))


def make_figure_table(report: IncidentReport) -> DocumentTable:
    """Return casualties and damage, each with source and time."""
    rows = [Row(cells=(_("Casualties and displaced"),), form="group")]
    rows += [row for line in report.casualties for row in _figure_rows(report, line)]
    rows.append(Row(cells=(_("Damage"),), form="group"))
    rows += [row for line in report.damage for row in _figure_rows(report, line)]
    return DocumentTable(
        heading=_("Casualties and damage"),
        columns=(
            DocumentColumn(title=_("Item")),
            DocumentColumn(title=_("Count"), width_mm=16, right=True),
            DocumentColumn(title=_("Unit"), width_mm=22),
            DocumentColumn(title=_("Source"), width_mm=38),
            DocumentColumn(title=_("Stated at"), width_mm=48),
        ),
        rows=tuple(rows),
        note=_("{dash}: no source has stated this yet; it does not mean nought.").format(dash=UNKNOWN),
        together=len(rows) <= _ROWS_ON_A_PAGE,
    )


def make_change_table(report: IncidentReport) -> Block | None:
    """Return the changes since the start of a progress report."""
    if report.since is None:
        return None
    heading = _("Changes since {moment}").format(moment=format_day_and_time(report.since))
    if not report.changes:
        return Notes(heading=heading, items=((_("Nothing has changed."), ""),))
    rows = tuple(Row(cells=describe_change(change)) for change in report.changes)
    columns = (
        DocumentColumn(title=_("Item"), width_mm=48),
        DocumentColumn(title=_("Before")),
        DocumentColumn(title=_("Now")),
    )
    return DocumentTable(heading=heading, columns=columns, rows=rows)


def make_conflict_table(report: IncidentReport) -> DocumentTable | None:
    """Return the values in open conflicts."""
    if not report.conflicts:
        return None
    return DocumentTable(
        heading=_("Not settled"),
        columns=(
            DocumentColumn(title=_("Item"), width_mm=30),
            DocumentColumn(title=_("Stands now")),
            DocumentColumn(title=_("Proposed")),
        ),
        rows=tuple(_conflict_row(report, conflict) for conflict in report.conflicts),
    )


def make_note_blocks(report: IncidentReport) -> tuple[Block, ...]:
    """Return one block for each heading that has notes."""
    blocks: list[Block] = []
    for topic in NoteTopic:
        items = tuple(
            (remark.text, f"{person_name(remark.actor, report.people)}, {format_near_time(remark.at, report.as_of)}")
            for remark in report.remarks
            if remark.topic is topic
        )
        if items:
            blocks.append(Notes(heading=_(_TOPICS[topic]), items=items))
    return tuple(blocks)


def make_timeline_table(report: IncidentReport) -> DocumentTable:
    """Return the timeline by day."""
    rows: list[Row] = []
    for day, lines in groupby(report.history, key=lambda line: line.event.at.astimezone(WIB).date()):
        rows.append(Row(cells=(format_day(day),), form="group"))
        rows += [_history_row(report, line) for line in lines]
    return DocumentTable(
        heading=_("Timeline"),
        columns=(
            DocumentColumn(title=_("Time"), width_mm=18),
            DocumentColumn(title=_("Event")),
            DocumentColumn(title=_("Recorded by"), width_mm=40),
        ),
        rows=tuple(rows),
    )


def make_station_table(report: IncidentReport) -> DocumentTable | None:
    """Return the nearest stations with their alarms."""
    if not report.stations:
        return None
    return DocumentTable(
        heading=_("Nearest stations"),
        columns=(
            DocumentColumn(title=_("Station")),
            DocumentColumn(title=_("Distance"), width_mm=22, right=True),
            DocumentColumn(title=_("Alarm"), width_mm=82),
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


def make_attachment_table(report: IncidentReport) -> DocumentTable | None:
    """Return the attachments with size and checksum."""
    if not report.incident.attachments:
        return None
    return DocumentTable(
        heading=_("Attachments"),
        columns=(
            DocumentColumn(title=_("File")),
            DocumentColumn(title=_("Caption")),
            DocumentColumn(title=_("Size"), width_mm=20, right=True),
            DocumentColumn(title=_("SHA-256 begins with"), width_mm=36),
        ),
        rows=tuple(
            Row(cells=(file.name, file.caption or UNKNOWN, _format_size(file.size), file.sha256[:12]))
            for file in report.incident.attachments
        ),
    )


def _capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]


def _format_day_and_time(moment: datetime) -> str:
    return f"{format_day(moment)}\n{format_time(moment)}"


def _describe_status(report: IncidentReport) -> str:
    status = report.incident.status
    since = report.incident.status_times.get(status)
    words = code_label(status)
    return (
        _("{status} since {time}").format(status=words, time=format_near_time(since, report.as_of))
        if since
        else words
    )


def _durations(report: IncidentReport) -> list[DocumentFact]:
    """Return the durations from the report to each status that audits ask for."""
    times, began = report.incident.status_times, report.incident.reported_at
    asked = ((Status.ON_SCENE, _("Report to arrival")), (Status.CONTAINED, _("Report to contained")))
    return [
        DocumentFact(label=label, value=format_duration(times[status] - began) if status in times else UNKNOWN)
        for status, label in asked
    ]


def _figure_rows(report: IncidentReport, line: ReportFigure) -> list[Row]:
    label, unit = figure_label(line.code), figure_unit(line.code)
    if line.newest is None:
        return [Row(cells=(label, UNKNOWN, unit, UNKNOWN, UNKNOWN))]
    statement = line.newest
    mark = _(_STATUS_MARKS[LineStatus.PENDING]) if statement.pending else ""
    cells = (
        label,
        format_count(statement.value),
        unit,
        statement.source,
        format_near_time(statement.at, report.as_of),
    )
    return [Row(cells=cells, mark=mark), *(_differing_row(report, each) for each in line.differing)]


def _differing_row(report: IncidentReport, statement: FigureStatement) -> Row:
    text = _("{source} stated {value} at {time}").format(
        source=statement.source,
        value=format_count(statement.value),
        time=format_near_time(statement.at, report.as_of),
    )
    return Row(cells=(text,), form="note")


def _conflict_row(report: IncidentReport, conflict: Conflict) -> Row:
    def describe(writing: FieldWrite) -> str:
        value = describe_value(decode_value(conflict.field, writing.value))
        return f"{value} ({person_name(writing.actor, report.people)}, {format_near_time(writing.at, report.as_of)})"

    return Row(cells=(field_label(conflict.field), describe(conflict.current), describe(conflict.proposed)))


def _history_row(report: IncidentReport, line: HistoryLine) -> Row:
    event = line.event
    return Row(
        cells=(format_time(event.at, zone=False), event.text, person_name(event.actor, report.people)),
        mark=_(_STATUS_MARKS[line.status]) if line.status in _STATUS_MARKS else "",
    )


def _format_size(size: int) -> str:
    if size < 1_000_000:
        return f"{format_number(max(1, round(size / 1000)))} kB"
    return f"{format_number(size / 1_000_000, digits=1)} MB"
