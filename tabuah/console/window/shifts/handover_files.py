"""Saves the record of a handover: a PDF, or the short text for WhatsApp."""

from pathlib import Path

from PySide6.QtWidgets import QWidget

from tabuah.console.reports.atomic_write import write_file
from tabuah.console.reports.handover_export import export_handover
from tabuah.console.reports.report_export import ExportedFile
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, save_dialog
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.shifts.duty_shift import DutyShift
from tabuah.resources.localisation import _
from tabuah.storage.cache.store import ConsoleStore


class HandoverFiles:
    """Asks for a file and writes the record of a handover into it."""

    def __init__(self, context: WindowContext, window: QWidget) -> None:
        self._context, self._window = context, window

    def ask_for_file(self, shift: DutyShift) -> None:
        """Ask for the file of a shift with a handover, then write it."""
        if shift.handover is None:
            return
        name = dated_name(_("handover"), shift.crew.name, at=shift.handover.as_of, suffix=".pdf")
        filters = ["PDF (*.pdf)", "WhatsApp (*.txt)"]
        dialog = save_dialog(self._window, _("Save the record of the handover"), name=name, filters=filters)
        ask_for_path(dialog, lambda file: self.write_record(shift, file))

    def write_record(self, shift: DutyShift, file: Path) -> None:
        """Write the record of a handover; a name that ends in .txt gives the short text."""

        def work(store: ConsoleStore) -> ExportedFile:
            issued = export_handover(store, shift, as_text=file.suffix.lower() == ".txt")
            write_file(file, issued.content)
            return issued

        def done(issued: ExportedFile) -> None:
            message = _("Report {number} saved to {file}.").format(number=issued.number, file=file)
            self._context.notifier.saved(message, file)

        self._context.network.run(work, on_done=done, on_error=self._context.notifier.error)
