"""After-action reports from the window: of an incident, a parent event or a day, as PDF, workbook, text or JSON."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from tabuah.console.reports.after_action_export import encode_after_action
from tabuah.console.reports.after_action_report import AfterActionFormat, AfterActionReport
from tabuah.console.reports.after_action_sources import (
    read_day_after_action,
    read_event_after_action,
    read_incident_after_action,
)
from tabuah.console.reports.atomic_write import write_file
from tabuah.console.reports.report_export import ExportedFile
from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, save_dialog
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.resources.localisation import _
from tabuah.resources.time_zone import home_zone
from tabuah.storage.cache.store import ConsoleStore

_KIND: Final = "khusus"

ReadReport = Callable[[ConsoleStore], AfterActionReport]


class AfterActionExport(QObject):
    """Reads the journal with the connection for long work, and writes the file there."""

    def __init__(self, context: WindowContext, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window

    def ask_for_incident(self, incident: Incident) -> None:
        """Ask for a file and write the report of an incident."""
        key = incident.id
        self._ask(incident.number, lambda store: read_incident_after_action(store, key))

    def ask_for_event(self, event: ParentEvent) -> None:
        """Ask for a file and write the report of a parent event."""
        self._ask(event.title, lambda store: read_event_after_action(store, event))

    def begin_day(self) -> None:
        """Ask for a day, then for a file."""
        today = self._context.state.now().astimezone(home_zone()).date()
        question = Question(
            title=_("Special report of a day"),
            text=_("What was known when, who decided what, alarm lead times and delays of the day."),
            confirm=_("Choose the file"),
            field=_("Day"),
            value=today.isoformat(),
            placeholder=_("Year-month-day, such as 2026-11-24"),
            required=_("Type a day."),
        )
        self._context.confirm.ask(question, self._on_day_typed)

    def write(self, read: ReadReport, file: Path) -> None:
        """Write a report in the format of the file's suffix."""
        endings = [known.value for known in AfterActionFormat]
        ending = file.suffix.lower().lstrip(".")
        if ending not in endings:
            message = _("The file name must end in one of: {endings}").format(endings=", ".join(endings))
            self._context.notifier.refuse(message)
            return
        self._context.notifier.inform(_("Making the report …"))

        def work(store: ConsoleStore) -> ExportedFile:
            issued = encode_after_action(read(store), AfterActionFormat(ending))
            write_file(file, issued.content)
            return issued

        def done(issued: ExportedFile) -> None:
            message = _("Report {number} saved to {file}.").format(number=issued.number, file=file)
            self._context.notifier.saved(message, file)

        self._context.network.run(work, on_done=done, on_error=self._context.notifier.error)

    def _on_day_typed(self, typed: str) -> None:
        try:
            day = date.fromisoformat(typed.strip())
        except ValueError:
            message = _("“{text}” is no day. Write it like 2026-11-24.").format(text=typed.strip()[:40])
            self._context.notifier.refuse(message)
            return
        scope = self._context.state.scope
        self._ask(day.isoformat(), lambda store: read_day_after_action(store, day, scope))

    def _ask(self, name: str, read: ReadReport) -> None:
        filters = ["PDF (*.pdf)", "Excel (*.xlsx)", _("Text (*.txt)"), "JSON (*.json)"]
        title = _("Save the special report of {name}").format(name=name)
        file = dated_name(name, _KIND, at=self._context.state.now(), suffix=".pdf")
        dialog = save_dialog(self._window, title, name=file, filters=filters)
        ask_for_path(dialog, lambda chosen: self.write(read, chosen))
