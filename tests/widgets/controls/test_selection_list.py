"""The selection list: keeps its selection and emits each change once."""

from dataclasses import dataclass

import pytest

from tabuah.widgets.controls.level_list import LevelList
from tabuah.widgets.rules.rules_dialog import RuleList
from tabuah.widgets.rules.values import RuleItem
from tabuah.widgets.values import Level


@dataclass(frozen=True)
class Item:
    id: str
    level: Level = Level.HIGH
    text: str = "Gempa M 5,0"
    about: str = "14 km barat daya Arosuka"
    at: str = "14.30 WIB"
    author: str = "BMKG"
    spoken: str = "Tinggi, gempa"


@pytest.fixture
def listed(qtbot, appearance) -> tuple[LevelList, list[str]]:
    made, told = LevelList(appearance, name="list", label="Daftar"), []
    qtbot.addWidget(made)
    made.item_chosen.connect(told.append)
    made.show_items([Item("a"), Item("b"), Item("c")])
    return made, told


def test_list_selects_first_item_once(listed):
    made, told = listed
    assert (made.chosen, told) == ("a", ["a"])


def test_list_selection_is_emitted_after_update(listed):
    made, told = listed
    made.choose("b")
    made.show_items([Item("b"), Item("a", about="Dirasakan III MMI")])
    assert (made.chosen, told) == ("b", ["a", "b", "b"])


def test_list_selects_successor_of_removed_item(listed):
    made, told = listed
    made.choose("c")
    made.show_items([Item("a"), Item("b")])
    assert (made.chosen, told[-1]) == ("b", "b")


def test_list_emits_empty_selection(listed):
    made, told = listed
    made.show_items([])
    assert (made.chosen, told) == ("", ["a", ""])


def test_list_steps_stop_at_ends(listed):
    made, _told = listed
    made.step(-1)
    assert made.chosen == "a"
    made.step(5)
    assert made.chosen == "c"
    made.choose("z")
    assert made.chosen == "c"


def test_rule_list_shows_group_headings(qtbot, appearance):
    made = RuleList(appearance)
    qtbot.addWidget(made)
    groups = ["Sungai", "Sungai", "Hujan"]
    made.show_items(
        [
            RuleItem(id=str(n), level=Level.HIGH, name="Naik", sentence="naik 0,5 m", group=g)
            for n, g in enumerate(groups)
        ]
    )
    heights = [made.sizeHintForRow(row) for row in range(3)]
    assert heights[0] == heights[2] > heights[1]
