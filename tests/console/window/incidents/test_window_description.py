"""The description in the edit form: its lines are shown and kept, and nothing typed is lost."""

from pathlib import Path

from PySide6.QtCore import Qt
from support.window_fixture import OpenWindow, identity, open_second_store, report_in_second_store, visible_texts

from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.incidents.drafts import edit_incident
from tabuah.operations.incidents.entry_bodies import MAX_DESCRIPTION, IncidentEdited
from tabuah.operations.people.roles import Role
from tabuah.widgets.controls.growing_text_edit import GrowingTextEdit

TEXT = "Air naik\n\nJembatan hanyut"
CONTROL = Qt.KeyboardModifier.ControlModifier


def open_description(window: OpenWindow, data: Path) -> GrowingTextEdit:
    with open_second_store(data) as store:
        incident = report_in_second_store(store)
        store.save(edit_incident(incident, IncidentEdited(description=TEXT)))
    window.until(lambda: any(each.description for each in window.incidents))
    window.choose(incident)
    window.shell.parts.map.canvas.setFocus()
    window.key(Qt.Key.Key_E)
    window.until(lambda: window.shell.parts.side.page is SidePage.EDIT)
    edit = window.find(GrowingTextEdit, "edit_description")
    edit.setFocus()
    edit.moveCursor(edit.textCursor().MoveOperation.End)
    return edit


def test_description_is_shown_in_lines_and_keeps_them(window: OpenWindow, data: Path) -> None:
    edit = open_description(window, data)
    assert edit.toPlainText() == TEXT
    window.key(Qt.Key.Key_Return)
    window.write("Surut")
    window.key(Qt.Key.Key_Return, CONTROL)
    window.until(lambda: window.incident.description == f"{TEXT}\nSurut")


def test_other_change_leaves_the_lines_of_the_description(window: OpenWindow, data: Path) -> None:
    open_description(window, data)
    window.edit("edit_title").setText("Banjir besar")
    window.edit("edit_title").setFocus()
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.incident.title == "Banjir besar")
    assert window.incident.description == TEXT


def test_description_that_is_too_long_is_refused_and_kept(window: OpenWindow, data: Path) -> None:
    edit = open_description(window, data)
    text = "x" * (MAX_DESCRIPTION + 1)
    edit.setPlainText(text)
    window.key(Qt.Key.Key_Return, CONTROL)
    assert "20.000" in visible_texts(window.shell.parts.edit_form)
    assert edit.toPlainText() == text


def test_edit_of_a_person_who_lost_the_permission_stays_in_the_form(window: OpenWindow, data: Path) -> None:
    state = window.console.services.state
    with open_second_store(data) as store:
        store.remember_identity(identity(Role.SUPERVISOR))
    state.reload()
    window.until(lambda: state.snapshot.role is Role.SUPERVISOR)
    edit = open_description(window, data)
    window.write(" lagi")
    assert window.shell.parts.edit_form.changes(), visible_texts(window.shell.parts.edit_form)
    with open_second_store(data) as store:
        store.remember_identity(identity(Role.VIEWER))
    state.reload()
    window.until(lambda: state.snapshot.role is Role.VIEWER)
    window.key(Qt.Key.Key_Return, CONTROL)
    window.until(lambda: bool(window.toasts))
    assert window.shell.parts.side.page is SidePage.EDIT
    assert edit.toPlainText() == f"{TEXT} lagi"
