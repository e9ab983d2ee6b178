"""The incident board: order, selection, filter and performance."""

import pytest
from gallery.samples import CARDS, GROUPS
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from tabuah.widgets.controls.exercise_chip import exercise_chip_width, fitting_mark
from tabuah.widgets.controls.grouped_list_model import GroupHeading
from tabuah.widgets.controls.labels import EmptyState
from tabuah.widgets.incidents.incident_board import IncidentBoard
from tabuah.widgets.incidents.incident_card_delegate import IncidentCardDelegate
from tabuah.widgets.incidents.incident_models import (
    IncidentCardModel,
    IncidentTableModel,
    board_rows,
    describe_card,
    matches_card,
)
from tabuah.widgets.incidents.values import IncidentCard
from tabuah.widgets.theme.appearance import Appearance


@pytest.fixture
def board(qtbot: QtBot, appearance: Appearance) -> IncidentBoard:
    widget = IncidentBoard(appearance)
    qtbot.addWidget(widget)
    widget.resize(320, 700)
    widget.show_incidents(CARDS, GROUPS)
    widget.show()
    return widget


def cards(rows: list[GroupHeading | IncidentCard]) -> list[str]:
    return [row.number for row in rows if isinstance(row, IncidentCard)]


def view(board: IncidentBoard, name: str) -> QAbstractItemView:
    found = board.findChild(QAbstractItemView, name)
    assert isinstance(found, QAbstractItemView)
    return found


def test_board_groups_cards_in_given_order() -> None:
    rows = board_rows(CARDS, GROUPS)
    assert [(r.label, r.count) for r in rows if isinstance(r, GroupHeading)] == [
        ("Baru", 2),
        ("Ditugaskan", 3),
        ("Di lokasi", 2),
    ]
    assert cards(rows) == [card.number for card in CARDS]


def test_board_shows_cards_of_unknown_group() -> None:
    rows = board_rows((replace(CARDS[0], group="new_status"),), GROUPS)
    assert cards(rows) == [CARDS[0].number]


@pytest.mark.parametrize(("typed", "found"), [("kubung", 1), ("damkar", 1), ("SLK-2MQ", 2), ("banjir kubung", 1)])
def test_board_filter_matches_all_words(typed: str, found: int) -> None:
    assert sum(matches_card(card, typed.casefold().split()) for card in CARDS) == found


def test_board_keys_select_and_open(qtbot: QtBot, board: IncidentBoard) -> None:
    cards_view = view(board, "board_list")
    board.select(CARDS[0].id)
    with qtbot.waitSignal(board.selection_changed) as chosen:
        qtbot.keyClick(cards_view, Qt.Key.Key_Down)
    with qtbot.waitSignal(board.open_requested) as opened:
        qtbot.keyClick(cards_view, Qt.Key.Key_Return)
    assert chosen.args == opened.args == [CARDS[1].id]


def test_board_down_key_skips_headings(qtbot: QtBot, board: IncidentBoard) -> None:
    board.select(CARDS[1].id)
    qtbot.keyClick(view(board, "board_list"), Qt.Key.Key_Down)
    assert board.selected == CARDS[2].id


def test_board_select_emits_no_signal(qtbot: QtBot, board: IncidentBoard) -> None:
    with qtbot.assertNotEmitted(board.selection_changed):
        board.select(CARDS[3].id)
    assert board.selected == CARDS[3].id


def test_board_selection_survives_new_order(qtbot: QtBot, board: IncidentBoard) -> None:
    board.select(CARDS[3].id)
    with qtbot.assertNotEmitted(board.selection_changed):
        board.show_incidents(tuple(reversed(CARDS)), GROUPS)
    assert board.selected == CARDS[3].id
    shown = view(board, "board_list").currentIndex()
    assert CARDS[3].number in shown.data(Qt.ItemDataRole.DisplayRole)


def test_empty_board_shows_hint(board: IncidentBoard) -> None:
    board.show_incidents((), GROUPS)
    empty = board.findChild(EmptyState)
    assert empty.isVisible()
    assert "Tekan N untuk melaporkan insiden." in empty.accessibleName()


def test_board_filter_without_match_shows_count(qtbot: QtBot, board: IncidentBoard) -> None:
    edit = board.findChild(QLineEdit, "board_filter")
    edit.setText("tidak ada yang begini")
    qtbot.waitUntil(lambda: board.findChild(EmptyState).isVisible())
    assert "7" in board.findChild(EmptyState).accessibleName()


