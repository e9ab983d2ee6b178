"""Settling: conflicts one after the other, each shown on the map, each decided with one key."""

from PySide6.QtCore import QObject

from tabuah.console.window.panels import LowerPanel
from tabuah.console.window.presenting.conflict_cases import conflict_cases, incident_of_conflict
from tabuah.console.window.workplace import Workplace
from tabuah.operations.incidents.gestures import settle_conflict
from tabuah.resources.catalogue import _
from tabuah.widgets.forms.conflict_resolver import ConflictResolver


class Settling(QObject):
    """The resolver in the lower panel."""

    def __init__(self, place: Workplace, resolver: ConflictResolver, lower: LowerPanel) -> None:
        super().__init__(resolver)
        self._at, self._resolver, self._lower = place, resolver, lower
        resolver.settled.connect(self._on_settled)
        resolver.closed.connect(self._on_closed)
        resolver.shown.connect(self._on_shown)

    def begin(self) -> None:
        """Show the conflicts, those of the incident that is looked at first."""
        self.refresh()
        if self._resolver.current is None:
            self._at.teller.inform(_("No open conflicts: everything people wrote fits together."))
            return
        self._lower.show_conflicts()
        self._resolver.setFocus()

    def refresh(self) -> None:
        """Show what is open now; the last one settled takes the chart back."""
        cases = conflict_cases(self._at.room.snapshot, self._at.selection.incident)
        self._resolver.show_conflicts(cases)
        if not cases and self._lower.shows_conflicts:
            self._on_closed()

    def _on_settled(self, conflict_id: str, take: str) -> None:
        incident = incident_of_conflict(self._at.room.snapshot, conflict_id)
        if incident is None:
            return
        told = _("The conflict of {number} is settled; what was not taken stays in the history.")
        text = told.format(number=incident.number)
        self._at.save_draft(
            settle_conflict(incident, conflict_id, take), on_saved=lambda _saved: self._at.teller.done(text)
        )

    def _on_shown(self, conflict_id: str) -> None:
        incident = incident_of_conflict(self._at.room.snapshot, conflict_id)
        if incident is not None and self._lower.shows_conflicts:
            self._at.selection.choose_incident(incident.id)

    def _on_closed(self) -> None:
        self._lower.show_chart()
        self._at.canvas.setFocus()
