"""The window of the server's backups: the newest one, its verification on request, and a server without a folder."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from support.running_server import RunningServer, start_server
from support.window_fixture import OpenWindow, log_in_and_sync, visible_texts

from tabuah.operations.people.roles import Role
from tabuah.server.backups.schedule import BackupConfiguration
from tabuah.widgets.people.backups_dialog import BackupsDialog


def open_dialog(window: OpenWindow) -> BackupsDialog:
    window.commands.people.backups.begin()
    dialog = window.commands.people.backups.dialog
    assert dialog is not None
    return dialog


def is_enabled(dialog: QWidget, name: str) -> bool:
    found = dialog.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found.isEnabled()


def spoken_rows(dialog: BackupsDialog) -> str:
    model = dialog.list.model()
    return " | ".join(str(model.index(row, 0).data()) for row in range(model.rowCount()))


def test_newest_backup_is_shown_and_verified(
    open_console: Callable[..., OpenWindow], data: Path, tmp_path: Path
) -> None:
    (tmp_path / "backups").mkdir()
    with start_server(tmp_path / "server", backup=BackupConfiguration(directory="../backups")) as server:
        server.add_user("admin", Role.ADMIN)
        log_in_and_sync(data, server, "admin")
        window = open_console()
        dialog = open_dialog(window)
        window.until(lambda: dialog.list.model().rowCount() == 1 and is_enabled(dialog, "backup_verify"))
        assert "belum diperiksa" in spoken_rows(dialog)
        window.until(lambda: "lalu setiap 24 jam" in visible_texts(dialog))  # labels are shown by the event loop
        window.qtbot.keyClick(dialog, Qt.Key.Key_V)
        window.until(lambda: "| diperiksa" in spoken_rows(dialog).replace("·", "|"))
        window.qtbot.keyClick(dialog, Qt.Key.Key_B)
        window.until(lambda: "baru beberapa menit" in visible_texts(dialog))
        dialog.close()
        window.console.close()


def test_server_without_a_folder_says_how_to_name_one(
    open_console: Callable[..., OpenWindow], data: Path, server: RunningServer
) -> None:
    server.add_user("admin", Role.ADMIN)
    log_in_and_sync(data, server, "admin")
    window = open_console()
    dialog = open_dialog(window)
    window.until(lambda: "server.toml" in visible_texts(dialog))
    assert not is_enabled(dialog, "backup_make")