def test_board_update_repaints_changed_cards_only(qtbot: QtBot) -> None:
    model = IncidentCardModel()
    assert model.show_rows(board_rows(CARDS, GROUPS))
    changed = (replace(CARDS[0], age="13 mnt"), *CARDS[1:])
    with qtbot.waitSignal(model.dataChanged) as heard, qtbot.assertNotEmitted(model.modelReset):
        assert not model.show_rows(board_rows(changed, GROUPS))
    assert heard.args[0].row() == heard.args[1].row() == 1


def test_table_sorts_age_numerically(appearance: Appearance) -> None:
    table = IncidentTableModel(appearance)
    table.show_cards(CARDS)
    table.sort(4, Qt.SortOrder.DescendingOrder)
    assert [table.card_at(row).age_s for row in range(2)] == [10_800, 3600]
    table.sort(-1)
    assert [table.card_at(row) for row in range(table.rowCount())] == list(CARDS), "the order stayed sorted"


def test_board_needs_no_widget_per_card(qtbot: QtBot, board: IncidentBoard) -> None:
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


def test_card_wraps_long_title(qtbot: QtBot, board: IncidentBoard) -> None:
    long = replace(CARDS[0], title="Galodo di Batang Aia Koto Anau, jembatan gantung putus")
    short = replace(CARDS[1], id="pendek", title="Banjir", group=CARDS[0].group)
    board.show_incidents((long, short), GROUPS)
    qtbot.waitUntil(lambda: height_of(board, 1) > height_of(board, 2))
    first, second = view(board, "board_list").itemDelegate().title_lines(long)
    assert f"{first} {second}" == long.title


def test_card_titles_rewrap_after_resize(qtbot: QtBot, board: IncidentBoard) -> None:
    long = replace(CARDS[0], title="Galodo di Batang Aia Koto Anau, jembatan gantung putus")
    board.show_incidents((long,), GROUPS)
    qtbot.waitUntil(lambda: bool(view(board, "board_list").itemDelegate().title_lines(long)[1]))
    board.resize(720, 700)
    qtbot.waitUntil(lambda: view(board, "board_list").itemDelegate().title_lines(long)[1] == "")


def test_narrow_card_shows_short_tag_instead_of_cut_exercise(appearance: Appearance) -> None:
    mark = "LATIHAN Galodo"
    width = exercise_chip_width(mark, appearance)
    assert [fitting_mark(mark, room, appearance) for room in (width, width - 1)] == [mark, "LAT"]


def test_spoken_card_begins_with_exercise() -> None:
    assert describe_card(replace(CARDS[0], exercise="LATIHAN Galodo")).startswith(f"LATIHAN Galodo, {CARDS[0].title}")
    assert describe_card(CARDS[0]).startswith(CARDS[0].title)


def test_long_heading_keeps_its_count(appearance: Appearance) -> None:
    delegate = IncidentCardDelegate(appearance)
    heading = GroupHeading(label="Selesai dalam dua puluh empat jam terakhir", count=128)
    narrow = delegate.heading_text(heading, 120)
    assert narrow.endswith("… · 128")
    assert delegate.heading_text(heading, 900) == f"{heading.label.upper()} · 128"


def test_narrow_card_keeps_values_before_names_of_units(appearance: Appearance) -> None:
    delegate = IncidentCardDelegate(appearance)
    card = replace(CARDS[0], note="12 jiwa · Dinas Pemadam · 300 dari 15 mnt", note_name="Dinas Pemadam")
    shown = [delegate.note_text(card, width) for width in (900, 170, 150)]
    assert shown[0] == card.note
    assert shown[1].startswith("12 jiwa · Di")
    assert shown[1].endswith("… · 300 dari 15 mnt")
    assert shown[2] == "12 jiwa · 300 dari 15 mnt"
    telephone = replace(card, note="12 terancam · Dilaporkan · Telepon", note_name="Telepon")
    assert delegate.note_text(telephone, 150) == "12 terancam · Dilaporkan"
    assert delegate.note_text(telephone, 90) == "12 terancam"
    assert delegate.note_text(replace(card, overdue=True), 100) == "300 dari 15 mnt"
