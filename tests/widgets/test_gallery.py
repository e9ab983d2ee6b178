"""The gallery: accessible names, keys in tooltips, both themes and larger text."""

from collections.abc import Callable

import pytest
from gallery.sheets import forms_sheet, main_sheet, messages_sheet, parts_sheet
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLineEdit, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.theme.appearance import Appearance

SHEETS = [main_sheet, forms_sheet, parts_sheet, messages_sheet]


@pytest.fixture(params=SHEETS, ids=lambda sheet: sheet.__name__)
def sheet(request: pytest.FixtureRequest, qtbot: QtBot, appearance: Appearance) -> QMainWindow:
    make: Callable[[Appearance], QMainWindow] = request.param
    window = make(appearance)
    qtbot.addWidget(window)
    window.resize(1920, 1080)
    window.show()
    return window


def controls(window: QMainWindow) -> list[QWidget]:
    kinds = (QAbstractButton, QLineEdit, QAbstractItemView)
    shown = [w for w in window.findChildren(QWidget) if w.window() is window]
    focusable = [w for w in shown if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    inner = {"qt_spinbox_lineedit", "qt_tableview_cornerbutton"}
    return [w for w in focusable if isinstance(w, kinds) and w.objectName() not in inner]


def test_controls_have_accessible_names(sheet: QMainWindow) -> None:
    nameless = [f"{type(w).__name__} {w.objectName()}" for w in controls(sheet) if not w.accessibleName()]
    assert nameless == []


def test_button_tooltips_name_their_key(sheet: QMainWindow) -> None:
    buttons = [b for b in sheet.findChildren(KeyButton) if b.key]
    assert buttons
    assert [b.text() for b in buttons if b.key not in b.toolTip()] == []


def test_buttons_are_never_cut(sheet: QMainWindow) -> None:
    sheet.grab()
    cut = [b.text() for b in sheet.findChildren(KeyButton) if b.isVisible() and b.width() < b.sizeHint().width()]
    assert cut == []


def test_sheet_follows_theme_and_text_scale(sheet: QMainWindow, appearance: Appearance) -> None:
    dark = sheet.grab().toImage()
    try:
        appearance.show_theme("light")
        appearance.show_text_scale(1.5)
        light = sheet.grab().toImage()
        assert light != dark
        assert light.pixelColor(4, light.height() - 4).lightness() > 200
    finally:
        appearance.show_text_scale(1.0)
        appearance.show_theme("dark")
