"""The forms in the dialog of the shift: a start, and a promise."""

from collections.abc import Callable, Mapping

from tabuah.console.window.shared.crew_fields import ShiftFieldFault
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shifts.shift_forms import promise_fields, read_promise, read_start, start_fields
from tabuah.console.window.shifts.shift_questions import ShiftQuestions
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import scope_world
from tabuah.operations.roster.duty import shift_at
from tabuah.operations.shifts import drafts
from tabuah.operations.shifts.duty_shift import DutyShift
from tabuah.resources.localisation import _
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.shifts.duty_shift_dialog import DutyShiftDialog


class FormActions:
    """Starts a shift and records promises."""

    def __init__(self, context: WindowContext, dialog: DutyShiftDialog, questions: ShiftQuestions) -> None:
        self._context, self._dialog, self._questions = context, dialog, questions
        self._submit: Callable[[Mapping[str, str]], Draft] | None = None  # of the form that is shown
        dialog.form.submitted.connect(self._on_submitted)
        dialog.form.cancelled.connect(dialog.show_log)

    def start(self) -> None:
        """Start the shift that the roster plans now; without one show the form of its crew."""
        state = self._context.state
        snapshot, world, now = state.snapshot, scope_world(state.scope), state.now()
        planned = shift_at(snapshot.rosters.values(), now)
        if planned is not None:
            self._questions.save(lambda: drafts.start_roster_shift(planned, world))
            return
        rosters, users, actor = snapshot.rosters, snapshot.authority.users, snapshot.actor

        def make(changes: Mapping[str, str]) -> Draft:
            return read_start(rosters, users, actor=actor, changes=changes, now=state.now(), world=world)

        self._show(_("Start a shift"), start_fields(rosters, users, actor, now), make, save=_("Start"))

    def open_promise(self, shift: DutyShift) -> None:
        """Show the form of a promise."""
        fields = promise_fields(self._context.state.now())
        usual = {field.code: field.value for field in fields}

        def make(changes: Mapping[str, str]) -> Draft:
            return read_promise(shift, usual | dict(changes), self._context.state.now())

        self._show(_("Record a promise"), fields, make, save=_("Record"))

    def _show(
        self, title: str, fields: tuple[EditField, ...], make: Callable[[Mapping[str, str]], Draft], *, save: str
    ) -> None:
        self._submit = make
        self._dialog.form.show_fields(title, title, fields, save=save)
        self._dialog.show_form()

    def _on_submitted(self, _key: str, changes: dict[str, str]) -> None:
        if self._submit is None:
            return
        try:
            draft = self._submit(changes)
        except ShiftFieldFault as fault:
            self._dialog.form.show_error(fault.field, fault.reason)
        except NotPossible as refusal:
            self._dialog.show_form_note(describe_not_possible(refusal))
        else:
            self._dialog.show_log()
            self._context.save_draft(draft)
