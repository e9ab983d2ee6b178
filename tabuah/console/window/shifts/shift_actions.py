"""The window of the shift on duty: opens it, follows the console state, and passes its acts on."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tabuah.console.window.shared.confirm_card import ConfirmCard
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shifts.form_actions import FormActions
from tabuah.console.window.shifts.handover_actions import HandoverActions
from tabuah.console.window.shifts.handover_files import HandoverFiles
from tabuah.console.window.shifts.shift_items import exported_shift, shift_view, shown_shift
from tabuah.console.window.shifts.shift_questions import ShiftQuestions
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.entries import subject_of
from tabuah.operations.shifts import drafts
from tabuah.operations.shifts.duty_shift import DutyShift
from tabuah.widgets.shifts.duty_shift_dialog import DutyShiftDialog
from tabuah.widgets.shifts.values import DutyAct, ShiftListAct
from tabuah.widgets.theme.appearance import Appearance

_PARTS = frozenset({StatePart.SHIFTS, StatePart.ROSTER, StatePart.PERSON, StatePart.WORLD})


class _DialogActs(msgspec.Struct, frozen=True, kw_only=True):
    """The actions that belong to one open dialog."""

    questions: ShiftQuestions
    forms: FormActions
    handover: HandoverActions


class ShiftActions(QObject):
    """Opens the shift on duty and follows the console state while it is open."""

    def __init__(
        self, context: WindowContext, window: QWidget, appearance: Appearance, *, log_in: Callable[[], None]
    ) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance, self._log_in = context, window, appearance, log_in
        self._dialog: DutyShiftDialog | None = None
        self._acts: _DialogActs | None = None
        self._returns = False  # after the log-in of another person
        self._chosen = ""  # id of another shift that is shown
        self.files = HandoverFiles(context, window)
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> DutyShiftDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the log with the keyboard in the field of a new line."""
        if self._dialog is None:
            self._dialog = self._open()
        self._chosen = ""
        self._refresh()
        bring_to_front(self._dialog, self._context.notifier)
        if not self._dialog.has_form:
            self._dialog.show_log()

    def begin_handover(self) -> None:
        """Open the handover."""
        self.begin()
        assert self._dialog is not None
        self._dialog.show_handover()

    def _show_list(self) -> None:
        if self._dialog is not None:
            self._dialog.show_list()

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()

    def _open(self) -> DutyShiftDialog:
        dialog = DutyShiftDialog(self._appearance, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.line_written.connect(self._on_line_written)
        dialog.act_requested.connect(self._on_act_requested)
        dialog.shift_list.act_requested.connect(self._on_list_act_requested)
        dialog.finished.connect(self._on_finished)
        questions = ShiftQuestions(self._context, ConfirmCard(self._appearance, dialog))
        self._acts = _DialogActs(
            questions=questions,
            forms=FormActions(self._context, dialog, questions),
            handover=HandoverActions(self._context, questions, on_prepared=self._on_handover_prepared),
        )
        return dialog

    @property
    def _shift(self) -> DutyShift | None:
        return shown_shift(self._context.state.snapshot, self._now)

    @property
    def _earlier(self) -> DutyShift | None:
        """Another shift that is shown instead of the running one."""
        shift, running = self._context.state.snapshot.shifts.get(self._chosen), self._shift
        return None if shift is None or (running is not None and running.id == shift.id) else shift

    @property
    def _now(self) -> datetime:
        return self._context.state.now()

    def _refresh(self) -> None:
        if self._dialog is not None:
            state, incident = self._context.state, self._context.incident
            subject = incident.number if incident is not None else ""
            view = shift_view(state.snapshot, state.scope, self._now, subject=subject, chosen=self._chosen)
            self._dialog.show_shift(view)

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if StatePart.PERSON in parts and self._returns:
            self._returns = False
            self.begin_handover()
        elif parts & _PARTS:
            self._refresh()

    def _on_line_written(self, text: str, is_about: bool) -> None:
        shift, incident = self._shift, self._context.incident
        if shift is not None and self._acts is not None:
            about = subject_of("incident", incident.id) if is_about and incident is not None else ""
            self._acts.questions.save(lambda: drafts.log_line(shift, text, about=about))

    # Acts

    def _on_act_requested(self, code: str) -> None:
        shift, acts = self._shift, self._acts
        if acts is None:
            return
        match DutyAct(code):
            case DutyAct.START:
                acts.forms.start()
            case DutyAct.LOG_IN:
                self._let_log_in()
            case DutyAct.EXPORT:
                self._export_shown()
            case DutyAct.LIST:
                self._show_list()
            case act if shift is not None:
                _act_on(acts, act, shift)

    def _let_log_in(self) -> None:
        """Close the dialog for the log-in of another person, and come back with the handover."""
        self._returns = True
        if self._dialog is not None:
            self._dialog.close()
        self._log_in()

    def _on_handover_prepared(self) -> None:
        self._refresh()
        if self._dialog is not None:
            self._dialog.show_handover()

    # Other shifts

    def _on_list_act_requested(self, code: str, shift_id: str) -> None:
        shift = self._context.state.snapshot.shifts.get(shift_id)
        if shift is None or self._dialog is None or self._acts is None:
            return
        match ShiftListAct(code):
            case ShiftListAct.SHOW:
                self._chosen = shift.id
                self._refresh()
                self._dialog.show_log()
            case ShiftListAct.REOPEN:
                self._acts.questions.reopen(shift)
            case ShiftListAct.EXPORT:
                self.files.ask_for_file(shift)

    def _export_shown(self) -> None:
        snapshot = self._context.state.snapshot
        shift = exported_shift(snapshot, self._earlier)
        if shift is not None:
            self.files.ask_for_file(shift)

    def _on_finished(self) -> None:
        self._dialog = self._acts = None


def _act_on(acts: _DialogActs, act: DutyAct, shift: DutyShift) -> None:
    match act:
        case DutyAct.JOIN:
            acts.questions.save(lambda: drafts.join_shift(shift))
        case DutyAct.PROMISE:
            acts.forms.open_promise(shift)
        case DutyAct.END_PROMISE:
            acts.questions.end_promise()
        case DutyAct.CORRECT:
            acts.questions.correct(shift)
        case DutyAct.PREPARE:
            acts.handover.prepare(shift)
        case DutyAct.WITHDRAW:
            acts.handover.withdraw(shift)
        case DutyAct.CONFIRM:
            acts.handover.confirm(shift)
        case DutyAct.CLOSE_SHIFT:
            acts.questions.close_shift(shift)
