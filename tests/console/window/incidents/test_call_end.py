"""A call that is no report ends by one key; its text is kept until it is saved."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit
from support.window_fixture import OpenWindow, open_second_store

from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.codes import CallClass

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize(
    ("key", "modifier", "call_class"),
    [
        (Qt.Key.Key_F2, NONE, CallClass.GHOST),
        (Qt.Key.Key_F3, NONE, CallClass.PRANK),
        (Qt.Key.Key_F2, SHIFT, CallClass.INFORMATION),
    ],
)
def test_call_end_records_the_class_by_one_key(
    window: OpenWindow, data: Path, key, modifier, call_class: CallClass
) -> None:
    window.key(Qt.Key.Key_N)
    window.edit("report_title").setText("Telepon")
    window.find(QPlainTextEdit, "report_note").setPlainText("tidak ada suara")
    window.edit("report_number").setText("0812")
    window.key(key, modifier)
    window.until(lambda: window.shell.parts.side.page is SidePage.DETAILS)
    with open_second_store(data) as store:
        (call,) = store.calls()
        assert (call.call_class, call.note) == (call_class, "Telepon\ntidak ada suara")
        assert store.personal_of(call.caller_entry) == {"caller": "0812"}
    assert not window.incidents
    window.key(Qt.Key.Key_N)
    assert window.shell.parts.report_form.draft().note == ""


def test_call_end_with_a_note_that_is_too_long_keeps_the_text(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_N)
    window.find(QPlainTextEdit, "report_note").setPlainText("x" * 3_000)
    window.key(Qt.Key.Key_F2)
    assert window.shell.parts.side.page is SidePage.REPORT
    assert len(window.shell.parts.report_form.draft().note) == 3_000
