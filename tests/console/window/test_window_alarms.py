"""Alarms: the strip, answering, and one key and one confirmation to an incident."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from running_server import RunningServer
from window_room import GAUGE, OpenWindow, log_in_and_sync, raise_alarm_at_gauge, register_gauge, texts_of

from tabuah.console.window.confirm_card import ConfirmCard
from tabuah.console.window.panels import Page
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.codes import Channel, Hazard, Severity
from tabuah.operations.levels import AlarmSeverity
from tabuah.widgets.alarms.alarms_dialog import GROUPS, QUIET, AlarmsDialog
from tabuah.widgets.buttons import KeyButton
from tabuah.widgets.map.markers import MarkerClass
from tabuah.widgets.values import Level


@pytest.fixture
def alarmed(open_console, data: Path, server: RunningServer) -> OpenWindow:
    """An operator's window with one critical alarm at the gauge of Koto Baru."""
    register_gauge(server)
    raise_alarm_at_gauge(server)
    log_in_and_sync(data, server, "ani")
    window = open_console()
    window.until(lambda: window.shell.parts.strip.current is not None)
    return window


def the_alarm(window: OpenWindow) -> Alarm:
    (alarm,) = window.console.services.room.snapshot.alarms.values()
    return alarm


def test_the_strip_tells_what_where_how_much_and_since_when(alarmed: OpenWindow) -> None:
    strip = alarmed.shell.parts.strip
    assert strip.current is not None
    assert strip.current.level is Level.CRITICAL
    words = texts_of(strip)
    assert "KRITIS" in words
    assert "Tinggi muka air Batang Lembang 3,42 m" in words
    assert "sejak" in words
    assert "SIMULASI" in words


def test_the_map_and_the_chart_go_to_the_alarm(alarmed: OpenWindow) -> None:
    canvas = alarmed.shell.parts.map.canvas
    alarmed.until(lambda: alarmed.shell.selection.station == GAUGE.code)
    alarmed.until(lambda: list(canvas.content.stations.classes) == [MarkerClass.CRITICAL])
    alarmed.key(Qt.Key.Key_L)
    lon_deg, lat_deg = canvas.view.centre_deg
    assert (round(lon_deg, 3), round(lat_deg, 3)) == (GAUGE.lon_deg, GAUGE.lat_deg)
    assert canvas.content.exercise


def test_one_key_and_one_confirmation_make_an_incident(alarmed: OpenWindow) -> None:
    alarmed.key(Qt.Key.Key_I)
    assert alarmed.shell.parts.side.page is Page.REPORT
    alarmed.key(Qt.Key.Key_Return)
    alarmed.until(lambda: len(alarmed.incidents) == 1)
    incident = alarmed.incidents[0]
    assert (incident.hazard, incident.severity, incident.channel) == (Hazard.FLOOD, Severity.SEVERE, Channel.SENSOR)
    assert "Batang Lembang" in incident.title
    assert incident.place is not None
    assert (incident.place.lon_deg, incident.place.lat_deg) == (GAUGE.lon_deg, GAUGE.lat_deg)
    assert incident.place.nagari
    assert "3,42 m" in incident.description
    assert incident.exercise
    alarm = the_alarm(alarmed)
    assert incident.alarm == alarm.id
    alarmed.until(lambda: the_alarm(alarmed).incidents == (incident.id,))
    assert the_alarm(alarmed).acknowledged_by == "ani"


def test_an_alarm_that_became_an_incident_says_so(alarmed: OpenWindow) -> None:
    alarmed.key(Qt.Key.Key_I)
    alarmed.key(Qt.Key.Key_Return)
    alarmed.until(lambda: bool(the_alarm(alarmed).incidents) if alarmed.incidents else False)
    strip = alarmed.shell.parts.strip
    alarmed.until(lambda: strip.current is not None and strip.current.incident == alarmed.incidents[0].number)
    alarmed.key(Qt.Key.Key_I)
    alarmed.until_toast("sudah dijadikan insiden")


def test_t_acknowledges_and_the_strip_becomes_quiet(alarmed: OpenWindow) -> None:
    alarmed.key(Qt.Key.Key_T)
    strip = alarmed.shell.parts.strip
    alarmed.until(lambda: strip.current is not None and strip.current.acknowledged)
    assert the_alarm(alarmed).acknowledged_by == "ani"
    alarmed.until_toast("1 alarm ditanggapi")
    alarmed.key(Qt.Key.Key_T)
    alarmed.until_toast("sudah ditanggapi")


