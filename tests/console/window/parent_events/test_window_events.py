"""Parent events in the window: open one from an incident, find it, add and take out incidents, close and undo."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget
from support.window_fixture import OpenWindow, identity, open_second_store, report_in_second_store, visible_texts

from tabuah.console.window.parent_events.event_items import event_view
from tabuah.console.window.shared import after_action_export
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.codes import Hazard
from tabuah.operations.parent_events.event_incidents import EventIncidents
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.operations.people.roles import Role
from tabuah.widgets.controls.choice_box import ChoiceBox
from tabuah.widgets.controls.growing_text_edit import GrowingTextEdit
from tabuah.widgets.parent_events.event_dialog import EventDialog
from tabuah.widgets.parent_events.values import EventAct

NOW = datetime(2026, 12, 2, 3, tzinfo=UTC)
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def dialog(window: OpenWindow, data: Path) -> EventDialog:
    """The dialog with the event "Banjir Kubung", which was opened from the selected incident."""
    report(window, data, "Jembatan putus")
    window.selection.choose_incident(window.incidents[0].id)
    window.key(Qt.Key.Key_E, SHIFT)
    window.until(lambda: not window.context.confirm.isHidden())
    window.key(Qt.Key.Key_Return)  # a new event is the only choice
    dialog = window.commands.events.dialog
    assert dialog is not None
    window.until(lambda: dialog.has_form)
    write(dialog, title="Banjir Kubung")
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    window.until(lambda: "1 " in text_of(dialog, "event_facts") and bool(dialog.incidents.chosen))
    return dialog


def report(window: OpenWindow, data: Path, title: str) -> None:
    before = len(window.incidents)
    with open_second_store(data) as store:
        report_in_second_store(store, title=title)
    window.context.state.refresh()
    window.until(lambda: len(window.incidents) > before)


def write(dialog: EventDialog, **texts: str) -> None:
    for name, text in texts.items():
        fields = dialog.form.findChildren(QLineEdit, f"event_{name}")
        fields[-1].setText(text)  # those of an earlier form are deleted later


def text_of(dialog: EventDialog, name: str) -> str:
    return visible_texts(dialog.findChild(QWidget, name))


def event_of(window: OpenWindow) -> ParentEvent:
    (event,) = window.context.state.snapshot.parent_events.values()
    return event


def press(dialog: EventDialog, window: OpenWindow, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    window.qtbot.keyClick(dialog, key, modifier or Qt.KeyboardModifier.NoModifier)


def answer(dialog: EventDialog, window: OpenWindow, text: str = "") -> None:
    card = dialog.findChild(QWidget, "confirm_card")
    field = card.findChild(QLineEdit, "confirm_field")
    field.setText(text or field.text())
    window.qtbot.keyClick(field, Qt.Key.Key_Return)


def test_changed_event_keeps_the_lines_of_its_description(dialog: EventDialog, window: OpenWindow):
    text = "Hujan deras.\n\nTiga nagari."
    press(dialog, window, Qt.Key.Key_F4)
    description = dialog.form.findChildren(GrowingTextEdit, "event_description")[-1]
    description.setPlainText(text)
    window.qtbot.keyClick(description, Qt.Key.Key_Return, CTRL)
    window.until(lambda: event_of(window).description == text)
    window.until(lambda: not dialog.has_form)
    press(dialog, window, Qt.Key.Key_F4)
    assert dialog.form.findChildren(GrowingTextEdit, "event_description")[-1].toPlainText() == text
    write(dialog, title="Banjir Selayo")
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    window.until(lambda: event_of(window).title == "Banjir Selayo")
    assert event_of(window).description == text


def test_event_is_opened_from_an_incident_by_keyboard(dialog: EventDialog, window: OpenWindow):
    event = event_of(window)
    assert (event.title, event.hazard) == ("Banjir Kubung", window.incident.hazard)
    window.until(lambda: window.incident.parent_event == event.id)
    window.until(lambda: "Banjir Kubung" in window.details_text)
    dialog.close()
    window.until(lambda: window.commands.events.dialog is None)
    window.shell.activateWindow()
    window.until(window.shell.isActiveWindow)
    window.key(Qt.Key.Key_K, CTRL)
    window.write("banjir kub")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.commands.events.dialog is not None)


def test_incident_is_taken_out_and_put_back_by_undo(dialog: EventDialog, window: OpenWindow):
    press(dialog, window, Qt.Key.Key_F4, SHIFT)
    answer(dialog, window)  # the selected one is filled in
    window.until(lambda: not window.incident.parent_event)
    window.until(lambda: not dialog.incidents.chosen)
    press(dialog, window, Qt.Key.Key_Z, CTRL)
    window.until(lambda: window.incident.parent_event == event_of(window).id)


def test_incidents_are_added_by_number(dialog: EventDialog, window: OpenWindow, data: Path):
    report(window, data, "Rumah terendam")
    other = next(each for each in window.incidents if each.id != window.incident.id)
    press(dialog, window, Qt.Key.Key_F3, SHIFT)
    answer(dialog, window, other.number)
    window.until(lambda: all(each.parent_event for each in window.incidents))
    window.until(lambda: "Rumah terendam" in [each.title for each in window.incidents])
    press(dialog, window, Qt.Key.Key_F4, SHIFT)
    answer(dialog, window, ", ".join(each.number for each in window.incidents))
    window.until(lambda: not any(each.parent_event for each in window.incidents))
    press(dialog, window, Qt.Key.Key_Z, CTRL)
    window.until(lambda: all(each.parent_event for each in window.incidents))
    window.until(lambda: bool(dialog.incidents.chosen))
    press(dialog, window, Qt.Key.Key_Return)
    assert dialog.incidents.hasFocus()
    with window.qtbot.waitSignal(dialog.incident_opened):
        press(dialog, window, Qt.Key.Key_Return)


def test_event_is_renamed_closed_reopened_and_deleted(dialog: EventDialog, window: OpenWindow):
    press(dialog, window, Qt.Key.Key_F4)
    write(dialog, title="Galodo Kubung", ended_at="bukan waktu")
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    assert dialog.has_form  # the time is not one
    write(dialog, ended_at="")
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    window.until(lambda: event_of(window).title == "Galodo Kubung")
    press(dialog, window, Qt.Key.Key_F2)
    answer(dialog, window, "surut")
    window.until(lambda: not event_of(window).is_open)
    window.until(lambda: "surut" in text_of(dialog, "event_facts"))
    press(dialog, window, Qt.Key.Key_F2)
    window.until(lambda: event_of(window).is_open)
    press(dialog, window, Qt.Key.Key_Delete)
    answer(dialog, window, "keliru")
    window.until(lambda: event_of(window).deleted)
    window.until(lambda: not dialog.events.chosen)


def test_change_and_opening_are_undone(dialog: EventDialog, window: OpenWindow):
    press(dialog, window, Qt.Key.Key_F4)
    write(dialog, title="Galodo")
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    window.until(lambda: event_of(window).title == "Galodo")
    window.wait_for_toast("Galodo")
    press(dialog, window, Qt.Key.Key_Z, CTRL)
    window.until(lambda: event_of(window).title == "Banjir Kubung")
    press(dialog, window, Qt.Key.Key_Z, CTRL)
    window.until(lambda: event_of(window).deleted and not window.incident.parent_event)


def test_undone_closing_keeps_the_stated_end(dialog: EventDialog, window: OpenWindow):
    press(dialog, window, Qt.Key.Key_F4)
    write(dialog, ended_at=f"{event_of(window).began_at.year + 1}-01-02T08:00")
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    window.until(lambda: event_of(window).ended_at is not None)
    ended_at = event_of(window).ended_at
    press(dialog, window, Qt.Key.Key_F2)
    answer(dialog, window, "surut")
    window.until(lambda: not event_of(window).is_open)
    window.wait_for_toast("ditutup")
    press(dialog, window, Qt.Key.Key_Z, CTRL)
    window.until(lambda: event_of(window).is_open)
    assert event_of(window).ended_at == ended_at


def test_details_show_related_incidents_and_open_the_event(dialog: EventDialog, window: OpenWindow, data: Path):
    report(window, data, "Rumah terendam")
    other = next(each for each in window.incidents if each.id != window.incident.id)
    window.commands.events.put_under(event_of(window).id, other.id)
    window.until(lambda: other.number in window.details_text)
    dialog.close()
    window.until(lambda: window.commands.events.dialog is None)
    window.shell.activateWindow()
    window.until(window.shell.isActiveWindow)
    first = window.incident
    window.qtbot.mouseClick(window.find(QAbstractButton, "related_incident"), Qt.MouseButton.LeftButton)
    assert window.incident.id == other.id
    window.until(lambda: first.number in window.details_text)
    window.key(Qt.Key.Key_M, CTRL)
    window.until(lambda: window.commands.events.dialog is not None)


def test_incidents_of_the_event_are_shown_on_the_map(dialog: EventDialog, window: OpenWindow):
    canvas = window.context.canvas
    place = window.incident.place
    assert place is not None
    canvas.centre_on(place.lon_deg, place.lat_deg, 10.0)
    wanted = canvas.view.centre_x_m, canvas.view.centre_y_m
    canvas.centre_on(100.9, -1.2, 10.0)
    press(dialog, window, Qt.Key.Key_F2, SHIFT)
    window.until(lambda: (canvas.view.centre_x_m, canvas.view.centre_y_m) == pytest.approx(wanted, abs=10))


def test_incidents_of_the_event_are_listed_and_kept_as_a_view(dialog: EventDialog, window: OpenWindow, data: Path):
    report(window, data, "Pohon tumbang")
    press(dialog, window, Qt.Key.Key_I, CTRL)
    found = window.commands.incidents.incident_list.dialog
    assert found is not None
    box = found.findChild(ChoiceBox, "incident_list_parent_event")
    window.until(lambda: found.model.ids == (window.incident.id,))
    assert (box.currentText(), box.isVisible()) == ("Banjir Kubung", True)
    found.views.act_requested.emit("save")
    field = found.findChild(QLineEdit, "confirm_field")
    field.setText("Kejadian")
    window.qtbot.keyClick(field, Qt.Key.Key_Return)
    window.until(lambda: [each.text() for each in found.views.actions() if each.isCheckable()] == ["Kejadian"])
    found.filters.clear()
    window.until(lambda: len(found.model.ids) == 2)
    press(dialog, window, Qt.Key.Key_Delete)
    answer(dialog, window, "keliru")
    window.until(lambda: event_of(window).deleted)
    found.views.view_chosen.emit("Kejadian")
    window.until(lambda: box.currentText() == "Banjir Kubung · dihapus")
    assert found.request.parent_event == event_of(window).id


def test_list_of_an_event_replaces_the_filters_of_an_open_list(dialog: EventDialog, window: OpenWindow):
    window.commands.incidents.incident_list.begin()
    found = window.commands.incidents.incident_list.dialog
    assert found is not None
    found.findChild(ChoiceBox, "incident_list_hazard").show_current("fire")
    window.until(lambda: found.model.ids == ())
    press(dialog, window, Qt.Key.Key_I, CTRL)
    window.until(lambda: found.model.ids == (window.incident.id,))
    assert (found.request.hazard, found.request.stage) == ("", "")


def test_event_is_copied_for_a_chat(dialog: EventDialog, window: OpenWindow):
    press(dialog, window, Qt.Key.Key_C, CTRL)
    window.until(lambda: "Banjir Kubung" in QGuiApplication.clipboard().text())


def test_event_is_exported(dialog: EventDialog, window: OpenWindow, tmp_path: Path):
    for name in ("laporan.pdf", "laporan.xlsx", "laporan.txt"):
        window.commands.events.files.write_event(event_of(window), tmp_path / name)
        window.until((tmp_path / name).exists)
        window.wait_for_toast(name)


def test_special_report_of_the_event_is_saved(
    dialog: EventDialog, window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "khusus.txt"
    monkeypatch.setattr(after_action_export, "ask_for_path", lambda _dialog, write: write(file))
    press(dialog, window, Qt.Key.Key_R, CTRL)
    window.until(file.exists)
    assert "Banjir Kubung" in file.read_text(encoding="utf-8")


def test_field_office_reads_events_only():
    snapshot = ConsoleSnapshot(identity=identity(Role.FIELD, "rudi"))
    event = ParentEvent(
        id="e", title="Banjir", hazard=Hazard.FLOOD, began_at=NOW, opened_by="ani", opened_at=NOW, changed_at=NOW
    )
    reasons = event_view(snapshot, event, EventIncidents(), now=NOW).reasons
    assert {act for act in EventAct if not reasons.get(act)} == {
        EventAct.EXPORT,
        EventAct.CHAT,
        EventAct.AFTER_ACTION,
    }
    nothing = event_view(ConsoleSnapshot(), None, EventIncidents(), now=NOW).reasons
    assert {act for act in EventAct if not nothing.get(act)} == {EventAct.OPEN}


def test_window_without_events_is_left_with_escape(open_console: Callable[..., OpenWindow]) -> None:
    window = open_console()
    window.key(Qt.Key.Key_N, CTRL, SHIFT)
    dialog = window.commands.events.dialog
    window.until(dialog.isActiveWindow)
    dialog.incidents.setFocus()
    window.qtbot.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Escape)
    window.until(lambda: window.commands.events.dialog is None)
