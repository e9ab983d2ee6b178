"""The window of receipts: states, filters, one alarm, export, a lost connection and an alarm without receipts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from support.notice_receipts import ALARM, add_receipts
from support.running_server import RunningServer
from support.window_fixture import OpenWindow, log_in_and_sync, visible_texts

from tabuah.operations.people.roles import Role
from tabuah.widgets.controls.record_dialog import RecordDialog


@pytest.fixture
def window(open_console: Callable[..., OpenWindow], data: Path, server: RunningServer) -> OpenWindow:
    server.add_user("sari", Role.SUPERVISOR)
    log_in_and_sync(data, server, "sari")
    return open_console()


def folder_of(server: RunningServer) -> Path:
    return server.service.journal.directory.path


def open_dialog(window: OpenWindow) -> RecordDialog:
    window.commands.notices.begin()
    dialog = window.commands.notices.dialog
    assert dialog is not None
    return dialog


def rows(dialog: RecordDialog) -> list[str]:
    model = dialog.list.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_receipts_show_state_reason_and_filters(window: OpenWindow, server: RunningServer):
    add_receipts(folder_of(server), states=("waiting", "accepted", "failed"), error="550 no such user")
    dialog = open_dialog(window)
    window.until(lambda: len(rows(dialog)) == 3)
    assert "Camat 2" in rows(dialog)[0]
    window.until(lambda: "550 no such user" in visible_texts(dialog))
    dialog.reset_search("failed")
    window.until(lambda: len(rows(dialog)) == 2)
    window.qtbot.keyClicks(dialog.focusWidget(), "gagal")
    window.until(lambda: len(rows(dialog)) == 1)
    window.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    window.until(lambda: len(rows(dialog)) == 2)
    dialog.close()


def test_receipts_of_one_alarm_are_listed(window: OpenWindow, server: RunningServer):
    add_receipts(folder_of(server), states=("waiting", "accepted"))
    window.commands.notices.begin_for_alarm(ALARM)
    dialog = window.commands.notices.dialog
    assert dialog is not None
    window.until(lambda: len(rows(dialog)) == 1)
    assert "Kritis: Batang Lembang 0" in rows(dialog)[0]
    dialog.reset_search()  # without the check box of the alarm, all are read
    window.until(lambda: len(rows(dialog)) == 2)
    dialog.list.choose("1")
    window.qtbot.keyClick(dialog, Qt.Key.Key_Return)
    window.until(lambda: len(rows(dialog)) == 1)
    dialog.close()


def test_listed_receipts_are_exported_without_addresses(window: OpenWindow, server: RunningServer, tmp_path: Path):
    add_receipts(folder_of(server), states=("accepted", "failed"))
    dialog = open_dialog(window)
    window.until(lambda: len(rows(dialog)) == 2)
    window.commands.notices.write_table(tmp_path / "a.csv")
    window.until(lambda: "a.csv" in visible_texts(dialog))
    text = (tmp_path / "a.csv").read_text("utf-8-sig")
    assert "Camat 1" in text
    assert "example.org" not in text
    dialog.close()


def test_lost_connection_keeps_the_list_and_says_since_when(window: OpenWindow, server: RunningServer):
    add_receipts(folder_of(server))
    dialog = open_dialog(window)
    window.until(lambda: len(rows(dialog)) == 1)
    server.stop()
    window.commands.notices.load()
    window.until(lambda: "Daftar ini dari" in visible_texts(dialog))
    assert len(rows(dialog)) == 1
    dialog.close()


def test_waiting_message_is_cancelled_and_the_list_read_again(window: OpenWindow, server: RunningServer):
    add_receipts(folder_of(server), states=("failed", "waiting"))
    dialog = open_dialog(window)
    window.until(lambda: len(rows(dialog)) == 2)
    dialog.list.choose("1")
    window.qtbot.keyClick(
        dialog, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert "dibatalkan" not in rows(dialog)[0]  # one that failed does not wait
    dialog.list.choose("2")
    window.qtbot.keyClick(
        dialog, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    window.until(lambda: "1 pesan dibatalkan" in visible_texts(dialog))
    window.until(lambda: "sari" in visible_texts(dialog))
    dialog.close()


def test_retry_that_the_server_refuses_keeps_the_list(window: OpenWindow, server: RunningServer):
    add_receipts(folder_of(server), states=("failed",))
    dialog = open_dialog(window)
    window.until(lambda: len(rows(dialog)) == 1)
    dialog.list.choose("1")
    window.qtbot.keyClick(
        dialog, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    window.until(lambda: "Tidak ada yang diubah" in visible_texts(dialog))
    assert len(rows(dialog)) == 1
    dialog.close()


def test_server_that_sends_nothing_says_so(window: OpenWindow):
    dialog = open_dialog(window)
    window.until(lambda: "notices.toml" in visible_texts(dialog))
    dialog.close()


def test_alarm_list_without_a_selected_alarm_asks_for_no_receipts(window: OpenWindow):
    asked: list[str] = []
    window.commands.alarms.alarm_list.begin()
    dialog = window.commands.alarms.alarm_list.dialog
    assert dialog is not None
    dialog.groups.notices_requested.connect(asked.append)
    window.qtbot.keyClick(dialog, Qt.Key.Key_N)
    assert asked == []
    dialog.close()