def test_shelving_needs_a_reason_and_takes_the_alarm_away(alarmed: OpenWindow) -> None:
    alarmed.key(Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    alarmed.write("pos sedang dibersihkan")
    alarmed.key(Qt.Key.Key_Return)
    alarmed.until(lambda: alarmed.shell.parts.strip.current is None)
    assert the_alarm(alarmed).shelve_reason == "pos sedang dibersihkan"


def shelve(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    window.write("pos sedang dibersihkan")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.shell.parts.strip.current is None)
    window.until_toast("1 alarm ditunda")


def open_alarms(window: OpenWindow, page: str = GROUPS) -> AlarmsDialog:
    """The window of the alarms, with the keyboard."""
    window.shell.doing.overseeing.begin(page)
    dialog = window.shell.doing.overseeing.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    return dialog


def test_for_how_long_an_alarm_is_shelved_is_chosen_by_a_number(alarmed: OpenWindow) -> None:
    alarmed.key(Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    alarmed.key(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    alarmed.write("pos sedang dibersihkan")
    began = alarmed.console.services.room.now()
    alarmed.key(Qt.Key.Key_Return)
    alarmed.until(lambda: the_alarm(alarmed).shelved_until is not None)
    until = the_alarm(alarmed).shelved_until
    assert until is not None
    assert timedelta(minutes=14) < until - began < timedelta(minutes=16)


def test_the_question_says_how_many_alarms_are_shelved_together(alarmed: OpenWindow, server: RunningServer) -> None:
    raise_alarm_at_gauge(server, severity=AlarmSeverity.ATTENTION, value=2.1, limit=2.0)
    alarmed.until(lambda: len(alarmed.console.services.room.snapshot.alarms) == 2)
    alarmed.key(Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    words = texts_of(alarmed.shell.parts.confirm)
    assert "Tunda 2 alarm?" in words
    assert "dan 1 lagi dengan sebab yang sama" in words


def test_shelving_is_undone_by_the_key_that_undoes_anything(alarmed: OpenWindow) -> None:
    shelve(alarmed)
    alarmed.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    alarmed.until(lambda: alarmed.shell.parts.strip.current is not None)
    alarmed.until_toast("1 alarm aktif lagi")


def test_a_shelved_alarm_is_heard_again_from_the_list_of_what_is_quiet(alarmed: OpenWindow) -> None:
    shelve(alarmed)
    dialog = open_alarms(alarmed, QUIET)
    (line,) = dialog.quiet.list_in_front.model().items
    assert "Simulasi · Kritis · AWLR Koto Baru · ditunda · pos sedang dibersihkan" in line.about
    assert line.author == "ani"
    alarmed.qtbot.keyClick(dialog, Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    alarmed.until(lambda: alarmed.shell.parts.strip.current is not None)


def test_a_group_is_shelved_and_made_an_incident_of_in_the_window_of_the_alarms(alarmed: OpenWindow) -> None:
    dialog = open_alarms(alarmed)
    alarmed.qtbot.keyClick(dialog, Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    card = dialog.findChild(ConfirmCard)
    assert isinstance(card, ConfirmCard)
    assert "Tunda 1 alarm?" in texts_of(card)
    alarmed.qtbot.keyClick(card, Qt.Key.Key_Escape)
    alarmed.qtbot.keyClick(dialog, Qt.Key.Key_I)
    alarmed.until(lambda: alarmed.shell.doing.overseeing.dialog is None)
    assert alarmed.shell.parts.side.page is Page.REPORT


def test_a_viewer_is_told_in_the_window_of_the_alarms_why_it_answers_nothing(
    open_console, data: Path, server: RunningServer
) -> None:
    register_gauge(server)
    raise_alarm_at_gauge(server)
    log_in_and_sync(data, server, "pemantau")
    window = open_console()
    window.until(lambda: window.shell.parts.strip.current is not None)
    for name in ("alarm_acknowledge", "alarm_incident"):
        assert "Peran Anda tidak" in window.find(KeyButton, name).toolTip()
    assert window.find(KeyButton, "alarm_locate").isEnabled()
    dialog = open_alarms(window)
    window.qtbot.keyClick(dialog, Qt.Key.Key_T)
    assert "Peran Anda tidak" in texts_of(dialog)


def test_alarms_of_one_gauge_are_one_group_led_by_the_worst(alarmed: OpenWindow, server: RunningServer) -> None:
    raise_alarm_at_gauge(server, severity=AlarmSeverity.ATTENTION, value=2.1, limit=2.0)
    strip = alarmed.shell.parts.strip
    alarmed.until(lambda: strip.current is not None and "1 lagi, sebab sama" in strip.current.details)
    assert strip.current is not None
    assert strip.current.level is Level.CRITICAL


def test_a_station_without_data_is_grey_and_never_green(open_console, data: Path, server: RunningServer) -> None:
    register_gauge(server)
    log_in_and_sync(data, server, "ani")
    window = open_console()
    canvas = window.shell.parts.map.canvas
    window.until(lambda: list(canvas.content.stations.classes) == [MarkerClass.NO_DATA])
    assert "belum ada data" in canvas.content.data_age
