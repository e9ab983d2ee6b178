"""Requests for help of crews: record one, show them in a red band with sound, acknowledge and end them."""

from collections.abc import Callable
from functools import partial
from itertools import chain

from PySide6.QtCore import QObject, Signal, Slot

from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.console.window.units.unit_updates import UnitUpdates
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import REAL_WORLD, plain_code
from tabuah.operations.people.roles import Role
from tabuah.operations.units.drafts import acknowledge_help, end_help, request_help
from tabuah.operations.units.help_requests import units_in_need
from tabuah.operations.units.known_units import current_mission
from tabuah.operations.units.subject import is_of_opd
from tabuah.operations.units.unit import HelpRequest, Unit
from tabuah.resources.localisation import _
from tabuah.text.exercises.exercise_text import exercise_mark
from tabuah.text.sync.verdict_reasons import describe_not_possible, describe_reason
from tabuah.text.units.help_text import describe_request, help_title, no_unacknowledged_help_reason
from tabuah.text.units.unit_status import no_unit_reason
from tabuah.widgets.alarms.values import AlarmItem
from tabuah.widgets.units.help_band import HelpBand
from tabuah.widgets.values import Level

_PARTS = frozenset({StatePart.UNITS, StatePart.INCIDENTS, StatePart.PERSON, StatePart.WORLD})
_InNeed = tuple[tuple[Unit, HelpRequest], ...]


