"""The model of the incident list: it asks once for each page that is shown, and for no other."""

from PySide6.QtCore import Qt

from tabuah.widgets.incidents.incident_list_model import PAGE_ROWS, IncidentListModel
from tabuah.widgets.incidents.incident_list_values import FIRST_COLUMNS, ListedRow
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level

IDS = tuple(f"i{n}" for n in range(10_000))


def rows(first: int, count: int = PAGE_ROWS) -> list[ListedRow]:
    return [
        ListedRow(id=f"i{n}", level=Level.HIGH, texts={"title": f"Banjir {n}"}) for n in range(first, first + count)
    ]


def test_model_asks_once_for_a_page_that_is_shown(qapp):
    model = IncidentListModel(Appearance())
    asked: list[int] = []
    model.page_wanted.connect(asked.append)
    model.show_ids(IDS, rows(0))
    title = FIRST_COLUMNS.index("title")
    assert model.rowCount() == 10_000
    assert model.index(7, title).data() == "Banjir 7"
    assert asked == []
    first = 50 * PAGE_ROWS
    assert model.index(first + 10, title).data() is None
    assert model.index(first + 11, title).data() is None
    assert asked == [50]
    model.show_page(50, rows(first))
    assert model.index(first + 10, title).data() == f"Banjir {first + 10}"
    assert model.index(first + 10, title).data(Qt.ItemDataRole.AccessibleTextRole) == f"Banjir {first + 10}"


def test_model_shows_chosen_columns_in_order(qapp):
    model = IncidentListModel(Appearance())
    model.show_ids(IDS[:1], rows(0, 1))
    model.show_columns(["title", "unknown", "severity"])
    assert model.columns == ("title", "severity")
    assert model.index(0, 0).data() == "Banjir 0"
    model.show_columns([])
    assert model.columns == FIRST_COLUMNS, "a list without columns shows nothing"
