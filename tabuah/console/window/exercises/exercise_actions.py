"""Exercise actions: switch the world of the window, and start, end and wipe exercises."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QWidget

from tabuah.console.window.exercises.day_replay_actions import DayReplayActions
from tabuah.console.window.exercises.exercise_items import exercise_items, scope_of_row
from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.entries import Draft, subject_key
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.drafts import end_exercise, start_exercise, wipe_exercise
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope, exercise_scope
from tabuah.resources.localisation import _
from tabuah.storage.journal.identifiers import new_salt
from tabuah.text.people.permissions import role_refusal
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.widgets.exercises.exercises_dialog import ExercisesDialog
from tabuah.widgets.theme.appearance import Appearance

_SUFFIX_LETTERS = 6
_PARTS = frozenset({StatePart.WORLD, StatePart.INCIDENTS, StatePart.STATIONS, StatePart.UNITS, StatePart.PERSON})


class ExerciseActions(QObject):
    """Opens the exercises window and follows the console state while it is open."""

    def __init__(
        self,
        context: WindowContext,
        window: QWidget,
        appearance: Appearance,
        *,
        replays: DayReplayActions,
        set_report_aside: Callable[[], None],
        end_replay: Callable[[], None],
        clear_view: Callable[[], None],
    ) -> None:
        """Set an open report aside, end a replay and clear the view before another world is shown.

        `clear_view` removes the filters, questions and messages of the previous world.
        """
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._replays = replays
        self._set_report_aside, self._end_replay, self._clear_view = set_report_aside, end_replay, clear_view
        self._dialog: ExercisesDialog | None = None
        self._confirm: ConfirmCard | None = None  # asks in the window of the exercises
        context.state.changed.connect(self._on_state_changed)
        replays.changed.connect(self._refresh)

    @property
    def dialog(self) -> ExercisesDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the window of the exercises, or bring it to the front."""
        if self._dialog is None:
            self._dialog = self._open()
        self._refresh()
        bring_to_front(self._dialog, self._context.notifier)

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)
        self._replays.close()
        if self._dialog is not None:
            self._dialog.close()

    def leave(self) -> None:
        """Return to the real world."""
        self.switch(REAL_WORLD)

    def switch(self, scope: ExerciseScope, then: Callable[[], None] = lambda: None) -> None:
        """Show another world, and call `then`; ask first if a form is open."""
        if not self._context.side.has_form:
            self._show(scope, then)
            return
        question = Question(
            title=_("A form is open"),
            text=_("A report is set aside and is there again when you return. Other input is lost."),
            confirm=_("Close it and switch"),
        )
        self._context.confirm.ask(question, lambda _text: self._show(scope, then))

    def start(self, name: str) -> None:
        """Start an exercise and show it."""
        known = self._context.state.everything.exercises.values()
        try:
            draft = start_exercise(name, known=known, suffix=new_salt()[:_SUFFIX_LETTERS])
        except NotPossible as refusal:
            self._refuse(describe_not_possible(refusal))
            return

        def saved(exercise_id: str) -> None:
            if self._dialog is not None:
                self._dialog.clear_name()
            self.switch(exercise_scope(exercise_id))

        self._save(draft, saved)

    def end(self, exercise: Exercise) -> None:
        """Ask, and end an exercise."""
        question = Question(
            title=_("End the exercise {name}?").format(name=exercise.name),
            text=_("It can still be read, but nothing can be written into it."),
            confirm=_("End"),
        )
        self._ask(question, lambda _text: self._write(lambda: end_exercise(exercise)))

    def wipe(self, exercise: Exercise) -> None:
        """Ask for the name, and delete the data of an exercise everywhere."""
        question = Question(
            title=_("Wipe the data of {name}?").format(name=exercise.name),
            text=_(
                "Incidents, stations, readings and photos of the exercise are deleted at the server and all consoles."
                " Only the entries of the journal stay, as proof. This cannot be undone."
            ),
            confirm=_("Wipe data"),
            is_final=True,
            field=_("Type the name of the exercise"),
            required=_("Type the name to confirm."),
        )
        self._ask(question, lambda text: self._wipe_if_named(exercise, text))

    def _wipe_if_named(self, exercise: Exercise, text: str) -> None:
        if " ".join(text.split()).casefold() != exercise.name.casefold():
            self._refuse(_("The name is different; nothing was wiped."))
            return
        self._write(lambda: wipe_exercise(exercise))

    def _show(self, scope: ExerciseScope, then: Callable[[], None]) -> None:
        self._end_replay()
        if self._context.side.page is SidePage.REPORT:
            self._set_report_aside()
        self._context.side.show_page(SidePage.DETAILS)
        self._clear_view()
        self._context.selection.clear()
        self._context.state.choose_world(scope)
        for dialog in self._window.findChildren(QDialog):  # they show the previous world
            dialog.close()
        self._context.canvas.setFocus()
        then()

    def _write(self, make: Callable[[], Draft]) -> None:
        try:
            draft = make()
        except NotPossible as refusal:
            self._refuse(describe_not_possible(refusal))
            return
        self._save(draft, lambda _exercise_id: None)

    def _save(self, draft: Draft, on_saved: Callable[[str], None]) -> None:
        self._context.save_draft(draft, on_saved=lambda saved: on_saved(subject_key(saved[0].entry.subject)))

    def _refuse(self, reason: str) -> None:
        self._context.notifier.refuse(reason)

    def _ask(self, question: Question, on_confirmed: Callable[[str], None]) -> None:
        (self._confirm or self._context.confirm).ask(question, on_confirmed)

    def _open(self) -> ExercisesDialog:
        dialog = ExercisesDialog(self._appearance, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.start_requested.connect(self.start)
        dialog.open_requested.connect(self._on_open_requested)
        dialog.end_requested.connect(self._on_end_requested)
        dialog.wipe_requested.connect(self._on_wipe_requested)
        dialog.replay_requested.connect(self._on_replay_requested)
        dialog.finished.connect(self._on_finished)
        self._confirm = ConfirmCard(self._appearance, dialog)
        self._replays.use_dialog(dialog, self._confirm, self.switch)
        return dialog

    def _refresh(self) -> None:
        if self._dialog is None:
            return
        state = self._context.state
        refusal = role_refusal(state.everything.role, "exercise.started")
        self._dialog.show_items(exercise_items(state.everything, state.scope, refusal=refusal, replays=self._replays))
        self._dialog.show_start_reason(refusal)

    def _exercise(self, row_id: str) -> Exercise | None:
        return self._context.state.everything.exercises.get(row_id)

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if parts & _PARTS:
            self._replays.refresh()  # its `changed` refreshes the list

    def _on_open_requested(self, row_id: str) -> None:
        self.switch(scope_of_row(row_id))

    def _on_end_requested(self, row_id: str) -> None:
        exercise = self._exercise(row_id)
        if exercise is not None:
            self.end(exercise)

    def _on_wipe_requested(self, row_id: str) -> None:
        exercise = self._exercise(row_id)
        if exercise is not None:
            self.wipe(exercise)

    def _on_replay_requested(self, row_id: str) -> None:
        self._replays.begin(self._exercise(row_id))

    def _on_finished(self) -> None:
        self._replays.forget_dialog()
        self._dialog = self._confirm = None
