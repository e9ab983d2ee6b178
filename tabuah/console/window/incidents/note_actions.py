"""Notes: a line in the history of an incident, written in the details panel."""

from PySide6.QtCore import QObject

from tabuah.console.window.shared.draft_writer import DraftWriter
from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.incidents.drafts import note_incident
from tabuah.text.incidents.action_messages import note_too_long_text, noted_text
from tabuah.widgets.incidents.incident_panel import IncidentPanel

_LONGEST = 20_000


class NoteActions(QObject):
    """The note field of the details. Each incident keeps its own unsaved text."""

    def __init__(self, context: WindowContext, panel: IncidentPanel, drafts: DraftWriter) -> None:
        super().__init__(panel)
        self._context, self._panel, self._drafts = context, panel, drafts
        self._of = context.selection.incident  # the incident that the text of the field belongs to
        self._texts: dict[str, str] = {}
        panel.note_submitted.connect(self._on_note_submitted)
        panel.note_box.closed.connect(self._on_box_closed)
        panel.note_box.edited.connect(self._on_edited)
        context.selection.incident_changed.connect(self._show_text)
        drafts.loaded.connect(self._show_text)
        drafts.user_changed.connect(self._on_user_changed)

    def begin(self) -> None:
        """Open and focus the field."""
        self._context.side.show_page(SidePage.DETAILS)
        self._show_text()
        self._panel.note_box.open_box()

    def _on_edited(self) -> None:
        text = self._texts[self._of] = self._panel.note_box.text
        self._drafts.schedule(_key(self._of), text)

    def _show_text(self) -> None:
        """Show the unsaved text of the selected incident."""
        incident = self._context.selection.incident
        text = self._texts.get(incident) or self._drafts.kept(_key(incident), str) or ""
        self._of = incident
        if text != self._panel.note_box.text:
            self._panel.note_box.show_text(text)

    def _on_user_changed(self) -> None:
        """Clear the input of the previous user."""
        self._texts.clear()
        self._show_text()

    def _on_note_submitted(self, text: str) -> None:
        incident = self._context.incident
        if incident is None:
            return
        if len(text) > _LONGEST:
            self._context.notifier.refuse(note_too_long_text(_LONGEST))
            return

        def on_saved(_saved: object) -> None:
            self._texts.pop(incident.id, None)
            self._drafts.discard(_key(incident.id))
            self._context.notifier.done(noted_text(incident.number))

        self._context.save_draft(note_incident(incident, text), on_saved=on_saved)

    def _on_box_closed(self) -> None:
        self._panel.setFocus()


def _key(incident_id: str) -> str:
    return f"note/{incident_id}"
