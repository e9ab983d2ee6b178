"""Import of a table from CSV or XLSX with a preview in the dialog of its subject; template and export."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from tabuah.console.window.shared.file_dialogs import ask_for_path, open_dialog, save_dialog
from tabuah.console.window.shared.file_errors import describe_file_error
from tabuah.console.window.shared.import_items import confirm_label, count_summary, table_filters
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.import_table import RowState, TableRow
from tabuah.resources.localisation import _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.widgets.controls.import_panel import ImportPanel, ImportRowItem, TableImportView, sort_worst_first
from tabuah.widgets.values import Level


class PlannedTableRow(Protocol):
    """Protocol of a row of a plan."""

    @property
    def state(self) -> RowState: ...


class TableImportPlan(Protocol):
    """Protocol of the comparison of a file with the state."""

    @property
    def rows(self) -> Sequence[PlannedTableRow]: ...

    def count(self, state: RowState) -> int: ...


class ImportPage(msgspec.Struct, frozen=True, kw_only=True):
    """The preview as a page of a dialog, with the actions of the dialog around it."""

    dialog: QDialog
    panel: ImportPanel
    is_shown: Callable[[], bool]
    show: Callable[[], None]
    leave: Callable[[], None]
    show_note: Callable[[str, Level], None]


PlanT = TypeVar("PlanT", bound=TableImportPlan)


class TableSubject(msgspec.Struct, Generic[PlanT], frozen=True, kw_only=True):
    """The kind of things in a table.

    Attributes:
        title: title of the dialog that asks for the file.
        template_name: proposed name of the file of the template.
        changed: returns the error if the state is no longer that of the preview.
        read: returns the rows of a file; runs on the worker of the store, like `plan`, `drafts` and `write_template`.
        plan: compares rows with the state.
        drafts: returns the entries of a plan.
        write_template: writes the template.
        items: returns the rows of the preview.
        confirm: label of the import button for a number of rows.
        done: message about a number of imported rows.
    """

    title: str
    template_name: str
    changed: Callable[[], NotPossible]
    read: Callable[[Path], Sequence[TableRow]]
    plan: Callable[[ConsoleStore, Sequence[TableRow]], PlanT]
    drafts: Callable[[ConsoleStore, PlanT], list[Draft]]
    write_template: Callable[[Path], None]
    items: Callable[[PlanT], Sequence[ImportRowItem]]
    confirm: Callable[[int], str]
    done: Callable[[int], str]


class TableImports(QObject, Generic[PlanT]):
    """Reads a file on the worker of the store, shows what would happen, and saves the valid rows or nothing."""

    def __init__(self, context: WindowContext, page: ImportPage, subject: TableSubject[PlanT]) -> None:
        super().__init__(page.dialog)
        self._context, self._page, self._subject = context, page, subject
        self._file = Path()
        self._rows: Sequence[TableRow] = ()
        self._plan: PlanT | None = None
        page.panel.import_requested.connect(self._on_import_requested)
        page.panel.file_requested.connect(self.begin)
        page.panel.template_requested.connect(self.save_template)

    def begin(self) -> None:
        """Ask for the file."""
        dialog = open_dialog(self._page.dialog, self._subject.title, filters=table_filters())
        ask_for_path(dialog, self.show_file)

    def show_file(self, file: Path) -> None:
        """Read a file and show its preview."""
        self._file = file
        panel = self._page.panel
        panel.show_view(TableImportView(title=file.name, summary="", items=(), confirm=_("Import")))
        panel.show_busy(file.name, _("Reading the file …"))
        self._page.show()
        self._context.store.run(
            lambda store: self._read(store, file), on_done=partial(self._on_read, file), on_error=self._on_unreadable
        )

    def save_template(self) -> None:
        """Ask where to save an empty table with explained columns."""
        self.save_table(_("Save the template"), self._subject.template_name, self._write_template)

    def save_table(self, title: str, name: str, write: Callable[[Path], None]) -> None:
        """Ask where to save a table, with a proposed name."""
        ask_for_path(save_dialog(self._page.dialog, title, name=name, filters=table_filters()), write)

    def write_table(self, target: Path, write: Callable[[ConsoleStore], None]) -> None:
        """Write a table on the worker of the store."""
        message = _("Saved: {file}").format(file=target)
        self._context.store.run(
            write,
            on_done=lambda _none: self._page.show_note(message, Level.NORMAL),
            on_error=self._show_error,
        )

    def _write_template(self, target: Path) -> None:
        self.write_table(target, lambda _store: self._subject.write_template(target))

    def _read(self, store: ConsoleStore, file: Path) -> tuple[Sequence[TableRow], PlanT]:
        rows = self._subject.read(file)
        return rows, self._subject.plan(store, rows)

    def _on_read(self, file: Path, read: tuple[Sequence[TableRow], PlanT]) -> None:
        if file == self._file and self._page.is_shown():
            self._rows, self._plan = read
            self._page.panel.show_view(self._preview(read[1]))
            self._page.panel.focus_list()

    def _on_unreadable(self, error: Exception) -> None:
        self._page.leave()
        self._show_error(error)

    def _show_error(self, error: Exception) -> None:
        if text := describe_file_error(error):
            self._page.show_note(text, Level.CRITICAL)
        else:
            self._context.notifier.error(error)

    def _on_import_requested(self, _reason: str) -> None:
        plan, rows = self._plan, self._rows
        if plan is None:
            return
        states, n = [row.state for row in plan.rows], _count_valid(plan)

        def on_saved(_saved: SavedEntries) -> None:
            self._page.leave()
            self._page.show_note(self._subject.done(n), Level.NORMAL)

        self._context.save(lambda store: self._drafts(store, rows, states), on_saved=on_saved)

    def _drafts(self, store: ConsoleStore, rows: Sequence[TableRow], states: Sequence[RowState]) -> list[Draft]:
        """Return the entries of an import, if the state is still that of the preview.

        Raises:
            NotPossible: it has changed.
        """
        plan = self._subject.plan(store, rows)
        if [row.state for row in plan.rows] != list(states):
            raise self._subject.changed()
        return self._subject.drafts(store, plan)

    def _preview(self, plan: PlanT) -> TableImportView:
        """Return the preview of the file; refused rows come first."""
        valid, refused = _count_valid(plan), plan.count(RowState.REFUSED)
        return TableImportView(
            title=_("Import of {file}").format(file=self._file.name),
            summary=count_summary(plan.count),
            items=sort_worst_first(self._subject.items(plan)),
            confirm=confirm_label(valid, refused, self._subject.confirm(valid)),
            refusal="" if valid else _("No line of the file can be imported."),
        )


def _count_valid(plan: TableImportPlan) -> int:
    return plan.count(RowState.NEW) + plan.count(RowState.CHANGED)
