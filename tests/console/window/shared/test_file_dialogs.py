"""File dialogs: language, folder, suggested name, and the buttons after saving."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QStandardPaths, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget
from support.window_fixture import OpenWindow

from tabuah.console.window.shared.file_dialogs import dated_name, open_dialog, save_dialog
from tabuah.console.window.shell.qt_translator import QtTranslator, install_qt_translator
from tabuah.resources.localisation import set_language
from tabuah.widgets.controls.buttons import KeyButton


class Opener(QObject):
    """Receives the opened addresses instead of the desktop."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toLocalFile())


def test_save_dialog_suggests_name_with_date(qtbot, tmp_path: Path) -> None:
    name = dated_name("SLK-7K3-0012", "awal", at=datetime(2026, 12, 1, 7, 30, tzinfo=UTC), suffix=".pdf")
    assert name == "SLK-7K3-0012-awal-20261201-1430.pdf"
    main = QWidget()
    qtbot.addWidget(main)
    dialog = save_dialog(main, "Simpan laporan", name=name, filters=["PDF (*.pdf)"])
    assert Path(dialog.selectedFiles()[0]).name == name
    assert dialog.windowTitle() == "Simpan laporan"


def test_dialogs_start_in_last_folder(qtbot, tmp_path: Path) -> None:
    main = QWidget()
    qtbot.addWidget(main)
    inner = QWidget(main, Qt.WindowType.Dialog)
    first = save_dialog(inner, "Simpan", name="a.pdf", filters=["PDF (*.pdf)"])
    first.filesSelected.emit([str(tmp_path / "a.pdf")])
    assert Path(open_dialog(main, "Pilih", filters=["PDF (*.pdf)"]).directory().path()) == tmp_path
    tmp_path.rename(tmp_path.with_name("lain"))
    assert Path(open_dialog(main, "Pilih", filters=["PDF (*.pdf)"]).directory().path()) != tmp_path


def test_missing_documents_folder_is_no_file_name(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _which: str(tmp_path / "Documents"))
    main = QWidget()
    qtbot.addWidget(main)
    dialog = open_dialog(main, "Pilih", filters=["PDF (*.pdf)"])
    assert Path(dialog.directory().path()) == Path.home()
    assert [Path(name).name for name in dialog.selectedFiles() if "Documents" in name] == []


def test_qt_translator_follows_language(qapp) -> None:
    install_qt_translator(qapp)
    install_qt_translator(qapp)
    texts = qapp.findChildren(QtTranslator)
    assert len(texts) == 1
    question = "%1 already exists.\nDo you want to replace it?"
    try:
        assert QCoreApplication.translate("QFileDialog", question) == "%1 sudah ada.\nGanti dengan yang baru?"
        assert QCoreApplication.translate("Other", "Cancel") == "Cancel"
        set_language("en")
        assert QCoreApplication.translate("QFileDialog", question) == question
    finally:
        qapp.removeTranslator(texts[0])
        texts[0].setParent(None)


def test_saved_file_is_opened_with_its_folder(window: OpenWindow, tmp_path: Path) -> None:
    file, opener = tmp_path / "laporan.pdf", Opener()
    file.write_bytes(b"%PDF")
    QDesktopServices.setUrlHandler("file", opener, "open")
    try:
        window.notifier.saved("Laporan tersimpan.", file)
        for name in ("toast_open", "toast_folder"):
            window.qtbot.mouseClick(window.find(KeyButton, name), Qt.MouseButton.LeftButton)
        assert opener.opened == [str(file), str(tmp_path)]
        file.unlink()
        window.qtbot.mouseClick(window.find(KeyButton, "toast_open"), Qt.MouseButton.LeftButton)
        window.wait_for_toast("laporan.pdf tidak dapat dibuka dari sini.", f"Letaknya di {tmp_path}.")
    finally:
        QDesktopServices.unsetUrlHandler("file")


def test_folder_of_files_is_saved_with_window(window: OpenWindow, tmp_path: Path) -> None:
    dialog = save_dialog(window.shell, "Simpan", name="a.pdf", filters=["PDF (*.pdf)"])
    assert isinstance(dialog, QFileDialog)
    dialog.filesSelected.emit([str(tmp_path / "a.pdf")])
    assert window.shell.memory().files_folder == str(tmp_path)
