"""Unit actions: change of state with undo, a position on the map, dispatch to an incident."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.console.window.units.unit_updates import UnitUpdates
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import Role
from tabuah.operations.people.scope import IncidentAction
from tabuah.operations.units.drafts import move_unit, place_unit
from tabuah.operations.units.known_units import KnownUnit, infer_mission, is_assigned
from tabuah.operations.units.subject import is_of_opd
from tabuah.operations.units.unit import UnitState
from tabuah.resources.localisation import _
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.incident_text import no_incident_reason
from tabuah.text.sync.verdict_reasons import describe_reason
from tabuah.text.units.unit_status import assigned_already_reason, no_unit_reason
from tabuah.widgets.units.units_panel import UnitsPanel
from tabuah.widgets.values import ActionState


class UnitActions(QObject):
    """The actions of the units panel.

    `send` dispatches a unit to an incident.
    """

    def __init__(
        self,
        context: WindowContext,
        panel: UnitsPanel,
        updates: UnitUpdates,
        *,
        send: Callable[[str], None],
    ) -> None:
        super().__init__(panel)
        self._context, self._panel, self._updates, self._send = context, panel, updates, send
        self._places = ""  # the unit whose position is being chosen
        panel.move_requested.connect(self._on_move_requested)
        panel.place_requested.connect(self._on_place_requested)
        panel.dispatch_requested.connect(self._on_dispatch_requested)
        panel.opened.connect(self.show_unit)
        context.canvas.location_picked.connect(self._on_location_picked)
        context.canvas.pick_cancelled.connect(self._on_pick_cancelled)
        updates.shown.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Update which actions are available for the selected unit."""
        known = self._known(self._panel.current)
        states = [state for state in UnitState if known is None or state is not known.unit.state]
        self._panel.show_actions(
            dispatch=self._dispatch_state(known),
            states=[ActionState(code=state.value, label=code_label(state)) for state in states],
            reason=self._reason_against(known),
            edit_reason=self._reason_against_editing(known),
        )

    @Slot(str)
    def show_unit(self, unit_id: str) -> None:
        """Show a unit on the map and in the list."""
        self._context.selection.choose_unit(unit_id)
        known = self._known(unit_id)
        if known is not None and known.position is not None:
            self._context.look_at(known.position.lon_deg, known.position.lat_deg)
        elif known is not None:
            self._context.notifier.refuse(_("The position of {unit} is unknown.").format(unit=plain_code(unit_id)))

    def _known(self, unit_id: str) -> KnownUnit | None:
        return self._updates.find(unit_id) if unit_id else None

    def _dispatch_state(self, known: KnownUnit | None) -> ActionState:
        incident = self._context.incident
        label = _("Dispatch to {number}").format(number=incident.number) if incident else _("Dispatch")
        reason = ""
        if known is None:
            reason = no_unit_reason()
        elif incident is None:
            reason = no_incident_reason()
        elif is_assigned(known.unit, incident.assignment):
            reason = assigned_already_reason(plain_code(known.unit.id))
        elif not may_write(self._context.state.snapshot.role, "incident.edited"):
            reason = describe_reason("role_forbids")
        else:
            scope = self._context.state.snapshot.personal_scope
            reason = scope.refusal(incident, IncidentAction.ASSIGN)
        return ActionState(code="dispatch", label=label, reason=reason)

    def _reason_against(self, known: KnownUnit | None) -> str:
        """Return why the unit cannot be moved or placed here; empty if it can."""
        snapshot = self._context.state.snapshot
        if known is None:
            return no_unit_reason()
        if not may_write(snapshot.role, "unit.moved"):
            return describe_reason("role_forbids")
        identity = snapshot.identity
        if identity is None or identity.grant is None or snapshot.role is not Role.FIELD:
            return ""
        return "" if is_of_opd(known.unit, identity.grant.opd) else describe_reason("unit_of_another_opd")

    def _reason_against_editing(self, known: KnownUnit | None) -> str:
        if known is None:
            return no_unit_reason()
        return "" if may_write(self._context.state.snapshot.role, "unit.edited") else describe_reason("role_forbids")

    @Slot(str)
    def _on_dispatch_requested(self, unit_id: str) -> None:
        self._send(unit_id)

    @Slot(str, str)
    def _on_move_requested(self, unit_id: str, code: str) -> None:
        known = self._known(unit_id)
        if known is not None:
            self._move(known, UnitState(code))

    def _move(self, known: KnownUnit, to: UnitState) -> None:
        before, mission = known.unit, infer_mission(known.activity, to)
        message = _("{unit}: {state}").format(unit=plain_code(before.id), state=code_label(to))

        def undo() -> None:
            now = self._context.state.snapshot.units.get(before.id)
            if now is not None:
                self._context.save_draft(move_unit(now, before.state, incident=before.incident))

        def on_saved(_saved: SavedEntries) -> None:
            self._context.notifier.done(message, undo=undo)

        self._context.save_draft(move_unit(before, to, incident=mission), on_saved=on_saved)

    @Slot(str)
    def _on_place_requested(self, unit_id: str) -> None:
        self._context.canvas.begin_pick()
        self._places = unit_id
        message = _("Choose the position of {unit}: click, or use the arrow keys and Enter; Esc cancels.")
        self._context.notifier.inform(message.format(unit=plain_code(unit_id)))

    @Slot(float, float)
    def _on_location_picked(self, lon_deg: float, lat_deg: float) -> None:
        known, self._places = self._known(self._places), ""
        if known is not None:
            message = _("Position of {unit} recorded.").format(unit=plain_code(known.unit.id))
            self._context.save_draft(
                place_unit(known.unit, lon_deg=lon_deg, lat_deg=lat_deg),
                on_saved=lambda _saved: self._context.notifier.done(message),
            )

    @Slot()
    def _on_pick_cancelled(self) -> None:
        self._places = ""
