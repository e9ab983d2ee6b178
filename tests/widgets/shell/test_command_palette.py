"""Command palette: fuzzy search and keyboard control."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tabuah.widgets.shell.command_palette import CommandPalette
from tabuah.widgets.shell.palette_index import PaletteIndex, PaletteItem, fuzzy_score, normalise_text
from tabuah.widgets.theme.appearance import Appearance

ITEMS = (
    PaletteItem(id="report", kind="command", title="Lapor insiden baru", key="N"),
    PaletteItem(id="close", kind="command", title="Tutup insiden", reason="Hanya supervisor"),
    PaletteItem(id="kb", kind="place", title="Koto Baru", detail="Nagari · Kubung"),
    PaletteItem(id="kh", kind="place", title="Koto Hilalang", detail="Nagari · Kubung"),
    PaletteItem(id="awlr", kind="station", title="AWLR Koto Baru", detail="Batang Lembang", has_page=True),
)


@pytest.fixture
def palette(qtbot: QtBot, appearance: Appearance) -> CommandPalette:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    widget = CommandPalette(appearance, window)
    widget.show_items(ITEMS)
    widget.open_palette()
    return widget


def found(query: str) -> list[str]:
    return [item.id for item in PaletteIndex(ITEMS).find(query)]


def test_fuzzy_score_prefers_title_start() -> None:
    assert found("koto b")[0] == "kb"


def test_palette_searches_details_after_titles() -> None:
    assert found("kubung") == ["kb", "kh"]
    assert found("lembang") == ["awlr"]


def test_fuzzy_score_matches_initials() -> None:
    assert found("lib")[0] == "report"


def test_fuzzy_score_rejects_missing_letters() -> None:
    assert found("xyz") == []


def test_fuzzy_score_ignores_accents_and_case() -> None:
    assert fuzzy_score(normalise_text("SUMANI"), normalise_text("sumání")) is not None


def test_palette_selects_with_down_and_enter(qtbot: QtBot, palette: CommandPalette) -> None:
    edit = palette.findChild(QLineEdit)
    qtbot.keyClicks(edit, "koto")
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    with qtbot.waitSignal(palette.chosen) as heard:
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert heard.args[0].id == "kh"
    assert palette.isHidden()


def test_shift_enter_opens_page(qtbot: QtBot, palette: CommandPalette) -> None:
    edit = palette.findChild(QLineEdit)
    qtbot.keyClicks(edit, "lembang")
    assert any("buka halamannya" in label.text() for label in palette.findChildren(QLabel))
    with qtbot.waitSignal(palette.page_requested) as heard, qtbot.assertNotEmitted(palette.chosen):
        qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert heard.args[0].id == "awlr"
    assert palette.isHidden()


def test_shift_enter_selects_item_without_page(qtbot: QtBot, palette: CommandPalette) -> None:
    edit = palette.findChild(QLineEdit)
    qtbot.keyClicks(edit, "koto hil")
    assert not any("buka halamannya" in label.text() for label in palette.findChildren(QLabel))
    with qtbot.waitSignal(palette.chosen) as heard, qtbot.assertNotEmitted(palette.page_requested):
        qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert heard.args[0].id == "kh"


def test_palette_escape_closes_without_choice(qtbot: QtBot, palette: CommandPalette) -> None:
    with qtbot.assertNotEmitted(palette.chosen):
        qtbot.keyClick(palette.findChild(QLineEdit), Qt.Key.Key_Escape)
    assert palette.isHidden()


def test_disabled_command_shows_reason_and_stays_open(qtbot: QtBot, palette: CommandPalette) -> None:
    edit = palette.findChild(QLineEdit)
    qtbot.keyClicks(edit, "tutup")
    shown = palette.findChild(QListView).currentIndex().data(Qt.ItemDataRole.DisplayRole)
    assert "Hanya supervisor" in shown
    with qtbot.assertNotEmitted(palette.chosen):
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_late_results_of_old_query_are_ignored(qtbot: QtBot, palette: CommandPalette) -> None:
    late = PaletteItem(id="late", kind="place", title="Sirukam")
    qtbot.keyClicks(palette.findChild(QLineEdit), "sir")
    palette.show_found("si", (late,))
    assert palette.findChild(QListView).model().rowCount() == 0
    palette.show_found("sir", (late,))
    assert palette.findChild(QListView).model().rowCount() == 1


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_keyboard_returns_to_the_widget_that_had_it(qtbot: QtBot, appearance: Appearance, key: Qt.Key) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    first, former = QPushButton(window), QPushButton(window)
    widget = CommandPalette(appearance, window)
    widget.show_items(ITEMS)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    former.setFocus()
    widget.open_palette()
    qtbot.keyClick(widget._edit, key)
    assert widget.isHidden()
    assert former.hasFocus()
    assert not first.hasFocus()
