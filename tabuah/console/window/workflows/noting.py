"""Noting: a line in the history, written where the incident is read."""

from PySide6.QtCore import QObject

from tabuah.console.window.panels import Page
from tabuah.console.window.workplace import Workplace
from tabuah.operations.incidents.gestures import note_incident
from tabuah.resources.catalogue import _
from tabuah.widgets.details.incident_details import IncidentPanel

_LONGEST = 20_000


class Noting(QObject):
    """The note box of the details."""

    def __init__(self, place: Workplace, panel: IncidentPanel) -> None:
        super().__init__(panel)
        self._at, self._panel = place, panel
        panel.note_submitted.connect(self._on_note_submitted)
        panel.note_box.closed.connect(self._on_box_closed)

    def begin(self) -> None:
        """Open the box with the cursor in it."""
        self._at.side.show_page(Page.DETAILS)
        self._panel.note_box.open_box()

    def _on_note_submitted(self, text: str) -> None:
        incident = self._at.incident
        if incident is None:
            return
        if len(text) > _LONGEST:
            self._at.teller.refuse(_("A note has at most {n} characters.").format(n=_LONGEST))
            return
        told = _("Noted at {number}. A note stays in the history.").format(number=incident.number)
        self._at.save_draft(note_incident(incident, text), on_saved=lambda _saved: self._at.teller.done(told))

    def _on_box_closed(self) -> None:
        self._panel.setFocus()
