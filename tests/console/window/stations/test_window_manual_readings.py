"""Manual readings: by keyboard, offline, sent after reconnection, errors by field."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from support.running_server import RunningServer
from support.window_fixture import GAUGE, OpenWindow, log_in_and_sync, register_gauge, visible_texts

from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.readings.reading import Reading
from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.rules.entry_bodies import RuleWritten
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.resources.moment_parser import moment_text
from tabuah.widgets.controls.labels import Text


@pytest.fixture
def gauge_window(open_console, data: Path, server: RunningServer) -> OpenWindow:
    """Return a logged-in window with a gauge selected."""
    register_gauge(server)
    log_in_and_sync(data, server, "ani")
    window = open_console()
    window.until(lambda: GAUGE.code in window.console.services.state.snapshot.stations)
    window.selection.choose_station(GAUGE.code, by_person=True)
    return window


def open_form(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_W)
    assert window.shell.parts.side.page is SidePage.READING


def test_manual_reading_reaches_server(gauge_window: OpenWindow, server: RunningServer) -> None:
    window = gauge_window
    open_form(window)
    window.write("2,42")
    window.edit("reading_source").setText("papan duga")
    window.key(Qt.Key.Key_Return)
    window.wait_for_toast("2,42 m", "tersimpan di sini")
    assert window.shell.parts.side.page is SidePage.DETAILS
    window.until(lambda: [reading.value for reading in server.service.readings.latest()] == [2.42])
    assert [each.value for each in window.console.services.readings.recent(GAUGE.code, "stage_m")] == [2.42]


def test_manual_reading_form_shows_newest_value(gauge_window: OpenWindow) -> None:
    window = gauge_window
    at = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    window.console.services.state.update_readings([Reading(GAUGE.code, "stage_m", at, 3.42)])
    open_form(window)
    words = visible_texts(window.shell.parts.reading_form)
    assert "Terakhir: 3,42 m, 24 Nov 2026 14.30 WIB" in words
    assert "Simpan bacaan" in words


def enter(window: OpenWindow, value: str, *, time: str) -> None:
    open_form(window)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # the fields of the form before
    window.write(value)
    window.edit("reading_time").setText(time)
    window.edit("reading_source").setText("papan duga")
    window.key(Qt.Key.Key_Return)


def test_correction_needs_reason_and_is_marked(gauge_window: OpenWindow, server: RunningServer) -> None:
    window, now = gauge_window, gauge_window.console.services.state.now()
    time = moment_text(now - timedelta(minutes=20), now=now)  # a fixed time of day is in the future before it
    enter(window, "2,24", time=time)
    window.wait_for_toast("2,24 m", "tersimpan di sini")
    enter(window, "2,42", time=time)
    form = window.shell.parts.reading_form
    window.until(lambda: "2,24 m sudah tersimpan" in visible_texts(form))
    window.edit("reading_reason").setText("angka tertukar")
    window.key(Qt.Key.Key_Return)
    mark = "dikoreksi dari 2,24 ke 2,42 m oleh ani: angka tertukar"
    window.until(lambda: mark in window.shell.parts.chart.findChild(Text, "chart_readout").text())
    assert "1 nilai dikoreksi" in visible_texts(window.shell.parts.chart)
    window.until(lambda: [reading.value for reading in server.service.readings.latest()] == [2.42])
    window.commands.stations.station_page.begin()
    dialog = window.commands.stations.station_page.dialog
    window.until(lambda: mark in visible_texts(dialog))


def test_language_change_waits_for_manual_readings(gauge_window: OpenWindow) -> None:
    open_form(gauge_window)
    gauge_window.write("2,42")
    gauge_window.commands.change_language()
    gauge_window.wait_for_toast("formulir")
    assert gauge_window.edit("reading_stage_m").text() == "2,42"


def test_manual_reading_source_is_suggested_again(gauge_window: OpenWindow) -> None:
    window = gauge_window
    open_form(window)
    window.write("2.4")
    window.edit("reading_source").setText("papan duga")
    window.key(Qt.Key.Key_Return)
    window.wait_for_toast("tersimpan")
    open_form(window)
    assert window.edit("reading_source").text() == "papan duga"


@pytest.mark.parametrize(
    ("value", "time", "source", "told"),
    [
        ("2,4", "", "", "Isi sumbernya. Nilai harus disertai sumber."),
        ("", "", "papan duga", "Isi setidaknya satu nilai"),
        ("dua", "", "papan duga", "Nilainya bukan angka"),
        ("99", "", "papan duga", "di luar"),
        ("2,4", "kemarin", "papan duga", "bukan waktu"),
        ("2,4", "2099-01-01 10.00", "papan duga", "di depan"),
    ],
)
def test_manual_reading_errors_are_shown_by_field(
    gauge_window: OpenWindow, value: str, time: str, source: str, told: str
) -> None:
    window = gauge_window
    open_form(window)
    window.edit("reading_stage_m").setText(value)
    window.edit("reading_source").setText(source)
    if time:
        window.edit("reading_time").setText(time)
    window.edit("reading_stage_m").setFocus()
    window.key(Qt.Key.Key_Return)
    form = visible_texts(window.shell.parts.reading_form)
    assert told in form, form
    assert window.shell.parts.side.page is SidePage.READING


def test_sync_badge_counts_manual_readings_offline(gauge_window: OpenWindow, server: RunningServer) -> None:
    window = gauge_window
    window.until(lambda: "Tersinkron" in window.shell.parts.header.sync_badge.accessibleName())
    server.stop()
    window.until(lambda: window.console.services.state.link.state is not ConnectionState.ONLINE)
    open_form(window)
    window.write("2,42")
    window.edit("reading_source").setText("radio")
    window.key(Qt.Key.Key_Return)
    window.wait_for_toast("tersimpan")
    window.until(lambda: "1 bacaan manual menunggu" in window.shell.parts.header.sync_badge.accessibleName())


def test_manual_reading_raises_alarm_offline(open_console, data: Path, server: RunningServer) -> None:
    register_gauge(server)
    rule = next(rule for rule in default_rules() if rule.id == "tma-siaga-1")
    body = encode_body(RuleWritten(rule=rule))
    server.journal.append_drafts([Draft(subject=f"rule/{rule.id}", kind="rule.written", body=body)])
    log_in_and_sync(data, server, "ani")
    window = open_console()
    window.until(lambda: "Tersinkron" in window.shell.parts.header.sync_badge.accessibleName())
    server.stop()
    window.selection.choose_station(GAUGE.code, by_person=True)
    window.until(lambda: window.console.services.state.link.state is not ConnectionState.ONLINE)
    open_form(window)
    window.write("3,5")
    window.edit("reading_source").setText("papan duga")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: any(a.is_active for a in window.console.services.state.snapshot.alarms.values()))
    (alarm,) = window.console.services.state.snapshot.alarms.values()
    assert (alarm.rule, alarm.value, alarm.station) == (rule.id, 3.5, GAUGE.code)
