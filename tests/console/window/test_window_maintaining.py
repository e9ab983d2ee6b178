"""Escalation and maintenance in the window: the strip says who was asked; a station that is worked on is quiet."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from running_server import RunningServer
from window_room import GAUGE, PATIENCE_MS, OpenWindow, log_in_and_sync, raise_alarm_at_gauge, register_gauge

from tabuah.console.window.room import Part
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.bodies import AlarmEscalated
from tabuah.operations.alarms.gestures import escalate_alarm
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.maintenance.gestures import end_maintenance
from tabuah.operations.maintenance.spans import WorkLength, work_until
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.storage.journal.wire import decode_entry
from tabuah.widgets.alarms.alarms_dialog import FIGURES
from tabuah.widgets.chips import LevelChip
from tabuah.widgets.map.markers import MarkerClass

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def alarmed(open_console, data: Path, server: RunningServer) -> OpenWindow:
    """An operator's window with one critical alarm at the gauge of Koto Baru."""
    register_gauge(server)
    raise_alarm_at_gauge(server)
    log_in_and_sync(data, server, "ani")
    window = open_console()
    window.until(lambda: window.shell.parts.strip.current is not None)
    window.until(lambda: window.shell.selection.station == GAUGE.code)
    return window


def escalate(server: RunningServer, window: OpenWindow, step: int, to: str) -> None:
    (alarm,) = window.console.services.room.snapshot.alarms.values()
    assert isinstance(alarm, Alarm)
    server.journal.append_own([escalate_alarm(alarm, AlarmEscalated(step=step, to=to, waited_s=120.0))])


def acknowledged(server: RunningServer) -> int:
    """How many entries that answer an alarm the server has."""
    entries = [decode_entry(record.text) for record in server.journal.records_after(0)]
    return sum(entry.kind == "alarm.acknowledged" for entry in entries)


def works(window: OpenWindow) -> list[MaintenanceWindow]:
    return list(window.console.services.room.snapshot.maintenance.values())


def test_the_strip_tells_who_was_asked_until_somebody_answers(alarmed: OpenWindow, server: RunningServer) -> None:
    escalate(server, alarmed, 1, "Penyelia piket")
    strip = alarmed.shell.parts.strip
    chip = alarmed.find(LevelChip, "alarm_escalated")
    alarmed.until(lambda: "Penyelia piket dihubungi" in chip.accessibleName())
    assert strip.current is not None
    assert "Penyelia piket" in strip.accessibleName()
    escalate(server, alarmed, 2, "Kalaksa BPBD")
    alarmed.until(lambda: "Kalaksa BPBD" in chip.accessibleName())
    alarmed.key(Qt.Key.Key_T)
    alarmed.until(lambda: not chip.isVisibleTo(strip))


def test_the_supervisor_reads_that_it_is_him(open_console, data: Path, server: RunningServer) -> None:
    register_gauge(server)
    raise_alarm_at_gauge(server)
    log_in_and_sync(data, server, "kalaksa")
    window = open_console()
    window.until(lambda: window.shell.parts.strip.current is not None)
    escalate(server, window, 1, "Penyelia piket")
    chip = window.find(LevelChip, "alarm_escalated")
    window.until(lambda: "Anda diminta menanggapi" in chip.accessibleName())


def test_a_station_that_is_worked_on_leaves_the_strip_and_is_grey_until_it_is_ready(
    alarmed: OpenWindow, server: RunningServer
) -> None:
    canvas, strip = alarmed.shell.parts.map.canvas, alarmed.shell.parts.strip
    alarmed.until(lambda: list(canvas.content.stations.classes) == [MarkerClass.CRITICAL])
    alarmed.key(Qt.Key.Key_W, SHIFT)
    alarmed.write("kalibrasi sensor")
    alarmed.key(Qt.Key.Key_Return)
    alarmed.until(lambda: len(works(alarmed)) == 1)
    alarmed.until_toast("dalam pemeliharaan sampai")
    alarmed.until(lambda: strip.current is None)
    alarmed.until(lambda: list(canvas.content.stations.classes) == [MarkerClass.NO_DATA])
    assert "kalibrasi sensor" in canvas.content.stations.details(0)[2]
    alarmed.key(Qt.Key.Key_W, SHIFT)
    alarmed.write("sudah bersih")
    alarmed.key(Qt.Key.Key_Return)
    alarmed.until(lambda: works(alarmed)[0].note == "sudah bersih")
    alarmed.until(lambda: strip.current is not None)
    alarmed.until_toast("Pemeliharaan selesai")
    alarmed.until(lambda: list(canvas.content.stations.classes) == [MarkerClass.CRITICAL])


