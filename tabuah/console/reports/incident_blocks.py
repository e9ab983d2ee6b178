"""Blocks of an incident document: facts, figures, changes, conflicts, timeline and nearest stations."""

from datetime import datetime
from itertools import groupby
from typing import Final

from tabuah.console.reports import document, report_text
from tabuah.console.reports.headed_notes import NoteTopic
from tabuah.console.reports.incident_report import IncidentReport, ReportKind
from tabuah.console.reports.report_figures import FigureStatement, ReportFigure, shown_damage
from tabuah.console.reports.report_timeline import HistoryLine, LineStatus
from tabuah.operations.codes import Status
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.incidents.incident import Conflict, FieldWrite
from tabuah.resources.localisation import _, format_day, format_number, format_time
from tabuah.resources.time_zone import home_zone
from tabuah.text.alarms.titles import alarm_title
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.answers import list_answers, people_at_risk_label, people_at_risk_text
from tabuah.text.incidents.conflicts import describe_conflict_value
from tabuah.text.incidents.figure_groups import group_facts, group_notes, groups_label
from tabuah.text.incidents.figures import describe_figure, figure_label, figure_unit, format_figure
from tabuah.text.incidents.incident_text import field_label
from tabuah.text.incidents.merges import merge_text

_TOPICS: Final = {
    NoteTopic.CAUSE: "Cause",
    NoteTopic.EFFORTS: "Efforts",
    NoteTopic.NEEDS: "Urgent needs",
    NoteTopic.OBSTACLES: "Obstacles",
    NoteTopic.PLAN: "Plan",
}
_ROWS_ON_A_PAGE: Final = 30
_STATUS_MARKS: Final = {LineStatus.PENDING: "not synced", LineStatus.DISPUTED: "in conflict"}


def make_fact_block(report: IncidentReport) -> document.DocumentFacts:
    """Return the facts of the incident; unknown values are a dash."""
    incident, place = report.incident, report.incident.place
    origin = alarm_title(report.origin, None) if report.origin else ""
    rows = [
        document.DocumentFact(label=_("Hazard"), value=code_label(incident.hazard)),
        document.DocumentFact(label=_("Severity"), value=code_label(incident.severity)),
        document.DocumentFact(label=_("Occurred at"), value=_format_day_and_time(incident.occurred_at)),
        document.DocumentFact(label=_("Reported at"), value=_format_day_and_time(incident.reported_at)),
        document.DocumentFact(label=_("Place"), value=report_text.describe_report_place(place), wide=True),
        document.DocumentFact(label=_("Position"), value=report_text.format_position(place), wide=True),
        document.DocumentFact(
            label=_("Certainty of place"), value=_capitalise(report_text.describe_place_certainty(place))
        ),
        document.DocumentFact(label=_("Status"), value=_describe_status(report)),
        document.DocumentFact(
            label=_("Assigned to"), value=", ".join(incident.assignment) or report_text.UNKNOWN, wide=True
        ),
        document.DocumentFact(
            label=_("Came in by"), value=" · ".join(part for part in (code_label(incident.channel), origin) if part)
        ),
        document.DocumentFact(
            label=_("Recorded by"), value=report_text.person_name(incident.reporter, report.people)
        ),
    ]
    rows += _intake(report)
    if report.kind is ReportKind.FINAL:
        rows += _durations(report)
    return document.DocumentFacts(heading=_("The incident"), rows=tuple(rows))


