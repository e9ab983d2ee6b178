"""Moving: another status at once with "Undo"; dispatching and ending ask first."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject

from tabuah.console.window.confirm_card import Question
from tabuah.console.window.presenting.unit_offers import unit_offers
from tabuah.console.window.workflows.editing import unit_names
from tabuah.console.window.workplace import Saved, Workplace
from tabuah.operations.codes import Status
from tabuah.operations.incidents.bodies import IncidentEdited
from tabuah.operations.incidents.gestures import edit_incident, move_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.labels import label_of
from tabuah.operations.units.knowing import KnownUnit
from tabuah.resources.catalogue import _
from tabuah.widgets.details.incident_details import IncidentPanel


class Moving(QObject):
    """The menu of statuses and what follows from it."""

    def __init__(self, place: Workplace, panel: IncidentPanel) -> None:
        super().__init__(panel)
        self._at = place
        self.known_units: Callable[[], Iterable[KnownUnit]] = tuple
        panel.move_requested.connect(self._on_move_requested)

    def dispatch(self) -> None:
        """Ask who goes, and send them."""
        incident = self._at.incident
        if incident is not None:
            self._ask_units(incident)

    def send(self, unit_id: str) -> None:
        """Ask whether a unit shall go to the incident that is looked at, with those who go already."""
        incident = self._at.incident
        if incident is not None:
            self._ask_units(incident, also=unit_id)

    def _on_move_requested(self, code: str) -> None:
        incident = self._at.incident
        if incident is None:
            return
        to = Status(code)
        if to is Status.ASSIGNED:
            self._ask_units(incident)
        elif to in (Status.CLOSED, Status.FALSE_REPORT):
            self._ask_to_end(incident, to)
        else:
            self._move(incident, to)

    def _ask_units(self, incident: Incident, *, also: str = "") -> None:
        question = Question(
            title=_("Dispatch to {number}").format(number=incident.number),
            text=incident.title,
            confirm=_("Dispatch"),
            field=_("Units"),
            value=", ".join([*incident.assignment, *filter(None, (also,))]),
            offers=unit_offers(self.known_units(), incident),
            placeholder=_("Such as TRC-1, Damkar Arosuka"),
            required=_("Who goes? Separate several with commas."),
        )
        self._at.confirm.ask(question, lambda text: self._dispatch(incident.id, text))

    def _dispatch(self, incident_id: str, text: str) -> None:
        incident = self._at.room.snapshot.incidents.get(incident_id)
        if incident is None:
            return
        units = unit_names(text)
        drafts = [] if units == incident.assignment else [edit_incident(incident, IncidentEdited(assignment=units))]
        rank = incident.status.rank
        if rank is not None and rank < (Status.ASSIGNED.rank or 0):
            drafts.append(move_incident(incident, Status.ASSIGNED))
        if not drafts:
            return
        told = _("{units} dispatched to {number}.").format(units=", ".join(units), number=incident.number)
        self._at.save(lambda _store: drafts, on_saved=lambda _saved: self._at.teller.done(told))

    def _ask_to_end(self, incident: Incident, to: Status) -> None:
        closes = to is Status.CLOSED
        title = _("Close {number}?") if closes else _("Call {number} a false report?")
        question = Question(
            title=title.format(number=incident.number),
            text=incident.title,
            confirm=_("Close it") if closes else _("False report"),
            field=_("Reason"),
            placeholder=_("What was done, or why it ends") if closes else _("How is it known?"),
            required="" if closes else _("Say how it is known."),
        )
        self._at.confirm.ask(question, lambda text: self._move_by_id(incident.id, to, text))

    def _move_by_id(self, incident_id: str, to: Status, reason: str) -> None:
        incident = self._at.room.snapshot.incidents.get(incident_id)
        if incident is not None:
            self._move(incident, to, reason=reason)

    def _move(self, incident: Incident, to: Status, *, reason: str = "") -> None:
        before = incident.status
        told = _("{number}: {status}").format(number=incident.number, status=label_of(to))
        undo = self._undo_of(incident.id, before) if to is not Status.CLOSED and before is not Status.CLOSED else None

        def on_saved(_saved: Saved) -> None:
            self._at.teller.done(told, undo=undo)

        self._at.save_draft(move_incident(incident, to, reason=reason), on_saved=on_saved)

    def _undo_of(self, incident_id: str, before: Status) -> Callable[[], None]:
        """Undo: a move back, as a new entry; both stay in the history."""

        def undo() -> None:
            incident = self._at.room.snapshot.incidents.get(incident_id)
            if incident is not None:
                told = _("{number} is back at “{status}”; both steps stand in its history.")
                text = told.format(number=incident.number, status=label_of(before))
                self._at.save_draft(
                    move_incident(incident, before), on_saved=lambda _saved: self._at.teller.done(text)
                )

        return undo
