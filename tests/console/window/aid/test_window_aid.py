"""The aid ledger in the window: a keyboard journey from a need to a correction, its undo, and the export."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from support.window_fixture import OpenWindow, identity, open_second_store, report_in_second_store

from tabuah.operations.aid.aid_line import AidKind, AidLine
from tabuah.operations.people.roles import Role
from tabuah.widgets.controls.choice_chips import ChoiceChips
from tabuah.widgets.controls.record_dialog import RecordDialog

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(open_console, data: Path) -> OpenWindow:
    with open_second_store(data) as store:
        store.remember_identity(identity(Role.OPERATOR))
        report_in_second_store(store)
    opened = open_console()
    opened.until(lambda: len(opened.console.services.state.snapshot.incidents) == 1)
    return opened


def lines(window: OpenWindow) -> list[AidLine]:
    return list(window.console.services.state.snapshot.aid.values())


def fill(dialog: RecordDialog, **values: str) -> None:
    for code, text in values.items():
        control = dialog.form._controls[code]
        if isinstance(control, ChoiceChips):
            control.show_current(text)
        else:
            assert isinstance(control, QLineEdit)
            control.setText(text)


def choose_first(window: OpenWindow, dialog: RecordDialog) -> None:
    window.until(lambda: dialog.list.model().rowCount() > 0)
    dialog.list.step(-9)


def facts(dialog: RecordDialog) -> list[str]:
    return [fact.value for fact in dialog._facts._facts]


def test_aid_is_recorded_balanced_corrected_and_undone_by_keyboard(window: OpenWindow, tmp_path: Path):
    window.key(Qt.Key.Key_B, CTRL, SHIFT)
    dialog = window.commands.aid.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    window.key(Qt.Key.Key_N, CTRL, SHIFT)
    fill(dialog, item="selimut", quantity="1.200", place="Koto Baru, Kubung")
    window.key(Qt.Key.Key_Return)
    assert not dialog.shows_list, "an unclear quantity is refused at its field"
    fill(dialog, quantity="100")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(lines(window)) == 1)
    (line,) = lines(window)
    assert (line.shown.item, line.shown.unit, line.shown.place.nagari) == ("Selimut", "lembar", "Koto Baru")

    choose_first(window, dialog)
    window.key(Qt.Key.Key_Return)
    fill(dialog, kind=AidKind.RECEIVED.value, quantity="600", partner="PMI")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: any("600" in text for text in facts(dialog)))
    window.key(Qt.Key.Key_E, CTRL, SHIFT)
    assert dialog.shows_list, "a balance cannot be corrected"

    window.key(Qt.Key.Key_F2)
    received = next(each for each in lines(window) if each.shown.kind is AidKind.RECEIVED)
    dialog.list.choose(received.id)
    window.key(Qt.Key.Key_E, CTRL, SHIFT)
    fill(dialog, quantity="60")
    window.key(Qt.Key.Key_Return)
    assert not dialog.shows_list, "a correction needs a reason"
    fill(dialog, reason="salah ketik")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: any("salah ketik" in text for text in facts(dialog)))
    assert any("600" in text for text in facts(dialog)), "the line before stays visible"
    window.key(Qt.Key.Key_F2)
    choose_first(window, dialog)
    assert any("40 lembar" in text for text in facts(dialog)), "100 needed - 0 distributed - 60 in stock"

    target = tmp_path / "neraca.csv"
    window.commands.aid.write_export(target)
    window.until(target.exists)
    window.key(Qt.Key.Key_F3)
    window.until(lambda: any("600 lembar" in text for text in facts(dialog)))
    assert len(window.console.services.state.snapshot.aid[received.id].versions) == 3
