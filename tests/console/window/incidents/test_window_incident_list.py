"""The list of incidents in the window: search, filters, order, columns, opening, and export."""

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QTableView
from support.console_stores import report_false_incident, report_incident_at
from support.window_fixture import OpenWindow, identity, open_second_store, visible_texts

from tabuah.operations.incidents.drafts import note_incident
from tabuah.operations.people.roles import Role
from tabuah.storage.cache.list_layouts import ListLayout
from tabuah.storage.cache.store import ConsoleStore
from tabuah.widgets.controls.choice_box import ChoiceBox
from tabuah.widgets.incidents.incident_list_dialog import IncidentListDialog

TITLE_COLUMN = 1  # of the table of the board
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(open_console, data: Path) -> OpenWindow:
    """Return an operator's window with two open incidents and an ended one."""
    with open_second_store(data) as store:
        store.remember_identity(identity(Role.OPERATOR))
        report_incident_at(store, "Jembatan putus")
        noted = report_incident_at(store, "Pohon tumbang")
        store.save(note_incident(noted, "warga kebanjiran"))
        report_false_incident(store, "Longsor lama")
        report_incident_at(store, "Gladi", exercise=True)
    opened = open_console()
    opened.until(lambda: len(opened.incidents) >= 3)
    return opened


def open_list(window: OpenWindow) -> IncidentListDialog:
    window.key(Qt.Key.Key_I, CTRL)
    dialog = window.commands.incidents.incident_list.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    window.until(lambda: len(dialog.model.ids) == 2)
    return dialog


def titles(dialog: IncidentListDialog) -> list[str]:
    column = dialog.model.columns.index("title")
    return [str(dialog.model.index(row, column).data()) for row in range(dialog.model.rowCount())]


def choose(window: OpenWindow, dialog: IncidentListDialog, name: str, code: str) -> None:
    box = dialog.findChild(ChoiceBox, f"incident_list_{name}")
    assert isinstance(box, ChoiceBox)
    box.show_current(code)


def test_list_searches_filters_and_opens(window: OpenWindow, tmp_path: Path):
    dialog = open_list(window)
    assert titles(dialog) == ["Jembatan putus", "Pohon tumbang"], "open ones, the oldest first"
    window.write("banjir")
    window.until(lambda: titles(dialog) == ["Pohon tumbang"])
    found = dialog.model.index(0, dialog.model.columns.index("found")).data()
    assert "[kebanjiran]" in found
    file = tmp_path / "daftar.csv"
    window.commands.incidents.incident_list.write_list(file)
    window.until(file.exists)
    assert (
        sum("Pohon tumbang" in row for row in csv.reader(file.read_text("utf-8-sig").splitlines(), delimiter=";"))
        == 1
    )
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.selection.incident == dialog.model.ids[0])


def test_list_filters_the_archive_and_changes_columns(window: OpenWindow):
    dialog = open_list(window)
    choose(window, dialog, "stage", "ended")
    window.until(lambda: titles(dialog) == ["Longsor lama"])
    choose(window, dialog, "stage", "")
    choose(window, dialog, "order", "newest")
    window.until(lambda: titles(dialog) == ["Longsor lama", "Pohon tumbang", "Jembatan putus"])
    dialog.show_columns(["title", "number"])
    dialog.columns_changed.emit()
    window.write("tidakada")
    window.until(lambda: dialog.model.ids == ())
    assert "3" not in visible_texts(dialog).split("|")[0]
    window.key(Qt.Key.Key_Escape)
    window.until(lambda: len(dialog.model.ids) == 3)
    window.key(Qt.Key.Key_Escape)
    window.until(lambda: window.commands.incidents.incident_list.dialog is None)
    again = open_list_again(window)
    assert again.model.columns == ("title", "number"), "columns stay"


def test_list_keeps_columns_and_order_after_a_restart(window: OpenWindow, open_console, data: Path):
    dialog = open_list(window)
    dialog.show_columns(["number", "title"])
    dialog.columns_changed.emit()
    choose(window, dialog, "order", "newest")
    window.until(lambda: titles(dialog) == ["Pohon tumbang", "Jembatan putus"])
    window.console.close()
    again = open_console()
    again.until(lambda: len(again.incidents) >= 3)
    shown = open_list(again)
    assert (shown.model.columns, shown.request.order) == (("number", "title"), "newest")
    assert titles(shown) == ["Pohon tumbang", "Jembatan putus"]
    choose(again, shown, "hazard", "fire")
    again.until(lambda: shown.model.ids == ())
    choose(again, shown, "hazard", "")
    choose(again, shown, "stage", "late")
    again.until(lambda: shown.request.stage == "late")
    again.console.services.store.run(lambda store: store.remember_identity(identity(Role.OPERATOR, "budi")))
    again.context.state.refresh()
    again.until(lambda: len(shown.model.columns) > 2)


def test_list_ignores_a_foreign_layout(open_console, data: Path):
    with open_second_store(data) as store:
        store.remember_identity(identity(Role.OPERATOR))
        report_incident_at(store, "Jembatan putus")
        report_incident_at(store, "Pohon tumbang")
        store.list_layouts.write("incidents", ListLayout(columns=("title", "rahasia", "title"), order="nonsens"))
        store.list_layouts.write("board", ListLayout(order="-rahasia"))
    window = open_console()
    window.until(lambda: len(window.incidents) == 2)
    dialog = open_list(window)
    assert (dialog.model.columns, dialog.request.order) == (("title",), "urgent")
    assert titles(dialog) == ["Jembatan putus", "Pohon tumbang"]
    table = window.find(QTableView, "board_table")
    assert table.horizontalHeader().sortIndicatorSection() == -1


