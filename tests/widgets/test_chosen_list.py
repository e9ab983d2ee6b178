"""One item is chosen and stays so; whoever follows it hears of each change once."""

from dataclasses import dataclass

import pytest

from tabuah.widgets.edge_list import EdgeList
from tabuah.widgets.rules.rule_list import RuleList
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
def listed(qtbot, appearance) -> tuple[EdgeList, list[str]]:
    made, told = EdgeList(appearance, name="list", label="Daftar"), []
    qtbot.addWidget(made)
    made.item_chosen.connect(told.append)
    made.show_items([Item("a"), Item("b"), Item("c")])
    return made, told


def test_the_first_is_chosen_and_told_once(listed):
    made, told = listed
    assert (made.chosen, told) == ("a", ["a"])


def test_the_chosen_one_stays_so_and_is_told_again_for_it_may_say_something_else(listed):
    made, told = listed
    made.choose("b")
    made.show_items([Item("b"), Item("a", about="Dirasakan III MMI")])
    assert (made.chosen, told) == ("b", ["a", "b", "b"])


def test_what_has_taken_its_place_is_chosen_when_it_is_gone(listed):
    made, told = listed
    made.choose("c")
    made.show_items([Item("a"), Item("b")])
    assert (made.chosen, told[-1]) == ("b", "b")


def test_that_nothing_is_left_is_told_too(listed):
    made, told = listed
    made.show_items([])
    assert (made.chosen, told) == ("", ["a", ""])


def test_steps_end_at_both_ends_and_nobody_is_chosen_who_is_not_there(listed):
    made, _told = listed
    made.step(-1)
    assert made.chosen == "a"
    made.step(5)
    assert made.chosen == "c"
    made.choose("z")
    assert made.chosen == "c"


def test_rules_are_headed_where_their_group_begins(qtbot, appearance):
    made = RuleList(appearance)
    qtbot.addWidget(made)
    groups = ["Sungai", "Sungai", "Hujan"]
    made.show_items(
        [RuleItem(id=str(n), level=Level.HIGH, name="Naik", told="naik 0,5 m", group=g) for n, g in enumerate(groups)]
    )
    heights = [made.sizeHintForRow(row) for row in range(3)]
    assert heights[0] == heights[2] > heights[1]
