"""The guide of the first steps (Shift+F1): the state of each step on this console, and the action that does it."""

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from tabuah.console.window.alarms.alarm_sound import AlarmSound
from tabuah.console.window.map.map_files import BOUNDARIES_LAYER, LoadedMap
from tabuah.console.window.people.lock_actions import LockActions
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shell.first_steps_file import FirstStepsFile
from tabuah.console.window.state.console_state import StatePart
from tabuah.resources.localisation import _
from tabuah.text.help.first_steps import ConsoleFacts, FirstStep, StepCode, first_steps, first_steps_summary
from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.controls.record_dialog import RecordAct, RecordCard, RecordDialog, RecordTexts
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import FactItem, Level

_RUN: Final = "run"
_MARK: Final = "mark"
_ACTIONS: Final = {
    StepCode.LANGUAGE: "language",
    StepCode.SERVER: "log_in",
    StepCode.MAP: "import_map",
    StepCode.LOCK: "settings",
    StepCode.KEYS: "key_card",
}
_IN_WINDOW: Final = frozenset({StepCode.SERVER, StepCode.MAP})  # steps that the main window itself shows


class FirstStepsActions(QObject):
    """Opens the guide and marks its steps. Each step runs an action of the window.

    Signals:
        action_requested: id of the action that does the step.
    """

    action_requested = Signal(str)

    def __init__(
        self,
        context: WindowContext,
        window: QWidget,
        appearance: Appearance,
        *,
        sound: AlarmSound,
        lock: LockActions,
        loaded_map: Callable[[], LoadedMap | None],
    ) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._sound, self._lock, self._loaded_map = sound, lock, loaded_map
        self._file = FirstStepsFile(context.directory)
        self._state = self._file.read()
        self._dialog: RecordDialog | None = None
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> RecordDialog | None:
        """The guide, while it is open; it may be hidden behind the window."""
        return self._dialog

    def begin(self) -> None:
        """Open the guide at the first step that is not done, or bring it to the front."""
        if self._dialog is None:
            self._dialog = self._make_dialog()
            self._show()
            self._dialog.list.choose(
                next((each.code for each in self._steps() if not each.is_done), StepCode.LANGUAGE)
            )
        self._show()
        bring_to_front(self._dialog, self._context.notifier)

    def begin_language(self) -> None:
        """Open the guide at the language, which has just changed."""
        self.begin()
        if self._dialog is not None:
            self._dialog.list.choose(StepCode.LANGUAGE)

    def close(self) -> None:
        """Close the guide with the window; the file does not record this as closed by a person."""
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.finished.disconnect(self._on_finished)
            self._dialog.close()
            self._dialog = None

    def _make_dialog(self) -> RecordDialog:
        texts = RecordTexts(
            name="first_steps",
            title=_("First steps"),
            list_label=_("Steps"),
            search_label="",
            placeholder="",
            toggles={},
            filters=(),
            acts=(
                RecordAct(code=_RUN, text=_("Start"), key="Enter"),
                RecordAct(code=_MARK, text=_("Done"), key="Ctrl D", icon="check"),
            ),
            icon="info",
        )
        dialog = RecordDialog(self._appearance, texts, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.record_chosen.connect(self._on_chosen)
        dialog.act_requested.connect(self._on_act_requested)
        dialog.finished.connect(self._on_finished)
        return dialog

    def _steps(self) -> tuple[FirstStep, ...]:
        return first_steps(self._facts())

    def _facts(self) -> ConsoleFacts:
        identity, loaded = self._context.state.snapshot.identity, self._loaded_map()
        minutes = self._lock.chosen_minutes
        return ConsoleFacts(
            user=identity.user if identity is not None else "",
            server=identity.server_url if identity is not None else "",
            is_map_loaded=loaded is not None,
            has_boundaries=loaded is not None and BOUNDARIES_LAYER in loaded.removable,
            layers=len(loaded.removable - {BOUNDARIES_LAYER}) if loaded is not None else 0,
            map_problems=loaded.problems if loaded is not None else (),
            is_muted=self._sound.is_muted,
            lock_min=self._lock.minutes_by_role() if minutes is None else minutes,
            lock_is_chosen=minutes is not None,
            marked=self._state.marked,
        )

    def _show(self) -> None:
        if self._dialog is None:
            return
        steps = self._steps()
        lines = [
            LevelLine(
                id=step.code,
                level=Level.NORMAL if step.is_done else Level.ATTENTION,
                text=f"{number}. {step.title}",
                about=step.status,
                at=_("Done") if step.is_done else _("To do"),
            )
            for number, step in enumerate(steps, start=1)
        ]
        self._dialog.show_records(lines, summary=first_steps_summary(steps), empty=("", ""), reasons={})
        self._on_chosen(self._dialog.list.chosen)

    def _chosen(self) -> FirstStep | None:
        chosen = self._dialog.list.chosen if self._dialog is not None else ""
        return next((step for step in self._steps() if step.code == chosen), None)

    def _on_chosen(self, _code: str) -> None:
        step = self._chosen()
        if self._dialog is not None:
            self._dialog.show_card(step_card(step) if step is not None else None)

    def _on_act_requested(self, code: str) -> None:
        step = self._chosen()
        if step is None:
            return
        if code == _MARK:
            self._mark(step)
        elif step.code is StepCode.SOUND:
            self._sound.play_sample()
            self._note(_("The tone was played. Mark the step when it was heard."))
        else:
            self._run(step)

    def _mark(self, step: FirstStep) -> None:
        """Mark the step as done and go to the next one that is not, or take the mark back."""
        before = self._state.marked
        is_new = step.code not in before
        self._save(marked=before | {step.code} if is_new else before - {step.code})
        self._note("")
        following = next((each.code for each in self._steps() if not each.is_done), None)
        if is_new and following is not None and self._dialog is not None:
            self._dialog.list.choose(following)
        self._show()

    def _run(self, step: FirstStep) -> None:
        if step.code in _IN_WINDOW and self._dialog is not None:
            self._dialog.hide()
            self._window.activateWindow()
            self._context.notifier.inform(_("Shift+F1 shows the first steps again."))
        self.action_requested.emit(_ACTIONS[step.code])

    def _note(self, text: str) -> None:
        if self._dialog is not None:
            self._dialog.show_note(text)

    def _save(self, *, marked: frozenset[StepCode] | None = None, is_left: bool = False) -> None:
        marks = self._state.marked if marked is None else marked
        self._state = replace(self._state, marked=marks, is_left=self._state.is_left or is_left)
        self._file.save(self._state)

    def _on_state_changed(self, _parts: frozenset[StatePart]) -> None:
        self._show()

    def _on_finished(self) -> None:
        """Record that a person closed the guide."""
        self._dialog = None
        self._save(is_left=True)
        self._context.notifier.inform(_("Shift+F1 shows the first steps again."))


def step_card(step: FirstStep) -> RecordCard:
    """Return the card of a step."""
    level = Level.NORMAL if step.is_done else Level.ATTENTION
    instructions = (FactItem(label=f"{n}.", value=text) for n, text in enumerate(step.instructions, start=1))
    return RecordCard(
        id=step.code,
        title=step.title,
        facts=(
            FactItem(label=_("Now"), value=step.status, level=level),
            *instructions,
            FactItem(label=_("If it fails"), value=step.failure),
        ),
        labels={_RUN: step.act, _MARK: step.mark},
        reasons={_MARK: _("This step is done already.")} if step.is_found_done else {},
    )
