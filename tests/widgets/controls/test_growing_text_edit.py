"""The text field that grows with its text."""

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tabuah.operations.hidden_characters import is_plain
from tabuah.widgets.controls.growing_text_edit import GrowingTextEdit
from tabuah.widgets.controls.layout import column
from tabuah.widgets.theme.appearance import Appearance


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def field(qtbot: QtBot, window: QWidget, appearance: Appearance) -> GrowingTextEdit:
    made = GrowingTextEdit(appearance, max_chars=1_000)
    layout = column(window)
    layout.addWidget(made)
    layout.addWidget(QLineEdit())
    layout.addStretch(1)
    window.resize(300, 600)
    window.show()
    window.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    return made


def test_field_grows_with_its_text_then_scrolls_and_shrinks(field: GrowingTextEdit):
    heights = []
    for count in (1, 4, 7, 30):
        field.setPlainText("\n".join(["baris"] * count))
        heights.append(field.height())
        assert field.verticalScrollBar().maximum() == 0 or count == 30
    assert heights[0] < heights[1] < heights[2] == heights[3]
    field.clear()
    assert field.height() == heights[0]


def test_field_wraps_a_long_line(field: GrowingTextEdit):
    before = field.height()
    field.setPlainText("air naik cepat " * 15)
    assert field.height() > before


def test_enter_begins_a_line_and_control_enter_submits(qtbot: QtBot, field: GrowingTextEdit):
    qtbot.keyClicks(field, "satu")
    with qtbot.assertNotEmitted(field.submitted):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClicks(field, "dua")
    with qtbot.waitSignal(field.submitted):
        qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert field.text == "satu\ndua"


def test_tab_leaves_the_field(qtbot: QtBot, field: GrowingTextEdit):
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert not field.hasFocus()
    assert field.text == ""


def test_paste_that_is_too_long_is_refused_and_the_text_stays(qtbot: QtBot, field: GrowingTextEdit):
    field.setPlainText("air naik")
    source = QMimeData()
    source.setText("x" * 100_000)
    with qtbot.waitSignal(field.paste_refused):
        field.insertFromMimeData(source)
    assert field.text == "air naik"
    field.selectAll()
    source.setText("y" * 1_000)  # replaces the selection
    with qtbot.assertNotEmitted(field.paste_refused):
        field.insertFromMimeData(source)
    assert field.text == "y" * 1_000


def test_pasted_text_loses_its_hidden_characters_and_keeps_its_lines(field: GrowingTextEdit):
    source = QMimeData()
    source.setText("\u200e+62 812\u202a\r\nrusak\t3 rumah\n\nselesai")
    field.insertFromMimeData(source)
    assert field.text == "+62 812\nrusak 3 rumah\n\nselesai"
    assert is_plain(field.text, lines=True)
