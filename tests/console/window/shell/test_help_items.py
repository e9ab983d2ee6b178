"""Search of the help over topics and actions, its rows and cards."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.flood_report import pages_of

from tabuah.console.window.shell.actions import ACTIONS, BY_ID
from tabuah.console.window.shell.help_items import find_help, help_card, help_items, help_line
from tabuah.console.window.shell.key_names import is_letter_key, works_everywhere
from tabuah.console.window.shell.key_table import card_sections, key_records, write_key_card
from tabuah.resources.localisation import _, set_language
from tabuah.text.help.help_topics import TOPICS
from tabuah.widgets.values import Level

ITEMS = help_items()


def ids(words: str, *, keys_only: bool = False) -> list[str]:
    return [item.id for item in find_help(help_items(), words, keys_only=keys_only)]


def test_topics_name_existing_actions():
    assert {action for topic in TOPICS for action in topic.actions} - set(BY_ID) == set()


def test_topics_name_existing_keys():
    named = {
        key for topic in TOPICS for step in topic.steps for key in re.findall(r"(?:Ctrl\+|Shift\+)+\S\b|F\d+", step)
    }
    assert named - {key for action in ACTIONS for key in action.keys} == set()
    assert {"Ctrl+Shift+S", "F9", "Shift+B"} <= named


def test_topics_name_existing_panels(project: Path):
    sources = "".join(
        path.read_text("utf-8")
        for folder in ("tabuah/widgets", "tabuah/console/window/shell/window_widgets.py")
        for path in ([project / folder] if folder.endswith(".py") else (project / folder).rglob("*.py"))
    )
    assert [panel for topic in TOPICS for panel in topic.panels if f'"{panel}"' not in sources] == []


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("F9", "action/theme"),
        ("ctrl shift s", "action/shift"),
        ("Ctrl+Z", "action/undo"),
        ("t", "action/acknowledge"),
        ("menyelesaikan konflik", "topic/conflicts"),
        ("peta tetikus", "topic/map"),
    ],
)
def test_help_is_found_by_key_and_words(words: str, first: str):
    assert ids(words)[0] == first


def test_help_is_found_by_english_words_in_the_indonesian_window():
    assert "action/theme" in ids("theme")


@pytest.mark.parametrize("words", ["zzzz qqqq", "\x00", "🌊", "*[", "a" * 5_000])
def test_help_finds_nothing_for_strange_words(words: str):
    assert ids(words) == []


def test_help_shows_the_topic_of_the_panel_first():
    topic = next(topic for topic in TOPICS if topic.code == "units")
    first = [item.id for item in find_help(help_items(topic), "")]
    assert first[:4] == ["topic/units", "action/toggle_units", "action/dispatch", "action/register_unit"]
    assert sorted(first) == sorted(ids(""))


def test_help_with_keys_only_has_neither_topics_nor_actions_without_key():
    found = ids("", keys_only=True)
    assert found == [f"action/{action.id}" for action in ACTIONS if action.keys]


def test_help_row_and_card_say_why_an_action_cannot_run():
    item = next(item for item in ITEMS if item.id == "action/settle")
    assert help_line(item, lambda _id: "belum bisa").level is Level.NO_DATA
    assert help_line(item, lambda _id: "").level is Level.NORMAL
    card = help_card(item, lambda _id: "belum bisa")
    assert card.reasons == {"run": "belum bisa"}
    assert "belum bisa" in [fact.value for fact in card.facts]


def test_help_card_of_a_topic_has_its_steps_and_names_what_enter_runs():
    for each in (item for item in ITEMS if item.id.startswith("topic/")):
        card = help_card(each, lambda _id: "")
        assert card.facts[0].label == "1."
        assert card.labels["run"] == _(each.runs.label)


def test_key_records_have_all_actions_once():
    assert sorted(record.id for record in key_records()) == sorted(BY_ID)


@pytest.mark.parametrize("code", ["id", "en"])
def test_key_card_has_each_key_once(code: str):
    set_language(code)
    keys = [row.keys for section in card_sections()[:-1] for row in section.rows]
    assert len(keys) == len(set(keys)) == sum(bool(action.keys) for action in ACTIONS)
    assert len(card_sections()[-1].rows) == 4


@pytest.mark.parametrize("code", ["id", "en"])
def test_key_card_fits_both_sides_of_a_sheet(code: str, tmp_path: Path):
    set_language(code)
    file = write_key_card(tmp_path / "keys.pdf", tmp_path, version="1.0", as_of=datetime(2026, 12, 2, tzinfo=UTC))
    assert len(pages_of(file.read_bytes(), tmp_path)) == 2


@pytest.mark.parametrize(
    ("key", "letter", "everywhere"),
    [
        ("N", True, True),
        ("Shift+A", True, False),
        ("?", True, False),
        ("Ctrl+I", False, False),
        ("Ctrl+K", False, True),
        ("Shift+F5", False, True),
    ],
)
def test_key_kind_says_where_it_works(key: str, letter: bool, everywhere: bool):
    assert (is_letter_key(key), works_everywhere(key)) == (letter, everywhere)
