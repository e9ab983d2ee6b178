"""Incidents as an Excel workbook: real dates and numbers, and texts that are never formulas."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import xlsxwriter

from tabuah.console.reports.incident_columns import (
    COLUMNS,
    ColumnType,
    ListedIncident,
    Value,
    format_value,
    read_value,
)
from tabuah.console.reports.performance_tables import FigureTable
from tabuah.console.reports.report_figures import CASUALTIES, DAMAGE, list_report_figures
from tabuah.console.reports.report_timeline import HistoryLine
from tabuah.operations.import_table import visible_cell
from tabuah.operations.incidents.answers import StatedAnswer, stated_answers
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import _
from tabuah.resources.regency import current_regency
from tabuah.resources.time_zone import home_zone, zone_label
from tabuah.text.incidents.answers import answer_text
from tabuah.text.incidents.figure_groups import stated_group_lines
from tabuah.text.incidents.figures import figure_amount, figure_label, figure_unit

_DATE_FORMAT: Final = "yyyy-mm-dd hh:mm"
_DEGREES: Final = "0.000000"
_MAX_CELL_CHARACTERS: Final = 32_767  # characters in a cell of Excel
_HEAD: Final = {"bold": True, "font_color": "#ffffff", "bg_color": "#0b7f72", "valign": "vcenter", "text_wrap": True}


class IncidentWorkbook:
    """A workbook in memory, written sheet by sheet and row by row."""

    def __init__(self) -> None:
        self._bytes = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._bytes, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        add = self._book.add_format
        self._head = add(_HEAD)
        self._forms: dict[ColumnType, Any] = {
            ColumnType.MOMENT: add({"num_format": _DATE_FORMAT, "align": "left", "valign": "top"}),
            ColumnType.DEGREES: add({"num_format": _DEGREES, "valign": "top"}),
            ColumnType.COUNT: add({"num_format": "#,##0", "valign": "top"}),
            ColumnType.AMOUNT: add({"num_format": "#,##0.####", "valign": "top"}),
            ColumnType.DECIMAL: add({"num_format": "#,##0.0", "valign": "top"}),
        }
        self._plain = add({"valign": "top"})

    def add_incidents(self, items: Sequence[ListedIncident]) -> None:
        """Add the incident list, one row each; the last column names the time zone."""
        rows = (
            [*(format_value(column, read_value(column, item)) for column in COLUMNS), zone_label()] for item in items
        )
        titles = [*(_(column.title) for column in COLUMNS), _("Time zone")]
        forms = [*(column.form for column in COLUMNS), ColumnType.TEXT]
        self._add_sheet(_("Incidents"), titles, [*(column.width for column in COLUMNS), 10], forms, rows, len(items))

    def add_answers(self, items: Sequence[ListedIncident]) -> None:
        """Add every answer of a caller, one row each, figures as numbers; no sheet where nothing was answered."""
        rows: list[list[Value]] = [
            [item.incident.number, each.code, *_answer_cells(each), each.statement.at, each.statement.actor]
            for item in items
            for each in stated_answers(item.incident, current_regency())
        ]
        if not rows:
            return
        titles = [_("Number"), _("Code"), _("Question"), _("Answer"), _("Unit"), _with_zone(_("Stated at"))]
        forms = [*[ColumnType.TEXT] * 5, ColumnType.MOMENT, ColumnType.TEXT]
        titles.append(_("Recorded by"))
        self._add_sheet(_("Answers of callers"), titles, [16, 20, 40, 30, 10, 18, 18], forms, rows, len(rows))

    def add_figures(self, incident: Incident) -> None:
        """Add every figure with source and time, and the differing statements."""
        rows: list[list[Value]] = []
        for line in list_report_figures(incident, (*CASUALTIES, *DAMAGE)):
            label, unit = figure_label(line.code), figure_unit(line.code)
            if line.newest is None:
                rows.append([label, None, unit, "", None, ""])
            statements = (line.newest, *line.differing) if line.newest else ()
            rows += [
                [label, figure_amount(line.code, each.value), unit, each.source, each.at, each.actor]
                for each in statements
            ]
        titles = [
            _("Item"),
            _("Count"),
            _("Unit"),
            _("Source"),
            _with_zone(_("Stated at")),
            _("Recorded by"),
        ]
        forms = [
            ColumnType.TEXT,
            ColumnType.AMOUNT,
            ColumnType.TEXT,
            ColumnType.TEXT,
            ColumnType.MOMENT,
            ColumnType.TEXT,
        ]
        self._add_sheet(_("Casualties and damage"), titles, [26, 16, 12, 32, 18, 18], forms, rows, len(rows))

    def add_groups(self, items: Iterable[Incident]) -> None:
        """Add people by sex, age and vulnerable group, one row each; no sheet where no source has stated any."""
        rows: list[list[Value]] = [
            [incident.number, figure_label(each.figure), group, people, each.source, each.at, each.actor]
            for incident in items
            for each, group, people in stated_group_lines(incident)
        ]
        if not rows:
            return
        titles = [_("Number"), _("Item"), _("Group"), _("Count"), _("Source"), _with_zone(_("Stated at"))]
        forms = [*[ColumnType.TEXT] * 3, ColumnType.COUNT, ColumnType.TEXT, ColumnType.MOMENT, ColumnType.TEXT]
        titles.append(_("Recorded by"))
        self._add_sheet(_("People by group"), titles, [16, 22, 22, 10, 32, 18, 18], forms, rows, len(rows))

    def add_history(self, lines: Sequence[HistoryLine]) -> None:
        """Add the timeline."""
        rows: list[list[Value]] = [
            [line.event.at, line.event.text, line.event.actor, line.event.written_at, line.event.device[:8]]
            for line in lines
        ]
        titles = [
            _with_zone(_("Time")),
            _("Event"),
            _("Recorded by"),
            _with_zone(_("Recorded at")),
            _("Device"),
        ]
        forms = [ColumnType.MOMENT, ColumnType.TEXT, ColumnType.TEXT, ColumnType.MOMENT, ColumnType.TEXT]
        self._add_sheet(_("Timeline"), titles, [18, 80, 18, 18, 12], forms, rows, len(rows))

    def add_table(self, table: FigureTable) -> None:
        """Add a table of performance figures."""
        columns = table.columns
        self._add_sheet(
            table.name,
            [column.title for column in columns],
            [column.width for column in columns],
            [column.form for column in columns],
            table.rows,
            len(table.rows),
        )

    def finish(self) -> bytes:
        self._book.close()
        return self._bytes.getvalue()

    def _add_sheet(
        self,
        name: str,
        titles: Sequence[str],
        widths: Sequence[int],
        forms: Sequence[ColumnType],
        rows: Iterable[Sequence[Value]],
        count: int,
    ) -> None:
        sheet = self._book.add_worksheet(name[:31])
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for number, width in enumerate(widths):
            sheet.set_column(number, number, width)
        sheet.set_row(0, 30)
        for number, title in enumerate(titles):
            sheet.write_string(0, number, title, self._head)
        for row_number, row in enumerate(rows, start=1):
            for number, (value, form) in enumerate(zip(row, forms, strict=True)):
                self._write(sheet, row_number, number, value, form)
        if count:
            sheet.autofilter(0, 0, count, len(titles) - 1)

    def _write(self, sheet: Any, row: int, column: int, value: Value, form: ColumnType) -> None:
        style = self._forms.get(form, self._plain)
        match value:
            case None | "":
                return
            case datetime():
                local = value.astimezone(home_zone()).replace(tzinfo=None, microsecond=0)
                sheet.write_datetime(row, column, local, style)
            case bool():
                sheet.write_boolean(row, column, value, style)
            case int() | float():
                sheet.write_number(row, column, value, style)
            case str():
                sheet.write_string(row, column, visible_cell(value)[:_MAX_CELL_CHARACTERS], style)


def encode_incidents_xlsx(items: Sequence[ListedIncident]) -> bytes:
    """Return the list as a workbook; answers of callers and people by group have sheets of their own."""
    book = IncidentWorkbook()
    book.add_incidents(items)
    book.add_answers(items)
    book.add_groups(item.incident for item in items)
    return book.finish()


def encode_incident_xlsx(
    item: ListedIncident, history: Sequence[HistoryLine], *, tables: Iterable[FigureTable] = ()
) -> bytes:
    """Return an incident as a workbook: the incident, its answers, figures, people by group, tables and timeline."""
    book = IncidentWorkbook()
    book.add_incidents((item,))
    book.add_answers((item,))
    book.add_figures(item.incident)
    book.add_groups((item.incident,))
    for table in tables:
        book.add_table(table)
    book.add_history(history)
    return book.finish()


def encode_performance_xlsx(tables: Iterable[FigureTable], items: Sequence[ListedIncident]) -> bytes:
    """Return the tables as sheets of one workbook; the last sheet has the incidents behind them."""
    book = IncidentWorkbook()
    for table in tables:
        book.add_table(table)
    book.add_incidents(items)
    return book.finish()


def encode_tables_xlsx(tables: Iterable[FigureTable]) -> bytes:
    """Return tables as the sheets of one workbook."""
    book = IncidentWorkbook()
    for table in tables:
        book.add_table(table)
    return book.finish()


def _answer_cells(stated: StatedAnswer) -> list[Value]:
    """Return question, answer and unit; yes and no as words, as in the form."""
    question, value = stated.question, stated.statement.value
    shown = answer_text(value) if isinstance(value, bool) else value
    return [question.text if question else "", shown, question.unit if question else ""]


def _with_zone(title: str) -> str:
    return f"{title} ({zone_label()})"
