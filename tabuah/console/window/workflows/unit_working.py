"""Working units: another state at once with "Undo", a place that somebody points at, sending one to an incident."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from tabuah.console.window.showing.units import UnitShowing
from tabuah.console.window.workplace import Saved, Workplace
from tabuah.operations.authority.roles import Role, may_write
from tabuah.operations.labels import label_of
from tabuah.operations.reasons import reason_words
from tabuah.operations.units.codes import UnitState
from tabuah.operations.units.deciding import is_of_opd
from tabuah.operations.units.gestures import move_unit, place_unit
from tabuah.operations.units.knowing import KnownUnit
from tabuah.operations.units.standing import is_among, mission_meant
from tabuah.resources.catalogue import _
from tabuah.widgets.units.units_panel import UnitsPanel
from tabuah.widgets.values import ActionState


class UnitWorking(QObject):
    """What the panel of units asks for.

    `send` sends a unit to an incident; `look_at` shows a place on the map.
    """

    def __init__(
        self,
        place: Workplace,
        panel: UnitsPanel,
        *,
        send: Callable[[str], None],
        look_at: Callable[[float, float], None],
    ) -> None:
        super().__init__(panel)
        self._at, self._panel, self._send, self._look_at = place, panel, send, look_at
        self._showing: UnitShowing | None = None
        self._places = ""  # the unit whose place is being pointed at
        panel.move_requested.connect(self._on_move_requested)
        panel.place_requested.connect(self._on_place_requested)
        panel.dispatch_requested.connect(self._on_dispatch_requested)
        panel.opened.connect(self.show_unit)
        place.canvas.location_picked.connect(self._on_location_picked)
        place.canvas.pick_cancelled.connect(self._on_pick_cancelled)

    def follow(self, showing: UnitShowing) -> None:
        """Work with the units that are shown."""
        self._showing = showing
        showing.on_shown = self.refresh
        self.refresh()

    def refresh(self) -> None:
        """Say what can be done with the unit that is chosen."""
        known = self._known(self._panel.current)
        states = [state for state in UnitState if known is None or state is not known.unit.state]
        self._panel.show_actions(
            dispatch=self._dispatch_state(known),
            states=[ActionState(code=state.value, label=label_of(state)) for state in states],
            reason=self._reason_against(known),
            edit_reason=self._reason_against_editing(known),
        )

    @Slot(str)
    def show_unit(self, unit_id: str) -> None:
        """Show a unit on the map and in the list."""
        self._at.selection.choose_unit(unit_id)
        known = self._known(unit_id)
        if known is not None and known.position is not None:
            self._look_at(known.position.lon_deg, known.position.lat_deg)
        elif known is not None:
            self._at.teller.refuse(_("Nobody knows where {unit} is.").format(unit=unit_id))

    def _known(self, unit_id: str) -> KnownUnit | None:
        return self._showing.find(unit_id) if self._showing is not None and unit_id else None

    def _dispatch_state(self, known: KnownUnit | None) -> ActionState:
        incident = self._at.incident
        label = _("Dispatch to {number}").format(number=incident.number) if incident else _("Dispatch")
        reason = ""
        if known is None:
            reason = _("Choose a unit first.")
        elif incident is None:
            reason = _("Choose an incident first.")
        elif is_among(known.unit, incident.assignment):
            reason = _("{unit} is sent there already.").format(unit=known.unit.id)
        elif not may_write(self._at.room.snapshot.role, "incident.edited"):
            reason = reason_words("role_forbids")
        return ActionState(code="dispatch", label=label, reason=reason)

    def _reason_against(self, known: KnownUnit | None) -> str:
        """Why the unit cannot be moved or placed here; empty where it can."""
        snapshot = self._at.room.snapshot
        if known is None:
            return _("Choose a unit first.")
        if not may_write(snapshot.role, "unit.moved"):
            return reason_words("role_forbids")
        identity = snapshot.identity
        if identity is None or identity.grant is None or snapshot.role is not Role.FIELD:
            return ""
        return "" if is_of_opd(known.unit, identity.grant.opd) else reason_words("unit_of_another_opd")

    def _reason_against_editing(self, known: KnownUnit | None) -> str:
        if known is None:
            return _("Choose a unit first.")
        return "" if may_write(self._at.room.snapshot.role, "unit.edited") else reason_words("role_forbids")

    @Slot(str)
    def _on_dispatch_requested(self, unit_id: str) -> None:
        self._send(unit_id)

    @Slot(str, str)
    def _on_move_requested(self, unit_id: str, code: str) -> None:
        known = self._known(unit_id)
        if known is not None:
            self._move(known, UnitState(code))

    def _move(self, known: KnownUnit, to: UnitState) -> None:
        before, mission = known.unit, mission_meant(known.standing, to)
        told = _("{unit}: {state}").format(unit=before.id, state=label_of(to))

        def undo() -> None:
            now = self._at.room.snapshot.units.get(before.id)
            if now is not None:
                self._at.save_draft(move_unit(now, before.state, incident=before.incident))

        def on_saved(_saved: Saved) -> None:
            self._at.teller.done(told, undo=undo)

        self._at.save_draft(move_unit(before, to, incident=mission), on_saved=on_saved)

    @Slot(str)
    def _on_place_requested(self, unit_id: str) -> None:
        self._at.canvas.begin_pick()
        self._places = unit_id
        told = _("Point at where {unit} is: a click, or the arrows and Enter; Esc leaves it.")
        self._at.teller.inform(told.format(unit=unit_id))

    @Slot(float, float)
    def _on_location_picked(self, lon_deg: float, lat_deg: float) -> None:
        known, self._places = self._known(self._places), ""
        if known is not None:
            told = _("{unit} is now where you pointed.").format(unit=known.unit.id)
            self._at.save_draft(
                place_unit(known.unit, lon_deg=lon_deg, lat_deg=lat_deg),
                on_saved=lambda _saved: self._at.teller.done(told),
            )

    @Slot()
    def _on_pick_cancelled(self) -> None:
        self._places = ""
