"""The settings in the window, by keyboard: each change holds at once, can be undone, and survives a restart."""

import pytest
from PySide6.QtCore import Qt
from support.window_fixture import OpenWindow, identity, open_second_store

from tabuah.console.window.people.lock_settings import LockSettingsFile
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import current_language
from tabuah.storage.sync.data_saver import DataSaverFile
from tabuah.widgets.shell.settings_dialog import SettingsDialog

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT, RIGHT, UP, DOWN = Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down


def open_settings(window: OpenWindow) -> SettingsDialog:
    window.key(Qt.Key.Key_Comma, CTRL)
    dialog = window.commands.settings.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    return dialog


def shown(dialog: SettingsDialog) -> dict[str, str]:
    return {code: control.current for code, control in dialog._controls.items()}


def test_settings_are_changed_undone_and_reset_by_keyboard(window: OpenWindow):
    dialog = open_settings(window)
    window.key(RIGHT)
    assert window.console.appearance.palette.name == "light"
    window.key(DOWN)
    window.key(RIGHT)
    window.key(RIGHT)
    assert window.console.appearance.text_scale == 1.3
    window.key(Qt.Key.Key_Z, CTRL)
    assert window.console.appearance.text_scale == 1.15
    window.key(Qt.Key.Key_R, CTRL, SHIFT)
    assert (window.console.appearance.palette.name, window.console.appearance.text_scale) == ("dark", 1.0)
    window.key(Qt.Key.Key_Z, CTRL)
    assert (window.console.appearance.palette.name, window.console.appearance.text_scale) == ("light", 1.15)
    for _change in range(2):
        window.key(Qt.Key.Key_Z, CTRL)
    assert shown(dialog)["theme"] == "dark"
    assert not dialog._undo.isEnabled()


def test_settings_follow_the_single_actions(window: OpenWindow):
    dialog = open_settings(window)
    window.key(Qt.Key.Key_F9)
    window.until(lambda: shown(dialog)["theme"] == "light")


def test_data_saver_is_switched_in_the_settings_and_kept(window: OpenWindow):
    dialog = open_settings(window)
    for _row in range(3):
        window.key(DOWN)
    window.key(RIGHT)
    assert shown(dialog)["data_saver"] == "on"
    directory = window.console.services.directory
    window.until(lambda: DataSaverFile(directory).read().data_saver)
    window.until(lambda: window.console.services.state.snapshot.connection_settings.data_saver)
    window.key(Qt.Key.Key_Z, CTRL)
    window.until(lambda: not DataSaverFile(directory).read().data_saver)
    window.until(lambda: shown(dialog)["data_saver"] == "off")


def test_wall_view_is_opened_in_the_settings_which_follow_its_end(window: OpenWindow):
    dialog, wall = open_settings(window), window.commands.wall
    for _row in range(4):
        window.key(DOWN)
    window.key(RIGHT)
    assert wall.view is not None
    assert shown(dialog)["wall"] == "on"
    wall.view.close()
    window.until(lambda: shown(dialog)["wall"] == "off")
    wall.toggle()
    window.until(lambda: shown(dialog)["wall"] == "on")


def test_sound_is_muted_in_the_settings(window: OpenWindow):
    open_settings(window)
    for _row in range(2):
        window.key(DOWN)
    window.key(RIGHT)
    assert window.commands.alarms.alarm_sound.is_muted
    window.key(LEFT)
    assert not window.commands.alarms.alarm_sound.is_muted


def test_lock_time_is_chosen_and_given_back_to_the_role(open_console, data):
    with open_second_store(data) as store:
        store.remember_identity(identity(Role.FIELD))
    window = open_console()
    dialog = open_settings(window)
    assert "15" in dialog._notes["lock"].text(), "a field office locks after 15 minutes"
    window.key(UP)
    window.key(UP)
    window.key(RIGHT)
    window.key(RIGHT)
    directory = window.console.services.directory
    assert LockSettingsFile(directory).read().after_min == 5
    window.key(Qt.Key.Key_R, CTRL, SHIFT)
    assert LockSettingsFile(directory).read().after_min is None


@pytest.mark.parametrize("form", [False, True])
def test_language_is_changed_unless_a_form_is_open(window: OpenWindow, form: bool):
    if form:
        window.key(Qt.Key.Key_N)
    dialog = open_settings(window)
    window.key(UP)
    window.key(RIGHT)
    assert current_language() == ("id" if form else "en")
    if form:
        assert shown(dialog)["language"] == "id"
        assert window.toasts
    else:
        again = window.commands.settings.dialog
        assert again is not None, "the settings open again in the other language"
        assert again is not dialog
        assert again.windowTitle() == "Settings"
        window.until(again._controls["language"].hasFocus)
