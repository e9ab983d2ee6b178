"""Maintenance in the window: a station under maintenance is grey and its alarms are quiet."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from support.running_server import RunningServer
from support.window_fixture import (
    GAUGE,
    PATIENCE_MS,
    OpenWindow,
    log_in_and_sync,
    register_gauge,
)

from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.maintenance.drafts import end_maintenance
from tabuah.operations.maintenance.window import MaintenanceDuration, MaintenanceWindow, maintenance_ends_at
from tabuah.widgets.map.content import MarkerClass

SHIFT = Qt.KeyboardModifier.ShiftModifier


def works(window: OpenWindow) -> list[MaintenanceWindow]:
    return list(window.console.services.state.snapshot.maintenance.values())


def test_maintenance_hides_alarms_and_greys_station(alarm_window: OpenWindow, server: RunningServer) -> None:
    canvas, strip = alarm_window.shell.parts.map.canvas, alarm_window.shell.parts.strip
    alarm_window.until(lambda: list(canvas.content.stations.classes) == [MarkerClass.CRITICAL])
    alarm_window.key(Qt.Key.Key_W, SHIFT)
    alarm_window.write("kalibrasi sensor")
    alarm_window.key(Qt.Key.Key_Return)
    alarm_window.until(lambda: len(works(alarm_window)) == 1)
    alarm_window.wait_for_toast("dalam pemeliharaan sampai")
    alarm_window.until(lambda: strip.current is None)
    alarm_window.until(lambda: list(canvas.content.stations.classes) == [MarkerClass.NO_DATA])
    assert "kalibrasi sensor" in canvas.content.stations.details(0)[2]
    alarm_window.key(Qt.Key.Key_W, SHIFT)
    alarm_window.write("sudah bersih")
    alarm_window.key(Qt.Key.Key_Return)
    alarm_window.until(lambda: works(alarm_window)[0].note == "sudah bersih")
    alarm_window.until(lambda: strip.current is not None)
    alarm_window.wait_for_toast("Pemeliharaan selesai")
    alarm_window.until(lambda: list(canvas.content.stations.classes) == [MarkerClass.CRITICAL])


@pytest.mark.parametrize(("key", "hours"), [("", 2), ("1", 1), ("3", 8), ("4", None)])
def test_maintenance_length_is_chosen_by_digit(alarm_window: OpenWindow, key: str, hours: int | None) -> None:
    alarm_window.key(Qt.Key.Key_W, SHIFT)
    alarm_window.write("ganti aki")
    if key:
        alarm_window.key(getattr(Qt.Key, f"Key_{key}"), Qt.KeyboardModifier.AltModifier)
    alarm_window.key(Qt.Key.Key_Return)
    alarm_window.until(lambda: len(works(alarm_window)) == 1)
    (work,) = works(alarm_window)
    assert work.reason == "ganti aki"
    if hours is not None:
        assert work.until - work.since == timedelta(hours=hours)
    else:
        assert work.until == maintenance_ends_at(MaintenanceDuration.TOMORROW, work.since)


def test_maintenance_is_ended_by_undo(alarm_window: OpenWindow) -> None:
    alarm_window.key(Qt.Key.Key_W, SHIFT)
    alarm_window.write("pos yang salah")
    alarm_window.key(Qt.Key.Key_Return)
    alarm_window.wait_for_toast("dalam pemeliharaan sampai")
    alarm_window.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    alarm_window.until(lambda: [each.note for each in works(alarm_window)] == ["Diurungkan"])
    alarm_window.until(lambda: alarm_window.shell.parts.strip.current is not None)


def test_maintenance_ended_by_server_is_reported(alarm_window: OpenWindow, server: RunningServer) -> None:
    changed = alarm_window.console.services.state.changed  # emitted a moment later, together with the other changes
    with alarm_window.qtbot.waitSignal(
        changed, timeout=PATIENCE_MS, check_params_cb=lambda parts: StatePart.MAINTENANCE in parts
    ):
        alarm_window.key(Qt.Key.Key_W, SHIFT)
        alarm_window.write("ganti aki")
        alarm_window.key(Qt.Key.Key_Return)
    alarm_window.until(lambda: bool(server.journal.states_of_kind("maintenance")))
    server.journal.append_drafts([end_maintenance(works(alarm_window)[0], ended_at=works(alarm_window)[0].until)])
    alarm_window.wait_for_toast("Pemeliharaan selesai", GAUGE.name)


def test_maintenance_is_refused_to_viewer(open_console, data: Path, server: RunningServer) -> None:
    register_gauge(server)
    log_in_and_sync(data, server, "pemantau")
    window = open_console()
    window.until(lambda: window.selection.station == GAUGE.code)
    window.key(Qt.Key.Key_W, SHIFT)
    window.wait_for_toast("Peran Anda tidak")
    assert works(window) == []
