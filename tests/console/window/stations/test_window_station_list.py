"""The station list: opened by key, updated with readings, sparklines of visible stations."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.readings_fixture import gateway_account
from support.running_server import RunningServer
from support.window_fixture import GAUGE, OpenWindow, log_in_and_sync, raise_alarm_at_gauge, register_gauge

from tabuah.console.window.stations import station_list
from tabuah.operations.readings.reading import PostedReading, Reading
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.widgets.controls.labels import EmptyState
from tabuah.widgets.stations.station_item import SparklineData
from tabuah.widgets.stations.station_list import StationDelegate
from tabuah.widgets.stations.station_list_dialog import StationListDialog

SHIFT = Qt.KeyboardModifier.ShiftModifier


def measured(ago: timedelta, value: float = 1.2) -> Reading:
    at = (datetime.now(UTC) - ago).replace(microsecond=0)
    return Reading(GAUGE.code, "stage_m", at, value, 0)


@pytest.fixture
def gauge_window(open_console: Callable[..., OpenWindow], data: Path, server: RunningServer) -> OpenWindow:
    """Return a window that knows a gauge and has stored three hours of its readings."""
    register_gauge(server)
    log_in_and_sync(data, server, "ani")
    with ReadingsStore(data / FILE_NAME) as store:
        store.store([measured(timedelta(minutes=n)) for n in range(1, 180)])
    window = open_console()
    window.until(lambda: (GAUGE.code, "stage_m") in window.console.services.state.latest)
    return window


def open_list(window: OpenWindow) -> StationListDialog:
    window.key(Qt.Key.Key_Y, SHIFT)
    dialog = window.commands.stations.station_list.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    return dialog


def told(dialog: StationListDialog) -> str:
    model = dialog.list.model()
    return " | ".join(str(model.index(row, 0).data()) for row in range(model.rowCount()))


def days_of(dialog: StationListDialog) -> dict[str, SparklineData]:
    delegate = dialog.list.itemDelegate()
    assert isinstance(delegate, StationDelegate)
    return dict(delegate.days)


def test_station_list_shows_gauge_with_sparkline(gauge_window: OpenWindow) -> None:
    dialog = open_list(gauge_window)
    assert "AWLR Koto Baru, Siaga 4, 1,20 m" in told(dialog)
    gauge_window.until(lambda: GAUGE.code in days_of(dialog))
    day = days_of(dialog)[GAUGE.code]
    assert len(day.series) == 179
    assert day.span_s[1] - day.span_s[0] == 86_400


def test_station_list_follows_readings_and_alarms(gauge_window: OpenWindow, server: RunningServer) -> None:
    dialog = open_list(gauge_window)
    server.service.readings.submit(gateway_account(), [PostedReading(measured(timedelta(0), 2.75))]).result()
    gauge_window.until(lambda: "Siaga 2, 2,75 m" in told(dialog))
    raise_alarm_at_gauge(server)
    gauge_window.until(lambda: "AWLR Koto Baru, Kritis, 2,75 m" in told(dialog))


def test_sparkline_is_read_again_later(gauge_window: OpenWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station_list, "_READ_AGAIN", timedelta(0))
    dialog = open_list(gauge_window)
    gauge_window.until(lambda: GAUGE.code in days_of(dialog))
    gauge_window.console.services.readings.add_readings([measured(timedelta(0), 1.5)])
    gauge_window.until(lambda: float(days_of(dialog)[GAUGE.code].series.values[-1]) == 1.5)


def test_enter_opens_station_page_from_list(gauge_window: OpenWindow, qtbot: QtBot) -> None:
    dialog = open_list(gauge_window)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    page = gauge_window.commands.stations.station_page.dialog
    assert page is not None
    assert "AWLR Koto Baru" in page.windowTitle()
    assert dialog.isVisible()


def test_station_list_locates_station_on_map(gauge_window: OpenWindow, qtbot: QtBot) -> None:
    dialog = open_list(gauge_window)
    qtbot.keyClick(dialog.list, Qt.Key.Key_L)
    assert gauge_window.commands.stations.station_list.dialog is None
    assert gauge_window.selection.station == GAUGE.code
    assert gauge_window.shell.parts.map.canvas.view.centre_deg == pytest.approx((GAUGE.lon_deg, GAUGE.lat_deg))
    gauge_window.until(lambda: QApplication.focusWidget() is gauge_window.shell.parts.map.canvas)


def test_empty_station_list_explains_registration(window: OpenWindow) -> None:
    dialog = open_list(window)
    assert told(dialog) == ""
    assert "sinkronisasi pertama" in dialog.findChild(EmptyState, "stations_empty").accessibleName()


def test_station_list_key_raises_open_list(window: OpenWindow) -> None:
    dialog = open_list(window)
    window.shell.activateWindow()
    window.until(window.shell.isActiveWindow)
    assert open_list(window) is dialog
