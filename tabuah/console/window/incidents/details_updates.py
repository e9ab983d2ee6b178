"""Updates of the incident details; the history is read again when the incident changes."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from tabuah.console.window.incidents.details_view import DetailsSource, incident_details
from tabuah.console.window.incidents.incident_history import IncidentHistory, read_history
from tabuah.console.window.shared.impact_cache import ImpactCache
from tabuah.console.window.shared.thumbnails import read_pictures
from tabuah.console.window.state.console_state import ConsoleState, StatePart
from tabuah.console.window.state.places import Places
from tabuah.console.window.state.selection import WindowSelection
from tabuah.console.window.state.task_runner import TaskRunner
from tabuah.operations.impact_areas import incident_impact_area
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.messages.message import messages_of_incident
from tabuah.resources.fault_isolation import isolated
from tabuah.storage.cache.pending_work import BlockedEntry
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.map.impact import impact_facts
from tabuah.text.people.first_start import first_start_steps, first_start_title
from tabuah.widgets.incidents.incident_panel import IncidentPanel
from tabuah.widgets.values import ActionState


class DetailsUpdates(QObject):
    """Updates the details panel."""

    PARTS = frozenset(
        {
            StatePart.INCIDENTS,
            StatePart.ALARMS,
            StatePart.UNITS,
            StatePart.CONTACTS,
            StatePart.TASKS,
            StatePart.PRESENCE,
            StatePart.LINK,
            StatePart.SHELTERS,
            StatePart.DISRUPTIONS,
            StatePart.MESSAGES,
            StatePart.PERSON,
            StatePart.TRAYS,
            StatePart.ATTACHMENTS,
        }
    )

    def __init__(
        self,
        state: ConsoleState,
        selection: WindowSelection,
        panel: IncidentPanel,
        *,
        store: TaskRunner[ConsoleStore],
        work: TaskRunner[None],
        blobs: Path,
        places: Places,
        impacts: ImpactCache,
        actions: Callable[[], tuple[ActionState, ...]],
    ) -> None:
        super().__init__(panel)
        self._state, self._selection, self._panel = state, selection, panel
        self._store, self._work, self._blobs, self._actions = store, work, blobs, actions
        self._places, self._impacts = places, impacts
        self._contacts = state.snapshot.contacts
        self._related: tuple[object, ...] = ()  # see `_related_values`, when the history was read
        self._history: IncidentHistory | None = None
        self._pictures: Mapping[str, QImage] = {}
        self._read_for: Incident | None = None
        self._held: tuple[BlockedEntry, ...] = ()
        self._transfers = state.snapshot.transfers
        selection.incident_changed.connect(self._on_incident_changed)
        impacts.computed.connect(self.tick)
        impacts.forgotten.connect(self.tick)

    def refresh(self) -> None:
        """Show the selected incident; read its history again if it has changed."""
        incident = self._incident()
        if incident is None:
            self._show_start()
            self._panel.show_details(None)
            return
        held = self._state.snapshot.held_on(incident.id)
        transfers = self._state.snapshot.transfers
        moved = transfers != self._transfers and bool(incident.attachments)
        contacts = self._state.snapshot.contacts
        related = self._related_values(incident)
        moved = moved or list(map(id, related)) != list(map(id, self._related))
        if incident is not self._read_for or held != self._held or moved or contacts is not self._contacts:
            self._held, self._transfers, self._contacts = held, transfers, contacts
            self._related = related
            self._read(incident)
        self._show(incident)

    def _related_values(self, incident: Incident) -> tuple[object, ...]:
        """Return the values whose entries are lines of the timeline, too; in an alarm storm only its own alarms."""
        snapshot = self._state.snapshot
        own = (
            each for each in snapshot.alarms.values() if each.id == incident.alarm or incident.id in each.incidents
        )
        messages = messages_of_incident(snapshot.linked_messages.values(), incident.id)
        of_all = (snapshot.tasks, snapshot.units, snapshot.shelters, snapshot.disruptions, snapshot.notices)
        return (*of_all, *own, *messages)

    def _show_start(self) -> None:
        """Show the steps of a first start while nothing is known here."""
        snapshot = self._state.snapshot
        if snapshot.identity is None and not snapshot.incidents and not snapshot.stations:
            self._panel.show_start(first_start_title(), first_start_steps())
        else:
            self._panel.show_start("", "")

    def tick(self) -> None:
        """Update displayed ages."""
        incident = self._incident()
        if incident is not None:
            self._show(incident)

    def _incident(self) -> Incident | None:
        """Return the selected incident; a held report is shown as it will be after release."""
        snapshot, key = self._state.snapshot, self._selection.incident
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
        area = incident_impact_area(incident)
        impact = self._impacts.impact(area)
        source = DetailsSource(
            incident=incident,
            impact=impact_facts(impact, area) if impact and area else (),
            history=self._history,
            pictures=self._pictures,
            actions=self._actions(),
            places=self._places.names(),
            editors=self._state.editors_of(incident.id),
            call_reason=self._state.writing_refusal("incident.noted"),
        )
        with isolated("incident details", incident.id, catch=(Exception,)) as fault:
            self._panel.show_details(incident_details(source, self._state.snapshot, self._state.now()))
        if fault.failed:
            self._panel.show_details(None)
