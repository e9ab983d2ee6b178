"""Status changes of an incident: at once with undo; dispatch and end ask first."""

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QObject

from tabuah.console.window.incidents.edit_actions import unit_names
from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.operations.codes import Status
from tabuah.operations.incidents.drafts import edit_incident, move_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.units.known_units import KnownUnit, UnitDistance, is_assigned, sort_by_distance
from tabuah.operations.units.unit import UnitState
from tabuah.resources.localisation import _
from tabuah.text.code_labels import code_label
from tabuah.text.units.unit_status import format_distance
from tabuah.widgets.incidents.incident_panel import IncidentPanel
from tabuah.widgets.values import Choice


class StatusActions(QObject):
    """The status menu and its entries."""

    def __init__(
        self, context: WindowContext, panel: IncidentPanel, *, known_units: Callable[[], Iterable[KnownUnit]]
    ) -> None:
        """Use `known_units` as the source of the units that can be sent."""
        super().__init__(panel)
        self._context = context
        self._known_units = known_units
        panel.move_requested.connect(self._on_move_requested)

    def dispatch(self) -> None:
        """Ask for units and dispatch them."""
        incident = self._context.incident
        if incident is not None:
            self._ask_units(incident)

    def send(self, unit_id: str) -> None:
        """Ask whether to dispatch a unit to the selected incident, in addition to those assigned."""
        incident = self._context.incident
        if incident is not None:
            self._ask_units(incident, also=unit_id)

    def _on_move_requested(self, code: str) -> None:
        incident = self._context.incident
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
            offers=nearest_unit_choices(self._known_units(), incident),
            placeholder=_("Such as TRC-1, Damkar Arosuka"),
            required=_("Enter the units, separated by commas."),
        )
        self._context.confirm.ask(question, lambda text: self._dispatch(incident.id, text))

    def _dispatch(self, incident_id: str, text: str) -> None:
        incident = self._context.state.snapshot.incidents.get(incident_id)
        if incident is None:
            return
        units = unit_names(text)
        drafts = [] if units == incident.assignment else [edit_incident(incident, IncidentEdited(assignment=units))]
        rank = incident.status.rank
        if rank is not None and rank < (Status.ASSIGNED.rank or 0):
            drafts.append(move_incident(incident, Status.ASSIGNED))
        if not drafts:
            return
        message = _("{units} dispatched to {number}.").format(units=", ".join(units), number=incident.number)
        self._context.save(lambda _store: drafts, on_saved=lambda _saved: self._context.notifier.done(message))

    def _ask_to_end(self, incident: Incident, to: Status) -> None:
        closes = to is Status.CLOSED
        title = _("Close {number}?") if closes else _("Mark {number} as a false report?")
        question = Question(
            title=title.format(number=incident.number),
            text=incident.title,
            confirm=_("Close it") if closes else _("False report"),
            field=_("Reason"),
            placeholder=_("What was done, or why the incident ends") if closes else _("Source of this information"),
            required="" if closes else _("Enter the source."),
        )
        self._context.confirm.ask(question, lambda text: self._move_by_id(incident.id, to, text))

    def _move_by_id(self, incident_id: str, to: Status, reason: str) -> None:
        incident = self._context.state.snapshot.incidents.get(incident_id)
        if incident is not None:
            self._move(incident, to, reason=reason)

    def _move(self, incident: Incident, to: Status, *, reason: str = "") -> None:
        before = incident.status
        message = _("{number}: {status}").format(number=incident.number, status=code_label(to))
        undo = self._undo_of(incident.id, before) if to is not Status.CLOSED and before is not Status.CLOSED else None

        def on_saved(_saved: SavedEntries) -> None:
            self._context.notifier.done(message, undo=undo)

        self._context.save_draft(move_incident(incident, to, reason=reason), on_saved=on_saved)

    def _undo_of(self, incident_id: str, before: Status) -> Callable[[], None]:
        """Return an undo function that writes the old status as a new entry; both stay in the history."""

        def undo() -> None:
            incident = self._context.state.snapshot.incidents.get(incident_id)
            if incident is not None:
                message = _("{number} is back at “{status}”; both steps are in its history.")
                text = message.format(number=incident.number, status=code_label(before))
                self._context.save_draft(
                    move_incident(incident, before), on_saved=lambda _saved: self._context.notifier.done(text)
                )

        return undo


MAX_OFFERS: Final = 5


def nearest_unit_choices(units: Iterable[KnownUnit], incident: Incident) -> tuple[Choice, ...]:
    """Return the nearest ready units that are not assigned yet; by call sign if no distance is known."""
    ready = [
        known
        for known in units
        if known.activity.state is UnitState.AVAILABLE and not is_assigned(known.unit, incident.assignment)
    ]
    place = incident.place
    if place is None:
        away = tuple(UnitDistance(known=known, distance_m=None) for known in ready)
    else:
        away = sort_by_distance(ready, place.lon_deg, place.lat_deg)
    return tuple(
        Choice(code=each.known.unit.id, label=_label(each), key=str(number))
        for number, each in enumerate(away[:MAX_OFFERS], start=1)
    )


def _label(away: UnitDistance) -> str:
    distance = format_distance(away.distance_m)
    return " · ".join(part for part in (away.known.unit.id, distance) if part)
