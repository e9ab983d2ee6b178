"""Photos and documents on a station's page: what is shown, and what keys, clicks and drops ask for."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QContextMenuEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tabuah.widgets.buttons import KeyButton
from tabuah.widgets.details.attachment_strip import AttachmentThumb
from tabuah.widgets.imports.drop_target import DropTarget
from tabuah.widgets.stations.file_row import FileRow
from tabuah.widgets.stations.file_values import FileItem, FilesView
from tabuah.widgets.stations.files_block import FilesBlock
from tabuah.widgets.stations.station_dialog import StationDialog
from tabuah.widgets.stations.values import StationView
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level


def picture() -> QImage:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    return image


PHOTO = FileItem(
    id="p1",
    name="Tiang",
    note="69 kB",
    about="Cara pemasangan",
    added="budi, 24 Nov",
    is_photo=True,
    picture=picture(),
)
SHEET = FileItem(id="d1", name="Lembar kalibrasi", note="350 kB", about="Kalibrasi", added="ani, 24 Nov")
FAR = FileItem(id="d2", name="kunci.pdf", note="1 kB · belum ada di sini", waits="↓ menunggu", is_here=False)
VIEW = FilesView(files=(PHOTO, SHEET, FAR))


@pytest.fixture
def block(appearance: Appearance, qtbot: QtBot) -> FilesBlock:
    block = FilesBlock(appearance)
    qtbot.addWidget(block)
    block.resize(390, 600)
    block.show_files(VIEW)
    block.show()
    block.activateWindow()
    qtbot.waitUntil(block.isActiveWindow)
    return block


def told(widget: QWidget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def button(block: FilesBlock, name: str) -> KeyButton:
    found = block.findChild(KeyButton, name)
    assert isinstance(found, KeyButton)
    return found


def rows(block: FilesBlock) -> list[FileRow]:
    return [row for row in block.findChildren(FileRow) if not row.isHidden()]


def menu_of(block: FilesBlock, name: str) -> QMenu:
    (menu,) = [menu for menu in block.findChildren(QMenu, name) if menu.isVisible()]
    return menu


def test_photos_stand_beside_each_other_and_documents_below(block: FilesBlock) -> None:
    (thumb,) = block.findChildren(AttachmentThumb)
    assert [row.item.name for row in rows(block)] == ["Lembar kalibrasi", "kunci.pdf"]
    assert thumb.mapTo(block, QPoint()).y() < rows(block)[0].y()
    assert "350 kB" in rows(block)[0].accessibleName()


def test_a_station_without_files_says_what_to_do(block: FilesBlock) -> None:
    assert "Belum ada" not in told(block)
    block.show_files(replace(VIEW, files=()))
    assert "lembar kalibrasi" in told(block)
    assert "seret berkas" in told(block)
    block.show_files(FilesView(add_reason="Peran Anda tidak boleh."))
    assert "lembar kalibrasi" in told(block)
    assert "seret berkas" not in told(block)


def test_the_focus_says_what_is_looked_at(block: FilesBlock) -> None:
    rows(block)[0].setFocus()
    assert "Kalibrasi · 350 kB · ani, 24 Nov" in told(block)
    block.findChild(AttachmentThumb).setFocus()
    assert "Cara pemasangan · 69 kB · budi, 24 Nov" in told(block)


@pytest.mark.parametrize(
    ("key", "asked"),
    [(Qt.Key.Key_Return, "open"), (Qt.Key.Key_S, "save"), (Qt.Key.Key_Delete, "remove"), (Qt.Key.Key_Space, "open")],
)
def test_keys_act_on_what_is_looked_at(block: FilesBlock, qtbot: QtBot, key: Qt.Key, asked: str) -> None:
    rows(block)[0].setFocus()
    with qtbot.waitSignal(block.file_asked) as heard:
        qtbot.keyClick(rows(block)[0], key)
    assert heard.args == [asked, "d1"]


def test_a_click_opens_and_the_buttons_act(block: FilesBlock, qtbot: QtBot) -> None:
    with qtbot.waitSignal(block.file_asked) as heard:
        qtbot.mouseClick(block.findChild(AttachmentThumb), Qt.MouseButton.LeftButton)
    assert heard.args == ["open", "p1"]
    with qtbot.waitSignal(block.file_asked) as heard:
        qtbot.mouseClick(button(block, "file_remove"), Qt.MouseButton.LeftButton)
    assert heard.args == ["remove", "p1"]


def test_what_is_not_here_is_fetched_and_cannot_be_saved(block: FilesBlock, qtbot: QtBot) -> None:
    rows(block)[1].setFocus()
    assert button(block, "file_open").text() == "Ambil"
    with qtbot.assertNotEmitted(block.file_asked):
        qtbot.keyClick(rows(block)[1], Qt.Key.Key_S)
    assert "Belum ada di sini" in button(block, "file_save").toolTip()


def test_what_may_not_be_removed_says_why(block: FilesBlock, qtbot: QtBot) -> None:
    block.show_files(replace(VIEW, files=(replace(SHEET, kept_reason="Milik orang lain."),)))
    rows(block)[0].setFocus()
    with qtbot.assertNotEmitted(block.file_asked):
        qtbot.keyClick(rows(block)[0], Qt.Key.Key_Delete)
    assert "Milik orang lain." in button(block, "file_remove").toolTip()


def test_what_is_looked_at_stays_so_while_it_changes_and_goes_with_it(block: FilesBlock) -> None:
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


def test_many_photos_are_shown_when_somebody_wants_them(block: FilesBlock, qtbot: QtBot) -> None:
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


def test_what_was_removed_is_told_with_the_reason(block: FilesBlock) -> None:
    block.show_files(replace(VIEW, removed=("lama.pdf: diganti (ani)",)))
    assert "lama.pdf: diganti (ani)" in told(block)


def test_adding_is_asked_for_by_the_button(block: FilesBlock, qtbot: QtBot) -> None:
    with qtbot.waitSignal(block.add_requested):
        qtbot.mouseClick(button(block, "files_add"), Qt.MouseButton.LeftButton)


def test_who_may_not_add_is_told_why_and_not_asked(block: FilesBlock, qtbot: QtBot) -> None:
    block.show_files(replace(VIEW, add_reason="Peran Anda tidak boleh."))
    with qtbot.assertNotEmitted(block.add_requested), qtbot.assertNotEmitted(block.files_given):
        block.ask_to_add()
        block.take((Path("a.jpg"),))
    assert "Peran Anda" in button(block, "files_add").toolTip()


def test_the_right_button_offers_the_same(block: FilesBlock, qtbot: QtBot) -> None:
    row = rows(block)[1]
    at = row.mapToGlobal(QPoint(5, 5))
    QApplication.sendEvent(row, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(5, 5), at))
    menu = menu_of(block, "file_menu")
    assert [(action.text(), action.isEnabled()) for action in menu.actions()] == [
        *(("Ambil", True), ("Simpan sebagai …", False), ("Hapus", True))
    ]
    with qtbot.waitSignal(block.file_asked) as heard:
        menu.actions()[2].trigger()
    assert heard.args == ["remove", "d2"]
    menu.close()


def test_files_are_dropped_on_the_page(appearance: Appearance, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = StationDialog(appearance)
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
    with qtbot.waitSignal(dialog.files.files_given) as heard:
        dialog.dropEvent(QDropEvent(QPointF(9, 9), copy, data, left, none))
    assert heard.args == [(tmp_path / "a.jpg",)]
    dialog.files.show_files(replace(VIEW, add_reason="tidak boleh"))
    dialog.dragEnterEvent(QDragEnterEvent(QPoint(9, 9), copy, data, left, none))
    assert target.isHidden()
