"""Alarms in the window: strip, acknowledgement, and one key and one confirmation to an incident."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from support.contact_samples import sample_contact
from support.running_server import RunningServer
from support.window_fixture import (
    GAUGE,
    OpenWindow,
    log_in_and_sync,
    open_second_store,
    raise_alarm_at_gauge,
    register_gauge,
    visible_texts,
)

from tabuah.console.window.alarms.pending_acknowledgements import UNDO_S
from tabuah.console.window.shared.confirm_card import ConfirmCard
from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.codes import Channel, Hazard, Severity
from tabuah.operations.contacts.drafts import register_contact
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.notices.drafts import acknowledge_notice
from tabuah.resources.fault_isolation import take_faults
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.journal.wire import decode_entry
from tabuah.text.faulty_items import cannot_be_displayed
from tabuah.widgets.alarms.alarms_dialog import GROUPS, PERFORMANCE, SUPPRESSED, AlarmsDialog
from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.map.content import MarkerClass
from tabuah.widgets.values import Level

SHIFT = Qt.KeyboardModifier.ShiftModifier


def acknowledged(server: RunningServer) -> int:
    """Return the number of acknowledgements on the server."""
    entries = [decode_entry(record.text) for record in server.journal.records_after(0)]
    return sum(entry.kind == "alarm.acknowledged" for entry in entries)


def the_alarm(window: OpenWindow) -> Alarm:
    (alarm,) = window.console.services.state.snapshot.alarms.values()
    return alarm


def test_alarm_strip_shows_title_value_and_onset(alarm_window: OpenWindow) -> None:
    strip = alarm_window.shell.parts.strip
    assert strip.current is not None
    assert strip.current.level is Level.CRITICAL
    words = visible_texts(strip)
    assert "KRITIS" in words
    assert "Tinggi muka air Batang Lembang 3,42 m" in words
    assert "sejak" in words
    assert "LATIHAN" not in words


def test_alarm_locate_moves_map_and_chart(alarm_window: OpenWindow) -> None:
    canvas = alarm_window.shell.parts.map.canvas
    alarm_window.until(lambda: alarm_window.selection.station == GAUGE.code)
    alarm_window.until(lambda: list(canvas.content.stations.classes) == [MarkerClass.CRITICAL])
    alarm_window.key(Qt.Key.Key_L)
    lon_deg, lat_deg = canvas.view.centre_deg
    assert (round(lon_deg, 3), round(lat_deg, 3)) == (GAUGE.lon_deg, GAUGE.lat_deg)
    assert canvas.content.watermark == ""


def test_alarm_becomes_incident_with_one_confirmation(alarm_window: OpenWindow) -> None:
    alarm_window.key(Qt.Key.Key_I)
    assert alarm_window.shell.parts.side.page is SidePage.REPORT
    alarm_window.key(Qt.Key.Key_Return)
    alarm_window.until(lambda: len(alarm_window.incidents) == 1)
    incident = alarm_window.incidents[0]
    assert (incident.hazard, incident.severity, incident.channel) == (Hazard.FLOOD, Severity.SEVERE, Channel.SENSOR)
    assert "Batang Lembang" in incident.title
    assert incident.place is not None
    assert (incident.place.lon_deg, incident.place.lat_deg) == (GAUGE.lon_deg, GAUGE.lat_deg)
    assert incident.place.nagari
    assert "3,42 m" in incident.description
    assert not incident.exercise
    alarm = the_alarm(alarm_window)
    assert incident.alarm == alarm.id
    alarm_window.until(lambda: the_alarm(alarm_window).incidents == (incident.id,))
    assert the_alarm(alarm_window).acknowledged_by == "ani"


def test_alarm_with_incident_is_marked(alarm_window: OpenWindow) -> None:
    alarm_window.key(Qt.Key.Key_I)
    alarm_window.key(Qt.Key.Key_Return)
    alarm_window.until(lambda: bool(the_alarm(alarm_window).incidents) if alarm_window.incidents else False)
    strip = alarm_window.shell.parts.strip
    alarm_window.until(
        lambda: strip.current is not None and strip.current.incident == alarm_window.incidents[0].number
    )
    alarm_window.key(Qt.Key.Key_I)
    alarm_window.wait_for_toast("sudah dijadikan insiden")


def test_confirmed_notice_appears_in_an_open_timeline(alarm_window: OpenWindow, server: RunningServer) -> None:
    contact = sample_contact(1, name="Camat Kubung")
    server.journal.append_drafts([register_contact(contact)])
    alarm_window.key(Qt.Key.Key_I)
    alarm_window.key(Qt.Key.Key_Return)
    state = alarm_window.console.services.state
    alarm_window.until(
        lambda: bool(state.snapshot.contacts and state.snapshot.incidents) and not state.snapshot.pending
    )
    alarm_window.until(lambda: "Dilaporkan" in alarm_window.details_text)
    draft = acknowledge_notice(
        new_uuid(datetime.now(UTC)),
        contact=contact.id,
        channel="surel",
        subjects=(f"alarm/{the_alarm(alarm_window).id}",),
        world=SubjectWorld(),
    )
    server.journal.append_drafts([draft])
    alarm_window.until(lambda: "Camat Kubung (surel)" in alarm_window.details_text)


def test_alarm_acknowledge_key_clears_strip(alarm_window: OpenWindow) -> None:
    alarm_window.key(Qt.Key.Key_T)
    strip = alarm_window.shell.parts.strip
    alarm_window.until(lambda: strip.current is not None and strip.current.acknowledged)
    alarm_window.wait_for_toast("1 alarm ditanggapi: Tinggi muka air Batang Lembang")
    assert the_alarm(alarm_window).acknowledged_at is None
    assert "Catat sekarang (10 dtk)" in visible_texts(strip)
    alarm_window.key(Qt.Key.Key_T)
    alarm_window.until(lambda: the_alarm(alarm_window).acknowledged_by == "ani")
    alarm_window.wait_for_toast("1 alarm ditanggapi.")
    alarm_window.key(Qt.Key.Key_T)
    alarm_window.wait_for_toast("sudah ditanggapi")


def test_alarm_acknowledgement_can_be_undone(alarm_window: OpenWindow) -> None:
    strip, pending = alarm_window.shell.parts.strip, alarm_window.updates.alarms.pending
    alarm_window.key(Qt.Key.Key_T)
    alarm_window.until(lambda: strip.current is not None and strip.current.acknowledged)
    for _second in range(UNDO_S - 1):
        pending.count_down()
    assert strip.current is not None
    assert strip.current.pending_s == 1
    alarm_window.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    alarm_window.until(lambda: strip.current is not None and not strip.current.acknowledged)
    pending.count_down()
    assert not pending.ids
    alarm_window.wait_for_toast("1 alarm tetap terbuka")
    assert the_alarm(alarm_window).acknowledged_at is None


def test_alarm_acknowledgement_is_written_after_countdown(alarm_window: OpenWindow) -> None:
    alarm_window.key(Qt.Key.Key_T)
    for _second in range(UNDO_S):
        alarm_window.updates.alarms.pending.count_down()
    alarm_window.until(lambda: the_alarm(alarm_window).acknowledged_by == "ani")


def test_closing_writes_pending_acknowledgement(alarm_window: OpenWindow, data: Path) -> None:
    alarm_window.key(Qt.Key.Key_T)
    alarm_window.console.close()
    with open_second_store(data) as store:
        (alarm,) = store.alarms()
    assert alarm.acknowledged_by == "ani"


def test_acknowledgement_leaves_newcomers_open(alarm_window: OpenWindow, server: RunningServer) -> None:
    strip, pending = alarm_window.shell.parts.strip, alarm_window.updates.alarms.pending
    raise_alarm_at_gauge(server, severity=AlarmSeverity.ATTENTION, value=2.1, limit=2.0)
    alarm_window.until(lambda: strip.current is not None and strip.current.unacknowledged == 2)
    alarm_window.key(Qt.Key.Key_T)
    alarm_window.wait_for_toast("1 alarm ditanggapi: ", "1 alarm baru saja masuk dan tetap terbuka")
    assert len(pending.ids) == 1
    assert strip.current is not None
    assert not strip.current.acknowledged


def test_acknowledgement_is_dropped_when_another_person_logs_in(
    alarm_window: OpenWindow, data: Path, server: RunningServer
) -> None:
    alarm_window.key(Qt.Key.Key_T)
    assert alarm_window.updates.alarms.pending.ids
    log_in_and_sync(data, server, "kalaksa")
    alarm_window.until(lambda: not alarm_window.updates.alarms.pending.ids)
    alarm_window.wait_for_toast("tanggapan tidak dicatat")
    assert the_alarm(alarm_window).acknowledged_at is None


def test_alarm_shelving_needs_reason_and_hides_alarm(alarm_window: OpenWindow) -> None:
    alarm_window.key(Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    alarm_window.write("pos sedang dibersihkan")
    alarm_window.key(Qt.Key.Key_Return)
    alarm_window.until(lambda: alarm_window.shell.parts.strip.current is None)
    assert the_alarm(alarm_window).shelve_reason == "pos sedang dibersihkan"


def shelve(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    window.write("pos sedang dibersihkan")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.shell.parts.strip.current is None)
    window.wait_for_toast("1 alarm ditunda")


def open_alarms(window: OpenWindow, page: str = GROUPS) -> AlarmsDialog:
    """Open the alarm list and give it the keyboard."""
    window.commands.alarms.alarm_list.begin(page)
    dialog = window.commands.alarms.alarm_list.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    return dialog


def test_alarm_shelving_time_is_chosen_by_digit(alarm_window: OpenWindow) -> None:
    alarm_window.key(Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    alarm_window.key(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    alarm_window.write("pos sedang dibersihkan")
    began = alarm_window.console.services.state.now()
    alarm_window.key(Qt.Key.Key_Return)
    alarm_window.until(lambda: the_alarm(alarm_window).shelved_until is not None)
    until = the_alarm(alarm_window).shelved_until
    assert until is not None
    assert timedelta(minutes=14) < until - began < timedelta(minutes=16)


def test_alarm_shelving_question_counts_alarms(alarm_window: OpenWindow, server: RunningServer) -> None:
    raise_alarm_at_gauge(server, severity=AlarmSeverity.ATTENTION, value=2.1, limit=2.0)
    alarm_window.until(lambda: len(alarm_window.console.services.state.snapshot.alarms) == 2)
    alarm_window.key(Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    words = visible_texts(alarm_window.shell.parts.confirm)
    assert "Tunda 2 alarm?" in words
    assert "dan 1 lagi dengan sebab yang sama" in words


def test_alarm_shelving_can_be_undone(alarm_window: OpenWindow) -> None:
    shelve(alarm_window)
    alarm_window.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    alarm_window.until(lambda: alarm_window.shell.parts.strip.current is not None)
    alarm_window.wait_for_toast("1 alarm aktif lagi")


def test_alarm_list_unshelves_alarm(alarm_window: OpenWindow) -> None:
    shelve(alarm_window)
    dialog = open_alarms(alarm_window, SUPPRESSED)
    (line,) = dialog.suppressed.active_list.model().items
    assert "Kritis · AWLR Koto Baru · ditunda · pos sedang dibersihkan" in line.about
    assert line.author == "ani"
    (before,) = alarm_window.console.services.state.snapshot.alarms.values()
    alarm_window.qtbot.keyClick(dialog, Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    alarm_window.until(lambda: alarm_window.shell.parts.strip.current is not None)
    alarm_window.wait_for_toast("1 alarm aktif lagi")
    alarm_window.qtbot.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    alarm_window.until(lambda: alarm_window.shell.parts.strip.current is None)
    (after,) = alarm_window.console.services.state.snapshot.alarms.values()
    assert (after.shelved_until, after.shelve_reason) == (before.shelved_until, before.shelve_reason)


def test_alarm_list_shelves_group_and_makes_incident(alarm_window: OpenWindow) -> None:
    dialog = open_alarms(alarm_window)
    alarm_window.qtbot.keyClick(dialog, Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    card = dialog.findChild(ConfirmCard)
    assert isinstance(card, ConfirmCard)
    assert "Tunda 1 alarm?" in visible_texts(card)
    alarm_window.qtbot.keyClick(card, Qt.Key.Key_Escape)
    alarm_window.qtbot.keyClick(dialog, Qt.Key.Key_I)
    alarm_window.until(lambda: alarm_window.commands.alarms.alarm_list.dialog is None)
    assert alarm_window.shell.parts.side.page is SidePage.REPORT


def test_alarm_list_explains_refusal_to_viewer(open_console, data: Path, server: RunningServer) -> None:
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
    assert "Peran Anda tidak" in visible_texts(dialog)


def test_alarms_of_gauge_form_one_group(alarm_window: OpenWindow, server: RunningServer) -> None:
    raise_alarm_at_gauge(server, severity=AlarmSeverity.ATTENTION, value=2.1, limit=2.0)
    strip = alarm_window.shell.parts.strip
    alarm_window.until(lambda: strip.current is not None and "1 lagi, sebab sama" in strip.current.details)
    assert strip.current is not None
    assert strip.current.level is Level.CRITICAL


def test_station_without_data_is_grey(open_console, data: Path, server: RunningServer) -> None:
    register_gauge(server)
    log_in_and_sync(data, server, "ani")
    window = open_console()
    canvas = window.shell.parts.map.canvas
    window.until(lambda: list(canvas.content.stations.classes) == [MarkerClass.NO_DATA])
    assert "belum ada data" in canvas.content.data_age


def test_alarm_list_acknowledges_whole_group(alarm_window: OpenWindow, server: RunningServer) -> None:
    raise_alarm_at_gauge(server, severity=AlarmSeverity.ATTENTION, value=2.1, limit=2.0)
    alarm_window.until(lambda: len(alarm_window.console.services.state.snapshot.alarms) == 2)
    alarm_window.key(Qt.Key.Key_A, SHIFT)
    alarm_list = alarm_window.commands.alarms.alarm_list
    alarm_window.until(lambda: alarm_list.dialog is not None and len(alarm_list.dialog.groups._groups) == 1)
    dialog = alarm_list.dialog
    assert dialog is not None
    alarm_window.until(dialog.isActiveWindow)
    assert len(dialog.groups._groups[0].members) == 2
    alarm_window.until(lambda: "Dampak: dalam radius 2 km" in visible_texts(dialog))
    state, updates = alarm_window.console.services.state, alarm_window.updates.alarms
    alarm_window.until(lambda: not any(updates.arrivals.is_new(key, state.now()) for key in state.snapshot.alarms))
    alarm_window.qtbot.keyClick(dialog, Qt.Key.Key_T)
    alarm_window.until(lambda: "2 alarm ditanggapi: " in visible_texts(dialog))
    alarm_window.qtbot.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    alarm_window.until(lambda: not updates.pending.ids)
    alarm_window.qtbot.keyClick(dialog, Qt.Key.Key_T)
    alarm_window.until(lambda: len(updates.pending.ids) == 2)
    updates.pending.write_all()
    alarm_window.until(lambda: all(a.acknowledged_by == "ani" for a in state.snapshot.alarms.values()))
    alarm_window.until(lambda: acknowledged(server) == 2)
    alarm_window.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    alarm_window.until(lambda: alarm_list.dialog is None)


def test_alarm_performance_is_exported(alarm_window: OpenWindow, tmp_path: Path) -> None:
    alarm_window.commands.alarms.alarm_list.begin_figures()
    dialog = alarm_window.commands.alarms.alarm_list.dialog
    assert dialog is not None
    assert dialog.page == PERFORMANCE
    file = tmp_path / "kinerja.csv"
    alarm_window.commands.alarms.alarm_list._export(file)
    alarm_window.wait_for_toast("kinerja.csv")
    lines = file.read_text("utf-8-sig").splitlines()
    assert lines[0] == "Ukuran;Nilai;Anjuran;terpenuhi"
    assert any(line.startswith("Alarm muncul;1") for line in lines)


def test_faulty_alarm_is_named_in_strip(alarm_window: OpenWindow, monkeypatch: pytest.MonkeyPatch):
    def overflow(*_arguments: object, **_options: object) -> None:
        raise OverflowError("date value out of range")

    monkeypatch.setattr("tabuah.console.window.alarms.alarm_updates.alarm_item", overflow)
    alarm_window.updates.alarms.refresh()
    strip = alarm_window.shell.parts.strip
    assert strip.current is not None
    assert cannot_be_displayed(GAUGE.code) in strip.current.title
    assert take_faults()["alarm"] >= 1


def test_faulty_view_leaves_other_views_up_to_date(alarm_window: OpenWindow, monkeypatch: pytest.MonkeyPatch):
    updates, shown = alarm_window.updates, []
    monkeypatch.setattr(updates.alarms, "refresh", lambda: 1 / 0)
    monkeypatch.setattr(updates.incidents, "refresh", lambda: shown.append("incidents"))
    for times in (1, 2):
        updates._on_state_changed(frozenset(StatePart))
        alarm_window.until(lambda times=times: shown == ["incidents"] * times)
    assert take_faults()["view"] >= 2
    assert alarm_window.toasts.count("Satu bagian jendela tidak dapat ditampilkan.") == 1