def test_board_table_keeps_its_sorting_after_a_restart(window: OpenWindow, open_console):
    table = window.find(QTableView, "board_table")
    table.horizontalHeader().setSortIndicator(TITLE_COLUMN, Qt.SortOrder.DescendingOrder)
    assert table.model().index(0, TITLE_COLUMN).data() == "Pohon tumbang"
    window.console.close()
    again = open_console()
    again.until(lambda: len(again.incidents) >= 3)
    table = again.find(QTableView, "board_table")
    again.until(lambda: table.model().index(0, TITLE_COLUMN).data() == "Pohon tumbang")
    header = table.horizontalHeader()
    assert (header.sortIndicatorSection(), header.sortIndicatorOrder()) == (
        TITLE_COLUMN,
        Qt.SortOrder.DescendingOrder,
    )


def open_list_again(window: OpenWindow) -> IncidentListDialog:
    window.shell.activateWindow()
    window.until(window.shell.isActiveWindow)
    return open_list(window)


def forget_index(store: ConsoleStore) -> None:
    with store._session.writing():
        store._session.meta.write("search_index", "0")


def test_list_searches_again_until_the_index_is_complete(window: OpenWindow):
    services = window.console.services
    services.store.run(forget_index)
    dialog = open_list(window)
    assert "sedang dibuat" in visible_texts(dialog)
    services.search_index_fill.start()
    window.until(lambda: "sedang dibuat" not in visible_texts(dialog))
    assert titles(dialog) == ["Jembatan putus", "Pohon tumbang"]
    window.write("jembatan")
    window.until(lambda: titles(dialog) == ["Jembatan putus"])
    assert dialog.model.index(0, dialog.model.columns.index("found")).data() == "", "the title is shown already"


def act(dialog: IncidentListDialog, code: str) -> None:
    dialog.views.act_requested.emit(code)


def answer(window: OpenWindow, dialog: IncidentListDialog, name: str) -> None:
    field = dialog.findChild(QLineEdit, "confirm_field")
    assert isinstance(field, QLineEdit)
    field.setText(name)
    window.qtbot.keyClick(field, Qt.Key.Key_Return)


def view_names(dialog: IncidentListDialog) -> list[str]:
    return [action.text() for action in dialog.views.actions() if action.isCheckable()]


def test_list_saves_chooses_renames_and_deletes_a_view(window: OpenWindow, tmp_path: Path):
    dialog = open_list(window)
    choose(window, dialog, "stage", "ended")
    choose(window, dialog, "hazard", "fire")
    dialog.show_columns(["title", "number"])
    act(dialog, "save")
    answer(window, dialog, "Arsip saya")
    window.until(lambda: view_names(dialog) == ["Arsip saya"])
    dialog.filters.clear()
    dialog.show_columns(["title", "status"])
    window.until(lambda: len(dialog.model.ids) == 2)
    dialog.views.view_chosen.emit("Arsip saya")
    window.until(lambda: "Arsip saya · 0" in visible_texts(dialog))
    assert (dialog.request.stage, dialog.request.hazard) == ("ended", "fire")
    assert dialog.model.columns == ("title", "number")
    act(dialog, "rename")
    answer(window, dialog, "Laporan saya")
    window.until(lambda: view_names(dialog) == ["Laporan saya"])
    file = tmp_path / "tampilan.json"
    views = window.commands.incidents.incident_list.views
    assert views is not None
    views.write_file(file)
    act(dialog, "delete")
    window.until(lambda: view_names(dialog) == [])
    views.read_file(file)
    window.until(lambda: view_names(dialog) == ["Laporan saya"])


def test_list_says_which_date_is_none(window: OpenWindow):
    dialog = open_list(window)
    choose(window, dialog, "period", "own")
    field = dialog.findChild(QLineEdit, "incident_list_since")
    assert isinstance(field, QLineEdit)
    field.setText("besok lusa")
    window.until(lambda: "besok lusa" in visible_texts(dialog))
    field.setText("2026-01-01")
    window.until(lambda: "2 insiden" in visible_texts(dialog))


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR])
def test_callers_are_found_by_the_roles_that_may_read_them(open_console, data: Path, role: Role):
    with open_second_store(data) as store:
        report_incident_at(store, "Banjir di pasar", caller="Bu Yusna 0812 9988 7766")
        store.remember_identity(identity(role))
    window = open_console()
    window.until(lambda: window.context.state.snapshot.role is role)
    window.commands.incidents.callers.begin()
    dialog = window.commands.incidents.callers.dialog
    if role is Role.AUDITOR:
        assert dialog is None
        return
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    window.write("+62 812 9988")
    window.until(lambda: bool(dialog.list.chosen))
    window.key(Qt.Key.Key_Return)
    window.until(lambda: bool(window.selection.incident))


def test_palette_says_that_the_index_is_being_built(window: OpenWindow):
    services = window.console.services
    services.store.run(forget_index)
    window.key(Qt.Key.Key_K, CTRL)
    window.write("longsor")
    palette = window.shell.parts.palette
    window.until(lambda: "sedang dibuat" in visible_texts(palette))
    services.search_index_fill.start()
    window.until(lambda: "sedang dibuat" not in visible_texts(palette))
