"""Photos and documents on the station page: display, keys, clicks and drops."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QContextMenuEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tabuah.widgets.attachments.attachment_strip import AttachmentThumb
from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.controls.drop_target import DropTarget
from tabuah.widgets.stations.station_files_panel import FileRow, StationFilesPanel
from tabuah.widgets.stations.station_page_dialog import StationPageDialog
from tabuah.widgets.stations.values import StationFileItem, StationFilesContent, StationView
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level


def picture() -> QImage:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    return image


PHOTO = StationFileItem(
    id="p1",
    name="Tiang",
    note="69 kB",
    about="Cara pemasangan",
    added="budi, 24 Nov",
    is_photo=True,
    picture=picture(),
)
SHEET = StationFileItem(id="d1", name="Lembar kalibrasi", note="350 kB", about="Kalibrasi", added="ani, 24 Nov")
FAR = StationFileItem(id="d2", name="kunci.pdf", note="1 kB · belum ada di sini", waits="↓ menunggu", is_here=False)
VIEW = StationFilesContent(files=(PHOTO, SHEET, FAR))


@pytest.fixture
def block(appearance: Appearance, qtbot: QtBot) -> StationFilesPanel:
    block = StationFilesPanel(appearance)
    qtbot.addWidget(block)
    block.resize(390, 600)
    block.show_files(VIEW)
    block.show()
    block.activateWindow()
    qtbot.waitUntil(block.isActiveWindow)
    return block


def told(widget: QWidget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def button(block: StationFilesPanel, name: str) -> KeyButton:
    found = block.findChild(KeyButton, name)
    assert isinstance(found, KeyButton)
    return found


def rows(block: StationFilesPanel) -> list[FileRow]:
    return [row for row in block.findChildren(FileRow) if not row.isHidden()]


def menu_of(block: StationFilesPanel, name: str) -> QMenu:
    (menu,) = [menu for menu in block.findChildren(QMenu, name) if menu.isVisible()]
    return menu


def test_files_show_photos_above_documents(block: StationFilesPanel) -> None:
    (thumb,) = block.findChildren(AttachmentThumb)
    assert [row.item.name for row in rows(block)] == ["Lembar kalibrasi", "kunci.pdf"]
    assert thumb.mapTo(block, QPoint()).y() < rows(block)[0].y()
    assert "350 kB" in rows(block)[0].accessibleName()


def test_files_empty_state_shows_hint(block: StationFilesPanel) -> None:
    assert "Belum ada" not in told(block)
    block.show_files(replace(VIEW, files=()))
    assert "lembar kalibrasi" in told(block)
    assert "seret berkas" in told(block)
    block.show_files(StationFilesContent(add_reason="Peran Anda tidak boleh."))
    assert "lembar kalibrasi" in told(block)
    assert "seret berkas" not in told(block)


def test_file_focus_selects_file(block: StationFilesPanel) -> None:
    rows(block)[0].setFocus()
    assert "Kalibrasi · 350 kB · ani, 24 Nov" in told(block)
    block.findChild(AttachmentThumb).setFocus()
    assert "Cara pemasangan · 69 kB · budi, 24 Nov" in told(block)


@pytest.mark.parametrize(
    ("key", "asked"),
    [(Qt.Key.Key_Return, "open"), (Qt.Key.Key_S, "save"), (Qt.Key.Key_Delete, "remove"), (Qt.Key.Key_Space, "open")],
)
def test_file_keys_act_on_selection(block: StationFilesPanel, qtbot: QtBot, key: Qt.Key, asked: str) -> None:
    rows(block)[0].setFocus()
    with qtbot.waitSignal(block.file_action_requested) as heard:
        qtbot.keyClick(rows(block)[0], key)
    assert heard.args == [asked, "d1"]


def test_file_click_opens_file(block: StationFilesPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(block.file_action_requested) as heard:
        qtbot.mouseClick(block.findChild(AttachmentThumb), Qt.MouseButton.LeftButton)
    assert heard.args == ["open", "p1"]
    with qtbot.waitSignal(block.file_action_requested) as heard:
        qtbot.mouseClick(button(block, "file_remove"), Qt.MouseButton.LeftButton)
    assert heard.args == ["remove", "p1"]


def test_file_not_local_is_fetched(block: StationFilesPanel, qtbot: QtBot) -> None:
    rows(block)[1].setFocus()
    assert button(block, "file_open").text() == "Ambil"
    with qtbot.assertNotEmitted(block.file_action_requested):
        qtbot.keyClick(rows(block)[1], Qt.Key.Key_S)
    assert "Berkas belum ada di komputer ini" in button(block, "file_save").toolTip()


def test_file_that_cannot_be_removed_shows_reason(block: StationFilesPanel, qtbot: QtBot) -> None:
    block.show_files(replace(VIEW, files=(replace(SHEET, kept_reason="Milik orang lain."),)))
    rows(block)[0].setFocus()
    with qtbot.assertNotEmitted(block.file_action_requested):
        qtbot.keyClick(rows(block)[0], Qt.Key.Key_Delete)
    assert "Milik orang lain." in button(block, "file_remove").toolTip()


def test_file_selection_survives_updates(block: StationFilesPanel) -> None:
    row = rows(block)[0]
    row.setFocus()
    block.show_files(replace(VIEW, files=(PHOTO, replace(SHEET, waits="gagal", level=Level.HIGH, note="gagal"), FAR)))
    assert rows(block)[0] is row, "made anew it would flicker and lose the focus"
    assert "Kalibrasi · gagal" in told(block)
    block.show_files(replace(VIEW, files=(PHOTO,)))
    assert "Kalibrasi · gagal" not in told(block)
    assert rows(block) == []
    block.show_files(replace(VIEW, files=()))
    assert not block.findChild(QWidget, "file_bar").isVisible()


def test_files_show_all_photos_on_demand(block: StationFilesPanel, qtbot: QtBot) -> None:
    block.show_files(replace(VIEW, files=tuple(replace(PHOTO, id=f"p{n}") for n in range(12))))
    shown = [thumb for thumb in block.findChildren(AttachmentThumb) if not thumb.isHidden()]
    assert len(shown) == 8
    more = button(block, "files_more")
    assert more.text() == "Tampilkan semua 12 foto"
    shown[-1].setFocus()
    qtbot.keyClick(shown[-1], Qt.Key.Key_Tab)
    assert more.hasFocus()
    qtbot.keyClick(more, Qt.Key.Key_Return)
    assert not [thumb for thumb in block.findChildren(AttachmentThumb) if thumb.isHidden()]
    assert more.isHidden()
    block.show_files(replace(VIEW, files=tuple(replace(PHOTO, id=f"q{n}") for n in range(9))))
    assert not more.isHidden(), "another station shows its first ones again"


def test_removed_files_are_listed_with_reason(block: StationFilesPanel) -> None:
    block.show_files(replace(VIEW, removed=("lama.pdf: diganti (ani)",)))
    assert "lama.pdf: diganti (ani)" in told(block)


def test_add_button_requests_files(block: StationFilesPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(block.add_requested):
        qtbot.mouseClick(button(block, "files_add"), Qt.MouseButton.LeftButton)


def test_adding_shows_reason_without_permission(block: StationFilesPanel, qtbot: QtBot) -> None:
    block.show_files(replace(VIEW, add_reason="Peran Anda tidak boleh."))
    with qtbot.assertNotEmitted(block.add_requested), qtbot.assertNotEmitted(block.files_dropped):
        block.request_files()
        block.drop_files((Path("a.jpg"),))
    assert "Peran Anda" in button(block, "files_add").toolTip()


def test_file_context_menu_has_same_actions(block: StationFilesPanel, qtbot: QtBot) -> None:
    row = rows(block)[1]
    at = row.mapToGlobal(QPoint(5, 5))
    QApplication.sendEvent(row, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(5, 5), at))
    menu = menu_of(block, "file_menu")
    assert [(action.text(), action.isEnabled()) for action in menu.actions()] == [
        *(("Ambil", True), ("Simpan sebagai …", False), ("Hapus", True))
    ]
    with qtbot.waitSignal(block.file_action_requested) as heard:
        menu.actions()[2].trigger()
    assert heard.args == ["remove", "d2"]
    menu.close()


def test_page_accepts_dropped_files(appearance: Appearance, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = StationPageDialog(appearance)
    qtbot.addWidget(dialog)
    dialog.show_view(StationView(code="S", name="AWLR", about="", level=Level.NORMAL, word=""))
    dialog.files.show_files(VIEW)
    dialog.show()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.jpg")), QUrl("https://example.org/b.jpg")])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    target = dialog.findChild(DropTarget)
    dialog.dragEnterEvent(QDragEnterEvent(QPoint(9, 9), copy, data, left, none))
    assert "AWLR" in target.text
    dialog.dragLeaveEvent(QDragLeaveEvent())
    assert target.isHidden()
    with qtbot.waitSignal(dialog.files.files_dropped) as heard:
        dialog.dropEvent(QDropEvent(QPointF(9, 9), copy, data, left, none))
    assert heard.args == [(tmp_path / "a.jpg",)]
    dialog.files.show_files(replace(VIEW, add_reason="tidak boleh"))
    dialog.dragEnterEvent(QDragEnterEvent(QPoint(9, 9), copy, data, left, none))
    assert target.isHidden()
