"""A supervisor sets up, renews and removes the own second factor in the window, by keyboard."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from support.running_server import PASSWORD, RunningServer
from support.window_fixture import OpenWindow, log_in_and_sync, visible_texts

from tabuah.console.window.people.second_factor import qr_modules
from tabuah.server.people.second_factor import code_at, step_at
from tabuah.widgets.people.second_factor_dialog import SecondFactorDialog


@pytest.fixture
def own_window(open_console: Callable[..., OpenWindow], data: Path, server: RunningServer) -> OpenWindow:
    """Return the window of the supervisor."""
    log_in_and_sync(data, server, "kalaksa")
    return open_console()


def open_dialog(window: OpenWindow) -> SecondFactorDialog:
    window.commands.people.second_factor.begin()
    dialog = window.commands.people.second_factor.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    return dialog


def enter(window: OpenWindow, dialog: SecondFactorDialog, **values: str) -> None:
    """Fill in the form in front, and press Enter."""
    assert dialog.form is not None
    for code, value in values.items():
        edit = dialog.form.findChild(QLineEdit, f"{dialog.form.objectName().removesuffix('_form')}_{code}")
        assert edit is not None, code
        edit.setText(value)
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)


def shown_codes(dialog: QWidget) -> list[str]:
    found = dialog.findChild(QLabel, "one_time_code")
    assert isinstance(found, QLabel)
    return found.text().split()


def test_second_factor_is_set_up_renewed_and_removed(own_window: OpenWindow, server: RunningServer) -> None:
    printed: list[str] = []
    own_window.commands.people.second_factor._print_text = lambda _window, codes: printed.append(codes)
    dialog = open_dialog(own_window)
    enter(own_window, dialog, password="salah-sekali")
    own_window.until(lambda: "salah" in visible_texts(dialog))
    enter(own_window, dialog, password=PASSWORD)
    own_window.until(lambda: dialog.form is dialog.confirm)
    secret = _secret(dialog)
    enter(own_window, dialog, code="salah")
    own_window.until(lambda: "jam ponsel" in visible_texts(dialog))
    step = step_at(datetime.now(UTC)) + 1  # valid for a minute at least, also on a slow machine
    enter(own_window, dialog, code=code_at(secret, step))
    own_window.until(lambda: dialog.form is None)
    codes = shown_codes(dialog)
    own_window.qtbot.keyClick(dialog.codes, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    own_window.qtbot.keyClick(dialog.codes, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert (len(codes), QGuiApplication.clipboard().text().split(), printed[0].split()) == (10, codes, codes)
    assert server.journal.authority.users["kalaksa"].has_second_factor
    own_window.qtbot.keyClick(dialog.codes, Qt.Key.Key_Escape)
    own_window.until(lambda: own_window.commands.people.second_factor.dialog is None)

    dialog = open_dialog(own_window)
    if dialog.form is dialog.start:  # the journal has not arrived yet: the server says so
        enter(own_window, dialog, password=PASSWORD)
    own_window.until(lambda: dialog.form is dialog.change)
    enter(own_window, dialog, password=PASSWORD, code=codes[0])
    own_window.until(lambda: dialog.form is None)
    others = shown_codes(dialog)
    assert not set(others) & set(codes)
    own_window.qtbot.keyClick(dialog.codes, Qt.Key.Key_Escape)

    dialog = open_dialog(own_window)
    own_window.until(lambda: dialog.form is dialog.change)
    remove = dialog.change.findChild(QWidget, "factor_change_remove")
    assert remove is not None
    remove.setFocus()
    enter(own_window, dialog, password=PASSWORD, code=others[0])
    own_window.until(lambda: not server.journal.authority.users["kalaksa"].has_second_factor)
    own_window.until(lambda: own_window.commands.people.second_factor.dialog is None)


def _secret(dialog: QWidget) -> str:
    found = dialog.findChild(QLabel, "factor_secret")
    assert isinstance(found, QLabel)
    return found.text().replace(" ", "")


def test_qr_code_has_a_finder_pattern_in_three_corners() -> None:
    modules = qr_modules("otpauth://totp/Tabuah:kalaksa?secret=ABC")
    size = len(modules)
    assert {len(line) for line in modules} == {size}
    corners = [(0, 0), (0, size - 7), (size - 7, 0)]
    assert all(all(modules[y][x : x + 7]) and modules[y + 3][x + 3] for y, x in corners)
