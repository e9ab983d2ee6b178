"""Handing over a computer in the window: everything is sent, then erased; without the server nothing is."""

from pathlib import Path

from PySide6.QtCore import Qt
from support.running_server import RunningServer
from support.window_fixture import OpenWindow, open_second_store, report_in_second_store, visible_texts

from tabuah.storage.sync.retirement import read_retirement


def hand_over(window: OpenWindow) -> None:
    window.commands.people.hand_over.begin()
    window.until(window.shell.parts.confirm.isVisible)
    assert "dihapus" in visible_texts(window.shell.parts.confirm)
    window.key(Qt.Key.Key_Return)
    assert window.shell.parts.confirm.isVisible(), "a reason is required"
    window.write("dipakai posko lain")
    window.key(Qt.Key.Key_Return)


def test_computer_is_erased_after_everything_was_sent(
    alarm_window: OpenWindow, data: Path, server: RunningServer
) -> None:
    with open_second_store(data) as store:
        report_in_second_store(store, title="Sebelum diserahkan")
    hand_over(alarm_window)
    alarm_window.until(lambda: read_retirement(data) is not None)
    alarm_window.until(lambda: alarm_window.context.state.snapshot.identity is None)
    alarm_window.wait_for_toast("retired.json")
    titles = [state.value.title for state in server.journal.states_of_kind("incident").values()]
    assert titles == ["Sebelum diserahkan"]
    assert not alarm_window.context.state.snapshot.incidents


def test_nothing_is_erased_without_server(alarm_window: OpenWindow, data: Path, server: RunningServer) -> None:
    with open_second_store(data) as store:
        incident = report_in_second_store(store)
    server.stop()
    hand_over(alarm_window)
    alarm_window.wait_for_toast("F5")
    assert read_retirement(data) is None
    alarm_window.until(lambda: incident.id in alarm_window.context.state.snapshot.incidents)
