"""Bundles from the window: written, taken over, and told in words when a file is none."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from window_room import OpenWindow, beside, report_beside

from tabuah.console.window.actions import BY_ID
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.bundles.reading import open_bundle


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """What another laptop has exported."""
    file = tmp_path / "posko.tabuah"
    store = ConsoleStore(tmp_path / "posko")
    try:
        report_beside(store)
        store.carrier.export(file)
    finally:
        store.close()
    return file


def test_what_waits_is_written_to_the_file_that_was_chosen(window: OpenWindow, data: Path, tmp_path: Path) -> None:
    with beside(data) as store:
        report_beside(store)
    window.until(lambda: len(window.incidents) == 1)
    window.key(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
    dialog = window.shell.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert dialog.labelText(QFileDialog.DialogLabel.Accept) == "Simpan"
    assert dialog.selectedFiles()[0].endswith(".tabuah")
    file = tmp_path / "pusdalops.tabuah"
    choose(window, file)
    window.until_toast("1 entri", "Siapa pun boleh membawanya")
    with open_bundle(file) as found:
        assert found.ending.entries == 1


def test_a_bundle_is_taken_over_and_the_window_tells(window: OpenWindow, data: Path, bundle: Path) -> None:
    BY_ID["import_bundle"].run(window.shell.doing)
    choose(window, bundle)
    window.until_toast("1 entri baru", "menunggu perangkatnya didaftarkan")
    with beside(data) as store:
        assert store.carrier.counts().entries == 1


def test_a_file_that_is_no_bundle_is_called_what_it_is(window: OpenWindow, tmp_path: Path) -> None:
    file = tmp_path / "halaman.tabuah"
    file.write_bytes(b"<!DOCTYPE html><title>404</title>")
    window.shell.doing.carrying.take(file)
    window.until_toast("halaman web", "Tidak ada yang diambil")


def choose(window: OpenWindow, file: Path) -> None:
    """Choose a file in the dialog that is open."""
    dialog = window.shell.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(file))
    dialog.close()
