"""The filter of the timeline: by kind of line, person and text; it stays for the session."""

import pytest
from gallery.samples import details
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from tabuah.widgets.controls.choice_box import ChoiceBox
from tabuah.widgets.incidents.incident_history import TimelineRow
from tabuah.widgets.incidents.incident_panel import IncidentPanel
from tabuah.widgets.incidents.timeline_filter import TimelineFilterBar
from tabuah.widgets.incidents.values import TimelineItem
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice

NOTES, FIGURES = Choice(code="notes", label="Catatan"), Choice(code="figures", label="Korban")
ITEMS = (
    TimelineItem(title="Air naik di Simpang", meta="14.00 · ani", topic=NOTES, person="ani"),
    TimelineItem(title="Mengungsi 86", meta="13.50 · budi", topic=FIGURES, person="budi"),
    TimelineItem(title="Jembatan aman", meta="13.40 · budi", topic=NOTES, person="budi"),
)


@pytest.fixture
def panel(qtbot: QtBot, appearance: Appearance) -> IncidentPanel:
    widget = IncidentPanel(appearance)
    qtbot.addWidget(widget)
    widget.resize(400, 900)
    widget.show()
    widget.show_details(replace(details(), timeline=ITEMS))
    widget.open_timeline_filter()
    return widget


def shown(panel: IncidentPanel) -> list[str]:
    names = [row.accessibleName() for row in panel.findChildren(TimelineRow) if not row.isHidden()]
    return [name.partition(".")[0] for name in names]


def box(panel: IncidentPanel, name: str) -> ChoiceBox:
    return panel.findChild(ChoiceBox, f"timeline_filter_{name}")


def field(panel: IncidentPanel) -> QLineEdit:
    return panel.findChild(QLineEdit, "timeline_filter_text")


def test_filter_by_kind_and_person(qtbot: QtBot, panel: IncidentPanel) -> None:
    box(panel, "topic").show_current("notes")
    qtbot.waitUntil(lambda: shown(panel) == ["Air naik di Simpang", "Jembatan aman"])
    box(panel, "person").show_current("budi")
    qtbot.waitUntil(lambda: shown(panel) == ["Jembatan aman"])


def test_filter_by_text_ignores_case_and_order_of_words(qtbot: QtBot, panel: IncidentPanel) -> None:
    field(panel).setText("BUDI mengungsi")
    qtbot.waitUntil(lambda: shown(panel) == ["Mengungsi 86"])


def test_escape_removes_the_filter(qtbot: QtBot, panel: IncidentPanel) -> None:
    field(panel).setText("tidak ada")
    qtbot.waitUntil(lambda: shown(panel) == [])
    qtbot.keyClick(field(panel), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(shown(panel)) == len(ITEMS))
    assert panel.findChild(TimelineFilterBar).isHidden()


def test_filter_stays_for_another_incident(qtbot: QtBot, panel: IncidentPanel) -> None:
    box(panel, "person").show_current("budi")
    other = (replace(ITEMS[0], title="Lain"), replace(ITEMS[0], title="Citra", person="citra"))
    panel.show_details(replace(details(), id="other", timeline=other))
    assert box(panel, "person").current == "budi"
    qtbot.waitUntil(lambda: shown(panel) == [])
    panel.show_details(replace(details(), timeline=ITEMS))
    qtbot.waitUntil(lambda: shown(panel) == ["Mengungsi 86", "Jembatan aman"])


def test_closed_filter_returns_the_keyboard(qtbot: QtBot, panel: IncidentPanel) -> None:
    with qtbot.waitActive(panel):
        panel.activateWindow()
    qtbot.keyClick(panel.findChild(QLineEdit, "timeline_filter_text"), Qt.Key.Key_Escape)
    former = next(each for each in panel.findChildren(QPushButton) if each.isVisible() and each.isEnabled())
    former.setFocus()
    panel.open_timeline_filter()
    assert panel.findChild(QLineEdit, "timeline_filter_text").hasFocus()
    qtbot.keyClick(panel.findChild(QLineEdit, "timeline_filter_text"), Qt.Key.Key_Escape)
    assert former.hasFocus()
