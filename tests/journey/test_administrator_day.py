"""An administrator at 1366×768 by keyboard alone: users, personal data, backups, settings and an exercise."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from support.console_stores import report_incident_at
from support.console_sync import sync
from support.keyboard_steps import (
    CTRL,
    OFFICE_LAPTOP,
    SHIFT,
    answer,
    dialog_in_front,
    fill_some,
    focused,
    leave_dialog,
    log_in,
    name_of,
    return_to_window,
    run_command,
    step,
    tab_to,
)
from support.running_server import RunningServer, start_server
from support.window_fixture import OpenWindow, log_in_and_sync, open_second_store, open_window, visible_texts

from tabuah.operations.people.roles import Role
from tabuah.server.backups.schedule import BackupConfiguration
from tabuah.server.people.personal_data import list_personal_data
from tabuah.widgets.exercises.exercises_dialog import ExercisesDialog
from tabuah.widgets.people.administration_dialog import AdministrationDialog
from tabuah.widgets.people.backups_dialog import BackupsDialog
from tabuah.widgets.people.personal_data_dialog import PersonalDataDialog
from tabuah.widgets.shell.settings_dialog import SettingsDialog


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """Run a server with backups, on which Ani has reported an incident with a caller."""
    (tmp_path / "backups").mkdir()
    with start_server(tmp_path / "server", backup=BackupConfiguration(directory="../backups")) as running:
        running.add_user("ani")
        running.add_user("admin", Role.ADMIN)
        log_in_and_sync(tmp_path / "ani", running, "ani")
        with open_second_store(tmp_path / "ani") as store:
            report_incident_at(store, caller="Pak Rusdi 0812-3456")
            sync(store)
        yield running


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, server: RunningServer) -> Iterator[OpenWindow]:
    opened = open_window(qtbot, tmp_path / "console")
    opened.shell.resize(OFFICE_LAPTOP)
    yield opened
    opened.console.close()


def test_administrator_works_by_keyboard_alone(window: OpenWindow, server: RunningServer) -> None:
    log_in(window, server.url, "admin")
    step(window, "admin-window")
    create_user(window, server)
    lock_and_unlock_user(window, server)
    erase_caller(window, server)
    verify_backup(window)
    change_setting(window)
    start_exercise(window)


def create_user(window: OpenWindow, server: RunningServer) -> None:
    """Create a user, and copy the one-time code."""
    window.key(Qt.Key.Key_P, CTRL, SHIFT)
    dialog = dialog_in_front(window, AdministrationDialog)
    window.until(lambda: dialog.list.model().rowCount() == 2)
    window.until(dialog.findChild(QPushButton, "user_create").isEnabled)
    step(window, "admin-users")
    window.key(Qt.Key.Key_N, CTRL, SHIFT)
    window.until(lambda: dialog.form.isAncestorOf(focused()))
    fill_some(window, dialog.form, {"user_name": "sari", "user_opd": "BPBD"})
    step(window, "admin-user_form")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: "sari" in server.journal.authority.users)
    code = dialog.findChild(QLabel, "one_time_code")
    window.until(code.isVisible)
    step(window, "admin-code")
    window.key(Qt.Key.Key_C, CTRL)
    assert QApplication.clipboard().text() == code.text() != ""
    window.key(Qt.Key.Key_Escape)
    window.until(lambda: code.text() == "")
    step(window, "admin-user_created")


def lock_and_unlock_user(window: OpenWindow, server: RunningServer) -> None:
    """Lock Ani with a reason, read the record, and unlock her; look at her device."""
    dialog = dialog_in_front(window, AdministrationDialog)
    window.key(Qt.Key.Key_F, CTRL)
    window.write("ani")
    window.until(lambda: dialog.list.model().rowCount() == 1)
    tab_to(window, dialog.list.objectName())
    window.until(lambda: "ani" in dialog.findChild(QLabel, "user_heading").text())
    window.until(dialog.findChild(QPushButton, "user_lock").isEnabled)
    step(window, "admin-user_found")
    window.key(Qt.Key.Key_L)
    answer(window, "cuti panjang", picture="admin-lock")
    window.until(lambda: not server.journal.authority.users["ani"].active)
    window.until(
        lambda: "terkunci" in visible_texts(dialog).casefold() or "dikunci" in visible_texts(dialog).casefold()
    )
    window.until(dialog.findChild(QPushButton, "user_unlock").isVisible)
    window.until(dialog.findChild(QPushButton, "user_unlock").isEnabled)
    step(window, "admin-locked")
    window.key(Qt.Key.Key_U)
    answer(window, "kembali")
    window.until(lambda: server.journal.authority.users["ani"].active)
    step(window, "admin-unlocked")
    leave_dialog(window)


def erase_caller(window: OpenWindow, server: RunningServer) -> None:
    """Find the data of a caller without seeing them, and erase them with a typed confirmation."""
    (found,) = list_personal_data(server.journal)
    run_command(window, "Data pribadi pelapor")
    dialog = dialog_in_front(window, PersonalDataDialog)
    window.write("rusdi")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: dialog.list.model().rowCount() == 1)
    assert "Rusdi" not in visible_texts(dialog)
    step(window, "admin-personal_found")
    tab_to(window, dialog.list.objectName())
    window.until(dialog.findChild(QPushButton, "personal_erase_one").isEnabled)
    window.key(Qt.Key.Key_X)
    window.until(lambda: name_of(focused()) == "personal_erase_reason")
    number = found.number
    fill_some(window, dialog.form, {"personal_erase_reason": "permintaan pelapor", "personal_erase_word": number})
    step(window, "admin-erase")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: list_personal_data(server.journal) == [])
    proof = dialog.findChild(QLabel, "one_time_code")
    window.until(proof.isVisible)
    step(window, "admin-erased")
    window.key(Qt.Key.Key_Escape)
    leave_dialog(window)


def verify_backup(window: OpenWindow) -> None:
    run_command(window, "Cadangan server")
    dialog = dialog_in_front(window, BackupsDialog)
    window.until(lambda: dialog.list.model().rowCount() == 1)
    window.until(lambda: "lalu setiap 24 jam" in visible_texts(dialog))
    window.until(dialog.findChild(QPushButton, "backup_verify").isEnabled)
    step(window, "admin-backups")
    window.key(Qt.Key.Key_V)
    window.until(lambda: "belum diperiksa" not in str(dialog.list.model().index(0, 0).data()))
    step(window, "admin-backup_verified")
    leave_dialog(window)


def change_setting(window: OpenWindow) -> None:
    """Change the first setting, and back: the theme."""
    before = window.console.appearance.palette.name
    window.key(Qt.Key.Key_Comma, CTRL)
    dialog_in_front(window, SettingsDialog)
    step(window, "admin-settings")
    window.key(Qt.Key.Key_Right)
    window.until(lambda: window.console.appearance.palette.name != before)
    step(window, "admin-settings_light")
    window.key(Qt.Key.Key_Left)
    window.until(lambda: window.console.appearance.palette.name == before)
    leave_dialog(window)


def start_exercise(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_L, CTRL, SHIFT)
    dialog = dialog_in_front(window, ExercisesDialog)
    tab_to(window, dialog.name.objectName())
    window.write("Gladi Galodo")
    window.key(Qt.Key.Key_Return)
    window.until(
        lambda: "Gladi Galodo" in [e.name for e in window.console.services.state.snapshot.exercises.values()]
    )
    return_to_window(window)
    step(window, "admin-exercise")
