"""The grid of facts: a long last value is folded."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.controls.facts_grid import FactsGrid, folded
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import FactItem, Level

LONG = "Alarm: Kritis.\n" + "Air masuk rumah warga di tepi sungai, sepinggang orang dewasa. " * 3


def values(grid: FactsGrid) -> list[str]:
    return [text.text() for text in grid.findChildren(Text)]


def test_long_fact_is_folded_until_asked(qtbot: QtBot, appearance: Appearance) -> None:
    grid = FactsGrid(appearance, folds=True)
    qtbot.addWidget(grid)
    grid.show()
    grid.show_facts((FactItem(label="Regu", value="TRC-1"), FactItem(label="Uraian", value=LONG)))
    assert LONG not in values(grid)
    assert any(text.endswith(" …") for text in values(grid))
    button = grid.findChild(KeyButton, "facts_unfold")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert LONG in values(grid)
    assert button.text() == "Ringkas"
    grid.show_facts((FactItem(label="Regu", value="TRC-1"), FactItem(label="Uraian", value="pendek")))
    assert not button.isVisible()


def test_short_facts_stay_whole() -> None:
    assert folded("TRC-1") == "TRC-1"
    assert folded("a\nb") == "a\nb"
    assert folded("a\nb\nc") == "a b c"
    assert len(folded("x" * 300)) < 70


def test_other_facts_use_same_labels(qtbot: QtBot, appearance: Appearance) -> None:
    grid = FactsGrid(appearance)
    qtbot.addWidget(grid)
    grid.show()
    grid.show_facts((FactItem(label="Regu", value="TRC-1"), FactItem(label="Tiba", value="± 6 mnt")))
    before = grid.findChildren(Text)
    ink = before[1].palette().windowText().color()
    grid.show_facts((FactItem(label="Siaga", value="lewat", level=Level.CRITICAL), FactItem(label="Regu", value="-")))
    assert grid.findChildren(Text) == before
    assert values(grid) == ["Siaga", "lewat", "Regu", "-"]
    assert before[1].palette().windowText().color() != ink
    grid.show_facts((FactItem(label="Regu", value="TRC-2"),))
    qtbot.waitUntil(lambda: values(grid) == ["Regu", "TRC-2"])
    assert before[1].palette().windowText().color() == ink
    grid.show_facts((FactItem(label="Regu", value="TRC-2"), FactItem(label="Tiba", value="14.05")))
    assert values(grid) == ["Regu", "TRC-2", "Tiba", "14.05"]
    assert all(text.isVisible() for text in grid.findChildren(Text))


def test_long_word_makes_a_grid_no_wider_than_its_panel(qtbot: QtBot, appearance: Appearance) -> None:
    grid = FactsGrid(appearance)
    qtbot.addWidget(grid)
    grid.show_facts((FactItem(label="Catatan", value="https://contoh.go.id/" + "x" * 400),))
    assert grid.minimumSizeHint().width() < 300
