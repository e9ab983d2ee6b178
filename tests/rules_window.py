"""The window of rules in tests: opened as a person opens it, read by name, and worked by keyboard alone."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QPushButton, QWidget
from running_server import RunningServer
from window_room import OpenWindow, log_in_and_sync

from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.widgets.choice_box import ChoiceBox
from tabuah.widgets.rules.rules_dialog import RulesDialog

CTRL = Qt.KeyboardModifier.ControlModifier


def open_rules_window(
    open_console, data: Path, server: RunningServer, user: str, *, knows: Callable[[RoomSnapshot], bool]
) -> tuple[OpenWindow, RulesDialog]:
    """The window of rules of somebody whose console knows what it must."""
    log_in_and_sync(data, server, user)
    window = open_console()
    window.until(lambda: knows(window.console.services.room.snapshot))
    window.key(Qt.Key.Key_R, CTRL)
    dialog = window.shell.doing.rule_writing.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    return window, dialog


def said(dialog: RulesDialog, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert isinstance(label, QLabel)
    return label.text()


def button(dialog: RulesDialog, name: str) -> QPushButton:
    found = dialog.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


def press(window: OpenWindow, dialog: RulesDialog, key: Qt.Key, until: Callable[[], object]) -> None:
    """A key with Ctrl; the button that it presses is seen to go down first."""
    focused = dialog.focusWidget()
    window.qtbot.keyClick(focused if isinstance(focused, QWidget) else dialog, key, CTRL)
    window.until(lambda: bool(until()))


def fill(window: OpenWindow, dialog: RulesDialog, **texts: str) -> None:
    """Type as a person does who never touches the mouse."""
    for code, text in texts.items():
        control = dialog.form.control(code)
        control.setFocus()
        if isinstance(control, ChoiceBox):
            control.show_current(text)
        else:
            assert isinstance(control, QLineEdit)
            control.clear()
            window.qtbot.keyClicks(control, text)


def episodes(dialog: RulesDialog) -> list[str]:
    """What a trial came to, a line each."""
    found = dialog.findChild(QListWidget, "trial_episodes")
    assert isinstance(found, QListWidget)
    return [found.item(n).text() for n in range(found.count())]
