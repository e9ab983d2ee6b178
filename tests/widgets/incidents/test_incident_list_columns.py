"""The widths of the columns of the incident list: no value is cut, and only visible rows are measured."""

from collections import defaultdict

import pytest
from PySide6.QtWidgets import QTableView

from tabuah.widgets.incidents.incident_list_dialog import IncidentListDialog
from tabuah.widgets.incidents.incident_list_model import PAGE_ROWS
from tabuah.widgets.incidents.incident_list_values import FIRST_COLUMNS, ListedRow
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice, Level

IDS = tuple(f"i{n}" for n in range(10_000))
NUMBER = FIRST_COLUMNS.index("number")


def page_of_rows(page: int, number: str) -> list[ListedRow]:
    texts = {"title": "Banjir", "number": number}
    return [
        ListedRow(id=each, level=Level.HIGH, texts=texts) for each in IDS[page * PAGE_ROWS : (page + 1) * PAGE_ROWS]
    ]


@pytest.fixture
def dialog(qapp):
    dialog = IncidentListDialog(Appearance(), defaultdict(lambda: [Choice(code="", label="Semua")]))
    dialog.show()
    yield dialog
    dialog.close()
    dialog.deleteLater()


def test_columns_are_fitted_to_visible_rows_only(dialog):
    asked: list[int] = []
    dialog.model.page_wanted.connect(asked.append)
    dialog.show_found(IDS, page_of_rows(0, "SLK-1"), "")
    assert asked == [], "rows that are not visible were measured"


def test_columns_become_wider_for_longer_values_further_down(dialog, qapp):
    dialog.show_found(IDS, page_of_rows(0, "SLK-1"), "")
    table = dialog.findChild(QTableView, "incident_list_table")
    before = table.columnWidth(NUMBER)
    dialog.model.page_wanted.connect(
        lambda page: dialog.model.show_page(page, page_of_rows(page, "SLK-20261202-BPBD-000123"))
    )
    table.scrollTo(dialog.model.index(5_050, 0))
    for _turn in range(5):
        qapp.processEvents()
    after = table.columnWidth(NUMBER)
    assert before < after
    assert table.sizeHintForColumn(NUMBER) <= after
    table.scrollToTop()
    for _turn in range(5):
        qapp.processEvents()
    assert table.columnWidth(NUMBER) == after, "columns jump while a user scrolls"
    dialog.show_found(IDS[:PAGE_ROWS], page_of_rows(0, "SLK-1"), "")
    assert table.columnWidth(NUMBER) == before
