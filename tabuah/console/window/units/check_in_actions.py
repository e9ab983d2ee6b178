"""Check-ins of crews: one key records one of the selected unit, with a note if wanted; undo withdraws it."""

from functools import partial

from PySide6.QtCore import QObject, Slot

from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.console.window.units.unit_updates import UnitUpdates
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.people.roles import Role
from tabuah.operations.units.drafts import check_in_unit, withdraw_check_in
from tabuah.operations.units.known_units import KnownUnit, current_mission
from tabuah.operations.units.subject import is_of_opd
from tabuah.resources.localisation import _
from tabuah.text.sync.verdict_reasons import describe_not_possible, describe_reason
from tabuah.text.units.check_in_text import describe_check_in, no_check_in_reason, not_on_mission_reason
from tabuah.text.units.unit_status import no_unit_reason
from tabuah.widgets.units.units_panel import UnitsPanel


class CheckInActions(QObject):
    """Records and withdraws check-ins of the unit that is selected in the panel or on the map."""

    def __init__(self, context: WindowContext, panel: UnitsPanel, updates: UnitUpdates) -> None:
        super().__init__(panel)
        self._context, self._panel, self._updates = context, panel, updates
        panel.check_in_requested.connect(self.check_in)
        panel.check_in_note_requested.connect(self._ask_for_note)
        panel.check_in_withdrawal_requested.connect(self._ask_for_reason)
        updates.shown.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Update which of these actions are available for the selected unit."""
        known = self._selected
        self._panel.show_check_in_reasons(self._reason_against(known), self._reason_against_withdrawal(known))

    @Slot()
    def check_in(self) -> None:
        """Record a check-in of the selected unit now."""
        known = self._selected
        if reason := self._reason_against(known):
            self._context.notifier.refuse(reason)
        elif known is not None:
            self._save(known.unit.id, "")

    @property
    def _selected(self) -> KnownUnit | None:
        unit_id = self._context.selection.unit
        return self._updates.find(unit_id) if unit_id else None

    def _reason_against(self, known: KnownUnit | None) -> str:
        refusal = self._refusal(known)
        if refusal or known is None or known.activity.state.is_busy:
            return refusal
        return not_on_mission_reason(plain_code(known.unit.id))

    def _reason_against_withdrawal(self, known: KnownUnit | None) -> str:
        refusal = self._refusal(known)
        return (
            refusal
            if refusal or known is None or known.unit.check_ins
            else no_check_in_reason(plain_code(known.unit.id))
        )

    def _refusal(self, known: KnownUnit | None) -> str:
        """Return why this person records no check-ins of the unit; empty if they may."""
        if known is None:
            return no_unit_reason()
        state = self._context.state
        if refusal := state.writing_refusal("unit.checked_in"):
            return refusal
        identity = state.snapshot.identity
        if state.snapshot.role is not Role.FIELD or identity is None or identity.grant is None:
            return ""
        return "" if is_of_opd(known.unit, identity.grant.opd) else describe_reason("unit_of_another_opd")

    @Slot()
    def _ask_for_note(self) -> None:
        known = self._selected
        if known is None or self._reason_against(known):
            return
        question = Question(
            title=_("{unit} checks in").format(unit=plain_code(known.unit.id)),
            text=_("Every console receives the note: write no name or number of a person."),
            confirm=_("Check in"),
            field=_("Note"),
            is_reason=True,
        )
        self._context.confirm.ask(question, partial(self._save, known.unit.id))

    @Slot()
    def _ask_for_reason(self) -> None:
        known = self._selected
        if known is None or not known.unit.check_ins:
            return
        last = known.unit.check_ins[-1]
        question = Question(
            title=_("Withdraw the last check-in of {unit}?").format(unit=plain_code(known.unit.id)),
            text=describe_check_in(last, self._context.state.now()),
            confirm=_("Withdraw"),
            field=_("Reason"),
            required=_("State a reason."),
            is_reason=True,
        )
        self._context.confirm.ask(question, partial(self._withdraw, known.unit.id, last.entry))

    def _save(self, unit_id: str, note: str) -> None:
        known = self._updates.find(unit_id)
        if known is None:
            return
        message = _("Check-in of {unit} recorded.").format(unit=plain_code(unit_id))

        def on_saved(saved: SavedEntries) -> None:
            undo = partial(self._withdraw, unit_id, saved[0].entry.id, _("Undone"))
            self._context.notifier.done(message, undo=undo)

        draft = check_in_unit(known.unit, incident=current_mission(known.activity), note=note)
        self._context.save_draft(draft, on_saved=on_saved)

    def _withdraw(self, unit_id: str, check_in: str, reason: str) -> None:
        unit = self._context.state.snapshot.units.get(unit_id)
        if unit is None:
            return
        message = _("Check-in of {unit} withdrawn.").format(unit=plain_code(unit_id))
        try:
            draft = withdraw_check_in(unit, check_in, reason=reason)
        except NotPossible as refusal:
            self._context.notifier.refuse(describe_not_possible(refusal))
            return
        self._context.save_draft(draft, on_saved=lambda _saved: self._context.notifier.done(message))
