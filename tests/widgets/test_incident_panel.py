"""The details panel shows one incident in full and asks for what can be done with it."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from tabuah.widgets.buttons import KeyButton
from tabuah.widgets.details.figure_tiles import FigureTiles
from tabuah.widgets.details.incident_details import IncidentPanel
from tabuah.widgets.empty_state import EmptyState
from tabuah.widgets.gallery.samples import details
from tabuah.widgets.texts import ElidedText, Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import ActionState, FigureTile, TimelineItem


@pytest.fixture
def panel(qtbot: QtBot, appearance: Appearance) -> IncidentPanel:
    widget = IncidentPanel(appearance)
    qtbot.addWidget(widget)
    widget.resize(400, 900)
    widget.show()
    return widget


def shown_texts(panel: IncidentPanel) -> set[str]:
    return {label.text() for label in panel.findChildren(Text) if label.isVisible()}


def test_without_an_incident_it_says_how_to_choose_one(panel: IncidentPanel) -> None:
    panel.show_details(None)
    assert panel.findChild(EmptyState).isVisible()


def test_everything_about_the_incident_is_shown(panel: IncidentPanel) -> None:
    panel.show_details(details())
    texts = shown_texts(panel)
    assert {"SLK-7K3-0012", "Banjir, Nagari Koto Baru", "86", "+24", "mengungsi"} <= texts
    assert "TRC-1 menuju lokasi, tiba ± 6 mnt · DMK-2 siap" in texts
    assert any("(perkiraan)" in text for text in texts)
    assert any("belum tersinkron" in text for text in texts)


def test_the_name_of_a_figure_is_never_cut_but_given_another_line(qtbot: QtBot, appearance: Appearance) -> None:
    tiles = FigureTiles(appearance)
    qtbot.addWidget(tiles)
    figures = [FigureTile(value="1", label=label) for label in ("meninggal", "hilang", "luka", "mengungsi · 17 KK")]
    tiles.resize(800, 60)
    tiles.show()
    tiles.show_figures(tuple(figures))
    assert rows_of(tiles) == 1
    tiles.resize(320, 60)
    assert rows_of(tiles) == 2
    label = tiles.findChildren(ElidedText)[-1]
    qtbot.waitUntil(lambda: label.width() >= label.fontMetrics().horizontalAdvance("mengungsi · 17 KK"))


def rows_of(tiles: FigureTiles) -> int:
    grid = tiles.layout()
    assert isinstance(grid, QGridLayout)
    return 1 + max(grid.getItemPosition(index)[0] for index in range(grid.count()))


def test_a_conflict_is_told_and_leads_to_the_resolver(qtbot: QtBot, panel: IncidentPanel) -> None:
    panel.show_details(details())
    with qtbot.waitSignal(panel.conflict_requested):
        qtbot.mouseClick(panel.findChild(KeyButton, "settle_conflict"), Qt.MouseButton.LeftButton)
    panel.show_details(replace(details(), conflicts=()))
    assert not panel.findChild(QWidget, "conflict_banner").isVisible()


def test_an_action_that_cannot_be_taken_says_why(panel: IncidentPanel) -> None:
    blocked = ActionState(code="edit", label="Ubah", key="E", reason="Hanya operator")
    panel.show_details(replace(details(), actions=(blocked,)))
    button = panel.findChild(KeyButton, "action_edit")
    assert not button.isEnabled()
    assert "Hanya operator" in button.toolTip()


def test_a_move_that_is_not_allowed_stands_in_the_menu_with_its_reason(qtbot: QtBot, panel: IncidentPanel) -> None:
    panel.show_details(details())
    actions = panel.findChild(KeyButton, "action_move").menu().actions()
    assert [a.isEnabled() for a in actions] == [True, True, False]
    assert "hanya supervisor" in actions[2].text()
    with qtbot.waitSignal(panel.move_requested) as heard:
        actions[1].trigger()
    assert heard.args == ["on_scene"]


def test_a_note_is_typed_where_the_incident_is_read(qtbot: QtBot, panel: IncidentPanel) -> None:
    panel.show_details(details())
    qtbot.mouseClick(panel.findChild(KeyButton, "action_note"), Qt.MouseButton.LeftButton)
    edit = panel.findChild(QPlainTextEdit, "note_text")
    assert edit.isVisible()
    qtbot.keyClicks(edit, "Air surut")
    with qtbot.waitSignal(panel.note_submitted) as heard:
        qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert heard.args == ["Air surut"]
    assert edit.toPlainText() == ""
    assert not edit.isVisible()


def test_escape_closes_the_note_and_keeps_its_text(qtbot: QtBot, panel: IncidentPanel) -> None:
    panel.show_details(details())
    panel.note_box.open_box()
    edit = panel.findChild(QPlainTextEdit, "note_text")
    qtbot.keyClicks(edit, "Jembatan")
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert not edit.isVisible()
    panel.note_box.open_box()
    assert edit.toPlainText() == "Jembatan"


def test_an_empty_note_cannot_be_saved(qtbot: QtBot, panel: IncidentPanel) -> None:
    panel.show_details(details())
    panel.note_box.open_box()
    assert not panel.findChild(KeyButton, "note_save").isEnabled()
    with qtbot.assertNotEmitted(panel.note_submitted):
        qtbot.keyClick(
            panel.findChild(QPlainTextEdit, "note_text"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
        )


def test_a_long_timeline_shows_its_newest_part_first_and_the_rest_on_demand(
    qtbot: QtBot, panel: IncidentPanel
) -> None:
    items = tuple(TimelineItem(title=f"catatan {i}", meta="14.00 WIB") for i in range(100))
    panel.show_details(replace(details(), timeline=items))
    assert "catatan 0" in shown_texts(panel)
    assert "catatan 99" not in shown_texts(panel)
    qtbot.mouseClick(panel.findChild(KeyButton, "timeline_expand"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "catatan 99" in shown_texts(panel))
