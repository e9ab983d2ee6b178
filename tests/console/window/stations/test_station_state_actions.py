"""Stations in the window: moved on the map, retired and put back, each with a reason."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from support.running_server import RunningServer
from support.window_fixture import GAUGE, OpenWindow, log_in_and_sync, register_gauge

from tabuah.operations.people.roles import Role
from tabuah.operations.stations.station import Station


@pytest.fixture
def setup_window(open_console, data: Path, server: RunningServer) -> OpenWindow:
    """Return an administrator's window with the gauge selected."""
    server.add_user("admin", Role.ADMIN)
    register_gauge(server)
    log_in_and_sync(data, server, "admin")
    window = open_console()
    window.until(lambda: GAUGE.code in window.console.services.state.snapshot.stations)
    window.selection.choose_station(GAUGE.code)
    return window


def gauge(window: OpenWindow) -> Station:
    return window.console.services.state.snapshot.stations[GAUGE.code]


def answer(window: OpenWindow, reason: str) -> None:
    field = window.find(QLineEdit, "confirm_field")
    field.setText(reason)
    field.setFocus()
    window.key(Qt.Key.Key_Return)


def test_station_is_moved_on_the_map_and_back(setup_window: OpenWindow) -> None:
    setup_window.commands.stations.state_actions.move()
    canvas = setup_window.context.canvas
    assert canvas.is_picking
    canvas.location_picked.emit(100.64, -0.85)
    assert [station.code for station in canvas.planned.stations] == [GAUGE.code]
    answer(setup_window, "")
    assert gauge(setup_window).lon_deg == GAUGE.lon_deg
    answer(setup_window, "diukur ulang")
    setup_window.until(lambda: gauge(setup_window).lon_deg == 100.64)
    assert canvas.planned.stations == ()
    (change,) = gauge(setup_window).changes.positions
    assert (change.reason, change.by) == ("diukur ulang", "admin")
    setup_window.wait_for_toast("dipindahkan")
    setup_window.notifier.undo_last()
    setup_window.until(lambda: gauge(setup_window).lon_deg == GAUGE.lon_deg)


def test_cancelled_move_changes_nothing(setup_window: OpenWindow) -> None:
    setup_window.commands.stations.state_actions.move()
    setup_window.context.canvas.location_picked.emit(100.64, -0.85)
    setup_window.context.confirm.cancel()
    assert setup_window.context.canvas.planned.stations == ()
    assert gauge(setup_window).lon_deg == GAUGE.lon_deg


def test_station_is_retired_and_put_back(setup_window: OpenWindow) -> None:
    actions = setup_window.commands.stations.state_actions
    actions.retire_or_restore()
    answer(setup_window, "jembatan diganti")
    setup_window.until(lambda: gauge(setup_window).retired is not None)
    setup_window.until(lambda: not setup_window.context.canvas.content.stations.ids)
    setup_window.selection.choose_station(GAUGE.code)
    actions.retire_or_restore()
    assert "jembatan diganti" in setup_window.context.confirm._text.text()
    answer(setup_window, "alat baru")
    setup_window.until(lambda: gauge(setup_window).retired is None)
    setup_window.until(lambda: GAUGE.code in setup_window.context.canvas.content.stations.ids)
