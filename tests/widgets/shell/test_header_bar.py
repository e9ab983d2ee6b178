"""The header bar: clock, shift, sync badge and command field."""

from gallery.samples import NOW, SYNCED, WAITING
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from pytestqt.qtbot import QtBot

from tabuah.widgets.controls.labels import Text
from tabuah.widgets.shell.header_bar import CommandField, HeaderBar, Popover
from tabuah.widgets.theme.appearance import Appearance


def header_in(qtbot: QtBot, appearance: Appearance) -> HeaderBar:
    header = HeaderBar(appearance)
    qtbot.addWidget(header)
    header.show_office("Pusdalops PB · Kabupaten Solok")
    header.show_shift("Regu B · Petugas 1")
    header.show_time(NOW)
    header.resize(1400, 48)
    header.show()
    return header


def test_clock_shows_wib_with_seconds(qtbot: QtBot, appearance: Appearance) -> None:
    header = header_in(qtbot, appearance)
    assert "14.30.05 WIB" in [label.text() for label in header.findChildren(Text)]


def test_labels_keep_theme_changed_before_show(qtbot: QtBot, appearance: Appearance) -> None:
    header = HeaderBar(appearance)
    qtbot.addWidget(header)
    try:
        appearance.show_theme("light")
        appearance.show_text_scale(1.5)
        header.show()
        shown = {
            (text.palette().color(QPalette.ColorRole.WindowText).name(), text.font().pixelSize())
            for text in header.findChildren(Text)
        }
        light = appearance.palette
        assert {colour for colour, _size in shown} == {light.text, light.muted}
        assert {size for _colour, size in shown} == {round(13 * 1.5), round(15 * 1.5)}
    finally:
        appearance.show_text_scale(1.0)
        appearance.show_theme("dark")


def test_command_field_requests_palette(qtbot: QtBot, appearance: Appearance) -> None:
    header = header_in(qtbot, appearance)
    field = header.findChild(CommandField)
    with qtbot.waitSignal(header.palette_requested):
        qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(header.palette_requested):
        qtbot.keyClick(field, Qt.Key.Key_Space)
    assert "Ctrl+K" in field.toolTip()


def test_sync_badge_shows_pending_work(qtbot: QtBot, appearance: Appearance) -> None:
    header = header_in(qtbot, appearance)
    header.show_sync(WAITING)
    assert "Luring sejak 13.05 · 7 menunggu" in header.sync_badge.accessibleName()
    assert "aman di laptop ini" in header.sync_badge.toolTip()


def test_sync_badge_click_opens_details(qtbot: QtBot, appearance: Appearance) -> None:
    header = header_in(qtbot, appearance)
    header.show_sync(SYNCED)
    qtbot.mouseClick(header.sync_badge, Qt.MouseButton.LeftButton)
    popover = header.sync_badge.findChild(Popover)
    assert popover.isVisible()
    assert any("server" in label.text() for label in popover.findChildren(Text))
    with qtbot.waitSignal(header.sync_requested):
        button = next(b for b in popover.findChildren(object) if getattr(b, "objectName", str)() == "sync_now")
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not popover.isVisible()
