"""A parent event as tables for XLSX and CSV: the totals, and the places."""

from collections.abc import Iterator

from tabuah.console.reports.incident_columns import ColumnType, Value
from tabuah.console.reports.performance_tables import FigureColumn, FigureTable
from tabuah.operations.incidents.figure_groups import stated_groups
from tabuah.operations.incidents.figure_totals import FigureTotal
from tabuah.operations.parent_events.event_totals import EventTotals
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.resources.localisation import _
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.figure_groups import group_label, group_total_note
from tabuah.text.incidents.figures import figure_amount, figure_label, figure_unit
from tabuah.text.parent_events.event_text import (
    at_risk_line,
    counting_note,
    event_field_label,
    event_period,
    event_state,
    figure_note,
)


def event_tables(event: ParentEvent, totals: EventTotals, *, mark: str = "") -> tuple[FigureTable, ...]:
    """Return the tables of an event; `mark` names its exercise."""
    return (summary_table(event, totals, mark=mark), place_table(totals))


def summary_table(event: ParentEvent, totals: EventTotals, *, mark: str = "") -> FigureTable:
    """Return title, period and the totals with the number of incidents behind each."""
    rows: list[tuple[Value, ...]] = [
        *([(_("Exercise"), mark, "")] if mark else []),
        (event_field_label("title"), event.title, ""),
        (event_field_label("hazard"), code_label(event.hazard), ""),
        (_("Period"), event_period(event), ""),
        (_("State"), event_state(event), event.close_reason),
        (event_field_label("description"), event.description, ""),
        (_("Incidents"), totals.incidents, ""),
        (_("Open"), totals.open, ""),
        *((code_label(code), n, _("By status")) for code, n in totals.by_status.items()),
        *((code_label(code), n, _("By severity")) for code, n in totals.by_severity.items()),
        *(
            (figure_label(each.code), figure_amount(each.code, each.total), _figure_note(each, totals))
            for each in totals.figures
        ),
        *_group_rows(totals),
        *([(line.label, totals.at_risk.total, line.note)] if (line := at_risk_line(totals)) else []),
        *((name, n, _("Units and OPD at work")) for name, n in totals.assigned.items()),
        (_("Method"), counting_note(totals), ""),
    ]
    columns = (
        FigureColumn(title=_("Figure"), width=34),
        FigureColumn(title=_("Value"), width=30),
        FigureColumn(title=_("Note"), width=34),
    )
    return FigureTable(name=_("Summary"), columns=columns, rows=tuple(rows))


def _figure_note(figure: FigureTotal, totals: EventTotals) -> str:
    return f"{figure_unit(figure.code)}; {figure_note(figure, totals)}"


def _group_rows(totals: EventTotals) -> Iterator[tuple[Value, ...]]:
    for total in totals.groups:
        for name, people in stated_groups(total.groups).items():
            yield f"{figure_label(total.figure)}, {group_label(name)}", people, group_total_note(total)


def place_table(totals: EventTotals) -> FigureTable:
    """Return the affected nagari with their incidents."""
    columns = (
        FigureColumn(title=_("Nagari"), width=28),
        FigureColumn(title=_("Kecamatan"), width=28),
        FigureColumn(title=_("Incidents"), form=ColumnType.COUNT, width=12),
    )
    rows: list[tuple[Value, ...]] = [(place.nagari, place.kecamatan, place.incidents) for place in totals.places]
    if totals.without_place:
        rows.append((_("not known"), "", totals.without_place))
    return FigureTable(name=_("Affected nagari"), columns=columns, rows=tuple(rows))
