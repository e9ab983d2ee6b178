"""The page of a station: opened by a key, right while the room changes, filled from the server, honest without it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QProgressBar
from pytestqt.qtbot import QtBot
from running_server import RunningServer
from window_room import GAUGE, OpenWindow, log_in_and_sync, raise_alarm_at_gauge, register_gauge, texts_of

from tabuah.console.window.link import LinkState
from tabuah.console.window.series_filling import Filled, Wanted
from tabuah.operations.stations.posted import PostedReading
from tabuah.operations.stations.readings import Reading
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.sync.errors import Offline
from tabuah.widgets.segments import Segments
from tabuah.widgets.stations.span_chart import YEAR
from tabuah.widgets.stations.station_dialog import StationDialog

SHIFT = Qt.KeyboardModifier.ShiftModifier


def measured(ago: timedelta, value: float = 1.2) -> Reading:
    at = (datetime.now(UTC) - ago).replace(microsecond=0)
    return Reading(GAUGE.code, "stage_m", at, value, 0)


def send(server: RunningServer, *readings: Reading) -> None:
    server.service.readings.submit("tests", [PostedReading(reading) for reading in readings]).result()


@pytest.fixture
def measuring(server: RunningServer) -> RunningServer:
    """A server with a gauge that spoke in the last hour, was silent for two, and spoke before; and long ago."""
    register_gauge(server)
    minutes = [*range(1, 60), *range(180, 240)]
    send(server, *(measured(timedelta(minutes=n)) for n in minutes))
    send(server, *(measured(timedelta(days=200, minutes=n), 3.4) for n in range(120)))
    return server


@pytest.fixture
def at_the_gauge(open_console, data: Path, measuring: RunningServer) -> OpenWindow:
    log_in_and_sync(data, measuring, "ani")
    window = open_console()
    window.until(lambda: GAUGE.code in window.console.services.room.snapshot.stations)
    window.shell.selection.choose_station(GAUGE.code)
    return window


def open_page(window: OpenWindow) -> StationDialog:
    window.key(Qt.Key.Key_Y)
    dialog = window.shell.doing.inspecting.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)  # before that a key is the main window's
    return dialog


def kept(data: Path, *, days: int) -> int:
    """How many values the console has kept of so many days."""
    now = datetime.now(UTC)
    with ReadingsStore(data / FILE_NAME) as store:
        return len(store.between(GAUGE.code, "stage_m", now - timedelta(days=days), now))


def test_the_page_is_filled_from_the_server_and_tells_the_gap(
    at_the_gauge: OpenWindow, data: Path, qtbot: QtBot
) -> None:
    dialog = open_page(at_the_gauge)
    at_the_gauge.until(lambda: "diambil dari server" in texts_of(dialog) or "sudah ada di sini" in texts_of(dialog))
    at_the_gauge.until(lambda: "1 celah, terpanjang 2 jam" in texts_of(dialog))
    told = texts_of(dialog)
    assert "AWLR Koto Baru" in dialog.windowTitle()
    assert "1,20 m" in told
    assert "≥ 3,20 m" in told
    assert "Disisihkan server" in told
    assert "terkini" not in told  # a gauge with levels says its level instead
    assert "Siaga 4" in told
    assert kept(data, days=7) == 119


def test_a_year_brings_hours_of_long_ago_without_values(at_the_gauge: OpenWindow, data: Path, qtbot: QtBot) -> None:
    dialog = open_page(at_the_gauge)
    at_the_gauge.until(lambda: kept(data, days=7) == 119)
    qtbot.keyClick(dialog, Qt.Key.Key_4)
    assert dialog.chart.span == YEAR
    now = datetime.now(UTC)

    def long_ago() -> list[int]:
        with ReadingsStore(data / FILE_NAME) as store:
            found = store.summaries(
                GAUGE.code, "stage_m", now - timedelta(days=250), now - timedelta(days=100), timedelta(hours=1)
            )
        return [hour.count for hour in found]

    at_the_gauge.until(lambda: sum(long_ago()) == 120)
    assert kept(data, days=300) == 119
    at_the_gauge.until(lambda: "tertinggi 3,40 m" in texts_of(dialog) or "nilai diambil" in texts_of(dialog))


def test_the_page_follows_the_room_and_the_choice(at_the_gauge: OpenWindow, measuring: RunningServer) -> None:
    dialog = open_page(at_the_gauge)
    raise_alarm_at_gauge(measuring)
    at_the_gauge.until(lambda: "3,42 m · Siaga 1" in texts_of(dialog))
    send(measuring, measured(timedelta(0), 2.75))
    at_the_gauge.until(lambda: "2,75 m" in texts_of(dialog) and "Siaga 2" in texts_of(dialog))


def test_work_on_the_station_stands_first_and_is_begun_from_the_page(at_the_gauge: OpenWindow, qtbot: QtBot) -> None:
    dialog = open_page(at_the_gauge)
    qtbot.keyClick(dialog, Qt.Key.Key_W, SHIFT)
    at_the_gauge.until(at_the_gauge.shell.isActiveWindow)
    at_the_gauge.write("kalibrasi")
    at_the_gauge.key(Qt.Key.Key_Return)
    at_the_gauge.until(lambda: "dalam pemeliharaan" in texts_of(dialog) and "kalibrasi" in texts_of(dialog))


def test_without_a_line_the_page_says_so_and_shows_what_is_kept(
    open_console, data: Path, measuring: RunningServer
) -> None:
    log_in_and_sync(data, measuring, "ani")
    with ReadingsStore(data / FILE_NAME) as store:
        store.store([measured(timedelta(minutes=n)) for n in range(1, 30)])
    measuring.service.stop()
    window = open_console()
    window.until(lambda: GAUGE.code in window.console.services.room.snapshot.stations)
    window.until(lambda: window.console.services.room.link.state is not LinkState.ONLINE)
    window.shell.selection.choose_station(GAUGE.code)
    dialog = open_page(window)
    window.until(lambda: "Tidak ada jalur ke server" in texts_of(dialog))
    window.until(lambda: "tanpa celah" in texts_of(dialog))
    window.until(lambda: "tidak diketahui tanpa server" in texts_of(dialog))


def test_the_page_needs_a_station(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_Y)
    window.until_toast("Pilih stasiun")
    assert window.shell.doing.inspecting.dialog is None


def test_digits_and_arrows_do_what_the_mouse_does(at_the_gauge: OpenWindow, qtbot: QtBot) -> None:
    dialog = open_page(at_the_gauge)
    spans = dialog.findChild(Segments, "station_span")
    assert isinstance(spans, Segments)
    for key, span in ((Qt.Key.Key_2, "week"), (Qt.Key.Key_3, "month"), (Qt.Key.Key_1, "day")):
        qtbot.keyClick(dialog, key)
        assert spans.current == span
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    at_the_gauge.until(lambda: at_the_gauge.shell.doing.inspecting.dialog is None)


def test_the_page_goes_when_the_map_is_to_be_seen(at_the_gauge: OpenWindow, qtbot: QtBot) -> None:
    dialog = open_page(at_the_gauge)
    qtbot.keyClick(dialog, Qt.Key.Key_L)
    at_the_gauge.until(lambda: at_the_gauge.shell.doing.inspecting.dialog is None)
    centre = at_the_gauge.shell.parts.map.canvas.view.centre_deg
    assert centre == pytest.approx((GAUGE.lon_deg, GAUGE.lat_deg))


def test_a_server_that_goes_away_while_it_is_asked_is_told_in_the_page(
    at_the_gauge: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise Offline("http://pusdalops", "reset")

    monkeypatch.setattr("tabuah.console.window.series_fills.fill", broken)
    at_the_gauge.until(lambda: at_the_gauge.console.services.room.link.state is LinkState.ONLINE)
    dialog = open_page(at_the_gauge)
    at_the_gauge.until(lambda: "Tidak semua dapat diambil" in texts_of(dialog))


def test_what_is_fetched_can_be_broken_off(at_the_gauge: OpenWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    may_go_on = Event()

    def slow(_client: object, _kept: object, _wanted: object, tell: Callable[[int, int], None]) -> Filled:
        tell(2, 7)
        may_go_on.wait(10)
        tell(3, 7)
        return Filled(came=9, asides={})

    monkeypatch.setattr("tabuah.console.window.series_fills.fill", slow)
    at_the_gauge.until(lambda: at_the_gauge.console.services.room.link.state is LinkState.ONLINE)
    dialog = open_page(at_the_gauge)
    bar = dialog.findChild(QProgressBar, "span_progress")
    assert isinstance(bar, QProgressBar)
    at_the_gauge.until(lambda: bar.isVisible() and (bar.value(), bar.maximum()) == (2, 7))
    dialog.chart.cancelled.emit()
    may_go_on.set()
    at_the_gauge.until(lambda: "Tidak semua diambil" in texts_of(dialog))
    assert not bar.isVisible()


def test_a_spared_line_is_used_only_when_a_person_says_so(
    at_the_gauge: OpenWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    asked: list[Wanted] = []

    def note(_client: object, _kept: object, wanted: Wanted, _tell: object) -> Filled:
        asked.append(wanted)
        return Filled(came=9, asides={})

    monkeypatch.setattr("tabuah.console.window.series_fills.fill", note)
    at_the_gauge.key(Qt.Key.Key_F5, SHIFT)
    at_the_gauge.until(lambda: at_the_gauge.console.services.room.snapshot.line.data_saver)
    dialog = open_page(at_the_gauge)
    at_the_gauge.until(lambda: "Hemat data: tidak ada yang diambil sendiri" in texts_of(dialog))
    assert asked == []
    qtbot.keyClick(dialog, Qt.Key.Key_F)
    at_the_gauge.until(lambda: "9 nilai diambil dari server" in texts_of(dialog))
    assert [(wanted.station, wanted.parameters) for wanted in asked] == [(GAUGE.code, ("stage_m",))]


def test_the_page_is_opened_from_the_map(at_the_gauge: OpenWindow) -> None:
    shell = at_the_gauge.shell
    shell.doing.look_at(GAUGE.lon_deg, GAUGE.lat_deg)
    assert shell.doing.inspecting.station_at(GAUGE.lon_deg + 0.1, GAUGE.lat_deg) is None
    shell.parts.map.canvas.context_requested.emit(GAUGE.lon_deg, GAUGE.lat_deg, QPoint(10, 10))
    (menu,) = [menu for menu in shell.findChildren(QMenu) if menu.isVisible()]
    page = next(action for action in menu.actions() if "Halaman AWLR Koto Baru" in action.text())
    page.trigger()
    menu.close()
    at_the_gauge.until(lambda: shell.doing.inspecting.dialog is not None)
