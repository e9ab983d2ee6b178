"""An after-action report as tables for XLSX: delays, limits, lead times, decisions and the chronology."""

from datetime import timedelta
from typing import Final

from tabuah.console.reports.after_action_report import AfterActionReport
from tabuah.console.reports.incident_columns import ColumnType, Value
from tabuah.console.reports.performance_tables import FigureColumn, FigureTable
from tabuah.operations.after_action.after_action import AfterActionScope
from tabuah.operations.after_action.delays import Limit
from tabuah.operations.incidents.figure_totals import (
    FigureTotal,
    GroupTotal,
    figure_totals,
    group_totals,
    parent_event_of,
)
from tabuah.resources.localisation import _, format_moment
from tabuah.text.after_action.after_action_text import (
    decision_kind_label,
    describe_limit,
    describe_step_delay,
    limit_result_label,
    method_notes,
)
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import scope_label
from tabuah.text.incidents.figure_groups import describe_groups, describe_repeated, group_total_note, groups_label
from tabuah.text.incidents.figures import figure_amount, figure_label, figure_unit
from tabuah.text.incidents.timeline import outcome_label

_MOMENT: Final = ColumnType.MOMENT
_MINUTES: Final = ColumnType.DECIMAL


def after_action_tables(report: AfterActionReport) -> tuple[FigureTable, ...]:
    """Return all tables; the first one has title, number and method."""
    return (
        summary_table(report),
        damage_table(report),
        step_table(report),
        limit_table(report),
        lead_table(report),
        decision_table(report),
        late_table(report),
        chronology_table(report),
    )


def summary_table(report: AfterActionReport) -> FigureTable:
    found = report.found
    rows: list[tuple[Value, ...]] = [
        (_("Report"), report.heading),
        (_("Number"), report.number),
        (_("Exercise"), scope_label(report.world, report.exercises)),
        (_("From"), format_moment(found.since)),
        (_("Until"), format_moment(found.until)),
        (_("Data as of"), format_moment(found.as_of)),
        (_("Incidents"), len(report.incidents)),
        (_("Entries"), len(found.lines)),
        (_("Decisions"), len(found.decisions)),
        (_("Late arrivals"), len(found.late)),
        *((_("Method"), note) for note in method_notes()),
    ]
    return _table(_("Summary"), [(_("Figure"), ColumnType.TEXT, 24), (_("Value"), ColumnType.TEXT, 90)], rows)


def damage_totals(report: AfterActionReport) -> tuple[tuple[FigureTotal, ...], dict[str, GroupTotal]]:
    """Return the sums of casualties and damage, and the people by group of a figure, without uncounted incidents."""
    counted = [each for each in report.incidents.values() if each.status.is_counted]
    is_event = report.found.scope is AfterActionScope.EVENT
    event_of = (lambda _incident: "event") if is_event else parent_event_of
    return figure_totals(counted, event_of), {each.figure: each for each in group_totals(counted, event_of)}


def damage_table(report: AfterActionReport) -> FigureTable:
    """Return casualties and damage with their sources; people by group follow their figure."""
    totals, groups = damage_totals(report)
    rows: list[tuple[Value, ...]] = []
    for total in totals:
        amount, unit = figure_amount(total.code, total.total), figure_unit(total.code)
        note = describe_repeated(total.repeated)
        rows.append((figure_label(total.code), amount, unit, ", ".join(total.sources), note))
        if found := groups.get(total.code):
            row = (groups_label(total.code), None, "", describe_groups(found.groups), group_total_note(found))
            rows.append(row)
    columns = [
        (_("Item"), ColumnType.TEXT, 30),
        (_("Count"), ColumnType.AMOUNT, 16),
        (_("Unit"), ColumnType.TEXT, 10),
        (_("Source"), ColumnType.TEXT, 50),
        (_("Note"), ColumnType.TEXT, 60),
    ]
    return _table(_("Casualties and damage"), columns, rows)


def step_table(report: AfterActionReport) -> FigureTable:
    """Return the steps of every incident; lengths in minutes."""
    rows: list[tuple[Value, ...]] = [
        (
            report.incident_number(delays.incident),
            code_label(step.status),
            step.at,
            report.person(step.actor),
            _minutes(step.after_s),
            describe_step_delay(step),
        )
        for delays in report.found.delays
        for step in delays.steps
    ]
    columns = [
        (_("Incident"), ColumnType.TEXT, 18),
        (_("Step"), ColumnType.TEXT, 18),
        (_("Reached at"), _MOMENT, 18),
        (_("By"), ColumnType.TEXT, 24),
        (_("After the step before (min)"), _MINUTES, 16),
        (_("In words"), ColumnType.TEXT, 26),
    ]
    return _table(_("Delays"), columns, rows)


