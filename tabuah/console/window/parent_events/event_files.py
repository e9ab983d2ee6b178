"""Exports a parent event: situation report (PDF), chat text, or incidents and totals (XLSX, CSV)."""

from functools import partial
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from tabuah.console.reports.atomic_write import write_file
from tabuah.console.reports.event_export import EventFormat, draw_event_map, encode_event
from tabuah.console.reports.event_sources import EventSources, read_event_sources
from tabuah.console.reports.report_export import ExportedFile
from tabuah.console.window.shared.after_action_export import AfterActionExport
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, save_dialog
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.resources.localisation import _
from tabuah.text.alarms.action_messages import saved_file_text


class EventFiles:
    """Asks for a file and writes an event into it."""

    def __init__(self, context: WindowContext, window: QWidget) -> None:
        self._context, self._window = context, window
        self.after_action = AfterActionExport(context, window)

    def ask_for_file(self, event: ParentEvent) -> None:
        """Ask for the file of an event, then write it."""
        name = dated_name(_("event"), event.title, at=self._context.state.now(), suffix=".pdf")
        filters = ["PDF (*.pdf)", "Excel (*.xlsx)", "CSV (*.csv)", _("Text for a chat (*.txt)")]
        dialog = save_dialog(self._window, _("Save the situation report"), name=name, filters=filters)
        ask_for_path(dialog, partial(self.write_event, event))

    def copy_chat_text(self, event: ParentEvent) -> None:
        """Copy the chat text of an event to the clipboard."""
        notifier = self._context.notifier

        def copied(made: ExportedFile) -> None:
            QGuiApplication.clipboard().setText(made.content.decode())
            notifier.done(_("The text was copied to the clipboard; paste it into the chat."))

        self._context.store.run(
            lambda store: encode_event(read_event_sources(store, event), file_format=EventFormat.CHAT),
            on_done=copied,
            on_error=notifier.error,
        )

    def write_event(self, event: ParentEvent, file: Path) -> None:
        """Write an event in the format of the file name; the map of a PDF is drawn in the GUI thread."""
        suffix, notifier = file.suffix.lower().lstrip("."), self._context.notifier
        if suffix not in [known.value for known in EventFormat]:
            notifier.refuse(_("The file name must end in one of: {endings}").format(endings=", ".join(EventFormat)))
            return
        chosen = EventFormat(suffix)

        def write(sources: EventSources) -> None:
            pictures = None
            if chosen is EventFormat.PDF:
                pictures = draw_event_map(sources, lambda: self._context.canvas.content)
            self._context.work.run(
                lambda _context: write_file(
                    file, encode_event(sources, file_format=chosen, pictures=pictures).content
                ),
                on_done=lambda _done: notifier.saved(saved_file_text(file.name), file),
                on_error=notifier.error,
            )

        self._context.network.run(
            lambda store: read_event_sources(store, event), on_done=write, on_error=notifier.error
        )
