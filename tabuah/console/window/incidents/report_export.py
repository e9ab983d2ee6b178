"""Report export: incident reports as PDF or chat text, and the incident list as a file."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from tabuah.console.reports.atomic_write import write_file
from tabuah.console.reports.chat_text import make_chat_text
from tabuah.console.reports.illustrations import draw_illustrations
from tabuah.console.reports.incident_report import IncidentReport, ReportKind, make_incident_report
from tabuah.console.reports.report_export import ExportedFile, ListFormat, encode_incident_pdf, export_incident_list
from tabuah.console.reports.report_sources import read_incident_sources
from tabuah.console.window.shared.after_action_export import AfterActionExport
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, save_dialog
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.resources.localisation import _, ngettext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.widgets.incidents.incident_panel import IncidentPanel

CHAT: Final = "chat"


class ReportExport(QObject):
    """Collects data on the cache worker, draws the map here, and writes on a worker.

    `after_action` makes special reports, also of parent events and days.
    """

    def __init__(self, context: WindowContext, panel: IncidentPanel, window: QWidget) -> None:
        super().__init__(panel)
        self._context, self._window = context, window
        self.after_action = AfterActionExport(context, window)
        panel.report_requested.connect(self._on_report_requested)

    def write_pdf(self, incident_id: str, kind: ReportKind, file: Path) -> None:
        """Make a report and write it to a file."""
        self._gather(incident_id, kind, lambda report: self._draw(report, file))

    def copy_chat_text(self, incident_id: str) -> None:
        """Copy the chat text of the report to the clipboard."""
        self._gather(incident_id, ReportKind.INITIAL, self._copy)

    def ask_for_list(self) -> None:
        """Ask for a file and export the incident list."""
        filters = ["Excel (*.xlsx)", "CSV (*.csv)", "GeoPackage (*.gpkg)", "GeoJSON (*.geojson)"]
        name = dated_name(_("incidents"), at=self._context.state.now(), suffix=".xlsx")
        self._ask(_("Export the list of incidents"), name, filters, self.write_list)

    def write_list(self, file: Path) -> None:
        """Export the incident list in the format of the file's suffix."""
        endings = [known.value for known in ListFormat]
        ending = file.suffix.lower().lstrip(".")
        if ending not in endings:
            self._context.notifier.refuse(
                _("The file name must end in one of: {endings}").format(endings=", ".join(endings))
            )
            return

        scope = self._context.state.scope

        def work(store: ConsoleStore) -> ExportedFile:
            issued = export_incident_list(store, list_format=ListFormat(ending), scope=scope)
            write_file(file, issued.content)
            return issued

        def done(issued: ExportedFile) -> None:
            message = ngettext("{n} incident is in {file}.", "{n} incidents are in {file}.", issued.incidents)
            self._context.notifier.saved(message.format(n=issued.incidents, file=file), file)

        self._context.network.run(work, on_done=done, on_error=self._context.notifier.error)

    def _on_report_requested(self, code: str) -> None:
        incident = self._context.incident
        if incident is None:
            return
        if code == CHAT:
            self.copy_chat_text(incident.id)
            return
        kind, key = ReportKind(code), incident.id
        if kind is ReportKind.SPECIAL:
            self.after_action.ask_for_incident(incident)
            return
        name = dated_name(incident.number, kind.value, at=self._context.state.now(), suffix=".pdf")
        title = _("Save the report of {number}").format(number=incident.number)
        self._ask(title, name, ["PDF (*.pdf)"], lambda file: self.write_pdf(key, kind, file))

    def _gather(self, incident_id: str, kind: ReportKind, then: Callable[[IncidentReport], None]) -> None:
        self._context.store.run(
            lambda store: make_incident_report(read_incident_sources(store, incident_id), kind),
            on_done=then,
            on_error=self._context.notifier.error,
        )

    def _draw(self, report: IncidentReport, file: Path) -> None:
        self._context.notifier.inform(_("Making the report …"))
        pictures = draw_illustrations(report, lambda: self._context.canvas.content, self._context.directory)

        def work(_context: None) -> None:
            write_file(file, encode_incident_pdf(report, pictures))

        def done(_nothing: None) -> None:
            message = _("Report {number} saved to {file}.").format(number=report.number, file=file)
            self._context.notifier.saved(message, file)

        self._context.work.run(work, on_done=done, on_error=self._context.notifier.error)

    def _copy(self, report: IncidentReport) -> None:
        QGuiApplication.clipboard().setText(make_chat_text(report))
        self._context.notifier.done(_("The text was copied to the clipboard; paste it into the chat."))

    def _ask(self, title: str, name: str, filters: list[str], then: Callable[[Path], None]) -> None:
        dialog = save_dialog(self._window, title, name=name, filters=filters)
        ask_for_path(dialog, then)
