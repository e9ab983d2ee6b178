"""Map print in the window: the dialog by its key, the preview, and the file."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from support.window_fixture import OpenWindow, open_second_store, report_in_second_store

from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.map.print.print_dialog import PrintChoice, PrintDialog


@pytest.fixture
def dialog(window: OpenWindow, data: Path) -> PrintDialog:
    with open_second_store(data) as store:
        report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 1)
    window.key(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    opened = window.commands.map.map_print.dialog
    assert opened is not None
    window.until(lambda: not opened.preview.picture.isNull())
    return opened


def test_print_preview_follows_orientation(window: OpenWindow, dialog: PrintDialog) -> None:
    before = dialog.preview.picture
    assert before.width() > before.height()
    turn = dialog.findChild(SegmentedControl, "print_orientation")
    window.qtbot.keyClick(turn, Qt.Key.Key_Right)
    window.until(lambda: dialog.preview.picture.height() > dialog.preview.picture.width())
    assert dialog.choice.landscape is False
    dialog.close()


def test_print_title_appears_on_sheet(window: OpenWindow, dialog: PrintDialog) -> None:
    before = dialog.preview.picture
    edit = dialog.findChild(QLineEdit, "print_title")
    window.qtbot.keyClicks(edit, "Banjir Koto Baru")
    window.until(lambda: dialog.preview.picture != before)
    assert dialog.choice.title == "Banjir Koto Baru"
    dialog.close()


def test_map_print_is_saved(window: OpenWindow, dialog: PrintDialog, tmp_path: Path) -> None:
    for name, start in (("peta.pdf", b"%PDF"), ("peta.png", b"\x89PNG"), ("peta.svg", b"<?xml")):
        window.commands.map.map_print.write(dialog.choice, tmp_path / name)
        window.wait_for_toast(name)
        assert (tmp_path / name).read_bytes().startswith(start)
    dialog.close()
    window.until(lambda: window.commands.map.map_print.dialog is None)


def test_map_print_reports_bad_suffix_and_folder(window: OpenWindow, dialog: PrintDialog, tmp_path: Path) -> None:
    window.commands.map.map_print.write(PrintChoice(), tmp_path / "peta.doc")
    window.wait_for_toast(".svg")
    window.commands.map.map_print.write(PrintChoice(), tmp_path / "tidak-ada" / "peta.pdf")
    window.wait_for_toast("peta.pdf")
    assert not (tmp_path / "tidak-ada").exists()
    dialog.close()


def test_map_print_uses_state_of_dialog_opening(window: OpenWindow, dialog: PrintDialog) -> None:
    seen = window.commands.map.map_print._content
    window.shell.parts.map.canvas.set_layer_visible("incidents", visible=False)
    assert window.commands.map.map_print._content is seen
    assert seen is not None
    assert seen.shows("incidents")
    dialog.close()
