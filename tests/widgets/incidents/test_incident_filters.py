"""Filters and columns of the list of incidents: any request is shown, and columns are moved by keyboard."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tabuah.widgets.controls.choice_box import ChoiceBox
from tabuah.widgets.incidents.incident_column_panel import IncidentColumnPanel
from tabuah.widgets.incidents.incident_filter_bar import OWN_PERIOD, IncidentFilterBar
from tabuah.widgets.incidents.incident_list_values import ListRequest
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice

FILTERS = ("hazard", "severity", "status", "channel", "kecamatan", "nagari", "opd", "unit", "author", "parent_event")
CHOICES = {
    "stage": [Choice(code="open", label="Terbuka"), Choice(code="", label="Semua")],
    "period": [Choice(code="", label="Kapan saja"), Choice(code=OWN_PERIOD, label="Rentang sendiri")],
    "order": [Choice(code="urgent", label="Mendesak"), Choice(code="newest", label="Terbaru")],
    **{code: [Choice(code="", label="Semua"), Choice(code="a", label="A"), Choice(code="b", label="B")]
       for code in FILTERS},
}  # fmt: skip


def filter_bar(qtbot: QtBot, appearance: Appearance) -> IncidentFilterBar:
    bar = IncidentFilterBar(appearance, CHOICES)
    qtbot.addWidget(bar)
    bar.show()
    return bar


def test_filters_show_any_request(qtbot: QtBot, appearance: Appearance):
    bar = filter_bar(qtbot, appearance)
    request = ListRequest(
        stage="open", hazard="a|b", unit="TRC-9", period=OWN_PERIOD, since="2026-11-01", order="newest"
    )
    with qtbot.assertNotEmitted(bar.changed, wait=0):
        bar.show_request(request)
    assert bar.request == request
    box = bar.findChild(ChoiceBox, "incident_list_hazard")
    assert box.currentText() == "A, B"
    assert bar.findChild(ChoiceBox, "incident_list_unit").isVisible(), "a filter that is chosen is not hidden"


def test_cleared_filters_keep_the_order(qtbot: QtBot, appearance: Appearance):
    bar = filter_bar(qtbot, appearance)
    bar.show_request(ListRequest(stage="", nagari="a", order="newest"))
    with qtbot.waitSignal(bar.changed):
        bar.clear()
    assert bar.request == ListRequest(stage="open", order="newest")


def test_dates_count_only_in_an_own_period(qtbot: QtBot, appearance: Appearance):
    bar = filter_bar(qtbot, appearance)
    bar.show_request(ListRequest(stage="open", period=OWN_PERIOD, until="2026-11-01", order="urgent"))
    bar.findChild(ChoiceBox, "incident_list_period").show_current("")
    assert bar.request == ListRequest(stage="open", order="urgent")


def test_column_is_hidden_and_moved_by_keyboard(qtbot: QtBot, appearance: Appearance):
    panel = IncidentColumnPanel(appearance)
    qtbot.addWidget(panel)
    panel.show_columns(("title", "number"))
    panel.show()
    with qtbot.waitSignal(panel.columns_changed) as moved:
        qtbot.keyClick(panel.list, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert moved.args == [("number", "title")]
    with qtbot.waitSignal(panel.columns_changed) as hidden:
        qtbot.keyClick(panel.list, Qt.Key.Key_Space)
    assert hidden.args == [("number",)]
    panel.list.setCurrentRow(0)
    qtbot.keyClick(panel.list, Qt.Key.Key_Space)
    assert panel.columns == ("number",), "the last column stays"
    with qtbot.waitSignal(panel.closed):
        qtbot.keyClick(panel.list, Qt.Key.Key_Escape)