@pytest.mark.parametrize(("key", "hours"), [("", 2), ("1", 1), ("3", 8), ("4", None)])
def test_for_how_long_a_station_is_worked_on_is_chosen_by_a_number(
    alarmed: OpenWindow, key: str, hours: int | None
) -> None:
    alarmed.key(Qt.Key.Key_W, SHIFT)
    alarmed.write("ganti aki")
    if key:
        alarmed.key(getattr(Qt.Key, f"Key_{key}"), Qt.KeyboardModifier.AltModifier)
    alarmed.key(Qt.Key.Key_Return)
    alarmed.until(lambda: len(works(alarmed)) == 1)
    (work,) = works(alarmed)
    assert work.reason == "ganti aki"
    if hours is not None:
        assert work.until - work.since == timedelta(hours=hours)
    else:
        assert work.until == work_until(WorkLength.TOMORROW, work.since)


def test_what_the_server_ends_is_told(alarmed: OpenWindow, server: RunningServer) -> None:
    changed = alarmed.console.services.room.changed  # told a moment after it is so, with what else has changed
    with alarmed.qtbot.waitSignal(
        changed, timeout=PATIENCE_MS, check_params_cb=lambda parts: Part.MAINTENANCE in parts
    ):
        alarmed.key(Qt.Key.Key_W, SHIFT)
        alarmed.write("ganti aki")
        alarmed.key(Qt.Key.Key_Return)
    alarmed.until(lambda: bool(server.journal.states_of_kind("maintenance")))
    server.journal.append_own([end_maintenance(works(alarmed)[0], ended_at=works(alarmed)[0].until)])
    alarmed.until_toast("Pemeliharaan selesai", GAUGE.name)


def test_a_viewer_cannot_begin_maintenance(open_console, data: Path, server: RunningServer) -> None:
    register_gauge(server)
    log_in_and_sync(data, server, "pemantau")
    window = open_console()
    window.until(lambda: window.shell.selection.station == GAUGE.code)
    window.key(Qt.Key.Key_W, SHIFT)
    window.until_toast("Peran Anda tidak")
    assert works(window) == []


def test_the_sound_is_muted_for_minutes_and_says_so(alarmed: OpenWindow) -> None:
    alarmed.key(Qt.Key.Key_M, SHIFT)
    alarmed.until_toast("Senyap 10 menit")
    assert alarmed.shell.doing.sounding.is_muted
    alarmed.key(Qt.Key.Key_M, SHIFT)
    alarmed.until_toast("Suara alarm aktif lagi")


def test_the_window_of_the_alarms_answers_a_whole_group_with_one_entry_for_each(
    alarmed: OpenWindow, server: RunningServer
) -> None:
    raise_alarm_at_gauge(server, severity=AlarmSeverity.ATTENTION, value=2.1, limit=2.0)
    alarmed.until(lambda: len(alarmed.console.services.room.snapshot.alarms) == 2)
    alarmed.key(Qt.Key.Key_A, SHIFT)
    overseeing = alarmed.shell.doing.overseeing
    alarmed.until(lambda: overseeing.dialog is not None and len(overseeing.dialog.groups._groups) == 1)
    dialog = overseeing.dialog
    assert dialog is not None
    assert len(dialog.groups._groups[0].members) == 2
    alarmed.qtbot.keyClick(dialog, Qt.Key.Key_T)
    room = alarmed.console.services.room
    alarmed.until(lambda: all(a.acknowledged_by == "ani" for a in room.snapshot.alarms.values()))
    alarmed.until(lambda: acknowledged(server) == 2)
    alarmed.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    alarmed.until(lambda: overseeing.dialog is None)


def test_the_figures_go_into_a_file(alarmed: OpenWindow, tmp_path: Path) -> None:
    alarmed.shell.doing.overseeing.begin_figures()
    dialog = alarmed.shell.doing.overseeing.dialog
    assert dialog is not None
    assert dialog.page == FIGURES
    file = tmp_path / "kinerja.csv"
    alarmed.shell.doing.overseeing._export(str(file))
    alarmed.until_toast("kinerja.csv")
    lines = file.read_text("utf-8-sig").splitlines()
    assert lines[0] == "Angka;Nilai;Anjuran;terpenuhi"
    assert any(line.startswith("Alarm muncul;0") for line in lines)  # the gauge's alarm is an exercise
