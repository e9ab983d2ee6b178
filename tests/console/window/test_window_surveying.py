"""The list of all stations in the window: opened by a key, right while readings come, lines read when in sight."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from running_server import RunningServer
from window_room import GAUGE, OpenWindow, log_in_and_sync, raise_alarm_at_gauge, register_gauge

from tabuah.console.window import station_days
from tabuah.operations.stations.posted import PostedReading
from tabuah.operations.stations.readings import Reading
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.widgets.empty_state import EmptyState
from tabuah.widgets.stations.station_delegate import StationDelegate
from tabuah.widgets.stations.station_item import StationDay
from tabuah.widgets.stations.stations_dialog import StationsDialog

SHIFT = Qt.KeyboardModifier.ShiftModifier


def measured(ago: timedelta, value: float = 1.2) -> Reading:
    at = (datetime.now(UTC) - ago).replace(microsecond=0)
    return Reading(GAUGE.code, "stage_m", at, value, 0)


@pytest.fixture
def at_the_gauge(open_console: Callable[..., OpenWindow], data: Path, server: RunningServer) -> OpenWindow:
    """A window that knows a gauge and has kept three hours of it."""
    register_gauge(server)
    log_in_and_sync(data, server, "ani")
    with ReadingsStore(data / FILE_NAME) as store:
        store.store([measured(timedelta(minutes=n)) for n in range(1, 180)])
    window = open_console()
    window.until(lambda: (GAUGE.code, "stage_m") in window.console.services.room.latest)
    return window


def open_list(window: OpenWindow) -> StationsDialog:
    window.key(Qt.Key.Key_Y, SHIFT)
    dialog = window.shell.doing.surveying.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    return dialog


def told(dialog: StationsDialog) -> str:
    model = dialog.list.model()
    return " | ".join(str(model.index(row, 0).data()) for row in range(model.rowCount()))


def days_of(dialog: StationsDialog) -> dict[str, StationDay]:
    delegate = dialog.list.itemDelegate()
    assert isinstance(delegate, StationDelegate)
    return dict(delegate.days)


def test_the_list_shows_the_gauge_with_the_line_of_its_day(at_the_gauge: OpenWindow) -> None:
    dialog = open_list(at_the_gauge)
    assert "AWLR Koto Baru, Siaga 4, 1,20 m" in told(dialog)
    at_the_gauge.until(lambda: GAUGE.code in days_of(dialog))
    day = days_of(dialog)[GAUGE.code]
    assert len(day.series) == 179
    assert day.span_s[1] - day.span_s[0] == 86_400


def test_the_list_follows_readings_and_alarms(at_the_gauge: OpenWindow, server: RunningServer) -> None:
    dialog = open_list(at_the_gauge)
    server.service.readings.submit("tests", [PostedReading(measured(timedelta(0), 2.75))]).result()
    at_the_gauge.until(lambda: "Siaga 2, 2,75 m" in told(dialog))
    raise_alarm_at_gauge(server)
    at_the_gauge.until(lambda: "AWLR Koto Baru, Kritis, 2,75 m" in told(dialog))


def test_a_line_is_read_again_after_a_while(at_the_gauge: OpenWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station_days, "_READ_AGAIN", timedelta(0))
    dialog = open_list(at_the_gauge)
    at_the_gauge.until(lambda: GAUGE.code in days_of(dialog))
    at_the_gauge.console.services.readings.take([measured(timedelta(0), 1.5)])
    at_the_gauge.until(lambda: float(days_of(dialog)[GAUGE.code].series.values[-1]) == 1.5)


def test_enter_opens_the_page_of_the_station(at_the_gauge: OpenWindow, qtbot: QtBot) -> None:
    dialog = open_list(at_the_gauge)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    page = at_the_gauge.shell.doing.inspecting.dialog
    assert page is not None
    assert "AWLR Koto Baru" in page.windowTitle()
    assert dialog.isVisible()


def test_l_shows_the_station_on_the_map_in_the_window(at_the_gauge: OpenWindow, qtbot: QtBot) -> None:
    dialog = open_list(at_the_gauge)
    qtbot.keyClick(dialog.list, Qt.Key.Key_L)
    assert at_the_gauge.shell.doing.surveying.dialog is None
    assert at_the_gauge.shell.selection.station == GAUGE.code
    assert at_the_gauge.shell.parts.map.canvas.view.centre_deg == pytest.approx((GAUGE.lon_deg, GAUGE.lat_deg))
    at_the_gauge.until(lambda: QApplication.focusWidget() is at_the_gauge.shell.parts.map.canvas)


def test_without_stations_the_list_says_where_they_come_from(window: OpenWindow) -> None:
    dialog = open_list(window)
    assert told(dialog) == ""
    assert "sinkronisasi pertama" in dialog.findChild(EmptyState, "stations_empty").accessibleName()


def test_the_same_key_brings_the_list_to_the_front_and_the_window_closes_with_it_open(window: OpenWindow) -> None:
    dialog = open_list(window)
    window.shell.activateWindow()
    window.until(window.shell.isActiveWindow)
    assert open_list(window) is dialog
