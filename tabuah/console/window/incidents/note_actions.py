"""Notes: a line in the history of an incident, written in the details panel."""

from PySide6.QtCore import QObject

from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.incidents.drafts import note_incident
from tabuah.resources.localisation import _
from tabuah.widgets.incidents.incident_panel import IncidentPanel

_LONGEST = 20_000


class NoteActions(QObject):
    """The note field of the details."""

    def __init__(self, context: WindowContext, panel: IncidentPanel) -> None:
        super().__init__(panel)
        self._context, self._panel = context, panel
        panel.note_submitted.connect(self._on_note_submitted)
        panel.note_box.closed.connect(self._on_box_closed)

    def begin(self) -> None:
        """Open and focus the field."""
        self._context.side.show_page(SidePage.DETAILS)
        self._panel.note_box.open_box()

    def _on_note_submitted(self, text: str) -> None:
        incident = self._context.incident
        if incident is None:
            return
        if len(text) > _LONGEST:
            self._context.notifier.refuse(_("A note has at most {n} characters.").format(n=_LONGEST))
            return
        message = _("Noted at {number}. A note stays in the history.").format(number=incident.number)
        self._context.save_draft(
            note_incident(incident, text), on_saved=lambda _saved: self._context.notifier.done(message)
        )

    def _on_box_closed(self) -> None:
        self._panel.setFocus()
