"""Check boxes: keyboard, codes, and visible edges in both themes."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot
from support.colour_contrast import contrast

from tabuah.widgets.controls.check_boxes import CheckBoxGroup
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice

COLOURS = (Choice(code="r", label="Merah"), Choice(code="g", label="Hijau"), Choice(code="b", label="Biru"))


@pytest.fixture
def colours(qtbot: QtBot, appearance: Appearance) -> CheckBoxGroup:
    widget = CheckBoxGroup(COLOURS, name="colours", label="Warna")
    qtbot.addWidget(widget)
    widget.show()
    return widget


def box(widget: CheckBoxGroup, code: str) -> QCheckBox:
    found = widget.findChild(QCheckBox, f"colours_{code}")
    assert isinstance(found, QCheckBox)
    return found


def test_check_boxes_emit_codes_in_order(colours: CheckBoxGroup, qtbot: QtBot) -> None:
    colours.show_current("b")
    colours.focus_first()
    with qtbot.waitSignal(colours.chosen) as told:
        qtbot.keyClick(box(colours, "r"), Qt.Key.Key_Space)
    assert told.args == ["r,b"]
    qtbot.keyClick(box(colours, "b"), Qt.Key.Key_Space)
    assert colours.current == "r"


def test_check_boxes_ignore_unknown_codes(colours: CheckBoxGroup, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(colours.chosen):
        colours.show_current("g,x")
    assert colours.current == "g"
    colours.show_current("")
    assert colours.current == ""


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_check_box_edge_is_visible(colours: CheckBoxGroup, appearance: Appearance, theme: str) -> None:
    appearance.show_theme(theme)
    try:
        found = box(colours, "r")
        image = found.grab().toImage()
        column = [image.pixelColor(10, y).name() for y in range(image.height())]
        assert max(contrast(colour, appearance.palette.panel) for colour in column) >= 3
    finally:
        appearance.show_theme("dark")
