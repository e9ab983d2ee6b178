"""Drafts of forms in the window: on disk after a pause, offered by the next window, gone when saved."""

from pathlib import Path

from PySide6.QtCore import Qt
from support.window_fixture import OpenWindow, open_second_store, report_in_second_store

from tabuah.console.window.shared.panels import SidePage


def files(data: Path) -> list[Path]:
    folder = data / "drafts"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def test_report_survives_end_of_program(window: OpenWindow, data: Path, open_console) -> None:
    window.key(Qt.Key.Key_N)
    window.write("Koto Baru")
    window.key(Qt.Key.Key_Return)
    window.write("B")
    window.edit("report_caller").setText("Bu Yanti")
    window.until(lambda: any(b"Bu Yanti" in file.read_bytes() for file in files(data)))
    window.console.close()
    again = open_console()
    again.wait_for_toast("belum disimpan", "tekan N")
    again.key(Qt.Key.Key_N)
    assert again.edit("report_caller").text() == "Bu Yanti"
    again.key(Qt.Key.Key_Tab)
    again.edit("report_title").setFocus()
    again.key(Qt.Key.Key_Return)
    again.until(lambda: len(again.incidents) == 1)
    again.until(lambda: files(data) == [])


def test_discarded_report_leaves_no_file(window: OpenWindow, data: Path) -> None:
    window.key(Qt.Key.Key_N)
    window.write("dekat pasar")
    window.until(lambda: len(files(data)) == 1)
    window.shell.parts.report_form.discarded.emit()
    window.until(lambda: files(data) == [])
    assert window.shell.parts.side.page is SidePage.DETAILS
    window.wait_for_toast("dibuang", "Urungkan")
    window.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.edit("place_text").text() == "dekat pasar"


def test_notes_and_edits_are_kept_for_their_incident(window: OpenWindow, data: Path, open_console) -> None:
    with open_second_store(data) as store:
        one, other = report_in_second_store(store), report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 2)
    window.choose(one)
    window.key(Qt.Key.Key_C)
    window.write("air sepinggang")
    window.choose(other)
    window.key(Qt.Key.Key_C)
    note = window.shell.parts.details.note_box
    assert note.text == ""
    window.key(Qt.Key.Key_Escape)
    window.key(Qt.Key.Key_E)
    window.edit("edit_title").clear()
    window.edit("edit_title").setFocus()
    window.write("Banjir di pasar")
    window.until(lambda: len(files(data)) == 2)
    window.console.close()
    again = open_console()
    again.wait_for_toast("belum disimpan")
    again.choose(other)
    again.key(Qt.Key.Key_E)
    assert again.edit("edit_title").text() == "Banjir di pasar"
    again.key(Qt.Key.Key_Return)
    again.until(lambda: again.incident.title == "Banjir di pasar")
    again.choose(one)
    again.key(Qt.Key.Key_C)
    assert again.shell.parts.details.note_box.text == "air sepinggang"
    again.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    again.until(lambda: files(data) == [])