def make_figure_table(report: IncidentReport) -> document.DocumentTable:
    """Return casualties and damage, each with source and time."""
    rows = [document.Row(cells=(_("Casualties and displaced"),), form="group")]
    groups = dict(group_facts(report.incident, report.as_of))
    for line in report.casualties:
        rows += _figure_rows(report, line)
        if stated := groups.get(groups_label(line.code)):
            rows.append(document.Row(cells=(f"{groups_label(line.code)}: {stated}",), form="note"))
    rows += [document.Row(cells=(text,), form="note") for text in group_notes(report.incident)]
    rows.append(document.Row(cells=(_("Damage"),), form="group"))
    rows += [row for line in shown_damage(report.damage) for row in _figure_rows(report, line)]
    return document.DocumentTable(
        heading=_("Casualties and damage"),
        columns=(
            document.DocumentColumn(title=_("Item")),
            document.DocumentColumn(title=_("Count"), width_mm=16, right=True),
            document.DocumentColumn(title=_("Unit"), width_mm=22),
            document.DocumentColumn(title=_("Source"), width_mm=38),
            document.DocumentColumn(title=_("Stated at"), width_mm=48),
        ),
        rows=tuple(rows),
        note=_("{dash}: no source has stated this yet; it does not mean nought.").format(dash=report_text.UNKNOWN),
        together=len(rows) <= _ROWS_ON_A_PAGE,
    )


def make_change_table(report: IncidentReport) -> document.Block | None:
    """Return the changes since the start of a progress report."""
    if report.since is None:
        return None
    heading = _("Changes since {moment}").format(moment=report_text.format_day_and_time(report.since))
    if not report.changes:
        return document.Notes(heading=heading, items=((_("Nothing has changed."), ""),))
    rows = tuple(document.Row(cells=report_text.describe_change(change)) for change in report.changes)
    columns = (
        document.DocumentColumn(title=_("Item"), width_mm=48),
        document.DocumentColumn(title=_("Before")),
        document.DocumentColumn(title=_("Now")),
    )
    return document.DocumentTable(heading=heading, columns=columns, rows=rows)


def make_conflict_table(report: IncidentReport) -> document.DocumentTable | None:
    """Return the values in open conflicts."""
    if not report.conflicts:
        return None
    return document.DocumentTable(
        heading=_("Not settled"),
        columns=(
            document.DocumentColumn(title=_("Item"), width_mm=30),
            document.DocumentColumn(title=_("Stands now")),
            document.DocumentColumn(title=_("Proposed")),
        ),
        rows=tuple(_conflict_row(report, conflict) for conflict in report.conflicts),
    )


def make_note_blocks(report: IncidentReport) -> tuple[document.Block, ...]:
    """Return one block for each heading that has notes."""
    blocks: list[document.Block] = []
    for topic in NoteTopic:
        items = tuple(
            (
                remark.text,
                _signature(remark.actor, remark.at, report),
            )
            for remark in report.remarks
            if remark.topic is topic
        )
        if items:
            blocks.append(document.Notes(heading=_(_TOPICS[topic]), items=items))
    return tuple(blocks)


def make_timeline_table(report: IncidentReport) -> document.DocumentTable:
    """Return the timeline by day."""
    rows: list[document.Row] = []
    for day, lines in groupby(report.history, key=lambda line: line.event.at.astimezone(home_zone()).date()):
        rows.append(document.Row(cells=(format_day(day),), form="group"))
        rows += [_history_row(report, line) for line in lines]
    return document.DocumentTable(
        heading=_("Timeline"),
        columns=(
            document.DocumentColumn(title=_("Time"), width_mm=18),
            document.DocumentColumn(title=_("Event")),
            document.DocumentColumn(title=_("Recorded by"), width_mm=40),
        ),
        rows=tuple(rows),
    )


def make_station_table(report: IncidentReport) -> document.DocumentTable | None:
    """Return the nearest stations with their alarms."""
    if not report.stations:
        return None
    return document.DocumentTable(
        heading=_("Nearest stations"),
        columns=(
            document.DocumentColumn(title=_("Station")),
            document.DocumentColumn(title=_("Distance"), width_mm=22, right=True),
            document.DocumentColumn(title=_("Alarm"), width_mm=82),
        ),
        rows=tuple(
            document.Row(
                cells=(
                    f"{near.station.name} ({plain_code(near.station.code)})",
                    f"{format_number(near.distance_m / 1000, digits=1)} km",
                    alarm_title(near.alarm, near.station) if near.alarm else _("none"),
                )
            )
            for near in report.stations
        ),
    )


