"""The rules window in tests: opened from the main window, read by object name, operated by keyboard."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QPushButton, QWidget
from support.running_server import RunningServer
from support.window_fixture import OpenWindow, log_in_and_sync

from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.widgets.controls.choice_box import ChoiceBox
from tabuah.widgets.rules.rules_dialog import RulesDialog

CTRL = Qt.KeyboardModifier.ControlModifier


def open_rules_window(
    open_console, data: Path, server: RunningServer, user: str, *, knows: Callable[[ConsoleSnapshot], bool]
) -> tuple[OpenWindow, RulesDialog]:
    """Open the rules window once the console knows what `knows` asks for."""
    log_in_and_sync(data, server, user)
    window = open_console()
    window.until(lambda: knows(window.console.services.state.snapshot))
    window.key(Qt.Key.Key_R, CTRL)
    dialog = window.commands.rules.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    return window, dialog


def label_text(dialog: RulesDialog, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert isinstance(label, QLabel)
    return label.text()


def button(dialog: RulesDialog, name: str) -> QPushButton:
    found = dialog.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


def press_shortcut(
    window: OpenWindow, dialog: RulesDialog, key: Qt.Key, until: Callable[[], object], *, shift: bool = False
) -> None:
    """Press Ctrl and a key, then wait for its effect."""
    focused = dialog.focusWidget()
    held = CTRL | Qt.KeyboardModifier.ShiftModifier if shift else CTRL
    window.qtbot.keyClick(focused if isinstance(focused, QWidget) else dialog, key, held)
    window.until(lambda: bool(until()))


def type_into_fields(window: OpenWindow, dialog: RulesDialog, **texts: str) -> None:
    """Type into fields by keyboard."""
    for code, text in texts.items():
        control = dialog.form.control(code)
        control.setFocus()
        if isinstance(control, ChoiceBox):
            control.show_current(text)
        else:
            assert isinstance(control, QLineEdit)
            control.clear()
            window.qtbot.keyClicks(control, text)


def trial_episode_texts(dialog: RulesDialog) -> list[str]:
    """Return the episodes of a trial run, one line each."""
    found = dialog.findChild(QListWidget, "trial_episodes")
    assert isinstance(found, QListWidget)
    return [found.item(n).text() for n in range(found.count())]
