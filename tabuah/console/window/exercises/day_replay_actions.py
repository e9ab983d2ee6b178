"""Replay a past day from the exercises window: the form, the question with the counts, the progress, and the stop."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from tabuah.console.simulator.errors import NoPastReadings, ReplayOverlap, SimulatorError
from tabuah.console.window.exercises.replay_form_fields import (
    DAY,
    NAME,
    FieldError,
    ReplayInput,
    first_values,
    read_input,
    replay_fields,
)
from tabuah.console.window.exercises.replay_task import ReplayCount, ReplayOutcome, ReplayRequest, ReplayTask
from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.error_toasts import is_expected
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.entries import Draft, subject_key
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.drafts import start_exercise
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import ExerciseScope, exercise_scope
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import _
from tabuah.storage.journal.identifiers import new_salt
from tabuah.text.exercises import replay_text
from tabuah.text.exercises.exercise_text import exercise_name
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.widgets.exercises.exercise_banner import ExerciseBanner
from tabuah.widgets.exercises.exercises_dialog import ExercisesDialog

_SUFFIX_LETTERS = 6


class DayReplayActions(QObject):
    """Leads from the form to the running replay, and shows the replay in the band of its exercise.

    Signals:
        changed: the replay that runs, or its progress.
    """

    changed = Signal()

    def __init__(self, context: WindowContext, task: ReplayTask, banner: ExerciseBanner, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._task, self._banner = context, task, banner
        self._dialog: ExercisesDialog | None = None
        self._confirm: ConfirmCard = context.confirm
        self._show_world: Callable[[ExerciseScope], None] = context.state.choose_world
        task.changed.connect(self.refresh)
        task.ended.connect(self._on_ended)
        banner.stop_requested.connect(task.stop)
        self.refresh()

    def use_dialog(
        self, dialog: ExercisesDialog, confirm: ConfirmCard, show_world: Callable[[ExerciseScope], None]
    ) -> None:
        """Use an open exercises window, the card that asks in it, and the function that shows an exercise."""
        self._dialog, self._confirm, self._show_world = dialog, confirm, show_world
        dialog.replay_form.submitted.connect(self._on_submitted)
        dialog.replay_form.edited.connect(self._on_edited)
        dialog.replay_form.cancelled.connect(self._on_cancelled)

    def forget_dialog(self) -> None:
        """Cancel a count; the dialog is closed."""
        self._task.cancel_count()
        self._dialog = None

    def close(self) -> None:
        """Stop following the replay, which goes on."""
        self._task.changed.disconnect(self.refresh)
        self._task.ended.disconnect(self._on_ended)
        self._banner.stop_requested.disconnect(self._task.stop)

    def begin(self, exercise: Exercise | None) -> None:
        """Show the form for a running exercise, or for a new one; stop the replay that runs in it."""
        status = self._task.status
        if status is not None and exercise is not None and status.exercise_id == exercise.id:
            self._task.stop()
        elif self._dialog is not None:
            self._show_form(self._dialog, exercise)

    def reason(self, exercise: Exercise | None) -> str:
        """Return why no replay can be started, or stopped, in an exercise or a new one; empty where it can."""
        identity, status = self._context.state.everything.identity, self._task.status
        if identity is None or identity.role is not Role.SUPERVISOR:
            return replay_text.replay_role_reason()
        if exercise is not None and not exercise.is_running:
            return replay_text.exercise_ended_text(exercise.name)
        if status is not None and (exercise is None or status.exercise_id != exercise.id):
            return replay_text.other_replay_reason(self._name(status.exercise_id))
        return ""

    def is_running(self, exercise_id: str) -> bool:
        return self._task.status is not None and self._task.status.exercise_id == exercise_id

    def describe(self, exercise_id: str) -> str:
        """Return how far the replay of an exercise is; empty without one."""
        status, progress = self._task.status, self._task.known.get(exercise_id)
        if status is not None and status.exercise_id == exercise_id:
            if status.progress is None:
                return replay_text.replay_starting_text()
            progress = status.progress
            running = replay_text.describe_replay_progress(progress.played, progress.since, progress.until)
            return f"{running} · {status.trouble}" if status.trouble else running
        if progress is None or progress.is_finished:
            return ""
        return replay_text.describe_stopped_replay(progress.played, progress.since, progress.until)

    @Slot()
    def refresh(self) -> None:
        """Show the replay of the window's exercise in its band; stop one whose exercise is over."""
        status, scope = self._task.status, self._context.state.scope
        exercise_id = scope.exercise_id or ""
        self._banner.show_replay(self.describe(exercise_id), can_stop=self.is_running(exercise_id))
        if status is not None and (exercise := self._exercise(status.exercise_id)) and not exercise.is_running:
            self._task.stop()
        self.changed.emit()

    def _show_form(self, dialog: ExercisesDialog, exercise: Exercise | None) -> None:
        unfinished = self._task.unfinished(exercise.id) if exercise else None
        title = _("Go on with the replay") if unfinished else _("Replay a past day")
        dialog.replay_form.show_fields("", title, replay_fields(), save=_("Count the day"))
        name = exercise.name if exercise else dialog.name.text()
        dialog.replay_form.show_content(first_values(name, self._context.state.now(), unfinished))
        dialog.show_replay_note(replay_text.window_closing_text())
        dialog.show_replay_form()

    def _on_submitted(self, _edited: str, values: dict[str, str]) -> None:
        if self._dialog is None:
            return
        try:
            wanted = read_input(values, self._context.state.now())
            draft = self._draft(wanted.name)
        except FieldError as error:
            self._dialog.replay_form.show_error(error.code, str(error))
        except NotPossible as refusal:
            self._dialog.replay_form.show_error(NAME, describe_not_possible(refusal))
        else:
            self._count(self._dialog, wanted, draft)

    def _draft(self, name: str) -> Draft | Exercise:
        """Return the running exercise with a name, or the draft that starts one.

        Raises:
            NotPossible: the name cannot be used.
        """
        known = self._context.state.everything.exercises.values()
        for exercise in known:
            if exercise.is_running and exercise.name.casefold() == name.casefold():
                return exercise
        return start_exercise(name, known=known, suffix=new_salt()[:_SUFFIX_LETTERS])

    def _count(self, dialog: ExercisesDialog, wanted: ReplayInput, target: Draft | Exercise) -> None:
        exercise_id = subject_key(target.subject) if isinstance(target, Draft) else target.id
        request = ReplayRequest(
            exercise_id=exercise_id,
            since=wanted.since,
            until=wanted.until,
            speed=wanted.speed,
            incidents=wanted.incidents,
        )

        def counted(found: ReplayCount) -> None:
            dialog.show_replay_note(replay_text.window_closing_text())
            self._ask(wanted, request, target, found)

        dialog.show_replay_note(replay_text.counting_text(0, 0))
        self._task.count(
            request,
            on_progress=lambda done, of: dialog.show_replay_note(replay_text.counting_text(done, of)),
            on_done=counted,
            on_error=self._on_count_failed,
        )

    def _ask(self, wanted: ReplayInput, request: ReplayRequest, target: Draft | Exercise, found: ReplayCount) -> None:
        schedule = found.progress.schedule
        content = replay_text.describe_replay_content(
            stations=found.stations,
            readings=found.readings,
            incidents=found.incidents if request.incidents else None,
        )
        period = replay_text.describe_period(schedule.since, schedule.until)
        lines = [
            f"{period}: {content}",
            replay_text.describe_replay_end(schedule.ends_at, schedule.speed),
            replay_text.left_out_text(),
            replay_text.window_closing_text(),
        ]
        if schedule.first_at < found.progress.played:
            lines[0] = self.describe(request.exercise_id)
        question = Question(
            title=_("Replay this day into EXERCISE {name}?").format(name=wanted.name),
            text="\n".join(lines),
            confirm=_("Start the replay"),
        )
        self._confirm.ask(question, lambda _text: self._start(request, target))

    def _start(self, request: ReplayRequest, target: Draft | Exercise) -> None:
        def start(_saved: object = None) -> None:
            self._task.start(request)
            self._show_world(exercise_scope(request.exercise_id))

        if isinstance(target, Draft):
            self._context.save_draft(target, on_saved=start)
        else:
            start()

    def _on_count_failed(self, error: Exception) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        dialog.show_replay_note("")
        if isinstance(error, NoPastReadings):
            dialog.replay_form.show_error(DAY, str(error))
        elif isinstance(error, ReplayOverlap):
            dialog.replay_form.show_error(NAME, replay_text.replay_mixing_text())
        elif is_expected(error):
            dialog.show_replay_note(str(error), is_error=True)
        else:
            self._context.notifier.error(error)

    def _on_edited(self) -> None:
        self._task.cancel_count()
        if self._dialog is not None:
            self._dialog.show_replay_note(replay_text.window_closing_text())

    def _on_cancelled(self) -> None:
        self._task.cancel_count()
        if self._dialog is not None:
            self._dialog.show_list()

    @Slot(str, object)
    def _on_ended(self, exercise_id: str, outcome: object) -> None:
        name, notifier = self._name(exercise_id), self._context.notifier
        if outcome is ReplayOutcome.FINISHED:
            notifier.done(replay_text.replay_finished_text(name))
        elif outcome is ReplayOutcome.EXERCISE_ENDED:
            notifier.inform(replay_text.exercise_ended_text(name))
        elif outcome is ReplayOutcome.STOPPED:
            notifier.inform(replay_text.replay_stopped_text(name))
        elif isinstance(outcome, ReplayOverlap):
            notifier.refuse(replay_text.replay_mixing_text())
        elif isinstance(outcome, SimulatorError):
            notifier.refuse(str(outcome))
        elif isinstance(outcome, Exception):
            notifier.error(outcome)

    def _exercise(self, exercise_id: str) -> Exercise | None:
        return self._context.state.everything.exercises.get(exercise_id)

    def _name(self, exercise_id: str) -> str:
        return exercise_name(exercise_id, self._context.state.everything.exercises)
