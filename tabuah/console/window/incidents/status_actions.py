"""Status changes of an incident: at once with undo; dispatch and end ask first."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec
from PySide6.QtCore import QObject

from tabuah.console.window.incidents.edit_actions import unit_names
from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.operations.codes import Status
from tabuah.operations.disruptions.disruption_list import blocked_near_incident
from tabuah.operations.exercises.scope import plain_code, scope_of
from tabuah.operations.incidents.drafts import edit_incident, end_with_units, move_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.scope import IncidentAction
from tabuah.operations.roster.duty import supervisor_on_duty
from tabuah.operations.tasks.task_list import tasks_of
from tabuah.operations.units.coverage import lost_coverage
from tabuah.operations.units.known_units import KnownUnit, UnitDistance, is_assigned, sort_by_distance
from tabuah.operations.units.run_cards import UnitNeed, suggest_units
from tabuah.operations.units.travel_distance import RoadDistances
from tabuah.operations.units.unit import UnitState
from tabuah.text.disruptions.disruption_text import describe_blocked
from tabuah.text.incidents import action_messages, closure
from tabuah.text.units.coverage_text import describe_lost_coverage
from tabuah.text.units.run_card_text import describe_run_card, suggested_codes, suggestion_label
from tabuah.text.units.travel_text import describe_travel
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
            self._ask_units(incident, also=plain_code(unit_id))

    def _on_move_requested(self, code: str) -> None:
        incident = self._context.incident
        if incident is None:
            return
        to = Status(code)
        if to is Status.ASSIGNED:
            self._ask_units(incident)
        elif to in (Status.CLOSED, Status.FALSE_REPORT) or (to is Status.CONTAINED and incident.assignment):
            self._ask_to_end(incident, to)
        else:
            self._move(incident, to)

    def _ask_units(self, incident: Incident, *, also: str = "") -> None:
        units = tuple(self._known_units())
        roads = self._context.roads.to(incident)
        needs = suggest_units(incident, units, roads=roads)
        offers = (*run_card_choice(needs), *nearest_unit_choices(units, incident, roads=roads))
        lost = self._lost_coverage(units, incident, offers, also=also)
        lines = (incident.title, describe_run_card(needs), self._blocked(incident, by_road=roads is not None), *lost)
        question = Question(
            title=action_messages.dispatch_title(incident),
            text="\n".join(filter(None, lines)),
            confirm=action_messages.dispatch_button(),
            field=closure.units_label(),
            value=", ".join([*incident.assignment, *filter(None, (also,))]),
            offers=offers,
            placeholder=action_messages.units_hint(),
            required=action_messages.no_units_error(),
        )
        self._context.confirm.ask(question, lambda text: self._dispatch(incident.id, text))

    def _blocked(self, incident: Incident, *, by_road: bool) -> str:
        """Return the closed roads and bridges near an incident."""
        disruptions = self._context.state.snapshot.disruptions.values()
        return describe_blocked(blocked_near_incident(disruptions, incident), by_road=by_road)

    def _lost_coverage(
        self, units: Iterable[KnownUnit], incident: Incident, offers: Iterable[Choice], *, also: str
    ) -> tuple[str, ...]:
        """Return what each offered unit, or group of units, would leave without a ready one; each line once."""
        sets = [unit_names(offer.code) for offer in offers]
        sets += [(also,)] if also else []
        lines = (self._describe_lost(units, incident, names) for names in sets)
        return tuple(dict.fromkeys(filter(None, lines)))

    def _describe_lost(self, units: Iterable[KnownUnit], incident: Incident, names: tuple[str, ...]) -> str:
        gazetteer = self._context.places.gazetteer
        if gazetteer is None:
            return ""
        own = [each for each in units if scope_of(incident).has(each.unit)]
        taken = {each.unit.id for each in own if is_assigned(each.unit, names)}
        lost = lost_coverage(own, taken, gazetteer.all_kecamatan, kecamatan_at=gazetteer.kecamatan_code_at)
        return describe_lost_coverage(names, lost)

    def _dispatch(self, incident_id: str, text: str) -> None:
        incident = self._context.state.snapshot.incidents.get(incident_id)
        if incident is None:
            return
        units = unit_names(text)
        rank, drafts = incident.status.rank, []
        if rank is not None and rank < (Status.ASSIGNED.rank or 0):
            drafts.append(move_incident(incident, Status.ASSIGNED))  # first: another OPD may lead afterwards
        if units != incident.assignment:
            drafts.append(edit_incident(incident, IncidentEdited(assignment=units)))
        if not drafts:
            return
        added = tuple(name for name in units if name not in incident.assignment)
        lost = self._describe_lost(tuple(self._known_units()), incident, added)
        message = " ".join(filter(None, (action_messages.dispatched_text(incident, units), lost)))
        self._context.save(lambda _store: drafts, on_saved=lambda _saved: self._context.notifier.done(message))

    def _second_person(self, incident: Incident, to: Status) -> str:
        """Return who can close an incident that this user contained; empty in an office without a roster."""
        snapshot, now = self._context.state.snapshot, self._context.state.now()
        if to is not Status.CLOSED or incident.status_actors.get(Status.CONTAINED) != snapshot.actor:
            return ""
        if not snapshot.rosters:
            return ""
        found = supervisor_on_duty(snapshot.rosters.values(), snapshot.authority.users, now)
        return closure.describe_second_person(found, own=found.person == snapshot.actor)

    def _ask_to_end(self, incident: Incident, to: Status) -> None:
        """Ask for a reason, unless the incident is only contained, and whether to free its units."""
        units = (
            Choice(code=_FREE, label=closure.free_units_label(incident), key="1"),
            Choice(code=_KEEP, label=closure.keep_units_label(), key="2"),
        )
        needs_reason = to is not Status.CONTAINED
        question = Question(
            title=closure.end_title(incident, to),
            text="\n".join(filter(None, (self._describe_end(incident), self._second_person(incident, to)))),
            confirm=closure.end_button(to),
            field=closure.reason_label() if needs_reason else "",
            placeholder=closure.end_hint(to),
            required=closure.end_without_reason(to),
            choice_label=closure.units_label() if incident.assignment else "",
            choices=units if incident.assignment else (),
            chosen=_FREE if incident.assignment else "",
        )
        self._context.confirm.ask(question, lambda text: self._end(incident.id, to, text))

    def _describe_end(self, incident: Incident) -> str:
        snapshot = self._context.state.snapshot
        tasks = tasks_of(snapshot.tasks.values(), incident.id, snapshot.incidents.values())
        return closure.describe_end(incident, open_tasks=sum(task.is_open for task in tasks))

    def _end(self, incident_id: str, to: Status, reason: str) -> None:
        incident = self._context.state.snapshot.incidents.get(incident_id)
        if incident is not None:
            self._move(incident, to, reason=reason, frees_units=self._context.confirm.choice == _FREE)

    def _move(self, incident: Incident, to: Status, *, reason: str = "", frees_units: bool = False) -> None:
        before = incident.status
        message = closure.moved_text(incident, to, frees_units=frees_units)
        assignment = incident.assignment if frees_units else ()
        can_undo = to is not Status.CLOSED and before is not Status.CLOSED
        if frees_units:  # without the assignment, the OPD that led may not take this back
            freed = msgspec.structs.replace(incident, assignment=())
            scope = self._context.state.snapshot.personal_scope
            can_undo &= not scope.refusal(freed, IncidentAction.MOVE, IncidentAction.ASSIGN)
        undo = self._undo_of(incident.id, before, assignment) if can_undo else None
        drafts = end_with_units(incident, to, reason=reason, frees_units=frees_units)

        def on_saved(_saved: SavedEntries) -> None:
            self._context.notifier.done(message, undo=undo)

        self._context.save(lambda _store: drafts, on_saved=on_saved)

    def _undo_of(self, incident_id: str, before: Status, assignment: tuple[str, ...]) -> Callable[[], None]:
        """Return an undo function that writes the old status, and the units, as new entries."""

        def undo() -> None:
            incident = self._context.state.snapshot.incidents.get(incident_id)
            if incident is None:
                return
            drafts = [move_incident(incident, before)]
            if assignment and not incident.assignment:
                drafts.append(edit_incident(incident, IncidentEdited(assignment=assignment)))
            text = closure.moved_back_text(incident, before)
            self._context.save(lambda _store: drafts, on_saved=lambda _saved: self._context.notifier.done(text))

        return undo


_FREE: Final = "free"
_KEEP: Final = "keep"
MAX_OFFERS: Final = 5


def run_card_choice(needs: Sequence[UnitNeed]) -> tuple[Choice, ...]:
    """Return the choice of all units that a run card suggests, taken by Alt and 0; none without a suggestion."""
    codes = suggested_codes(needs)
    return (Choice(code=", ".join(codes), label=suggestion_label(needs), key="0"),) if codes else ()


def nearest_unit_choices(
    units: Iterable[KnownUnit], incident: Incident, *, roads: RoadDistances | None = None
) -> tuple[Choice, ...]:
    """Return the nearest ready units that are not assigned yet; by call sign if no distance is known."""
    ready = [
        known
        for known in units
        if known.activity.state is UnitState.AVAILABLE and not is_assigned(known.unit, incident.assignment)
    ]
    place = incident.place
    if place is None:
        away = tuple(UnitDistance(known=known) for known in ready)
    else:
        away = sort_by_distance(ready, place.lon_deg, place.lat_deg, roads=roads)
    return tuple(
        Choice(code=plain_code(each.known.unit.id), label=_label(each), key=str(number))
        for number, each in enumerate(away[:MAX_OFFERS], start=1)
    )


def _label(away: UnitDistance) -> str:
    distance = describe_travel(away.travel)
    return " · ".join(part for part in (plain_code(away.known.unit.id), distance) if part)