class HelpRequestActions(QObject):
    """The requests for help of the world of the window, and of the real world also during an exercise.

    Args of the constructor:
        context: the window context.
        band: names the crews.
        updates: the units with their missions.
        show_unit: shows a unit in list and map.

    Signals:
        requests_shown: the requests as AlarmItems of the highest level, without notes; unacknowledged ones sound.
    """

    requests_shown = Signal(object)

    def __init__(
        self,
        context: WindowContext,
        band: HelpBand,
        updates: UnitUpdates,
        *,
        show_unit: Callable[[str], None],
    ) -> None:
        super().__init__(band)
        self._context, self._band, self._updates = context, band, updates
        self._show_unit = show_unit
        band.acknowledge_requested.connect(self.acknowledge)
        band.end_requested.connect(self._ask_for_end)
        band.show_requested.connect(self._on_show_requested)
        context.state.changed.connect(self._on_state_changed)
        updates.shown.connect(self.refresh)  # the ages
        self.refresh()

    @property
    def in_need(self) -> _InNeed:
        """The crews that ask for help, unacknowledged ones first."""
        state = self._context.state
        worlds = (state.scope, *((REAL_WORLD,) if state.scope.is_exercise else ()))
        units = chain.from_iterable(world.select(state.everything.units.values()) for world in worlds)
        return units_in_need(units)

    @Slot()
    def refresh(self) -> None:
        """Show the requests, with sound for unacknowledged ones."""
        in_need, everything, now = self.in_need, self._context.state.everything, self._context.state.now()
        exercises = everything.exercises
        numbers = [self._number_of(request) for _unit, request in in_need]
        texts = [
            describe_request(unit, request, now, number=number, exercises=exercises)
            for (unit, request), number in zip(in_need, numbers, strict=True)
        ]
        self._band.show_text(help_title([unit for unit, _request in in_need]) if in_need else "", "  |  ".join(texts))
        self._band.show_reasons(acknowledge=self.acknowledge_reason(), end=self._refusal("unit.help_ended"))
        items = (
            AlarmItem(
                id=f"help/{request.entry}",
                level=Level.CRITICAL,
                word=_("HELP NEEDED"),
                title=" · ".join(part for part in (plain_code(unit.id), unit.name, number) if part),
                acknowledged=request.acknowledged_at is not None,
                exercise=exercise_mark(unit, exercises),
            )
            for (unit, request), number in zip(in_need, numbers, strict=True)
        )
        self.requests_shown.emit(tuple(items))

    def _number_of(self, request: HelpRequest) -> str:
        incident = self._context.state.everything.incidents.get(request.incident)
        return incident.number if incident is not None else ""

    def acknowledge_reason(self) -> str:
        """Return why no request can be acknowledged here; empty if one can."""
        if all(request.acknowledged_at is not None for _unit, request in self.in_need):
            return no_unacknowledged_help_reason()
        return self._refusal("unit.help_acknowledged")

    @Slot()
    def acknowledge(self) -> None:
        """Acknowledge all unacknowledged requests in the name of the user."""
        if reason := self.acknowledge_reason():
            self._context.notifier.refuse(reason)
            return
        waiting = [unit for unit, request in self.in_need if request.acknowledged_at is None]
        message = _("Request for help acknowledged: {units}. Call the crew and send help.")
        self._save(lambda: tuple(chain.from_iterable(map(acknowledge_help, waiting))), message, waiting)

    @Slot()
    def begin_request(self) -> None:
        """Ask to confirm that the selected unit needs help, with a note."""
        known = self._updates.find(self._context.selection.unit) if self._context.selection.unit else None
        reason = self._request_reason(known.unit if known is not None else None)
        if known is None or reason:
            self._context.notifier.refuse(reason)
            return
        question = Question(
            title=_("{unit} asks for help").format(unit=plain_code(known.unit.id)),
            text=_("Every console shows it in red and sounds until a person of the control room acknowledges it."),
            confirm=_("Ask for help"),
            field=_("Note"),
            placeholder=_("What has happened, where"),
            is_reason=True,
            is_final=True,
        )
        self._context.confirm.ask(question, partial(self._request, known.unit.id))

    def _request(self, unit_id: str, note: str) -> None:
        known = self._updates.find(unit_id)
        if known is not None:
            draft = request_help(known.unit, incident=current_mission(known.activity), note=note)
            self._save(lambda: (draft,), _("Request for help recorded: {units}."), [known.unit])

    @Slot()
    def _ask_for_end(self) -> None:
        in_need = self.in_need
        if not in_need:
            return
        unit = in_need[0][0]
        question = Question(
            title=_("End the request for help of {unit}?").format(unit=plain_code(unit.id)),
            text=_("The crew is safe, or it had not asked for help."),
            confirm=_("End the request"),
            field=_("What was done"),
            required=_("State a reason."),
            is_reason=True,
        )
        self._context.confirm.ask(question, partial(self._end, unit.id))

    def _end(self, unit_id: str, reason: str) -> None:
        unit = self._context.state.everything.units.get(unit_id)
        if unit is not None:
            self._save(partial(end_help, unit, reason=reason), _("Request for help ended: {units}."), [unit])

    def _save(self, make: Callable[[], tuple[Draft, ...]], message: str, units: list[Unit]) -> None:
        names = ", ".join(plain_code(unit.id) for unit in units)
        try:
            drafts = make()
        except NotPossible as refusal:  # another person was faster
            self._context.notifier.refuse(describe_not_possible(refusal))
            return

        def on_saved(_saved: SavedEntries) -> None:
            self._context.notifier.done(message.format(units=names))

        self._context.save(lambda _store: drafts, on_saved=on_saved)

    def _refusal(self, kind: str) -> str:
        return self._context.state.writing_refusal(kind)

    def _request_reason(self, unit: Unit | None) -> str:
        if unit is None:
            return no_unit_reason()
        if refusal := self._refusal("unit.help_requested"):
            return refusal
        snapshot = self._context.state.snapshot
        opd = snapshot.authority.office_of_user(snapshot.actor).opd
        if snapshot.role is Role.FIELD and not is_of_opd(unit, opd):
            return describe_reason("unit_of_another_opd")
        return ""

    @Slot()
    def _on_show_requested(self) -> None:
        if in_need := self.in_need:
            self._show_unit(in_need[0][0].id)

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if parts & _PARTS:
            self.refresh()

    def close(self) -> None:
        """Stop following the state."""
        self._context.state.changed.disconnect(self._on_state_changed)
