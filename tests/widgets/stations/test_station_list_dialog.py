"""The station list window: filter, counts, keys, scroll position and cached sparklines."""

from collections.abc import Iterator

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tabuah.widgets.charts.series import Series
from tabuah.widgets.controls.choice_box import ChoiceBox
from tabuah.widgets.controls.labels import EmptyState
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.stations import station_list
from tabuah.widgets.stations.station_item import ALL, LOW_BATTERY, OVERDUE, SparklineData, StationItem
from tabuah.widgets.stations.station_list_dialog import StationListDialog
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice, Level

KINDS = (Choice(code="rain", label="Hujan"), Choice(code="river", label="Duga air"))


def item(number: int, **other: object) -> StationItem:
    code = f"SLK-{number:04d}"
    plain = StationItem(
        id=code, level=Level.NORMAL, word="Normal", name=f"Pos {number}", about=f"{code} · hujan", value="1,2 mm",
        age="data 1 mnt lalu", kind="rain" if number % 2 else "river",
    )  # fmt: skip
    return replace(plain, **other)


@pytest.fixture
def dialog(qtbot: QtBot, appearance: Appearance) -> Iterator[StationListDialog]:
    made = StationListDialog(appearance, KINDS)
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    appearance.show_text_scale(1.0)


def shown(dialog: StationListDialog) -> list[str]:
    model = dialog.list.model()
    return [str(model.index(row, 0).data()).split(",")[0] for row in range(model.rowCount())]


def find(dialog: StationListDialog, kind: type, name: str):
    return dialog.findChild(kind, name)


def test_list_states_are_selected_by_digits(dialog: StationListDialog, qtbot: QtBot) -> None:
    silent = item(2, states=frozenset((ALL, OVERDUE)))
    dialog.show_stations([item(1), silent, item(3)])
    qtbot.keyClick(dialog.list, Qt.Key.Key_3)
    assert shown(dialog) == ["Pos 2"]
    assert find(dialog, SegmentedControl, "station_states").accessibleDescription().endswith("· 1")
    qtbot.keyClick(dialog.list, Qt.Key.Key_1)
    assert shown(dialog) == ["Pos 1", "Pos 2", "Pos 3"]


def test_list_kinds_are_counted_and_selected(dialog: StationListDialog) -> None:
    dialog.show_stations([item(n) for n in range(1, 4)])
    kinds = find(dialog, ChoiceBox, "station_kind")
    assert [kinds.itemText(n) for n in (1, 2)] == ["Hujan · 2", "Duga air · 1"]
    kinds.show_current("river")
    assert shown(dialog) == ["Pos 2"]


def test_list_keys_work_after_kind_click(dialog: StationListDialog, qtbot: QtBot) -> None:
    dialog.show_stations([item(1), item(2)])
    kinds = find(dialog, ChoiceBox, "station_kind")
    qtbot.mouseClick(kinds, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(kinds.view().isVisible)
    qtbot.keyClick(kinds.view(), Qt.Key.Key_Down)
    qtbot.keyClick(kinds.view(), Qt.Key.Key_Return)
    assert shown(dialog) == ["Pos 1"]
    qtbot.waitUntil(dialog.list.hasFocus)


def test_list_search_keeps_arrow_keys(dialog: StationListDialog, qtbot: QtBot) -> None:
    dialog.show_stations([item(n) for n in range(1, 30)])
    qtbot.keyClick(dialog.list, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    search = find(dialog, QLineEdit, "station_search")
    qtbot.waitUntil(search.hasFocus)
    qtbot.keyClicks(search, "slk-002")
    assert len(shown(dialog)) == 10
    qtbot.keyClick(search, Qt.Key.Key_Down)
    with qtbot.waitSignal(dialog.opened) as told:
        qtbot.keyClick(search, Qt.Key.Key_Return)
    assert told.args == ["SLK-0021"]


def test_list_escape_clears_search_then_closes(dialog: StationListDialog, qtbot: QtBot) -> None:
    dialog.show_stations([item(1), item(2)])
    search = find(dialog, QLineEdit, "station_search")
    search.setText("zzz")
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert len(shown(dialog)) == 2
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_list_enter_opens_page_once(dialog: StationListDialog, qtbot: QtBot) -> None:
    dialog.show_stations([item(1), item(2)])
    opened: list[str] = []
    dialog.opened.connect(opened.append)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    assert opened == ["SLK-0002"]
    with qtbot.waitSignal(dialog.locate_requested) as told:
        qtbot.keyClick(dialog.list, Qt.Key.Key_L)
    assert told.args == ["SLK-0002"]


def test_list_empty_state_shows_reason(dialog: StationListDialog, qtbot: QtBot) -> None:
    empty = find(dialog, EmptyState, "stations_empty")
    dialog.show_stations([])
    assert "Belum ada stasiun" in empty.accessibleName()
    dialog.show_stations([item(1)])
    dialog.list.setFocus()
    qtbot.keyClick(dialog.list, Qt.Key.Key_4)
    assert empty.isVisible()
    assert empty.accessibleName() == "Tidak ada baterai lemah."
    qtbot.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Return)
    qtbot.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_1)
    assert shown(dialog) == ["Pos 1"]
    assert dialog.list.hasFocus()


