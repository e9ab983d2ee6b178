"""A supervisor names an acting deputy in the window, sees the badge, and ends the deputyship early."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget
from support.running_server import RunningServer
from support.window_fixture import OpenWindow, log_in_and_sync, visible_texts

from tabuah.operations.people.roles import Role
from tabuah.widgets.controls.chips import LevelChip
from tabuah.widgets.people.deputies_dialog import DeputiesDialog


@pytest.fixture
def own_window(open_console: Callable[..., OpenWindow], data: Path, server: RunningServer) -> OpenWindow:
    """Return the window of the supervisor."""
    log_in_and_sync(data, server, "kalaksa")
    return open_console()


def open_dialog(window: OpenWindow) -> DeputiesDialog:
    window.commands.people.deputies.begin()
    dialog = window.commands.people.deputies.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    return dialog


def field(dialog: QWidget, name: str) -> QLineEdit:
    found = dialog.findChild(QLineEdit, name)
    assert isinstance(found, QLineEdit), name
    return found


def test_deputy_is_named_shown_and_ended_early(own_window: OpenWindow, server: RunningServer) -> None:
    dialog, key = open_dialog(own_window), own_window.qtbot.keyClick
    assert "Tidak ada pelaksana tugas" in visible_texts(dialog)
    key(dialog, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    key(dialog.form, Qt.Key.Key_Return)
    chip = dialog.form.findChild(QAbstractButton, "choice_ani")
    assert chip is not None
    assert dialog.form.findChild(QAbstractButton, "choice_kalaksa") is None, "a supervisor is no deputy"
    chip.click()
    assert "ani bertugas sebagai Penyelia" in visible_texts(dialog)
    key(dialog.form, Qt.Key.Key_Return)
    assert server.journal.authority.users["ani"].known_deputyships == {}, "a reason is required"
    field(dialog, "deputy_reason").setText("piket malam")
    key(dialog.form, Qt.Key.Key_Return)
    own_window.until(lambda: server.journal.authority.users["ani"].known_deputyships != {})
    (deputyship,) = server.journal.authority.users["ani"].known_deputyships.values()
    assert (deputyship.role, deputyship.by, deputyship.reason) == (Role.SUPERVISOR, "kalaksa", "piket malam")
    assert timedelta(hours=11) < deputyship.ends_at - deputyship.starts_at <= timedelta(hours=12)
    own_window.until(lambda: dialog.list.chosen == deputyship.id)
    badge = own_window.find(LevelChip, "deputy_chip")
    own_window.until(lambda: badge.accessibleName() == "Pelaksana tugas: ani")

    key(dialog, Qt.Key.Key_E)
    card = dialog.findChild(QWidget, "confirm_card")
    assert card is not None
    field(card, "confirm_field").setText("penyelia kembali")
    key(card, Qt.Key.Key_Return)
    own_window.until(lambda: dialog.list.model().rowCount() == 0)
    own_window.until(lambda: badge.accessibleName() == "")
    assert server.journal.authority.users["ani"].known_deputyships[deputyship.id].ended
