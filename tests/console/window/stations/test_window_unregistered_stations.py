"""Stations that send and are not registered: listed in the window, and registered with what they sent filled in."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from support.readings_fixture import gateway_account
from support.running_server import RunningServer
from support.window_fixture import OpenWindow, log_in_and_sync, visible_texts

from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import PostedReading, Reading

CODE = "SLK-AWLR-90"


def send(server: RunningServer, station: str, count: int = 6) -> None:
    """Send readings of an unknown station every ten minutes."""
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    posted = [
        PostedReading(Reading(station, "stage_m", start + timedelta(minutes=10 * n), 1.0 + n / 10))
        for n in range(count)
    ]
    server.service.readings.submit(gateway_account("gerbang"), posted).result()


@pytest.fixture
def setup_window(open_console, data: Path, server: RunningServer) -> OpenWindow:
    server.add_user("admin", Role.ADMIN)
    send(server, CODE)
    log_in_and_sync(data, server, "admin")
    return open_console()


def panel_text(window: OpenWindow) -> str:
    return visible_texts(window.shell.parts.unregistered)


def test_sender_is_registered_with_what_it_sent(setup_window: OpenWindow) -> None:
    window = setup_window
    window.commands.stations.unregistered.begin()
    window.until(lambda: "6 bacaan" in panel_text(window))
    assert window.shell.parts.side.page is SidePage.UNREGISTERED
    window.key(Qt.Key.Key_Return)
    assert window.shell.parts.side.page is SidePage.STATION
    texts = window.shell.parts.station_form.texts
    assert (texts["code"], texts["kind"], texts["gateway"]) == (CODE, "river", "gerbang")
    assert (texts["p1.parameter"], texts["p1.interval"], texts["position"]) == ("stage_m", "10", "")
    for code, text in {"name": "AWLR Baru", "position": "100.72, -0.95", "river": "Batang Lembang"}.items():
        window.shell.parts.station_form.fields.show_text(code, text)
    window.shell.parts.station_form.submitted.emit()
    window.until(lambda: CODE in window.console.services.state.snapshot.stations)
    window.commands.stations.unregistered.begin()
    window.until(lambda: "Semua stasiun" in panel_text(window))


def test_operator_sees_the_senders_and_why_they_cannot_register(
    open_console, data: Path, server: RunningServer
) -> None:
    send(server, CODE)
    log_in_and_sync(data, server, "ani")
    window = open_console()
    window.commands.stations.unregistered.begin()
    window.until(lambda: "6 bacaan" in panel_text(window))
    button = window.find(QPushButton, "unregistered_register")
    assert not button.isEnabled()
    assert "Peran Anda" in button.toolTip()


def test_list_says_that_it_needs_the_server(window: OpenWindow) -> None:
    window.commands.stations.unregistered.begin()
    window.until(lambda: "tanpa server" in panel_text(window))
    window.key(Qt.Key.Key_Escape)
    assert window.shell.parts.side.page is SidePage.DETAILS