def test_list_selection_keeps_position(dialog: StationListDialog, qtbot: QtBot) -> None:
    items = [item(n) for n in range(200)]
    dialog.show_stations(items)
    dialog.list.choose("SLK-0003")
    dialog.list.verticalScrollBar().setValue(4000)
    dialog.show_stations([replace(each, value="9,9 mm") for each in items])
    assert dialog.list.verticalScrollBar().value() == 4000
    dialog.show_stations(items[::-1])
    assert (dialog.list.chosen, dialog.list.verticalScrollBar().value()) == ("SLK-0003", 4000)


def test_list_repaints_changed_rows_only(dialog: StationListDialog) -> None:
    items = [item(n) for n in range(50)]
    dialog.show_stations(items)
    changed: list[int] = []
    dialog.list.model().dataChanged.connect(lambda first, _last: changed.append(first.row()))
    dialog.show_stations(
        [replace(each, battery="11,2 V") if number == 7 else each for number, each in enumerate(items)]
    )
    assert changed == [7]


def test_list_reports_visible_rows_after_scrolling(dialog: StationListDialog, qtbot: QtBot) -> None:
    dialog.show_stations([item(n) for n in range(200)])
    told: list[tuple[str, ...]] = []
    dialog.list.visible_rows_changed.connect(lambda: told.append(dialog.list.visible_ids))
    qtbot.waitUntil(lambda: bool(told))
    assert told[-1][0] == "SLK-0000"
    assert 5 <= len(told[-1]) <= 12
    told.clear()
    for place in (1000, 2000, 5200):
        dialog.list.verticalScrollBar().setValue(place)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [dialog.list.visible_ids]
    assert told[0][0] == "SLK-0100"


def test_list_caches_sparklines(
    dialog: StationListDialog, appearance: Appearance, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[int] = []
    monkeypatch.setattr(station_list, "paint_sparkline", lambda *_args, **_named: painted.append(1))
    day = SparklineData(series=Series(times_s=np.arange(10.0), values=np.arange(10.0)), span_s=(0.0, 10.0))
    dialog.show_stations([item(1), item(2)])
    dialog.list.show_days({"SLK-0001": day})
    for _turn in range(3):
        dialog.list.grab()
    assert len(painted) == 1
    dialog.list.show_days({"SLK-0001": replace(day, span_s=(0.0, 20.0))})
    dialog.list.grab()
    assert len(painted) == 2
    dialog.show_stations([item(1, level=Level.CRITICAL), item(2)])
    dialog.list.grab()
    assert len(painted) == 3
    appearance.show_text_scale(1.5)
    dialog.list.grab()
    assert len(painted) == 4


def test_list_needs_no_widget_per_station(dialog: StationListDialog) -> None:
    before = len(dialog.findChildren(object))
    dialog.show_stations([item(n, states=frozenset((ALL, LOW_BATTERY))) for n in range(2000)])
    assert len(dialog.findChildren(object)) - before < 10
    assert dialog.list.model().rowCount() == 2000
