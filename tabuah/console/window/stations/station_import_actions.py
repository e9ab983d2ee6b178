"""Import of stations from CSV or XLSX with a preview in the list and on the map; template and export."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from tabuah.console.stations.table_file import read_table, write_table, write_template
from tabuah.console.table_files import UnreadableTable
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, open_dialog, save_dialog
from tabuah.console.window.shared.import_items import table_filters
from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.console.window.stations.registration_checks import window_registration_context
from tabuah.console.window.stations.station_import_items import (
    has_place,
    import_preview,
    planned_places,
)
from tabuah.operations.bounds import LONGEST_REASON
from tabuah.operations.import_table import RowState, TableRow
from tabuah.operations.people.authority import User
from tabuah.operations.stations.import_plan import ImportPlan, plan_import
from tabuah.resources.localisation import _, ngettext
from tabuah.widgets.controls.import_panel import ImportPanel, TableImportView

Planner = Callable[[Sequence[TableRow]], ImportPlan]


class StationImportActions(QObject):
    """Reads a file on a worker, shows what would happen, and saves the valid rows in one step or nothing."""

    def __init__(self, context: WindowContext, panel: ImportPanel, window: QWidget) -> None:
        super().__init__(panel)
        self._context, self._panel, self._window = context, panel, window
        self._file = Path()
        self._rows: Sequence[TableRow] = ()
        self._plan = ImportPlan(rows=())
        self._users: Mapping[str, User] = {}
        self._is_busy = False
        panel.import_requested.connect(self._on_import_requested)
        panel.row_chosen.connect(self._on_row_chosen)
        panel.file_requested.connect(self.begin)
        panel.template_requested.connect(self.save_template)
        panel.closed.connect(self.leave)
        context.side.currentChanged.connect(self._on_page_changed)

    def begin(self) -> None:
        """Ask for the file."""
        dialog = open_dialog(self._window, _("Import stations"), filters=table_filters())
        ask_for_path(dialog, self.show_file)

    def show_file(self, file: Path) -> None:
        """Read a file and show its preview."""
        self._file = file
        self._panel.show_view(TableImportView(title=file.name, summary="", items=(), confirm=_("Import")))
        self._panel.show_busy(file.name, _("Reading the file …"))
        self._context.side.show_page(SidePage.STATION_IMPORT)
        self._context.store.run(lambda store: store.authority().users, on_done=partial(self._on_users_read, file))

    def save_template(self) -> None:
        """Ask where to save an empty table with explained columns."""
        self._ask_where(_("Save the template"), "stations-template.xlsx", self._write_template)

    def save_export(self) -> None:
        """Ask where to save the stations in service, in the form that can be imported."""
        name = dated_name("stations", at=self._context.state.now(), suffix=".xlsx")
        self._ask_where(_("Export stations"), name, self._write_export)

    def leave(self) -> None:
        """Close the preview; nothing is imported."""
        self._context.side.show_page(SidePage.DETAILS)
        self._context.canvas.setFocus()

    # Reading

    def _on_users_read(self, file: Path, users: Mapping[str, User]) -> None:
        self._users = users
        plan = self._planner()

        def read(_none: None) -> tuple[Sequence[TableRow], ImportPlan]:
            rows = read_table(file)
            return rows, plan(rows)

        self._context.work.run(read, on_done=partial(self._on_read, file), on_error=self._on_unreadable)

    def _planner(self) -> Planner:
        """Return the function that compares rows with the stations of now."""
        context = window_registration_context(self._context, self._users)
        exercise_id = self._context.state.scope.exercise_id or ""
        return partial(plan_import, context=context, exercise_id=exercise_id)

    def _on_read(self, file: Path, read: tuple[Sequence[TableRow], ImportPlan]) -> None:
        if file == self._file and self._context.side.page is SidePage.STATION_IMPORT:
            self._rows, self._plan = read
            self._show_plan(fit=True)
            self._panel.focus_list()

    def _on_unreadable(self, error: Exception) -> None:
        self._show_error(error)
        if self._context.side.page is SidePage.STATION_IMPORT:
            self.leave()

    def _show_plan(self, *, fit: bool) -> None:
        self._panel.show_view(import_preview(self._file.name, self._plan))
        self._context.canvas.show_planned(planned_places(self._plan), fit=fit)

    def _on_row_chosen(self, row_id: str) -> None:
        canvas = self._context.canvas
        canvas.highlight_planned(row_id)
        row = next((row for row in self._plan.rows if str(row.line) == row_id), None)
        if row is not None and self._context.side.page is SidePage.STATION_IMPORT and has_place(row):
            canvas.show_in_view([(row.station.lon_deg, row.station.lat_deg)])

    # Saving

    def _on_import_requested(self, reason: str) -> None:
        """Compare the rows with the stations of now; save if nothing has changed since the preview."""
        if self._is_busy:
            return
        self._is_busy = True
        plan, rows = self._planner(), self._rows
        why = (reason or _("Import of {file}").format(file=self._file.name))[:LONGEST_REASON]
        self._context.work.run(
            lambda _none: plan(rows), on_done=lambda found: self._save(found, why), on_error=self._on_failed
        )

    def _save(self, plan: ImportPlan, reason: str) -> None:
        self._is_busy = False
        is_same = [row.state for row in plan.rows] == [row.state for row in self._plan.rows]
        self._plan = plan
        if not is_same:
            self._show_plan(fit=False)
            self._context.notifier.refuse(_("Stations have changed since the preview. Check it and import again."))
            return
        new, changed = plan.count(RowState.NEW), plan.count(RowState.CHANGED)
        n = new + changed

        def on_saved(_saved: SavedEntries) -> None:
            message = ngettext("{n} station is imported.", "{n} stations are imported.", n).format(n=n)
            self._context.notifier.done(message)
            if self._context.side.page is SidePage.STATION_IMPORT:
                self.leave()

        self._context.save(lambda _store: plan.drafts(reason=reason), on_saved=on_saved)

    def _on_failed(self, error: Exception) -> None:
        self._is_busy = False
        self._show_error(error)

    def _show_error(self, error: Exception) -> None:
        if isinstance(error, UnreadableTable):
            self._context.notifier.warn(str(error), safe=_("Nothing was changed."))
        elif isinstance(error, OSError):
            message = _("The file cannot be written: {reason}").format(reason=error.strerror or error)
            self._context.notifier.warn(message, next_step=_("Choose another folder, or close the file."))
        else:
            self._context.notifier.error(error)

    # Files

    def _ask_where(self, title: str, name: str, write: Callable[[Path], None]) -> None:
        dialog = save_dialog(self._window, title, name=name, filters=table_filters())
        ask_for_path(dialog, write)

    def _write_template(self, target: Path) -> None:
        self._write(target, lambda: write_template(target))

    def _write_export(self, target: Path) -> None:
        stations = [each for each in self._context.state.snapshot.stations.values() if each.retired is None]
        self._write(target, lambda: write_table(target, stations))

    def _write(self, target: Path, write: Callable[[], None]) -> None:
        message = _("Saved: {file}").format(file=target)
        self._context.work.run(
            lambda _none: write(),
            on_done=lambda _none: self._context.notifier.saved(message, target),
            on_error=self._show_error,
        )

    def _on_page_changed(self) -> None:
        if self._context.side.page not in (SidePage.STATION_IMPORT, SidePage.STATION):
            self._context.canvas.show_planned(())
