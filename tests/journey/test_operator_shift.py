"""An operator's shift at 1366×768 by keyboard alone: every field of every form is typed into."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QWidget
from pytestqt.qtbot import QtBot
from support.keyboard_steps import (
    CTRL,
    MOST_TABS,
    NEXT_CHIP,
    SHIFT,
    choose_in_menu,
    fields_in,
    fill,
    focused,
    log_in,
    name_of,
    return_to_window,
    run_command,
    type_value,
)
from support.running_server import RunningServer, start_server
from support.window_fixture import GAUGE, OpenWindow, open_window, raise_alarm_at_gauge, register_gauge, visible_texts

from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.rules.entry_bodies import RuleWritten
from tabuah.resources.time_zone import home_zone


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """Run a server with an operator and a supervisor, a gauge, its rule and an alarm of an exercise."""
    with start_server(tmp_path / "server") as running:
        running.add_user("ani")
        running.add_user("kalaksa", Role.SUPERVISOR)
        register_gauge(running)
        rule = next(rule for rule in default_rules() if rule.id == "tma-siaga-1")
        written = Draft(subject=f"rule/{rule.id}", kind="rule.written", body=encode_body(RuleWritten(rule=rule)))
        running.journal.append_drafts([written])
        raise_alarm_at_gauge(running)
        yield running


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenWindow]:
    opened = open_window(qtbot, tmp_path / "console")
    opened.shell.resize(1366, 768)
    yield opened
    opened.console.close()


def test_shift_is_worked_by_keyboard_alone(window: OpenWindow, server: RunningServer) -> None:
    log_in(window, server.url, "ani")
    register_unit(window)
    flood = take_call(window)
    add_second_call(window, flood)
    merge_repeated_report(window, flood)
    work_incident(window, flood)
    handle_alarm(window)
    enter_values(window)
    contain(window, flood)
    log_in(window, server.url, "kalaksa")
    edit_rule(window)
    close_and_report(window, flood)


def now(window: OpenWindow, incident: Incident) -> Incident:
    return window.console.services.state.snapshot.incidents[incident.id]


def register_unit(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_U, CTRL, SHIFT)
    values = {
        "unit_id": "TRC-1",
        "unit_name": "TRC Arosuka",
        "unit_opd": "BPBD",
        "unit_kind": "1",
        "unit_members": "6",
        "unit_contact": "VHF 12",
        "unit_tracker": "GPS-1",
        "unit_home": "100.63,-0.95",
        "unit_home_name": "Arosuka",
    }
    fill(window, window.shell.parts.unit_form, values)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: "TRC-1" in window.console.services.state.snapshot.units)


def begin_report(window: OpenWindow, place: str = "Koto Baru, Kubung") -> None:
    window.key(Qt.Key.Key_N)
    window.write(place)
    window.key(Qt.Key.Key_Return)


def take_call(window: OpenWindow) -> Incident:
    """Report a flood with everything that the caller says."""
    begin_report(window, "Koto Baru Kubung jorong Simpang dekat masjid")
    form = window.shell.parts.report_form
    assert (window.edit("report_jorong").text(), window.edit("report_landmark").text()) == ("Simpang", "dekat masjid")
    typed_with_the_place = {"place_text", "report_jorong", "report_landmark"}
    other_way = {"report_line"}  # the same call in one line
    answers = {"answer_water_cm": "80", "answer_rising": "y", "answer_trapped": "3"}
    values = {
        "report_hazard": "B",
        **answers,
        "report_severity": "3",
        "report_people_at_risk": "12",
        "report_title": "Banjir di Jorong Simpang",
        "report_note": "air naik cepat, jembatan hanyut",
        "report_channel": NEXT_CHIP,
        "report_caller": "Bu Yanti",
        "report_number": "0812 3456",
        "report_moment": "kemarin 23.10",
    }
    assert fields_in(form) == (values.keys() | typed_with_the_place | other_way) - answers.keys()
    for name, value in values.items():
        while name_of(focused()) != name:
            window.key(Qt.Key.Key_Tab)
            assert form.isAncestorOf(focused())
        type_value(window, value)
    assert fields_in(form) == values.keys() | typed_with_the_place | other_way, (
        "the questions about a flood are asked"
    )
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(window.incidents) == 1)
    window.until(lambda: window.selection.incident == window.incidents[0].id)
    (flood,) = window.incidents
    assert (flood.hazard, flood.severity, flood.channel) == (Hazard.FLOOD, Severity.SEVERE, Channel.WHATSAPP)
    assert (flood.title, flood.description) == (values["report_title"], values["report_note"])
    assert flood.occurred_at < flood.reported_at
    assert flood.place is not None
    assert (flood.place.jorong, flood.place.landmark) == ("Simpang", "dekat masjid")
    stated = {code: each.value for code, each in flood.intake.answers.items()}
    assert (stated, flood.intake.people_at_risk) == ({"water_cm": 80.0, "rising": True, "trapped": 3.0}, 12)
    window.until(lambda: "Bu Yanti · 0812 3456" in window.details_text)
    assert "± 3 km" in window.details_text
    return flood


def add_second_call(window: OpenWindow, flood: Incident) -> None:
    """Take a second call about the flood; Enter adds its caller."""
    begin_report(window)
    window.write("B")
    assert flood.number in window.find(QListWidget, "duplicate_list").item(0).text()
    window.key(Qt.Key.Key_Return)
    form = window.shell.parts.report_form
    values = {
        "answer_water_cm": "110",
        "report_people_at_risk": "20",
        "report_note": "listrik padam",
        "report_caller": "Pak Rusdi",
        "report_number": "0813",
        "report_moment": "sekarang",
    }
    for name, value in values.items():
        for _ in range(MOST_TABS):
            if name_of(focused()) == name:
                break
            window.key(Qt.Key.Key_Tab)
        type_value(window, value)
    assert fields_in(form) == {*values, "answer_rising", "answer_trapped", "report_channel"}
    window.key(Qt.Key.Key_Return)
    window.until(lambda: now(window, flood).note_count == 2)
    window.until(lambda: now(window, flood).intake.people_at_risk == 20)
    assert now(window, flood).intake.answers["water_cm"].value == 110
    assert len(window.incidents) == 1


def merge_repeated_report(window: OpenWindow, flood: Incident) -> None:
    """Report the flood as a new incident, and merge both."""
    begin_report(window)
    window.write("B")
    window.write("N")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(window.incidents) == 2)
    again = next(incident for incident in window.incidents if incident.id != flood.id)
    window.until(lambda: window.selection.incident == again.id)
    window.key(Qt.Key.Key_K, SHIFT)
    window.write(flood.number.lower())
    window.key(Qt.Key.Key_Return)
    window.until(lambda: now(window, again).merged_into == flood.id)
    run_command(window, flood.number)
    window.until(lambda: window.selection.incident == flood.id)


def work_incident(window: OpenWindow, flood: Incident) -> None:
    """Dispatch, note, figures and an edit of all fields."""
    window.key(Qt.Key.Key_D)
    window.write("TRC-1")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: now(window, flood).assignment == ("TRC-1",))
    window.key(Qt.Key.Key_C)
    window.write("Nada J, N dan T: huruf dalam catatan bukan pintasan")
    window.key(Qt.Key.Key_Return, CTRL)
    window.until(lambda: now(window, flood).note_count == 3)
    window.key(Qt.Key.Key_H)
    form = window.shell.parts.edit_form
    stated = {"edit_source": "Wali Nagari", "edit_time": "00.00"}
    figures = {name: str(n) for n, name in enumerate(sorted(fields_in(form) - stated.keys()), start=1)}
    fill(window, form, {**figures, **stated})
    window.key(Qt.Key.Key_Return)
    window.until(lambda: now(window, flood).figures.missing == int(figures["edit_missing"]))
    window.key(Qt.Key.Key_E)
    values = {
        "edit_title": "Banjir dan jembatan hanyut",
        "edit_place": "koto laweh, lembang jaya",
        "edit_jorong": "Kapalo Koto",
        "edit_landmark": "seberang jembatan",
        "edit_severity": "4",
        "edit_assignment": "TRC-1, Damkar Arosuka",
        "edit_hazard": "G",
        "edit_description": "arus deras",
        "edit_channel": NEXT_CHIP,
        "edit_occurred_at": "kemarin 22.05",
    }
    fill(window, form, values)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: now(window, flood).hazard is Hazard.FLASH_FLOOD)
    assert now(window, flood).severity is Severity.CATASTROPHIC
    assert now(window, flood).assignment == ("TRC-1", "Damkar Arosuka")
    place = now(window, flood).place
    assert (place.nagari, place.jorong, place.landmark) == ("Koto Laweh", "Kapalo Koto", "seberang jembatan")
    assert f"{now(window, flood).occurred_at.astimezone(home_zone()):%H.%M}" == "22.05"


def the_alarm(window: OpenWindow, alarm_id: str) -> Alarm:
    return window.console.services.state.snapshot.alarms[alarm_id]


def handle_alarm(window: OpenWindow) -> None:
    """Acknowledge, shelve and unshelve the alarm, and make an incident of it."""
    (alarm,) = window.console.services.state.snapshot.alarms
    window.until(lambda: window.selection.alarm == alarm and window.shell.isActiveWindow())
    arrivals, state = window.updates.alarms.arrivals, window.console.services.state
    window.until(lambda: not arrivals.is_new(alarm, state.now()))  # the test is faster than a person reads
    window.key(Qt.Key.Key_T)
    window.key(Qt.Key.Key_T)  # without waiting for the end of the countdown
    window.until(lambda: the_alarm(window, alarm).acknowledged_by == "ani")
    window.key(Qt.Key.Key_T, SHIFT)
    window.write("pos sedang dibersihkan")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: the_alarm(window, alarm).shelve_reason == "pos sedang dibersihkan")
    window.key(Qt.Key.Key_Z, CTRL)
    window.until(lambda: not the_alarm(window, alarm).is_shelved(window.console.services.state.now()))
    window.until(lambda: window.shell.parts.strip.current is not None)
    window.key(Qt.Key.Key_I)
    window.until(lambda: window.shell.parts.side.page is SidePage.REPORT)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: the_alarm(window, alarm).incidents != ())


def enter_values(window: OpenWindow) -> None:
    """Enter a reading of the staff gauge, the level of the volcano, and how long readings are kept."""
    run_command(window, GAUGE.name)
    window.until(lambda: window.selection.station == GAUGE.code)
    window.key(Qt.Key.Key_W)
    values = {
        "reading_stage_m": "1,42",
        "reading_time": "sekarang",
        "reading_source": "papan duga",
        "reading_reason": "salah baca",
    }
    fill(window, window.shell.parts.reading_form, values)
    window.key(Qt.Key.Key_Return)
    window.wait_for_toast("1,42 m")
    window.key(Qt.Key.Key_V, SHIFT)
    values = {"level_level": "2", "level_source": "MAGMA", "level_time": "", "level_note": "asap tipis"}
    fill(window, window.shell.parts.level_form, values)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.shell.parts.side.page is SidePage.DETAILS)
    window.key(Qt.Key.Key_K, CTRL, SHIFT)
    keeping = window.shell.parts.keeping_form
    window.until(lambda: keeping.isAncestorOf(focused()))
    fill(window, keeping, {"keeping_values_days": "60", "keeping_hours_years": "6"})
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.shell.parts.side.page is SidePage.DETAILS)


def move(window: OpenWindow, flood: Incident, status: Status) -> None:
    """Choose a status of the incident in its menu."""
    run_command(window, flood.number)
    window.until(lambda: window.selection.incident == flood.id)
    window.until(lambda: flood.number in window.details_text)
    window.key(Qt.Key.Key_M)
    window.until(lambda: QApplication.activePopupWidget() is not None)
    choose_in_menu(window, status.value)


def contain(window: OpenWindow, flood: Incident) -> None:
    move(window, flood, Status.CONTAINED)
    assert "masih hilang" in visible_texts(window.shell.parts.confirm)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: now(window, flood).status is Status.CONTAINED)
    assert now(window, flood).assignment == ()


def edit_rule(window: OpenWindow) -> None:
    """Change the first rule: each of its fields can be reached and typed into."""
    window.key(Qt.Key.Key_R, CTRL)
    dialog = window.commands.rules.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    while focused() is not dialog.list:
        window.key(Qt.Key.Key_Tab)
    window.key(Qt.Key.Key_Down)
    window.key(Qt.Key.Key_E, CTRL)
    window.until(lambda: dialog.is_writing)
    typed: set[str] = set()
    texts = {name for name in fields_in(dialog.form) if isinstance(dialog.form.findChild(QWidget, name), QLineEdit)}
    for _ in range(MOST_TABS):
        widget = focused()
        if isinstance(widget, QLineEdit) and dialog.form.isAncestorOf(widget):
            before = widget.text()
            window.key(Qt.Key.Key_End)
            window.write("9")
            assert widget.text() == f"{before}9"
            window.key(Qt.Key.Key_Backspace)
            typed.add(widget.objectName())
        window.key(Qt.Key.Key_Tab)
    assert typed == texts
    window.key(Qt.Key.Key_Escape)
    window.key(Qt.Key.Key_Escape)
    window.until(lambda: not dialog.is_writing)
    window.key(Qt.Key.Key_Escape)
    return_to_window(window)


def close_and_report(window: OpenWindow, flood: Incident) -> None:
    """Close the incident with a reason, and copy its report for the chat."""
    move(window, flood, Status.CLOSED)
    window.key(Qt.Key.Key_Return)
    assert now(window, flood).status is Status.CONTAINED, "closing needs a reason"
    window.write("Air surut, pencarian dilanjutkan Basarnas")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: now(window, flood).status is Status.CLOSED)
    window.key(Qt.Key.Key_R)
    window.until(lambda: QApplication.activePopupWidget() is not None)
    choose_in_menu(window, "chat")
    window.until(lambda: flood.number in QApplication.clipboard().text())
