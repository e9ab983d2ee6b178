"""Escalation and sound in the window: the strip names the notified role, and a key mutes the sound."""

from pathlib import Path

from PySide6.QtCore import Qt
from support.running_server import RunningServer
from support.window_fixture import (
    OpenWindow,
    log_in_and_sync,
    raise_alarm_at_gauge,
    register_gauge,
)

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.drafts import escalate_alarm
from tabuah.operations.alarms.entry_bodies import AlarmEscalated
from tabuah.widgets.controls.chips import LevelChip

SHIFT = Qt.KeyboardModifier.ShiftModifier


def escalate(server: RunningServer, window: OpenWindow, step: int, to: str) -> None:
    (alarm,) = window.console.services.state.snapshot.alarms.values()
    assert isinstance(alarm, Alarm)
    server.journal.append_drafts([escalate_alarm(alarm, AlarmEscalated(step=step, to=to, waited_s=120.0))])


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


def test_alarm_sound_is_muted_for_minutes(alarm_window: OpenWindow) -> None:
    alarm_window.key(Qt.Key.Key_M, SHIFT)
    alarm_window.wait_for_toast("Senyap 10 menit")
    assert alarm_window.commands.alarms.alarm_sound.is_muted
    alarm_window.key(Qt.Key.Key_M, SHIFT)
    alarm_window.wait_for_toast("Suara alarm aktif lagi")