def limit_table(report: AfterActionReport) -> FigureTable:
    """Return the clocks of the profile and the limits of tasks with their results."""
    rows: list[tuple[Value, ...]] = [
        (
            report.incident_number(delays.incident),
            limit_name(report, limit),
            limit.started_at,
            limit.due_at,
            limit.ended_at,
            limit_result_label(limit.result),
            _minutes((limit.ended_at - limit.due_at).total_seconds()) if limit.ended_at else None,
            limit.escalated_at,
        )
        for delays in report.found.delays
        for limit in delays.limits
    ]
    columns = [
        (_("Incident"), ColumnType.TEXT, 18),
        (_("Limit"), ColumnType.TEXT, 44),
        (_("Started"), _MOMENT, 18),
        (_("Due"), _MOMENT, 18),
        (_("Ended"), _MOMENT, 18),
        (_("Result"), ColumnType.TEXT, 20),
        (_("After the limit (min)"), _MINUTES, 16),
        (_("Escalated"), _MOMENT, 18),
    ]
    return _table(_("Time limits"), columns, rows)


def lead_table(report: AfterActionReport) -> FigureTable:
    """Return the lead times by cause; lengths in minutes."""
    rows: list[tuple[Value, ...]] = [
        (
            report.alarm_names.get(lead.first, lead.first),
            lead.onset_at,
            lead.first_at,
            lead.acknowledged_at,
            report.incident_number(lead.report),
            _minutes(lead.before_report_s),
            report.alarm_names.get(lead.highest, ""),
            _minutes(lead.before_highest_s),
            lead.expected_at,
            _minutes(lead.before_reached_s),
        )
        for lead in report.found.leads
    ]
    columns = [
        (_("First alarm"), ColumnType.TEXT, 48),
        (_("Condition since"), _MOMENT, 18),
        (_("Raised"), _MOMENT, 18),
        (_("First acknowledged"), _MOMENT, 18),
        (_("First report"), ColumnType.TEXT, 18),
        (_("Before the report (min)"), _MINUTES, 14),
        (_("Highest level"), ColumnType.TEXT, 48),
        (_("Before the level (min)"), _MINUTES, 14),
        (_("Forecast for"), _MOMENT, 18),
        (_("Forecast before the level (min)"), _MINUTES, 16),
    ]
    return _table(_("Alarm lead times"), columns, rows)


def decision_table(report: AfterActionReport) -> FigureTable:
    rows: list[tuple[Value, ...]] = [
        (
            each.at,
            report.incident_number(each.incident),
            decision_kind_label(each.kind),
            report.entry_texts.get(each.entry, ""),
            report.person(each.actor),
            report.device_name(each.device),
            report.known_text(each),
            report.unknown_text(each),
        )
        for each in report.found.decisions
    ]
    columns = [
        (_("Time"), _MOMENT, 18),
        (_("Incident"), ColumnType.TEXT, 18),
        (_("Kind"), ColumnType.TEXT, 20),
        (_("Decision"), ColumnType.TEXT, 48),
        (_("By"), ColumnType.TEXT, 24),
        (_("Device"), ColumnType.TEXT, 20),
        (_("Known then"), ColumnType.TEXT, 70),
        (_("Not known then"), ColumnType.TEXT, 60),
    ]
    return _table(_("Decisions"), columns, rows)


def late_table(report: AfterActionReport) -> FigureTable:
    rows: list[tuple[Value, ...]] = [
        (
            line.known_at,
            line.written_at,
            _minutes(line.late_s),
            report.number_of(line),
            report.line_text(line),
            report.who(line.actor, line.device),
        )
        for line in report.found.late
    ]
    columns = [
        (_("Known at the control room"), _MOMENT, 20),
        (_("Written"), _MOMENT, 18),
        (_("Delay (min)"), _MINUTES, 14),
        (_("Incident"), ColumnType.TEXT, 18),
        (_("Event"), ColumnType.TEXT, 70),
        (_("By"), ColumnType.TEXT, 32),
    ]
    return _table(_("Late arrivals"), columns, rows)


def chronology_table(report: AfterActionReport) -> FigureTable:
    rows: list[tuple[Value, ...]] = [
        (
            line.at,
            report.number_of(line),
            report.entry_texts.get(line.entry, line.kind),
            report.person(line.actor),
            report.device_name(line.device),
            line.written_at,
            line.known_at,
            _minutes(line.late_s),
            outcome_label(line.outcome),
        )
        for line in report.found.lines
    ]
    columns = [
        (_("Time"), _MOMENT, 18),
        (_("Incident"), ColumnType.TEXT, 18),
        (_("Event"), ColumnType.TEXT, 80),
        (_("By"), ColumnType.TEXT, 24),
        (_("Device"), ColumnType.TEXT, 20),
        (_("Written"), _MOMENT, 18),
        (_("Known at the control room"), _MOMENT, 20),
        (_("Late by (min)"), _MINUTES, 14),
        (_("Outcome"), ColumnType.TEXT, 26),
    ]
    return _table(_("Chronology"), columns, rows)


def limit_name(report: AfterActionReport, limit: Limit) -> str:
    task = report.tasks.get(limit.task)
    return describe_limit(limit, task_name=task.what if task else "")


def _table(name: str, columns: list[tuple[str, ColumnType, int]], rows: list[tuple[Value, ...]]) -> FigureTable:
    return FigureTable(
        name=name,
        columns=tuple(FigureColumn(title=title, form=form, width=width) for title, form, width in columns),
        rows=tuple(rows),
    )


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / timedelta(minutes=1).total_seconds()
