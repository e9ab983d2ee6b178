"""The alarms window: groups, suppressed alarms, performance, and operation by keyboard."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from tabuah.widgets.alarms.alarms_dialog import GROUPS, MAINTENANCE, PERFORMANCE, SUPPRESSED, AlarmsDialog
from tabuah.widgets.alarms.performance_page import AlarmRateChart, _merge_bars
from tabuah.widgets.alarms.values import (
    AlarmLine,
    AlarmRates,
    GroupLine,
    PerformanceRow,
    PerformanceView,
    SuppressedLine,
)
from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.controls.chips import LevelChip
from tabuah.widgets.controls.level_list import LevelList
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level


def line_of(line_id: str, level: Level = Level.CRITICAL) -> AlarmLine:
    return AlarmLine(id=line_id, level=level, text=f"Alarm {line_id}", about="Kritis", at="sejak 14.07 WIB")


STORM = GroupLine(line=line_of("a"), members=(line_of("a"), line_of("b", Level.HIGH)))
ANSWERED = GroupLine(line=line_of("c", Level.ATTENTION), members=(line_of("c", Level.ATTENTION),), acknowledged=True)


@pytest.fixture
def dialog(qtbot: QtBot, appearance: Appearance) -> AlarmsDialog:
    dialog = AlarmsDialog(appearance)
    qtbot.addWidget(dialog)
    dialog.show_groups((STORM, ANSWERED))
    dialog.show()
    return dialog


def list_of(dialog: AlarmsDialog, name: str) -> LevelList:
    found = dialog.findChild(LevelList, name)
    assert isinstance(found, LevelList)
    return found


def rows(dialog: AlarmsDialog, name: str) -> int:
    return list_of(dialog, name).model().rowCount()


def test_group_key_acknowledges_all_members(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    assert rows(dialog, "member_list") == 2
    with qtbot.waitSignal(dialog.groups.acknowledge_requested) as heard:
        qtbot.keyClick(dialog, Qt.Key.Key_T)
    assert heard.args == ["a"]


def test_acknowledged_group_disables_acknowledge(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Down)
    assert rows(dialog, "member_list") == 1
    button = dialog.findChild(KeyButton, "group_acknowledge")
    assert isinstance(button, KeyButton)
    assert not button.isEnabled()
    with qtbot.assertNotEmitted(dialog.groups.acknowledge_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_T)


def test_shift_key_shelves_group(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    with (
        qtbot.assertNotEmitted(dialog.groups.acknowledge_requested),
        qtbot.waitSignal(dialog.groups.shelve_requested) as heard,
    ):
        qtbot.keyClick(dialog, Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    assert heard.args == ["a"]


def test_disabled_key_shows_reason(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    note = dialog.groups.findChild(QLabel, "foot_note")
    assert isinstance(note, QLabel)
    dialog.groups.show_reasons(answering="Peran ini tidak boleh.", reporting="")
    with qtbot.assertNotEmitted(dialog.groups.acknowledge_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_T)
    older = replace(STORM.line, about="Kritis · data 5 dtk lalu")
    dialog.show_groups((replace(STORM, line=older), ANSWERED))
    assert note.text() == "Peran ini tidak boleh."  # an update of the age keeps the note
    qtbot.keyClick(dialog, Qt.Key.Key_Down)
    assert not note.text()


def test_group_is_reported_once(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    with qtbot.waitSignal(dialog.groups.incident_requested) as heard:
        qtbot.keyClick(dialog, Qt.Key.Key_I)
    assert heard.args == ["a"]
    dialog.show_groups((GroupLine(line=line_of("a"), members=(line_of("a"),), incident="SLK-7K3-0012"),))
    with qtbot.assertNotEmitted(dialog.groups.incident_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_I)


def test_only_shelved_alarms_can_be_unshelved(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    ladder = SuppressedLine(line=line_of("l"), alarm="l")
    shelved = SuppressedLine(line=line_of("s"), alarm="s", is_shelved=True)
    dialog.show_suppressed((ladder, shelved))
    dialog.show_page(SUPPRESSED)
    with qtbot.assertNotEmitted(dialog.suppressed.unshelve_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(dialog, Qt.Key.Key_Down)
    with qtbot.waitSignal(dialog.suppressed.unshelve_requested) as heard:
        qtbot.keyClick(dialog, Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    assert heard.args == ["s"]


def test_clicks_leave_the_focus_in_the_list(dialog: AlarmsDialog) -> None:
    controls = [w for w in dialog.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    taken = [w.objectName() for w in controls if w.focusPolicy() & Qt.FocusPolicy.ClickFocus]
    assert not [name for name in taken if not name.endswith("_scroll")]


def test_focused_list_leaves_keys_of_the_page_to_it(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    focused = dialog.groups.active_list
    with qtbot.waitSignal(dialog.groups.acknowledge_requested):
        qtbot.keyClick(focused, Qt.Key.Key_T)
    qtbot.keyClick(focused, Qt.Key.Key_Right)
    assert dialog.groups.active_list is not focused


def test_arrows_change_performance_period(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    dialog.show_page(PERFORMANCE)
    with qtbot.waitSignal(dialog.performance.span_chosen) as heard:
        qtbot.keyClick(dialog, Qt.Key.Key_Right)
    assert heard.args == ["week"]


def test_page_keys_scroll_performance_figures(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    figures = tuple(PerformanceRow(label=f"Angka {n}", value=str(n)) for n in range(60))
    dialog.performance.show_performance(PerformanceView(figures=figures, rates=AlarmRates()))
    dialog.show_page(PERFORMANCE)
    scroll = dialog.findChild(QScrollArea, "figure_scroll")
    assert isinstance(scroll, QScrollArea)
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() > 0)
    qtbot.keyClick(dialog, Qt.Key.Key_PageDown)
    assert scroll.verticalScrollBar().value() > 0


def test_arrows_select_group_member_to_locate(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Right)
    qtbot.keyClick(dialog, Qt.Key.Key_Down)
    with qtbot.waitSignal(dialog.groups.locate_requested) as heard:
        qtbot.keyClick(dialog, Qt.Key.Key_L)
    assert heard.args == ["b"]


def test_group_selection_survives_update(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Down)
    new = GroupLine(line=line_of("z"), members=(line_of("z"),))
    dialog.show_groups((new, STORM, ANSWERED))
    assert list_of(dialog, "group_list").chosen == "c"


def test_digits_switch_pages(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    for key, page in (
        (Qt.Key.Key_2, SUPPRESSED),
        (Qt.Key.Key_3, MAINTENANCE),
        (Qt.Key.Key_4, PERFORMANCE),
        (Qt.Key.Key_1, GROUPS),
    ):
        with qtbot.waitSignal(dialog.page_chosen) as heard:
            qtbot.keyClick(dialog, key)
        assert heard.args == [page]
        assert dialog.page == page


def test_tabs_show_counts(dialog: AlarmsDialog) -> None:
    dialog.show_counts(suppressed=12, maintenance=1)
    tabs = dialog.findChild(SegmentedControl, "alarms_tabs")
    assert isinstance(tabs, SegmentedControl)
    assert [label.split(" · ")[-1] for _code, label in tabs._choices][:3] == ["2", "12", "1"]


def test_empty_pages_show_empty_state(dialog: AlarmsDialog) -> None:
    dialog.show_groups(())
    dialog.show_suppressed(())
    dialog.show_maintenance(())
    assert all(stack.currentIndex() == 1 for stack in dialog._stacks.values())
    dialog.show_suppressed((SuppressedLine(line=line_of("q")),))
    assert dialog._stacks[SUPPRESSED].currentIndex() == 0


def test_figure_marks_use_words(dialog: AlarmsDialog) -> None:
    figures = (
        PerformanceRow(label="Alarm terbanyak", value="127", recommended="≤ 10", is_kept=False),
        PerformanceRow(label="Titik", value="0", recommended="0", is_kept=True),
        PerformanceRow(label="Ditunda", value="2"),
    )
    dialog.performance.show_performance(PerformanceView(figures=figures, rates=AlarmRates(counts=(0, 12, 3))))
    chips = [chip for chip in dialog.performance.findChildren(LevelChip, "figure_mark") if not chip.isHidden()]
    assert [chip.accessibleName() for chip in chips] == ["tidak terpenuhi", "terpenuhi"]


def test_figure_label_elides_before_mark(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    figure = PerformanceRow(
        label="Alarm terbanyak dalam sepuluh menit " * 4, value="303", recommended="≤ 10", is_kept=False
    )
    dialog.performance.show_performance(PerformanceView(figures=(figure,), rates=AlarmRates()))
    dialog.show_page(PERFORMANCE)
    dialog.resize(700, 600)
    scroll = dialog.findChild(QScrollArea, "figure_scroll")
    assert isinstance(scroll, QScrollArea)
    mark = dialog.performance.findChild(LevelChip, "figure_mark")
    assert isinstance(mark, LevelChip)
    qtbot.waitUntil(lambda: mark.isVisible() and mark.width() >= mark.sizeHint().width())
    assert mark.mapTo(scroll.viewport(), mark.rect().topRight()).x() < scroll.viewport().width()


def test_rate_chart_merging_keeps_peak(qtbot: QtBot, appearance: Appearance) -> None:
    chart = AlarmRateChart(appearance)
    qtbot.addWidget(chart)
    chart.show_rates(AlarmRates(counts=(0, 14, 2), since="a", until="b"))
    assert "14" in chart.accessibleName()
    chart.show_rates(AlarmRates(counts=(0, 11, 9), since="a", until="b", peak=17))
    assert "17" in chart.accessibleName()  # a peak that spans two bars
    chart.resize(300, 90)
    assert not chart.grab().isNull()
    assert max(_merge_bars([0] * 4_000 + [99] + [0] * 300, 100)) == 99
    assert len(_merge_bars([1] * 4_321, 100)) <= 100
    assert _merge_bars([], 10) == []
