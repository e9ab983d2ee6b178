"""Printing from the window: the dialog by its key, a preview of what is seen, and the file."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from window_room import OpenWindow, beside, report_beside

from tabuah.widgets.prints.print_choice import PrintChoice
from tabuah.widgets.prints.print_dialog import PrintDialog
from tabuah.widgets.segments import Segments


@pytest.fixture
def dialog(window: OpenWindow, data: Path) -> PrintDialog:
    with beside(data) as store:
        report_beside(store)
    window.until(lambda: len(window.incidents) == 1)
    window.key(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    opened = window.shell.doing.printing.dialog
    assert opened is not None
    window.until(lambda: not opened.preview.picture.isNull())
    return opened


def test_the_dialog_shows_the_sheet_and_draws_it_anew_when_turned(window: OpenWindow, dialog: PrintDialog) -> None:
    before = dialog.preview.picture
    assert before.width() > before.height()
    turn = dialog.findChild(Segments, "print_orientation")
    window.qtbot.keyClick(turn, Qt.Key.Key_Right)
    window.until(lambda: dialog.preview.picture.height() > dialog.preview.picture.width())
    assert dialog.choice.landscape is False
    dialog.close()


def test_the_title_comes_onto_the_sheet(window: OpenWindow, dialog: PrintDialog) -> None:
    before = dialog.preview.picture
    edit = dialog.findChild(QLineEdit, "print_title")
    window.qtbot.keyClicks(edit, "Banjir Koto Baru")
    window.until(lambda: dialog.preview.picture != before)
    assert dialog.choice.title == "Banjir Koto Baru"
    dialog.close()


def test_the_map_is_saved_and_the_window_goes_on(window: OpenWindow, dialog: PrintDialog, tmp_path: Path) -> None:
    for name, start in (("peta.pdf", b"%PDF"), ("peta.png", b"\x89PNG"), ("peta.svg", b"<?xml")):
        window.shell.doing.printing.write(dialog.choice, tmp_path / name)
        window.until_toast(name)
        assert (tmp_path / name).read_bytes().startswith(start)
    dialog.close()
    window.until(lambda: window.shell.doing.printing.dialog is None)


def test_another_ending_and_a_missing_folder_are_told(
    window: OpenWindow, dialog: PrintDialog, tmp_path: Path
) -> None:
    window.shell.doing.printing.write(PrintChoice(), tmp_path / "peta.doc")
    window.until_toast(".svg")
    window.shell.doing.printing.write(PrintChoice(), tmp_path / "tidak-ada" / "peta.pdf")
    window.until_toast("peta.pdf")
    assert not (tmp_path / "tidak-ada").exists()
    dialog.close()


def test_what_was_seen_when_the_dialog_opened_is_printed(window: OpenWindow, dialog: PrintDialog) -> None:
    seen = window.shell.doing.printing._content
    window.shell.parts.map.canvas.set_layer_visible("incidents", visible=False)
    assert window.shell.doing.printing._content is seen
    assert seen is not None
    assert seen.shows("incidents")
    dialog.close()
