"""Choice chips."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tabuah.widgets.controls.choice_chips import ChoiceChip, ChoiceChips
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice


def test_long_choice_stays_inside(qtbot: QtBot, appearance: Appearance) -> None:
    card = QWidget()
    qtbot.addWidget(card)
    chips = ChoiceChips(appearance, name="merge", label="Ke")
    chips.setParent(card)
    chips.show_choices((Choice(code="a", key="1", label="SLK-GRWK-0002 · " + "Longsor menutup jalan " * 5),))
    chips.resize(300, 40)
    card.show()
    chip = chips.findChild(ChoiceChip)
    assert isinstance(chip, ChoiceChip)
    assert chip.geometry().right() < chips.width()
