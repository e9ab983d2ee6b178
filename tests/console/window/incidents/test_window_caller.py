"""The caller of an incident in the window: corrected later and undone."""

import pytest
from PySide6.QtCore import Qt
from support.window_fixture import OpenWindow

from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.state.console_state import ConsoleState

ENTER = Qt.Key.Key_Return


def open_caller(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    window.until(lambda: window.shell.parts.side.page is SidePage.EDIT)


def test_caller_is_corrected_removed_and_undone(window: OpenWindow):
    window.key(Qt.Key.Key_N)
    window.write("koto baru")
    window.key(ENTER)
    window.write("b")
    window.edit("report_caller").setText("Bu Yanti")
    window.key(ENTER)
    window.until(lambda: "Bu Yanti" in window.details_text)
    open_caller(window)
    assert window.edit("edit_caller").text() == "Bu Yanti"
    window.edit("edit_caller").setText("x" * 201)
    window.key(ENTER)
    assert window.shell.parts.side.page is SidePage.EDIT
    before = window.incident
    window.edit("edit_caller").setText("Bu Yanti · 0812 3456")
    window.key(ENTER)
    window.until(lambda: "Bu Yanti · 0812 3456" in window.details_text)
    window.until(lambda: window.incident is not before)  # the details may be ahead of it
    open_caller(window)
    assert window.edit("edit_caller").text() == "Bu Yanti · 0812 3456"
    window.edit("edit_caller").clear()
    window.key(ENTER)
    window.until(lambda: "Bu Yanti" not in window.details_text)
    window.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    window.until(lambda: "Bu Yanti · 0812 3456" in window.details_text)


def test_caller_is_corrected_again_before_the_window_has_read_the_first_correction(
    window: OpenWindow, monkeypatch: pytest.MonkeyPatch
):
    window.key(Qt.Key.Key_N)
    window.write("koto baru")
    window.key(ENTER)
    window.write("b")
    window.edit("report_caller").setText("Bu Yanti")
    window.key(ENTER)
    window.until(lambda: "Bu Yanti" in window.details_text)
    with monkeypatch.context() as patch:
        patch.setattr(ConsoleState, "refresh", lambda _state: None)
        for caller in ("Bu Yanti · 0812 3456", ""):
            open_caller(window)
            shown = window.edit("edit_caller").text()
            window.edit("edit_caller").setText(caller)
            window.key(ENTER)
            window.wait_for_toast("pelapor disimpan")
    assert shown == "Bu Yanti · 0812 3456"
    window.context.state.refresh()
    window.until(lambda: "Bu Yanti" not in window.details_text)
    window.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    window.until(lambda: "Bu Yanti · 0812 3456" in window.details_text)
