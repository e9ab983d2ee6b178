"""A field of several lines in an edit form: shows its lines, keeps its breaks, refuses too much text."""

import pytest
from PySide6.QtCore import QMimeData, Qt
from pytestqt.qtbot import QtBot

from tabuah.widgets.controls.edit_form import EditField, EditForm
from tabuah.widgets.controls.growing_text_edit import GrowingTextEdit
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.theme.appearance import Appearance

TEXT = "Air naik\n\nJembatan hanyut"


@pytest.fixture
def form(qtbot: QtBot, appearance: Appearance) -> EditForm:
    widget = EditForm(appearance)
    qtbot.addWidget(widget)
    title = EditField(code="title", label="Title", value="Banjir")
    note = EditField(code="description", label="Description", value=TEXT, max_chars=100)
    widget.show_fields("one", "Edit", (title, note))
    widget.show()
    return widget


def lines(form: EditForm) -> GrowingTextEdit:
    found = form.findChild(GrowingTextEdit, "edit_description")
    assert isinstance(found, GrowingTextEdit)
    return found


def test_text_of_several_lines_is_shown_and_unchanged(form: EditForm) -> None:
    assert lines(form).toPlainText() == TEXT
    assert form.changes() == {}


def test_changed_text_keeps_its_breaks(qtbot: QtBot, form: EditForm) -> None:
    edit = lines(form)
    edit.moveCursor(edit.textCursor().MoveOperation.End)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.keyClicks(edit, "Surut")
    with qtbot.waitSignal(form.submitted) as heard:
        qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert heard.args == ["one", {"description": f"{TEXT}\nSurut"}]


def test_text_with_foreign_line_ends_is_unchanged(form: EditForm) -> None:
    field = EditField(code="description", label="Description", value="a\r\nb\n", max_chars=100)
    form.show_fields("two", "Edit", (field,))
    assert form.changes() == {}


def test_paste_that_is_too_long_is_refused_with_a_reason(form: EditForm) -> None:
    pasted = QMimeData()
    pasted.setText("x" * 100_000)
    lines(form).insertFromMimeData(pasted)
    assert lines(form).toPlainText() == TEXT
    assert "100" in " ".join(label.text() for label in form.findChildren(Text) if label.isVisible())


def test_kept_draft_of_several_lines_is_shown(qtbot: QtBot, form: EditForm) -> None:
    with qtbot.assertNotEmitted(form.edited):
        assert form.show_content({"description": "satu\ndua"})
    assert form.changes() == {"description": "satu\ndua"}
