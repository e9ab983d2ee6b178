"""Escalation and maintenance: the strip names the notified role; stations under maintenance are quiet."""

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
    raise_alarm_at_gauge,
    register_gauge,
)

from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.drafts import escalate_alarm
from tabuah.operations.alarms.entry_bodies import AlarmEscalated
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.maintenance.drafts import end_maintenance
from tabuah.operations.maintenance.durations import MaintenanceDuration, maintenance_ends_at
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.storage.journal.wire import decode_entry
from tabuah.widgets.alarms.alarms_dialog import PERFORMANCE
from tabuah.widgets.controls.chips import LevelChip
from tabuah.widgets.map.markers import MarkerClass

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def alarm_window(open_console, data: Path, server: RunningServer) -> OpenWindow:
    """Return an operator's window with one critical alarm at the gauge of Koto Baru."""
    register_gauge(server)
    raise_alarm_at_gauge(server)
    log_in_and_sync(data, server, "ani")
    window = open_console()
    window.until(lambda: window.shell.parts.strip.current is not None)
    window.until(lambda: window.shell.selection.station == GAUGE.code)
    return window


def escalate(server: RunningServer, window: OpenWindow, step: int, to: str) -> None:
    (alarm,) = window.console.services.state.snapshot.alarms.values()
    assert isinstance(alarm, Alarm)
    server.journal.append_drafts([escalate_alarm(alarm, AlarmEscalated(step=step, to=to, waited_s=120.0))])


def acknowledged(server: RunningServer) -> int:
    """Return the number of acknowledgements on the server."""
    entries = [decode_entry(record.text) for record in server.journal.records_after(0)]
    return sum(entry.kind == "alarm.acknowledged" for entry in entries)


def works(window: OpenWindow) -> list[MaintenanceWindow]:
    return list(window.console.services.state.snapshot.maintenance.values())


def test_alarm_strip_shows_escalation_until_acknowledged(alarm_window: OpenWindow, server: RunningServer) -> None:
    escalate(server, alarm_window, 1, "Penyelia piket")
    strip = alarm_window.shell.parts.strip
    chip = alarm_window.find(LevelChip, "alarm_escalated")
    alarm_window.until(lambda: "Penyelia piket dihubungi" in chip.accessibleName())
    assert strip.current is not None
    assert "Penyelia piket" in strip.accessibleName()
    escalate(server, alarm_window, 2, "Kalaksa BPBD")
    alarm_window.until(lambda: "Kalaksa BPBD" in chip.accessibleName())
    alarm_window.key(Qt.Key.Key_T)
    alarm_window.until(lambda: not chip.isVisibleTo(strip))


def test_alarm_strip_addresses_notified_supervisor(open_console, data: Path, server: RunningServer) -> None:
    register_gauge(server)
    raise_alarm_at_gauge(server)
    log_in_and_sync(data, server, "kalaksa")
    window = open_console()
    window.until(lambda: window.shell.parts.strip.current is not None)
    escalate(server, window, 1, "Penyelia piket")
    chip = window.find(LevelChip, "alarm_escalated")
    window.until(lambda: "Anda diminta menanggapi" in chip.accessibleName())


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
    window.until(lambda: window.shell.selection.station == GAUGE.code)
    window.key(Qt.Key.Key_W, SHIFT)
    window.wait_for_toast("Peran Anda tidak")
    assert works(window) == []


def test_alarm_sound_is_muted_for_minutes(alarm_window: OpenWindow) -> None:
    alarm_window.key(Qt.Key.Key_M, SHIFT)
    alarm_window.wait_for_toast("Senyap 10 menit")
    assert alarm_window.shell.commands.alarm_sound.is_muted
    alarm_window.key(Qt.Key.Key_M, SHIFT)
    alarm_window.wait_for_toast("Suara alarm aktif lagi")


def test_alarm_list_acknowledges_whole_group(alarm_window: OpenWindow, server: RunningServer) -> None:
    raise_alarm_at_gauge(server, severity=AlarmSeverity.ATTENTION, value=2.1, limit=2.0)
    alarm_window.until(lambda: len(alarm_window.console.services.state.snapshot.alarms) == 2)
    alarm_window.key(Qt.Key.Key_A, SHIFT)
    alarm_list = alarm_window.shell.commands.alarm_list
    alarm_window.until(lambda: alarm_list.dialog is not None and len(alarm_list.dialog.groups._groups) == 1)
    dialog = alarm_list.dialog
    assert dialog is not None
    assert len(dialog.groups._groups[0].members) == 2
    alarm_window.qtbot.keyClick(dialog, Qt.Key.Key_T)
    state = alarm_window.console.services.state
    alarm_window.until(lambda: all(a.acknowledged_by == "ani" for a in state.snapshot.alarms.values()))
    alarm_window.until(lambda: acknowledged(server) == 2)
    alarm_window.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    alarm_window.until(lambda: alarm_list.dialog is None)


def test_alarm_performance_is_exported(alarm_window: OpenWindow, tmp_path: Path) -> None:
    alarm_window.shell.commands.alarm_list.begin_figures()
    dialog = alarm_window.shell.commands.alarm_list.dialog
    assert dialog is not None
    assert dialog.page == PERFORMANCE
    file = tmp_path / "kinerja.csv"
    alarm_window.shell.commands.alarm_list._export(str(file))
    alarm_window.wait_for_toast("kinerja.csv")
    lines = file.read_text("utf-8-sig").splitlines()
    assert lines[0] == "Angka;Nilai;Anjuran;terpenuhi"
    assert any(line.startswith("Alarm muncul;0") for line in lines)  # the gauge's alarm is an exercise
