"""Issuing: reports of an incident as PDF or as text for a chat, and the list of incidents as a file."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from tabuah.console.reports.chat_text import chat_text
from tabuah.console.reports.gathering import gather_incident
from tabuah.console.reports.illustrating import illustrate
from tabuah.console.reports.incident_report import IncidentReport, ReportKind, make_incident_report
from tabuah.console.reports.issuing import IssuedFile, ListFormat, incident_pdf, issue_list
from tabuah.console.reports.whole_file import write_file
from tabuah.console.window.file_dialogs import save_dialog
from tabuah.console.window.workplace import Workplace
from tabuah.resources.catalogue import _, ngettext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.widgets.details.incident_details import IncidentPanel

CHAT: Final = "chat"


class Issuing(QObject):
    """Gathered on the cache thread, drawn here, set and written on the worker: nothing waits for it."""

    def __init__(self, place: Workplace, panel: IncidentPanel, window: QWidget) -> None:
        super().__init__(panel)
        self._at, self._window = place, window
        panel.report_requested.connect(self._on_report_requested)

    def write_pdf(self, incident_id: str, kind: ReportKind, file: Path) -> None:
        """Make a report and write it to a file."""
        self._gather(incident_id, kind, lambda report: self._draw(report, file))

    def copy_chat_text(self, incident_id: str) -> None:
        """Put the report in a chat's length into the clipboard."""
        self._gather(incident_id, ReportKind.INITIAL, self._copy)

    def ask_for_list(self) -> None:
        """Ask where the list of incidents goes, and write it there."""
        filters = ["Excel (*.xlsx)", "CSV (*.csv)", "GeoPackage (*.gpkg)", "GeoJSON (*.geojson)"]
        self._ask(_("Export the list of incidents"), f"{_('incidents')}.xlsx", filters, self.write_list)

    def write_list(self, file: Path) -> None:
        """Write the list of incidents; the file's ending says which form."""
        endings = [known.value for known in ListFormat]
        ending = file.suffix.lower().lstrip(".")
        if ending not in endings:
            self._at.teller.refuse(_("The file must end in one of: {endings}").format(endings=", ".join(endings)))
            return

        def work(store: ConsoleStore) -> IssuedFile:
            issued = issue_list(store, list_format=ListFormat(ending))
            write_file(file, issued.content)
            return issued

        def done(issued: IssuedFile) -> None:
            told = ngettext("{n} incident is in {file}.", "{n} incidents are in {file}.", issued.incidents)
            self._at.teller.done(told.format(n=issued.incidents, file=file))

        self._at.network.run(work, on_done=done, on_error=self._at.teller.error)

    def _on_report_requested(self, code: str) -> None:
        incident = self._at.incident
        if incident is None:
            return
        if code == CHAT:
            self.copy_chat_text(incident.id)
            return
        kind, key = ReportKind(code), incident.id
        name = f"{incident.number}-{kind.value}.pdf"
        title = _("Save the report of {number}").format(number=incident.number)
        self._ask(title, name, ["PDF (*.pdf)"], lambda file: self.write_pdf(key, kind, file))

    def _gather(self, incident_id: str, kind: ReportKind, then: Callable[[IncidentReport], None]) -> None:
        self._at.store.run(
            lambda store: make_incident_report(gather_incident(store, incident_id), kind),
            on_done=then,
            on_error=self._at.teller.error,
        )

    def _draw(self, report: IncidentReport, file: Path) -> None:
        self._at.teller.inform(_("The report is being made …"))
        pictures = illustrate(report, lambda: self._at.canvas.content, self._at.directory)

        def work(_context: None) -> None:
            write_file(file, incident_pdf(report, pictures))

        def done(_nothing: None) -> None:
            told = _("Report {number} is in {file}.").format(number=report.number, file=file)
            self._at.teller.done(told)

        self._at.work.run(work, on_done=done, on_error=self._at.teller.error)

    def _copy(self, report: IncidentReport) -> None:
        QGuiApplication.clipboard().setText(chat_text(report))
        self._at.teller.done(_("The text is in the clipboard; paste it into the chat."))

    def _ask(self, title: str, name: str, filters: list[str], then: Callable[[Path], None]) -> None:
        dialog = save_dialog(self._window, title, name=name, filters=filters)
        dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
        dialog.open()
