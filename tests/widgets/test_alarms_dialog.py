"""The window of the alarms opens groups, tells what is kept quiet, and is worked without a mouse."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from tabuah.widgets.alarms.alarms_dialog import FIGURES, GROUPS, QUIET, WORKS, AlarmsDialog
from tabuah.widgets.alarms.rate_chart import RateChart, _merged
from tabuah.widgets.alarms.values import AlarmLine, FigureLine, GroupLine, PerformanceView, QuietLine, Rates
from tabuah.widgets.buttons import KeyButton
from tabuah.widgets.chips import LevelChip
from tabuah.widgets.edge_list import EdgeList
from tabuah.widgets.segments import Segments
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


def list_of(dialog: AlarmsDialog, name: str) -> EdgeList:
    found = dialog.findChild(EdgeList, name)
    assert isinstance(found, EdgeList)
    return found


def rows(dialog: AlarmsDialog, name: str) -> int:
    return list_of(dialog, name).model().rowCount()


def test_a_group_shows_its_alarms_and_a_key_answers_all_of_them(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    assert rows(dialog, "member_list") == 2
    with qtbot.waitSignal(dialog.groups.acknowledge_requested) as heard:
        qtbot.keyClick(dialog, Qt.Key.Key_T)
    assert heard.args == ["a"]


def test_a_group_that_is_answered_says_so(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Down)
    assert rows(dialog, "member_list") == 1
    button = dialog.findChild(KeyButton, "group_acknowledge")
    assert isinstance(button, KeyButton)
    assert not button.isEnabled()
    with qtbot.assertNotEmitted(dialog.groups.acknowledge_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_T)


def test_with_shift_the_same_key_shelves_and_answers_nothing(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    with (
        qtbot.assertNotEmitted(dialog.groups.acknowledge_requested),
        qtbot.waitSignal(dialog.groups.shelve_requested) as heard,
    ):
        qtbot.keyClick(dialog, Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    assert heard.args == ["a"]


def test_a_key_that_cannot_be_used_says_why(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    note = dialog.groups.findChild(QLabel, "foot_note")
    assert isinstance(note, QLabel)
    dialog.groups.show_reasons(answering="Peran ini tidak boleh.", reporting="")
    with qtbot.assertNotEmitted(dialog.groups.acknowledge_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_T)
    older = replace(STORM.line, about="Kritis · data 5 dtk lalu")
    dialog.show_groups((replace(STORM, line=older), ANSWERED))
    assert note.text() == "Peran ini tidak boleh."  # a newer age is no reason to tell nothing any more
    qtbot.keyClick(dialog, Qt.Key.Key_Down)
    assert not note.text()


def test_an_incident_is_made_of_a_group_once(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    with qtbot.waitSignal(dialog.groups.incident_requested) as heard:
        qtbot.keyClick(dialog, Qt.Key.Key_I)
    assert heard.args == ["a"]
    dialog.show_groups((GroupLine(line=line_of("a"), members=(line_of("a"),), incident="SLK-7K3-0012"),))
    with qtbot.assertNotEmitted(dialog.groups.incident_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_I)


def test_only_what_was_shelved_can_be_heard_again(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    ladder = QuietLine(line=line_of("l"), alarm="l")
    shelved = QuietLine(line=line_of("s"), alarm="s", is_shelved=True)
    dialog.show_quiet((ladder, shelved))
    dialog.show_page(QUIET)
    with qtbot.assertNotEmitted(dialog.quiet.unshelve_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(dialog, Qt.Key.Key_Down)
    with qtbot.waitSignal(dialog.quiet.unshelve_requested) as heard:
        qtbot.keyClick(dialog, Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    assert heard.args == ["s"]


def test_nothing_in_the_window_takes_the_arrows_from_the_lists(dialog: AlarmsDialog) -> None:
    takes_focus = [w.objectName() for w in dialog.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert not [name for name in takes_focus if not name.endswith("_scroll")]


def test_the_arrows_change_the_span_of_the_figures(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    dialog.show_page(FIGURES)
    with qtbot.waitSignal(dialog.performance.span_chosen) as heard:
        qtbot.keyClick(dialog, Qt.Key.Key_Right)
    assert heard.args == ["week"]


def test_the_figures_below_are_reached_by_keys(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    figures = tuple(FigureLine(label=f"Angka {n}", value=str(n)) for n in range(60))
    dialog.performance.show_performance(PerformanceView(figures=figures, rates=Rates()))
    dialog.show_page(FIGURES)
    scroll = dialog.findChild(QScrollArea, "figure_scroll")
    assert isinstance(scroll, QScrollArea)
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() > 0)
    qtbot.keyClick(dialog, Qt.Key.Key_PageDown)
    assert scroll.verticalScrollBar().value() > 0


def test_the_arrows_go_into_a_group_and_l_shows_one_of_its_alarms(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Right)
    qtbot.keyClick(dialog, Qt.Key.Key_Down)
    with qtbot.waitSignal(dialog.groups.locate_requested) as heard:
        qtbot.keyClick(dialog, Qt.Key.Key_L)
    assert heard.args == ["b"]


def test_what_is_looked_at_stays_when_the_groups_change(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Down)
    new = GroupLine(line=line_of("z"), members=(line_of("z"),))
    dialog.show_groups((new, STORM, ANSWERED))
    assert list_of(dialog, "group_list").chosen == "c"


def test_digits_turn_the_pages_and_say_which(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    for key, page in ((Qt.Key.Key_2, QUIET), (Qt.Key.Key_3, WORKS), (Qt.Key.Key_4, FIGURES), (Qt.Key.Key_1, GROUPS)):
        with qtbot.waitSignal(dialog.page_chosen) as heard:
            qtbot.keyClick(dialog, key)
        assert heard.args == [page]
        assert dialog.page == page


def test_counts_stand_beside_the_words(dialog: AlarmsDialog) -> None:
    dialog.show_counts(quiet=12, works=1)
    tabs = dialog.findChild(Segments, "alarms_tabs")
    assert isinstance(tabs, Segments)
    assert [label.split(" · ")[-1] for _code, label in tabs._choices][:3] == ["2", "12", "1"]


def test_empty_pages_say_what_that_means(dialog: AlarmsDialog) -> None:
    dialog.show_groups(())
    dialog.show_quiet(())
    dialog.show_works(())
    assert all(stack.currentIndex() == 1 for stack in dialog._stacks.values())
    dialog.show_quiet((QuietLine(line=line_of("q")),))
    assert dialog._stacks[QUIET].currentIndex() == 0


def test_figures_are_marked_by_word_and_shape_and_not_by_colour_alone(dialog: AlarmsDialog) -> None:
    figures = (
        FigureLine(label="Alarm terbanyak", value="127", recommended="≤ 10", is_kept=False),
        FigureLine(label="Titik", value="0", recommended="0", is_kept=True),
        FigureLine(label="Ditunda", value="2"),
    )
    dialog.performance.show_performance(PerformanceView(figures=figures, rates=Rates(counts=(0, 12, 3))))
    chips = [chip for chip in dialog.performance.findChildren(LevelChip, "figure_mark") if not chip.isHidden()]
    assert [chip.accessibleName() for chip in chips] == ["tidak terpenuhi", "terpenuhi"]


def test_the_words_of_a_figure_give_way_before_its_mark_does(qtbot: QtBot, dialog: AlarmsDialog) -> None:
    figure = FigureLine(
        label="Alarm terbanyak dalam sepuluh menit " * 4, value="303", recommended="≤ 10", is_kept=False
    )
    dialog.performance.show_performance(PerformanceView(figures=(figure,), rates=Rates()))
    dialog.show_page(FIGURES)
    dialog.resize(700, 600)
    scroll = dialog.findChild(QScrollArea, "figure_scroll")
    assert isinstance(scroll, QScrollArea)
    mark = dialog.performance.findChild(LevelChip, "figure_mark")
    assert isinstance(mark, LevelChip)
    qtbot.waitUntil(lambda: mark.isVisible() and mark.width() >= mark.sizeHint().width())
    assert mark.mapTo(scroll.viewport(), mark.rect().topRight()).x() < scroll.viewport().width()


def test_the_chart_says_its_peak_and_merges_without_losing_it(qtbot: QtBot, appearance: Appearance) -> None:
    chart = RateChart(appearance)
    qtbot.addWidget(chart)
    chart.show_rates(Rates(counts=(0, 14, 2), since="a", until="b"))
    assert "14" in chart.accessibleName()
    chart.show_rates(Rates(counts=(0, 11, 9), since="a", until="b", peak=17))
    assert "17" in chart.accessibleName()  # across the border of two bars, as the figure below says
    chart.resize(300, 90)
    assert not chart.grab().isNull()
    assert max(_merged([0] * 4_000 + [99] + [0] * 300, 100)) == 99
    assert len(_merged([1] * 4_321, 100)) <= 100
    assert _merged([], 10) == []
