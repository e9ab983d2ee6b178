"""The incident panel: details and actions of one incident."""

import pytest
from gallery.samples import details
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QGridLayout, QMenu, QPlainTextEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from tabuah.resources.localisation import set_language
from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.controls.labels import ElidedText, EmptyState, Text
from tabuah.widgets.incidents.incident_history import IncidentTimeline, TimelineRow
from tabuah.widgets.incidents.incident_panel import FigureTiles, IncidentPanel
from tabuah.widgets.incidents.values import FigureTile, TimelineItem
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import ActionState


@pytest.fixture
def panel(qtbot: QtBot, appearance: Appearance) -> IncidentPanel:
    widget = IncidentPanel(appearance)
    qtbot.addWidget(widget)
    widget.resize(400, 900)
    widget.show()
    return widget


def shown_texts(panel: IncidentPanel) -> set[str]:
    return {label.text() for label in panel.findChildren(Text) if label.isVisible()}


def test_panel_without_incident_shows_hint(panel: IncidentPanel) -> None:
    panel.show_details(None)
    assert panel.findChild(EmptyState).isVisible()


def test_panel_shows_all_details(panel: IncidentPanel) -> None:
    panel.show_details(details())
    texts = shown_texts(panel)
    assert {"SLK-7K3-0012", "Banjir, Nagari Koto Baru", "86", "+24", "mengungsi"} <= texts
    assert "TRC-1 menuju lokasi, tiba ± 6 mnt · DMK-2 siap" in texts
    assert any("(perkiraan)" in text for text in texts)
    assert any("belum tersinkron" in text for text in texts)


@pytest.mark.parametrize("language", ["id", "en"])
def test_low_panel_shows_timeline_without_scrolling(qtbot: QtBot, panel: IncidentPanel, language: str) -> None:
    set_language(language)
    panel.show_details(details())
    panel.resize(340, 544)  # as in a window of 1280×720
    scroll, timeline = panel.findChild(QScrollArea, "details_scroll"), panel.findChild(IncidentTimeline)
    assert isinstance(scroll, QScrollArea)
    assert timeline is not None

    def is_first_event_visible() -> bool:
        row = timeline.findChildren(TimelineRow)[0]
        bottom = row.mapTo(scroll.widget(), QPoint(0, row.height())).y()
        return row.height() > 20 and bottom <= scroll.viewport().height()

    qtbot.waitUntil(is_first_event_visible)
    figures = panel.findChild(FigureTiles)
    assert figures is not None
    assert "86" in figures.findChildren(Text)[-1].text()
    panel.resize(400, 900)
    qtbot.waitUntil(lambda: {"86", "+24"} <= shown_texts(panel))


def test_figure_tiles_wrap_instead_of_eliding(qtbot: QtBot, appearance: Appearance) -> None:
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


def test_panel_conflict_opens_resolver(qtbot: QtBot, panel: IncidentPanel) -> None:
    panel.show_details(details())
    with qtbot.waitSignal(panel.conflict_requested):
        qtbot.mouseClick(panel.findChild(KeyButton, "settle_conflict"), Qt.MouseButton.LeftButton)
    panel.show_details(replace(details(), conflicts=()))
    assert not panel.findChild(QWidget, "conflict_banner").isVisible()


def test_panel_disabled_action_shows_reason(panel: IncidentPanel) -> None:
    blocked = ActionState(code="edit", label="Ubah", key="E", reason="Hanya operator")
    panel.show_details(replace(details(), actions=(blocked,)))
    button = panel.findChild(KeyButton, "action_edit")
    assert not button.isEnabled()
    assert "Hanya operator" in button.toolTip()


def test_panel_menu_shows_reason_of_forbidden_move(qtbot: QtBot, panel: IncidentPanel) -> None:
    panel.show_details(details())
    actions = panel.findChild(KeyButton, "action_move").menu().actions()
    assert [a.isEnabled() for a in actions] == [True, True, False]
    assert "hanya supervisor" in actions[2].text()
    with qtbot.waitSignal(panel.move_requested) as heard:
        actions[1].trigger()
    assert heard.args == ["on_scene"]


def test_panel_submits_note(qtbot: QtBot, panel: IncidentPanel) -> None:
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


def test_note_escape_keeps_text(qtbot: QtBot, panel: IncidentPanel) -> None:
    panel.show_details(details())
    panel.note_box.open_box()
    edit = panel.findChild(QPlainTextEdit, "note_text")
    qtbot.keyClicks(edit, "Jembatan")
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert not edit.isVisible()
    panel.note_box.open_box()
    assert edit.toPlainText() == "Jembatan"


def test_note_cannot_be_saved_empty(qtbot: QtBot, panel: IncidentPanel) -> None:
    panel.show_details(details())
    panel.note_box.open_box()
    assert not panel.findChild(KeyButton, "note_save").isEnabled()
    with qtbot.assertNotEmitted(panel.note_submitted):
        qtbot.keyClick(
            panel.findChild(QPlainTextEdit, "note_text"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
        )


def test_new_event_of_timeline_uses_existing_rows(qtbot: QtBot, panel: IncidentPanel) -> None:
    def shown() -> list[str]:
        return [row.accessibleName().partition(".")[0] for row in panel.findChildren(TimelineRow)]

    items = tuple(TimelineItem(title=f"catatan {i}", meta="14.00 WIB") for i in range(3))
    panel.show_details(replace(details(), timeline=items))
    rows = panel.findChildren(TimelineRow)
    newest = TimelineItem(title="air naik", meta="14.05 WIB", pending=True)
    panel.show_details(replace(details(), timeline=(newest, *items)))
    assert panel.findChildren(TimelineRow)[:3] == rows
    assert shown() == ["air naik", "catatan 0", "catatan 1", "catatan 2"]
    assert "14.05 WIB · belum tersinkron" in shown_texts(panel)
    panel.show_details(replace(details(), timeline=items[:1]))
    qtbot.waitUntil(lambda: shown() == ["catatan 0"])


def test_unchanged_menus_are_not_filled_again(panel: IncidentPanel) -> None:
    moves = (ActionState(code="closed", label="Tutup"),)
    panel.show_details(replace(details(), moves=moves))
    (menu,) = [
        menu for menu in panel.findChildren(QMenu) if [action.text() for action in menu.actions()] == ["Tutup"]
    ]
    before = menu.actions()
    panel.show_details(replace(details(), moves=moves, notice="diubah"))
    assert menu.actions() == before
    panel.show_details(replace(details(), moves=(replace(moves[0], reason="peran"),)))
    assert [action.text() for action in menu.actions()] == ["Tutup — peran"]


def test_timeline_shows_rest_on_demand(qtbot: QtBot, panel: IncidentPanel) -> None:
    items = tuple(TimelineItem(title=f"catatan {i}", meta="14.00 WIB") for i in range(100))
    panel.show_details(replace(details(), timeline=items))
    assert "catatan 0" in shown_texts(panel)
    assert "catatan 99" not in shown_texts(panel)
    qtbot.mouseClick(panel.findChild(KeyButton, "timeline_expand"), Qt.MouseButton.LeftButton)
    assert "catatan 99" in shown_texts(panel)
