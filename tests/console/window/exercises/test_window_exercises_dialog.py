"""The exercises window by keyboard: a supervisor starts, ends and wipes an exercise; an operator sees why not."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from support.console_stores import add_users, enrol, open_store, sync
from support.two_worlds import NAME, TwoWorlds
from support.window_fixture import OpenWindow, visible_texts

from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import REAL_WORLD
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.text.exercises.exercise_status import end_reason, wipe_reason
from tabuah.text.people.permissions import role_refusal
from tabuah.widgets.exercises.exercises_dialog import ExercisesDialog

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
BUTTONS = ("exercise_start", "exercise_end", "exercise_wipe")


@pytest.fixture
def worlds(tmp_path: Path, data: Path) -> Iterator[TwoWorlds]:
    with ServerJournal.open(tmp_path / "journal") as journal, open_store(data) as store:
        yield TwoWorlds(store, journal)


@pytest.fixture
def window(worlds: TwoWorlds, open_console: Callable[..., OpenWindow]) -> OpenWindow:
    window = open_console()
    window.until(lambda: worlds.exercise_id in known(window))
    return window


def known(window: OpenWindow) -> dict[str, Exercise]:
    return dict(window.console.services.state.everything.exercises)


def open_dialog(window: OpenWindow) -> ExercisesDialog:
    window.key(Qt.Key.Key_L, CTRL, SHIFT)
    dialog = window.commands.exercises.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    return dialog


def open_at(window: OpenWindow, row_id: str) -> ExercisesDialog:
    """Open the exercises and select a row with the arrow keys."""
    dialog = open_dialog(window)
    for _ in range(5):
        if dialog.list.chosen == row_id:
            return dialog
        window.key(Qt.Key.Key_Down)
    raise AssertionError(f"{row_id} was not reached from {dialog.list.chosen}")


def button(dialog: ExercisesDialog, name: str) -> QPushButton:
    found = dialog.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


def reason_of(dialog: ExercisesDialog, name: str) -> str:
    found = button(dialog, name)
    return "" if found.isEnabled() else found.accessibleDescription()


def note(dialog: ExercisesDialog) -> str:
    found = dialog.findChild(QLabel, "foot_note")
    assert isinstance(found, QLabel)
    return found.text()


def card(dialog: ExercisesDialog) -> QWidget:
    """Return the question that is asked inside of the exercises window."""
    found = dialog.findChild(QWidget, "confirm_card")
    assert isinstance(found, QWidget)
    return found


def end_by_keyboard(window: OpenWindow, exercise_id: str) -> ExercisesDialog:
    dialog = open_at(window, exercise_id)
    window.key(Qt.Key.Key_E)
    assert card(dialog).isVisible()
    window.key(Qt.Key.Key_Return)
    window.until(lambda: known(window)[exercise_id].ended_at is not None)
    return dialog


def test_supervisor_starts_exercise_with_name(window: OpenWindow) -> None:
    before = known(window)
    dialog = open_dialog(window)
    window.key(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is dialog.name
    window.write("Banjir Lembang")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(known(window)) == 2)
    (new,) = (exercise for exercise in known(window).values() if exercise.id not in before)
    assert (new.name, new.is_running) == ("Banjir Lembang", True)
    state = window.console.services.state
    window.until(lambda: state.scope.exercise_id == new.id)
    assert window.commands.exercises.dialog is None, "it shows the previous world"
    window.until(lambda: "Banjir Lembang" in window.shell.windowTitle())


def test_start_needs_new_name(window: OpenWindow) -> None:
    dialog = open_dialog(window)
    window.key(Qt.Key.Key_Tab)
    window.key(Qt.Key.Key_Return)
    window.write(NAME)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: NAME in window.toasts)
    assert len(known(window)) == 1
    assert window.commands.exercises.dialog is dialog
    assert dialog.name.text() == NAME, "it can be corrected"


def test_letters_in_name_are_no_commands(window: OpenWindow) -> None:
    dialog = open_dialog(window)
    window.key(Qt.Key.Key_Down)
    window.key(Qt.Key.Key_Tab)
    window.write("eE")
    window.key(Qt.Key.Key_Delete)
    assert dialog.name.text() == "eE"
    assert card(dialog).isHidden()
    window.key(Qt.Key.Key_Backtab, SHIFT)
    window.key(Qt.Key.Key_E)
    assert card(dialog).isVisible(), "the list has the focus again"


def test_supervisor_ends_exercise(window: OpenWindow, worlds: TwoWorlds) -> None:
    dialog = end_by_keyboard(window, worlds.exercise_id)
    exercise = known(window)[worlds.exercise_id]
    window.until(lambda: reason_of(dialog, "exercise_end") == end_reason(exercise))
    assert reason_of(dialog, "exercise_wipe") == ""
    window.key(Qt.Key.Key_E)
    assert end_reason(exercise) in note(dialog)
    assert card(dialog).isHidden()


def test_cancelled_end_changes_nothing(window: OpenWindow, worlds: TwoWorlds) -> None:
    dialog = open_at(window, worlds.exercise_id)
    window.key(Qt.Key.Key_E)
    assert NAME in visible_texts(card(dialog))
    window.key(Qt.Key.Key_Escape)
    assert card(dialog).isHidden()
    assert dialog.isVisible(), "Escape answers the question first"
    assert known(window)[worlds.exercise_id].is_running


def test_running_exercise_is_not_wiped(window: OpenWindow, worlds: TwoWorlds) -> None:
    dialog = open_at(window, worlds.exercise_id)
    reason = wipe_reason(known(window)[worlds.exercise_id])
    assert reason_of(dialog, "exercise_wipe") == reason
    window.key(Qt.Key.Key_Delete)
    assert reason in note(dialog)
    assert card(dialog).isHidden()


@pytest.mark.parametrize("typed", ["", "Galod", "Galodo 2"])
def test_wipe_refuses_wrong_name(window: OpenWindow, worlds: TwoWorlds, typed: str) -> None:
    dialog = end_by_keyboard(window, worlds.exercise_id)
    window.until(button(dialog, "exercise_wipe").isEnabled)
    window.key(Qt.Key.Key_Delete)
    assert card(dialog).isVisible()
    window.write(typed)
    window.key(Qt.Key.Key_Return)
    if typed:
        window.until(lambda: bool(window.toasts))
    else:
        assert card(dialog).isVisible(), "it asks for the name"
    assert not known(window)[worlds.exercise_id].is_wiped
    assert worlds.store.counts().pending == 1  # the end of the exercise


def test_supervisor_wipes_exercise_by_its_name(window: OpenWindow, worlds: TwoWorlds) -> None:
    dialog = end_by_keyboard(window, worlds.exercise_id)
    window.until(button(dialog, "exercise_wipe").isEnabled)
    window.key(Qt.Key.Key_Delete)
    window.write(f" {NAME.lower()} ")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: known(window)[worlds.exercise_id].is_wiped)
    exercise = known(window)[worlds.exercise_id]
    window.until(lambda: reason_of(dialog, "exercise_wipe") == wipe_reason(exercise))
    worlds.sync()
    everything = window.console.services.state
    window.until(lambda: set(everything.everything.incidents) == {worlds.real.id})
    assert set(everything.everything.stations) == {worlds.gauge}


def test_real_world_is_neither_ended_nor_wiped(window: OpenWindow) -> None:
    dialog = open_dialog(window)
    for key, name in ((Qt.Key.Key_E, "exercise_end"), (Qt.Key.Key_Delete, "exercise_wipe")):
        reason = reason_of(dialog, name)
        assert reason
        window.key(key)
        assert reason in note(dialog)
    assert card(dialog).isHidden()
    assert window.console.services.state.scope == REAL_WORLD


def test_enter_shows_exercise(window: OpenWindow, worlds: TwoWorlds) -> None:
    open_at(window, worlds.exercise_id)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.console.services.state.scope == worlds.scope)


@pytest.fixture
def operator_window(worlds: TwoWorlds, tmp_path: Path, open_console: Callable[..., OpenWindow]) -> OpenWindow:
    """Return the window of an operator who knows the exercise of a supervisor."""
    directory = tmp_path / "operator"
    with open_store(directory) as store:
        add_users(worlds.journal, ani=Role.OPERATOR)
        enrol(worlds.journal, store, "ani")
        sync(store, worlds.journal)
    window = open_console(directory)
    window.until(lambda: worlds.exercise_id in known(window))
    return window


def test_operator_sees_why_buttons_are_disabled(operator_window: OpenWindow, worlds: TwoWorlds) -> None:
    window = operator_window
    dialog = open_at(window, worlds.exercise_id)
    reason = role_refusal(Role.OPERATOR, "exercise.started")
    assert reason
    assert {name: reason_of(dialog, name) for name in BUTTONS} == dict.fromkeys(BUTTONS, reason)
    assert not dialog.name.isEnabled()
    for key in (Qt.Key.Key_E, Qt.Key.Key_Delete):
        window.key(key)
        assert reason in note(dialog)
        assert card(dialog).isHidden()


def test_operator_shows_exercise(operator_window: OpenWindow, worlds: TwoWorlds) -> None:
    open_at(operator_window, worlds.exercise_id)
    operator_window.key(Qt.Key.Key_Return)
    operator_window.until(lambda: operator_window.console.services.state.scope == worlds.scope)
