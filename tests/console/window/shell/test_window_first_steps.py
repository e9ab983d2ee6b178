"""The guide of the first steps in the window: when it opens, its steps by keyboard, and what a restart keeps."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.window_fixture import OpenWindow, identity, open_second_store

from tabuah.console.window.shell.application import ConsoleWindow
from tabuah.console.window.shell.first_steps_file import FirstStepsFile
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import current_language
from tabuah.text.help.first_steps import StepCode
from tabuah.widgets.alarms.sound_player import AlarmTone
from tabuah.widgets.controls.record_dialog import RecordDialog

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def start(qtbot: QtBot, data: Path) -> Iterator[Callable[..., OpenWindow]]:
    """Return a function that starts a console as the program does; the guide may then be in front of its window.

    Its argument is called with the console before the data are read.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    started: list[ConsoleWindow] = []

    def start_it(before: Callable[[ConsoleWindow], None] = lambda _console: None) -> OpenWindow:
        started.append(ConsoleWindow(data, app, offers_first_steps=True))
        started[-1].show()
        before(started[-1])
        window = OpenWindow(qtbot, started[-1])
        window.until(lambda: window.console.services.state.is_loaded and window.console.objects.has_controls)
        return window

    yield start_it
    for console in started:
        console.close()


def guide_of(window: OpenWindow) -> RecordDialog:
    window.until(lambda: window.commands.first_steps.dialog is not None)
    dialog = window.commands.first_steps.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    return dialog


def open_guide(window: OpenWindow) -> RecordDialog:
    window.key(Qt.Key.Key_F1, SHIFT)
    return guide_of(window)


def test_guide_opens_at_the_first_start_until_it_is_left(start, data: Path):
    first = start()
    guide = guide_of(first)
    assert guide.list.chosen == StepCode.LANGUAGE
    first.key(Qt.Key.Key_D, CTRL)
    assert guide.list.chosen == StepCode.SERVER, "a mark goes to the next step"
    first.key(Qt.Key.Key_Escape)
    first.wait_for_toast("Shift+F1")
    first.console.close()
    again = start()
    assert again.commands.first_steps.dialog is None
    assert open_guide(again).list.chosen == StepCode.SERVER, "the mark is kept"


def test_guide_does_not_open_for_a_user_who_has_logged_in(start, data: Path):
    with open_second_store(data) as store:
        store.remember_identity(identity(Role.OPERATOR))
    window = start()
    assert window.commands.first_steps.dialog is None


def test_guide_waits_until_the_state_is_read(start, data: Path):
    with open_second_store(data) as store:
        store.remember_identity(identity(Role.OPERATOR))
    window = start(lambda console: console.services.state.changed.emit(frozenset()))
    assert window.commands.first_steps.dialog is None


def test_guide_opens_again_after_a_quit_that_did_not_leave_it(start, data: Path):
    first = start()
    guide_of(first)
    first.console.close()
    assert not FirstStepsFile(data).read().is_left
    guide_of(start())


def test_language_step_opens_the_guide_in_the_other_language(window: OpenWindow):
    open_guide(window)
    window.key(Qt.Key.Key_Return)
    assert current_language() == "en"
    guide = guide_of(window)
    assert guide.windowTitle() == "First steps"
    assert guide.list.chosen == StepCode.LANGUAGE


def test_server_step_shows_the_log_in_and_keeps_the_guide(window: OpenWindow):
    guide = open_guide(window)
    window.key(Qt.Key.Key_Down)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.find(type(window.shell.parts.login_form), "login_form").isVisible())
    assert not guide.isVisible()
    window.until(window.shell.isActiveWindow)
    assert open_guide(window) is guide
    assert guide.list.chosen == StepCode.SERVER


def test_sound_step_plays_the_tone_of_an_alarm(window: OpenWindow, monkeypatch):
    played: list[AlarmTone] = []
    monkeypatch.setattr(window.commands.alarms.alarm_sound._player, "play", played.append)
    guide = open_guide(window)
    guide.list.choose(StepCode.SOUND)
    window.key(Qt.Key.Key_Return)
    assert played == [AlarmTone.HIGH]
    window.key(Qt.Key.Key_D, CTRL)
    window.key(Qt.Key.Key_Escape)
    assert FirstStepsFile(window.context.directory).read().marked == {StepCode.SOUND}


def test_guide_leaves_the_key_of_a_call_free(window: OpenWindow):
    guide = open_guide(window)
    window.key(Qt.Key.Key_N)
    window.until(window.shell.parts.report_form.isVisible)
    assert not guide.isVisible()


@pytest.mark.parametrize("content", [b'{"marked": ["moon"]}', b'{"is_left": "\xff"}', b'{"x":' + b"[" * 100_000])
def test_damaged_state_of_the_guide_counts_as_none(tmp_path: Path, content: bytes):
    file = FirstStepsFile(tmp_path)
    (tmp_path / "first-steps.json").write_bytes(content)
    assert file.read().marked == frozenset()
