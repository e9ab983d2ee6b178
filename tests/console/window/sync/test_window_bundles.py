"""Bundles in the window: export, import, and the message for other files."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from support.window_fixture import OpenWindow, open_second_store, report_in_second_store

from tabuah.console.window.shell.actions import BY_ID
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.bundles.reader import open_bundle


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Return a bundle of another laptop."""
    file = tmp_path / "posko.tabuah"
    store = ConsoleStore(tmp_path / "posko")
    try:
        report_in_second_store(store)
        store.relay.export_bundle(file)
    finally:
        store.close()
    return file


def test_bundle_export_writes_chosen_file(window: OpenWindow, data: Path, tmp_path: Path) -> None:
    with open_second_store(data) as store:
        report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 1)
    window.key(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
    dialog = window.shell.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert dialog.labelText(QFileDialog.DialogLabel.Accept) == "Simpan"
    assert dialog.selectedFiles()[0].endswith(".tabuah")
    file = tmp_path / "pusdalops.tabuah"
    choose(window, file)
    window.wait_for_toast("1 entri", "Siapa pun boleh membawanya")
    with open_bundle(file) as found:
        assert found.totals.entries == 1


def test_bundle_import_reports_result(window: OpenWindow, data: Path, bundle: Path) -> None:
    BY_ID["import_bundle"].run(window.commands)
    choose(window, bundle)
    window.wait_for_toast("1 entri baru", "menunggu perangkat didaftarkan")
    with open_second_store(data) as store:
        assert store.relay.counts().entries == 1


def test_bundle_import_rejects_other_file(window: OpenWindow, tmp_path: Path) -> None:
    file = tmp_path / "halaman.tabuah"
    file.write_bytes(b"<!DOCTYPE html><title>404</title>")
    window.commands.sync.bundles.import_bundle(file)
    window.wait_for_toast("halaman web", "Tidak ada yang diimpor")


def choose(window: OpenWindow, file: Path) -> None:
    """Choose a file in the open dialog."""
    dialog = window.shell.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(file))
    dialog.close()