def make_attachment_table(report: IncidentReport) -> document.DocumentTable | None:
    """Return the attachments with size and checksum."""
    if not report.incident.attachments:
        return None
    return document.DocumentTable(
        heading=_("Attachments"),
        columns=(
            document.DocumentColumn(title=_("File")),
            document.DocumentColumn(title=_("Caption")),
            document.DocumentColumn(title=_("Size"), width_mm=20, right=True),
            document.DocumentColumn(title=_("SHA-256 begins with"), width_mm=36),
        ),
        rows=tuple(
            document.Row(
                cells=(file.name, file.caption or report_text.UNKNOWN, _format_size(file.size), file.sha256[:12])
            )
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
    if since:
        time = report_text.format_near_time(since, report.as_of)
        words = _("{status} since {time}").format(status=words, time=time)
    return " · ".join(part for part in (words, merge_text(report.incident, report.merged_into)) if part)


def _durations(report: IncidentReport) -> list[document.DocumentFact]:
    """Return the durations from the report to each status that audits ask for."""
    times, began = report.incident.status_times, report.incident.reported_at
    asked = ((Status.ON_SCENE, _("Report to arrival")), (Status.CONTAINED, _("Report to contained")))
    return [
        document.DocumentFact(
            label=label,
            value=report_text.format_duration(times[status] - began) if status in times else report_text.UNKNOWN,
        )
        for status, label in asked
    ]


def _intake(report: IncidentReport) -> list[document.DocumentFact]:
    """Return the people at risk and the answers of callers."""
    incident = report.incident
    people = people_at_risk_text(incident.intake.people_at_risk) or report_text.UNKNOWN
    return [
        document.DocumentFact(label=people_at_risk_label(), value=people),
        *(document.DocumentFact(label=label, value=value) for label, value in list_answers(incident)),
    ]


def _figure_rows(report: IncidentReport, line: ReportFigure) -> list[document.Row]:
    label, unit = figure_label(line.code), figure_unit(line.code)
    if line.newest is None:
        return [document.Row(cells=(label, report_text.UNKNOWN, unit, report_text.UNKNOWN, report_text.UNKNOWN))]
    statement = line.newest
    mark = _(_STATUS_MARKS[LineStatus.PENDING]) if statement.pending else ""
    cells = (
        label,
        format_figure(line.code, statement.value),
        unit,
        statement.source,
        report_text.format_near_time(statement.at, report.as_of),
    )
    return [
        document.Row(cells=cells, mark=mark),
        *(_differing_row(report, line.code, each) for each in line.differing),
    ]


def _differing_row(report: IncidentReport, code: str, statement: FigureStatement) -> document.Row:
    text = _("{source} stated {value} at {time}").format(
        source=statement.source,
        value=describe_figure(code, statement.value),
        time=report_text.format_near_time(statement.at, report.as_of),
    )
    return document.Row(cells=(text,), form="note")


def _conflict_row(report: IncidentReport, conflict: Conflict) -> document.Row:
    def describe(writing: FieldWrite) -> str:
        value = describe_conflict_value(conflict.field, writing.value, lambda key: report.numbers.get(key, key))
        return f"{value} ({_signature(writing.actor, writing.at, report)})"

    return document.Row(cells=(field_label(conflict.field), describe(conflict.current), describe(conflict.proposed)))


def _history_row(report: IncidentReport, line: HistoryLine) -> document.Row:
    event = line.event
    return document.Row(
        cells=(format_time(event.at, zone=False), event.text, report_text.person_name(event.actor, report.people)),
        mark=_(_STATUS_MARKS[line.status]) if line.status in _STATUS_MARKS else "",
    )


def _format_size(size: int) -> str:
    if size < 1_000_000:
        return f"{format_number(max(1, round(size / 1000)))} kB"
    return f"{format_number(size / 1_000_000, digits=1)} MB"


def _signature(actor: str, at: datetime, report: IncidentReport) -> str:
    """Return who wrote something and when: "Budi, 14.30 WIB"."""
    return f"{report_text.person_name(actor, report.people)}, {report_text.format_near_time(at, report.as_of)}"
