"""Stations in the window: moved on the map, retired and put back, each with a reason."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from support.running_server import RunningServer
from support.window_fixture import GAUGE, OpenWindow, log_in_and_sync, register_gauge, visible_texts

from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.people.roles import Role
from tabuah.operations.stations.station import Station
from tabuah.widgets.stations.station_page_dialog import StationPageDialog


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


def open_page(window: OpenWindow) -> StationPageDialog:
    window.key(Qt.Key.Key_Y)
    dialog = window.commands.stations.station_page.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    return dialog


def answer(window: OpenWindow, reason: str) -> None:
    field = window.context.confirm.findChild(QLineEdit, "confirm_field")  # an open page has a card of its own
    assert isinstance(field, QLineEdit)
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


def test_station_page_leads_to_its_forms_and_shows_the_history(setup_window: OpenWindow, qtbot: QtBot) -> None:
    page = setup_window.commands.stations.station_page
    qtbot.keyClick(open_page(setup_window), Qt.Key.Key_T)
    setup_window.until(lambda: page.dialog is None)
    assert setup_window.shell.parts.side.page is SidePage.STATION
    form = setup_window.shell.parts.station_form
    setup_window.until(form.control("siaga_1").hasFocus)
    form.fields.show_text("siaga_1", "3,5")
    form.fields.show_text("source", "BWS V")
    form.fields.show_text("reason", "kajian baru")
    form.submitted.emit()
    setup_window.until(lambda: bool(gauge(setup_window).changes.thresholds))
    qtbot.keyClick(open_page(setup_window), Qt.Key.Key_R)
    setup_window.until(setup_window.shell.isActiveWindow)
    answer(setup_window, "jembatan diganti")
    setup_window.until(lambda: gauge(setup_window).retired is not None)
    setup_window.selection.choose_station(GAUGE.code)
    dialog = open_page(setup_window)
    setup_window.until(lambda: "Dinonaktifkan · admin: jembatan diganti" in visible_texts(dialog))
    told = visible_texts(dialog)
    assert "Siaga 1 3,20 m → 3,50 m" in told
    assert "Didaftarkan" in told
    assert "Aktifkan kembali" in told
    qtbot.keyClick(dialog, Qt.Key.Key_M)
    assert setup_window.context.canvas.is_picking
    setup_window.context.canvas.cancel_pick()
