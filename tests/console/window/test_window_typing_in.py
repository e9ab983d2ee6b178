"""Typing in what was read at a station: by keyboard, offline, sent when there is a line, told when it cannot be."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from running_server import RunningServer
from window_room import GAUGE, OpenWindow, log_in_and_sync, register_gauge, texts_of

from tabuah.console.window.link import LinkState
from tabuah.console.window.panels import Page
from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft
from tabuah.operations.rules.bodies import RuleWritten
from tabuah.operations.rules.defaults import default_rules
from tabuah.operations.stations.readings import Reading


@pytest.fixture
def at_the_gauge(open_console, data: Path, server: RunningServer) -> OpenWindow:
    """A window that is logged in and looks at a gauge."""
    register_gauge(server)
    log_in_and_sync(data, server, "ani")
    window = open_console()
    window.until(lambda: GAUGE.code in window.console.services.room.snapshot.stations)
    window.shell.selection.choose_station(GAUGE.code, by_person=True)
    return window


def open_form(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_W)
    assert window.shell.parts.side.page is Page.READING


def test_a_value_typed_in_by_keyboard_reaches_the_server(at_the_gauge: OpenWindow, server: RunningServer) -> None:
    window = at_the_gauge
    open_form(window)
    window.write("2,42")
    window.edit("reading_source").setText("papan duga")
    window.key(Qt.Key.Key_Return)
    window.until_toast("2,42 m", "tersimpan di sini")
    assert window.shell.parts.side.page is Page.DETAILS
    window.until(lambda: [reading.value for reading in server.service.readings.latest()] == [2.42])
    assert [each.value for each in window.console.services.readings.recent(GAUGE.code, "stage_m")] == [2.42]


def test_the_form_shows_what_was_measured_last_and_says_what_its_button_does(at_the_gauge: OpenWindow) -> None:
    window = at_the_gauge
    at = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    window.console.services.room.take_readings([Reading(GAUGE.code, "stage_m", at, 3.42)])
    open_form(window)
    words = texts_of(window.shell.parts.reading_form)
    assert "Terakhir: 3,42 m, 24 Nov 2026 14.30 WIB" in words
    assert "Simpan bacaan" in words


def test_the_language_waits_for_what_is_being_typed_in(at_the_gauge: OpenWindow) -> None:
    open_form(at_the_gauge)
    at_the_gauge.write("2,42")
    at_the_gauge.shell.doing.change_language()
    at_the_gauge.until_toast("formulir")
    assert at_the_gauge.edit("reading_stage_m").text() == "2,42"


def test_the_last_source_is_offered_again(at_the_gauge: OpenWindow) -> None:
    window = at_the_gauge
    open_form(window)
    window.write("2.4")
    window.edit("reading_source").setText("papan duga")
    window.key(Qt.Key.Key_Return)
    window.until_toast("tersimpan")
    open_form(window)
    assert window.edit("reading_source").text() == "papan duga"


@pytest.mark.parametrize(
    ("value", "time", "source", "told"),
    [
        ("2,4", "", "", "tanpa sumber tidak ada artinya"),
        ("", "", "papan duga", "Isi sedikitnya satu nilai"),
        ("dua", "", "papan duga", "Nilainya bukan angka"),
        ("99", "", "papan duga", "di luar"),
        ("2,4", "kemarin", "papan duga", "bukan waktu"),
        ("2,4", "2099-01-01 10.00", "papan duga", "di depan"),
    ],
)
def test_what_cannot_be_is_told_where_it_stands(
    at_the_gauge: OpenWindow, value: str, time: str, source: str, told: str
) -> None:
    window = at_the_gauge
    open_form(window)
    window.edit("reading_stage_m").setText(value)
    window.edit("reading_source").setText(source)
    if time:
        window.edit("reading_time").setText(time)
    window.edit("reading_stage_m").setFocus()
    window.key(Qt.Key.Key_Return)
    form = texts_of(window.shell.parts.reading_form)
    assert told in form, form
    assert window.shell.parts.side.page is Page.READING


def test_the_badge_tells_what_waits_while_there_is_no_line(at_the_gauge: OpenWindow, server: RunningServer) -> None:
    window = at_the_gauge
    window.until(lambda: "Tersinkron" in window.shell.parts.header.sync_badge.accessibleName())
    server.service.stop()
    window.until(lambda: window.console.services.room.link.state is not LinkState.ONLINE)
    open_form(window)
    window.write("2,42")
    window.edit("reading_source").setText("radio")
    window.key(Qt.Key.Key_Return)
    window.until_toast("tersimpan")
    window.until(lambda: "1 nilai ketikan menunggu" in window.shell.parts.header.sync_badge.accessibleName())


def test_without_a_line_the_console_raises_the_alarm_itself(open_console, data: Path, server: RunningServer) -> None:
    register_gauge(server)
    rule = next(rule for rule in default_rules() if rule.id == "tma-siaga-1")
    body = encode_body(RuleWritten(rule=rule))
    server.journal.append_own([Draft(subject=f"rule/{rule.id}", kind="rule.written", body=body)])
    log_in_and_sync(data, server, "ani")
    window = open_console()
    window.until(lambda: "Tersinkron" in window.shell.parts.header.sync_badge.accessibleName())
    server.service.stop()
    window.shell.selection.choose_station(GAUGE.code, by_person=True)
    window.until(lambda: window.console.services.room.link.state is not LinkState.ONLINE)
    open_form(window)
    window.write("3,5")
    window.edit("reading_source").setText("papan duga")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: any(a.is_active for a in window.console.services.room.snapshot.alarms.values()))
    (alarm,) = window.console.services.room.snapshot.alarms.values()
    assert (alarm.rule, alarm.value, alarm.station) == (rule.id, 3.5, GAUGE.code)
