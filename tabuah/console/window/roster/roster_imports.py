"""Import of the roster from CSV or XLSX with a preview in its window; template, and export of a week."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from tabuah.console.roster.roster_files import ROSTER_TABLE, write_roster_table, write_roster_template
from tabuah.console.table_files import UnreadableTable, read_rows
from tabuah.console.window.shared.file_dialogs import ask_for_path, open_dialog, save_dialog
from tabuah.console.window.shared.import_items import (
    LEVEL_OF_STATE,
    confirm_label,
    count_summary,
    row_state_label,
    table_filters,
)
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.import_table import RowState, TableRow
from tabuah.operations.people.authority import User
from tabuah.operations.roster.iso_week import IsoWeek
from tabuah.operations.roster.roster_table import PlannedShiftRow, RosterImportPlan, plan_roster_import
from tabuah.resources.localisation import _, ngettext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.roster.roster_columns import describe_row_problem, roster_field_label
from tabuah.text.roster.roster_text import day_title, describe_planned
from tabuah.widgets.controls.import_panel import ImportRowItem, TableImportView, sort_worst_first
from tabuah.widgets.roster.roster_dialog import RosterDialog
from tabuah.widgets.values import Level

Users = dict[str, User]
ReadRoster = tuple[Sequence[TableRow], RosterImportPlan, Users]


class RosterImports(QObject):
    """Reads a file on the worker of the store, shows what would happen, and saves the valid rows or nothing."""

    def __init__(self, context: WindowContext, dialog: RosterDialog) -> None:
        super().__init__(dialog)
        self._context, self._dialog, self._panel = context, dialog, dialog.imports
        self._file = Path()
        self._rows: Sequence[TableRow] = ()
        self._plan = RosterImportPlan(rows=())
        self._panel.import_requested.connect(self._on_import_requested)
        self._panel.file_requested.connect(self.begin)
        self._panel.template_requested.connect(self.save_template)

    def begin(self) -> None:
        """Ask for the file."""
        ask_for_path(open_dialog(self._dialog, _("Import the roster"), filters=table_filters()), self.show_file)

    def show_file(self, file: Path) -> None:
        """Read a file and show its preview."""
        self._file = file
        self._panel.show_view(TableImportView(title=file.name, summary="", items=(), confirm=_("Import")))
        self._panel.show_busy(file.name, _("Reading the file …"))
        self._dialog.show_import()
        self._context.store.run(
            lambda store: _read(store, file), on_done=partial(self._on_read, file), on_error=self._on_unreadable
        )

    def save_template(self) -> None:
        """Ask where to save an empty table with explained columns."""
        dialog = save_dialog(
            self._dialog, _("Save the template"), name="roster-template.xlsx", filters=table_filters()
        )
        ask_for_path(dialog, lambda target: self._write(target, lambda _store: write_roster_template(target)))

    def save_export(self, week: IsoWeek) -> None:
        """Ask where to save the planned shifts of a week."""
        dialog = save_dialog(
            self._dialog, _("Export the roster"), name=f"roster-{week}.xlsx", filters=table_filters()
        )
        ask_for_path(dialog, lambda target: self.write_export(target, week))

    def write_export(self, target: Path, week: IsoWeek) -> None:
        """Write the planned shifts of a week."""
        roster = self._context.state.snapshot.rosters.get(str(week))
        self._write(target, lambda _store: write_roster_table(target, [roster] if roster is not None else []))

    def _on_read(self, file: Path, read: ReadRoster) -> None:
        if file == self._file and self._dialog.shows_import:
            self._rows, self._plan, users = read
            self._panel.show_view(roster_import_preview(file.name, self._plan, users))
            self._panel.focus_list()

    def _on_unreadable(self, error: Exception) -> None:
        self._dialog.show_grid()
        self._show_error(error)

    def _show_error(self, error: Exception) -> None:
        if isinstance(error, UnreadableTable):
            self._dialog.show_note(f"{error} {_('Nothing was changed.')}", Level.CRITICAL)
        elif isinstance(error, OSError):
            message = _("The file cannot be written: {reason}").format(reason=error.strerror or error)
            self._dialog.show_note(message, Level.CRITICAL)
        else:
            self._context.notifier.error(error)

    def _on_import_requested(self, _reason: str) -> None:
        rows, states = self._rows, [row.state for row in self._plan.rows]
        n = self._plan.count(RowState.NEW) + self._plan.count(RowState.CHANGED)

        def on_saved(_saved: SavedEntries) -> None:
            message = ngettext("{n} shift is imported.", "{n} shifts are imported.", n).format(n=n)
            self._dialog.show_grid()
            self._dialog.show_note(message, Level.NORMAL)

        self._context.save(lambda store: _drafts(store, rows, states), on_saved=on_saved)

    def _write(self, target: Path, write: Callable[[ConsoleStore], object]) -> None:
        message = _("Saved: {file}").format(file=target)
        self._context.store.run(
            write,
            on_done=lambda _written: self._dialog.show_note(message, Level.NORMAL),
            on_error=self._show_error,
        )


def _read(store: ConsoleStore, file: Path) -> ReadRoster:
    rows = read_rows(file, ROSTER_TABLE)
    return rows, _plan(store, rows), dict(store.authority().users)


def _plan(store: ConsoleStore, rows: Sequence[TableRow]) -> RosterImportPlan:
    return plan_roster_import(rows, store.rosters(), store.authority().users)


def _drafts(store: ConsoleStore, rows: Sequence[TableRow], states: Sequence[RowState]) -> list[Draft]:
    """Return the entries of an import, if the roster is still that of the preview.

    Raises:
        NotPossible: it has changed.
    """
    plan = _plan(store, rows)
    if [row.state for row in plan.rows] != list(states):
        raise NotPossible("roster_changed")
    return plan.drafts(store.rosters())


def roster_import_preview(file: str, plan: RosterImportPlan, users: Users) -> TableImportView:
    """Return the preview of a file; refused rows come first."""
    valid, refused = plan.count(RowState.NEW) + plan.count(RowState.CHANGED), plan.count(RowState.REFUSED)
    whole = ngettext("Import {n} shift", "Import {n} shifts", valid).format(n=valid)
    return TableImportView(
        title=_("Import of {file}").format(file=file),
        summary=count_summary(plan.count),
        items=sort_worst_first([_item(row, users) for row in plan.rows]),
        confirm=confirm_label(valid, refused, whole),
        refusal="" if valid else _("No line of the file can be imported."),
    )


def _item(row: PlannedShiftRow, users: Users) -> ImportRowItem:
    ref, planned = row.ref, row.planned
    day = f"{day_title(ref.week.day(ref.shift.day))} {ref.shift.start}" if ref is not None else _("(no day)")
    crew = describe_planned(planned, users) if planned is not None else ""
    details = tuple(f"{roster_field_label(each.field)}: {describe_row_problem(each)}" for each in row.problems)
    return ImportRowItem(
        id=str(row.line),
        level=LEVEL_OF_STATE[row.state],
        text=day,
        about=details[0] if details else crew,
        at=_("line {n}").format(n=row.line),
        author=row_state_label(row.state),
        details=details,
        names=(day,),
    )
