"""Follows the incident that is looked at: its details, with the history read when it changes."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from tabuah.console.window.actions import Situation, details_actions
from tabuah.console.window.history import IncidentHistory, read_history, read_pictures
from tabuah.console.window.presenting.details import DetailsSource, incident_details
from tabuah.console.window.room import Part, Room
from tabuah.console.window.selection import Selection
from tabuah.console.window.tasks import TaskRunner
from tabuah.operations.incidents.incident import Incident
from tabuah.storage.cache.findings import SetAsideEntry
from tabuah.storage.cache.store import ConsoleStore
from tabuah.widgets.details.incident_details import IncidentPanel


class DetailsShowing(QObject):
    """Keeps the details panel right."""

    PARTS = frozenset({Part.INCIDENTS, Part.ALARMS, Part.UNITS, Part.PERSON, Part.ASIDES, Part.ATTACHMENTS})

    def __init__(
        self,
        room: Room,
        selection: Selection,
        panel: IncidentPanel,
        *,
        store: TaskRunner[ConsoleStore],
        work: TaskRunner[None],
        blobs: Path,
        situation: Callable[[], Situation],
    ) -> None:
        super().__init__(panel)
        self._room, self._selection, self._panel = room, selection, panel
        self._store, self._work, self._blobs, self._situation = store, work, blobs, situation
        self._history: IncidentHistory | None = None
        self._pictures: Mapping[str, QImage] = {}
        self._read_for: Incident | None = None
        self._held: tuple[SetAsideEntry, ...] = ()
        self._transfers = room.snapshot.transfers
        selection.incident_changed.connect(self._on_incident_changed)

    def refresh(self) -> None:
        """Show the incident as it is now; read its history again where it has changed."""
        incident = self._incident()
        if incident is None:
            self._panel.show_details(None)
            return
        held = self._room.snapshot.held_on(incident.id)
        transfers = self._room.snapshot.transfers
        moved = transfers != self._transfers and bool(incident.attachments)
        if incident is not self._read_for or held != self._held or moved:
            self._held, self._transfers = held, transfers
            self._read(incident)
        self._show(incident)

    def tick(self) -> None:
        """Ages have changed, nothing else."""
        incident = self._incident()
        if incident is not None:
            self._show(incident)

    def _incident(self) -> Incident | None:
        """The incident that is looked at; a report that is held is told as it will be."""
        snapshot, key = self._room.snapshot, self._selection.incident
        report = snapshot.held_reports.get(key)
        return snapshot.incidents.get(key) or (report.incident if report else None)

    def _on_incident_changed(self, _incident_id: str) -> None:
        self._history, self._pictures, self._read_for = None, {}, None
        self.refresh()

    def _read(self, incident: Incident) -> None:
        self._read_for = incident
        key, blobs = incident.id, self._blobs
        self._store.run(lambda store: read_history(store, key), on_done=self._on_history_read)
        if incident.attachments:
            attached = incident.attachments
            self._work.run(lambda _c: (key, read_pictures(blobs, attached)), on_done=self._on_pictures_read)

    def _on_history_read(self, history: IncidentHistory) -> None:
        if history.incident == self._selection.incident:
            self._history = history
            self.tick()

    def _on_pictures_read(self, found: tuple[str, Mapping[str, QImage]]) -> None:
        if found[0] == self._selection.incident:
            self._pictures = found[1]
            self.tick()

    def _show(self, incident: Incident) -> None:
        source = DetailsSource(
            incident=incident,
            history=self._history,
            pictures=self._pictures,
            actions=details_actions(self._situation()),
        )
        self._panel.show_details(incident_details(source, self._room.snapshot, self._room.now()))
