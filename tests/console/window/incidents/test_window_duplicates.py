"""Duplicates in the window: a second call, a second alarm of a storm, merge and unmerge."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget
from support.running_server import RunningServer
from support.window_fixture import (
    OpenWindow,
    open_second_store,
    raise_alarm_at_gauge,
    report_in_second_store,
    visible_texts,
)

from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.codes import Status
from tabuah.operations.levels import AlarmSeverity


def report_flood(window: OpenWindow) -> None:
    """Press N, the place, Enter, and the letter of floods."""
    window.key(Qt.Key.Key_N)
    window.write("Koto Baru")
    window.key(Qt.Key.Key_Return)
    window.write("B")


def test_second_call_is_added_to_incident(window: OpenWindow, data: Path) -> None:
    with open_second_store(data) as store:
        report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 1)
    report_flood(window)
    window.key(Qt.Key.Key_Return)
    window.write("Bu Yanti")
    window.key(Qt.Key.Key_Return)
    window.wait_for_toast("Laporan ditambahkan ke")
    window.until(lambda: window.incidents[0].note_count == 2)
    assert len(window.incidents) == 1
    window.until(lambda: "Dilaporkan lagi lewat telepon" in window.details_text)
    window.until(lambda: "Bu Yanti (terbatas)" in window.details_text)
    with open_second_store(data) as store:
        entries = store.entries_of(f"incident/{window.incident.id}")
    assert all(b"Bu Yanti" not in bytes(entry.body) for entry, _verdict in entries), "the caller is a personal value"


def test_second_call_may_be_new_incident(window: OpenWindow, data: Path) -> None:
    with open_second_store(data) as store:
        report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 1)
    report_flood(window)
    window.write("N")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(window.incidents) == 2)
    assert window.shell.parts.side.page is SidePage.DETAILS


def test_incident_is_merged_and_unmerged(window: OpenWindow, data: Path) -> None:
    with open_second_store(data) as store:
        first, second = report_in_second_store(store), report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 2)
    window.choose(second)
    window.key(Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
    assert first.number in visible_texts(window.shell.parts.confirm)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.incident.merged_into == first.id)
    window.wait_for_toast(f"digabung ke {first.number}", "Urungkan")
    window.until(lambda: f"Digabung ke {first.number}" in window.details_text)
    window.commands.incidents.merge_actions.unmerge()
    window.until(lambda: window.incident.status is Status.REPORTED)
    window.wait_for_toast("tidak lagi digabung")
    window.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    window.until(lambda: window.incident.merged_into == first.id)


def test_second_alarm_of_storm_is_added_to_incident(alarm_window: OpenWindow, server: RunningServer) -> None:
    window = alarm_window
    window.key(Qt.Key.Key_I)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(window.incidents) == 1)
    second = raise_alarm_at_gauge(server, severity=AlarmSeverity.HIGH, value=3.1, limit=2.9)
    window.until(lambda: second in window.console.services.state.snapshot.alarms)
    window.until(lambda: not window.shell.parts.strip.current.incident_reason)
    window.key(Qt.Key.Key_I)
    offered = window.find(QListWidget, "duplicate_list")
    assert window.incidents[0].number in offered.item(0).text()
    window.key(Qt.Key.Key_Return)
    window.wait_for_toast("Alarm ditambahkan ke")
    window.until(lambda: window.console.services.state.snapshot.alarms[second].incidents != ())
    assert len(window.incidents) == 1
    window.until(lambda: bool(window.shell.parts.strip.current.incident_reason))
