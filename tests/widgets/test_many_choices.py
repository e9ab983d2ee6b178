"""Several choices are ticked by keyboard, told as codes, and drawn so that an empty box is seen in both themes."""

import pytest
from contrasts import contrast
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tabuah.widgets.forms.many_choices import ManyChoices
from tabuah.widgets.forms.tick_box import TickBox
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice

COLOURS = (Choice(code="r", label="Merah"), Choice(code="g", label="Hijau"), Choice(code="b", label="Biru"))


@pytest.fixture
def colours(qtbot: QtBot, appearance: Appearance) -> ManyChoices:
    widget = ManyChoices(appearance, COLOURS, name="colours", label="Warna")
    qtbot.addWidget(widget)
    widget.show()
    return widget


def box(widget: ManyChoices, code: str) -> TickBox:
    found = widget.findChild(TickBox, f"colours_{code}")
    assert isinstance(found, TickBox)
    return found


def test_the_space_bar_ticks_and_the_codes_are_told_in_the_order_of_the_choices(
    colours: ManyChoices, qtbot: QtBot
) -> None:
    colours.show_current("b")
    colours.focus_first()
    with qtbot.waitSignal(colours.chosen) as told:
        qtbot.keyClick(box(colours, "r"), Qt.Key.Key_Space)
    assert told.args == ["r,b"]
    qtbot.keyClick(box(colours, "b"), Qt.Key.Key_Space)
    assert colours.current == "r"


def test_what_is_shown_is_told_to_nobody_and_unknown_codes_are_left_out(colours: ManyChoices, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(colours.chosen):
        colours.show_current("g,x")
    assert colours.current == "g"
    colours.show_current("")
    assert colours.current == ""


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_edge_of_an_empty_box_is_seen(colours: ManyChoices, appearance: Appearance, theme: str) -> None:
    appearance.show_theme(theme)
    try:
        found = box(colours, "r")
        image = found.grab().toImage()
        column = [image.pixelColor(10, y).name() for y in range(image.height())]
        assert max(contrast(colour, appearance.palette.panel) for colour in column) >= 3
    finally:
        appearance.show_theme("dark")
