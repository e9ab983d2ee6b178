"""An administrator finds a person's data in the window without seeing them, and erases them with proof."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from support.console_stores import report_incident_at
from support.console_sync import sync
from support.running_server import PASSWORD, RunningServer
from support.window_fixture import OpenWindow, log_in_and_sync, open_second_store, visible_texts

from tabuah.operations.people.roles import Role
from tabuah.server.people.personal_data import list_personal_data
from tabuah.storage.sync.session import log_in


def write(dialog: QWidget, name: str, text: str) -> None:
    found = dialog.findChild(QLineEdit, name)
    assert isinstance(found, QLineEdit), name
    found.setText(text)


def test_personal_data_are_found_and_erased_after_a_typed_confirmation(
    open_console: Callable[..., OpenWindow], data: Path, tmp_path: Path, server: RunningServer
) -> None:
    with open_second_store(tmp_path / "of-ani") as store:
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        incident = report_incident_at(store, caller="Pak Rusdi 0812-3456")
        sync(store)
    server.add_user("admin", Role.ADMIN)
    log_in_and_sync(data, server, "admin")
    window = open_console()
    window.commands.people.personal_data.begin()
    dialog = window.commands.people.personal_data.dialog
    assert dialog is not None
    erase = dialog.findChild(QPushButton, "personal_erase_one")
    assert isinstance(erase, QPushButton)
    assert not erase.isEnabled()
    dialog.search.setText("rusdi")
    window.qtbot.keyClick(dialog, Qt.Key.Key_Return)
    window.until(lambda: dialog.list.model().rowCount() == 1)
    assert "Rusdi" not in visible_texts(dialog)
    erase.click()
    write(dialog, "personal_erase_reason", "permintaan pelapor")
    write(dialog, "personal_erase_word", "rusdi")
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    assert "Ketik persis" in visible_texts(dialog.form)
    assert len(list_personal_data(server.journal)) == 1, "the number was not typed"
    write(dialog, "personal_erase_word", incident.number)
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    proof = dialog.findChild(QLabel, "one_time_code")
    assert isinstance(proof, QLabel)
    window.until(proof.isVisible)
    hashes = [record.hash for record in server.journal.records_after(0) if "erasure.ordered" in record.text]
    assert hashes == [proof.text().splitlines()[-1]]
    assert list_personal_data(server.journal) == []
