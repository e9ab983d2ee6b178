"""The board keeps its order, its selection and its speed."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from tabuah.widgets.board.card_model import CardModel, board_rows, matches
from tabuah.widgets.board.incident_board import IncidentBoard
from tabuah.widgets.board.table_model import TableModel
from tabuah.widgets.empty_state import EmptyState
from tabuah.widgets.gallery.samples import CARDS, GROUPS
from tabuah.widgets.headed_model import Heading
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import IncidentCard


@pytest.fixture
def board(qtbot: QtBot, appearance: Appearance) -> IncidentBoard:
    widget = IncidentBoard(appearance)
    qtbot.addWidget(widget)
    widget.resize(320, 700)
    widget.show_incidents(CARDS, GROUPS)
    widget.show()
    return widget


def cards(rows: list[Heading | IncidentCard]) -> list[str]:
    return [row.number for row in rows if isinstance(row, IncidentCard)]


def view(board: IncidentBoard, name: str) -> QAbstractItemView:
    found = board.findChild(QAbstractItemView, name)
    assert isinstance(found, QAbstractItemView)
    return found


def test_cards_stand_under_their_group_in_the_given_order() -> None:
    rows = board_rows(CARDS, GROUPS)
    assert [(r.label, r.count) for r in rows if isinstance(r, Heading)] == [
        ("Baru", 2),
        ("Ditugaskan", 3),
        ("Di lokasi", 2),
    ]
    assert cards(rows) == [card.number for card in CARDS]


def test_a_card_of_an_unknown_group_is_never_lost() -> None:
    rows = board_rows((replace(CARDS[0], group="new_status"),), GROUPS)
    assert cards(rows) == [CARDS[0].number]


@pytest.mark.parametrize(("typed", "found"), [("kubung", 1), ("damkar", 1), ("SLK-2MQ", 2), ("banjir kubung", 1)])
def test_the_filter_finds_by_place_unit_number_and_several_words(typed: str, found: int) -> None:
    assert sum(matches(card, typed.casefold().split()) for card in CARDS) == found


def test_down_and_enter_choose_and_open_without_a_mouse(qtbot: QtBot, board: IncidentBoard) -> None:
    cards_view = view(board, "board_list")
    board.select(CARDS[0].id)
    with qtbot.waitSignal(board.selection_changed) as chosen:
        qtbot.keyClick(cards_view, Qt.Key.Key_Down)
    with qtbot.waitSignal(board.open_requested) as opened:
        qtbot.keyClick(cards_view, Qt.Key.Key_Return)
    assert chosen.args == opened.args == [CARDS[1].id]


def test_down_skips_headings(qtbot: QtBot, board: IncidentBoard) -> None:
    board.select(CARDS[1].id)
    qtbot.keyClick(view(board, "board_list"), Qt.Key.Key_Down)
    assert board.selected == CARDS[2].id


def test_selecting_from_outside_tells_nobody(qtbot: QtBot, board: IncidentBoard) -> None:
    with qtbot.assertNotEmitted(board.selection_changed):
        board.select(CARDS[3].id)
    assert board.selected == CARDS[3].id


def test_the_selection_survives_a_new_order(qtbot: QtBot, board: IncidentBoard) -> None:
    board.select(CARDS[3].id)
    with qtbot.assertNotEmitted(board.selection_changed):
        board.show_incidents(tuple(reversed(CARDS)), GROUPS)
    assert board.selected == CARDS[3].id
    shown = view(board, "board_list").currentIndex()
    assert CARDS[3].number in shown.data(Qt.ItemDataRole.DisplayRole)


def test_an_empty_board_says_what_to_do(board: IncidentBoard) -> None:
    board.show_incidents((), GROUPS)
    empty = board.findChild(EmptyState)
    assert empty.isVisible()
    assert "Tekan N untuk melapor." in empty.accessibleName()


def test_a_filter_without_a_match_says_how_many_are_hidden(qtbot: QtBot, board: IncidentBoard) -> None:
    edit = board.findChild(QLineEdit, "board_filter")
    edit.setText("tidak ada yang begini")
    qtbot.waitUntil(lambda: board.findChild(EmptyState).isVisible())
    assert "7" in board.findChild(EmptyState).accessibleName()


def test_an_update_in_the_same_order_only_repaints_what_changed(qtbot: QtBot) -> None:
    model = CardModel()
    assert model.show_rows(board_rows(CARDS, GROUPS))
    changed = (replace(CARDS[0], age="13 mnt"), *CARDS[1:])
    with qtbot.waitSignal(model.dataChanged) as heard, qtbot.assertNotEmitted(model.modelReset):
        assert not model.show_rows(board_rows(changed, GROUPS))
    assert heard.args[0].row() == heard.args[1].row() == 1


def test_the_table_sorts_by_age_as_a_number(appearance: Appearance) -> None:
    table = TableModel(appearance)
    table.show_cards(CARDS)
    table.sort(4, Qt.SortOrder.DescendingOrder)
    assert [table.card_at(row).age_s for row in range(2)] == [10_800, 3600]
    table.sort(-1)
    assert table.rowCount() == len(CARDS)


def test_ten_thousand_incidents_are_shown_with_one_view_and_no_widget_a_card(
    qtbot: QtBot, board: IncidentBoard
) -> None:
    before = len(board.findChildren(object))
    many = [replace(CARDS[i % 7], id=f"i{i}", number=f"SLK-AAA-{i:04d}") for i in range(10_000)]
    board.show_incidents(many, GROUPS)
    board.select("i9999")
    model = view(board, "board_list").model()
    assert model.rowCount() == 10_003
    assert not board.grab().isNull()
    assert len(board.findChildren(object)) - before < 20


def height_of(board: IncidentBoard, row: int) -> int:
    cards_view = view(board, "board_list")
    index = cards_view.model().index(row, 0)
    return cards_view.itemDelegate().sizeHint(QStyleOptionViewItem(), index).height()


def test_a_long_title_gets_a_second_line_and_a_short_one_does_not(qtbot: QtBot, board: IncidentBoard) -> None:
    long = replace(CARDS[0], title="Galodo di Batang Aia Koto Anau, jembatan gantung putus")
    short = replace(CARDS[1], id="pendek", title="Banjir", group=CARDS[0].group)
    board.show_incidents((long, short), GROUPS)
    qtbot.waitUntil(lambda: height_of(board, 1) > height_of(board, 2))
    first, second = view(board, "board_list").itemDelegate().title_lines(long)
    assert f"{first} {second}" == long.title


def test_titles_are_broken_anew_when_the_board_becomes_wider(qtbot: QtBot, board: IncidentBoard) -> None:
    long = replace(CARDS[0], title="Galodo di Batang Aia Koto Anau, jembatan gantung putus")
    board.show_incidents((long,), GROUPS)
    qtbot.waitUntil(lambda: bool(view(board, "board_list").itemDelegate().title_lines(long)[1]))
    board.resize(720, 700)
    qtbot.waitUntil(lambda: view(board, "board_list").itemDelegate().title_lines(long)[1] == "")
