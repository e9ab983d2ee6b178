"""The station page: opened by key, updated with the state, filled from the server, usable offline."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QProgressBar
from pytestqt.qtbot import QtBot
from support.readings_fixture import gateway_account
from support.running_server import RunningServer
from support.window_fixture import (
    GAUGE,
    OpenWindow,
    log_in_and_sync,
    raise_alarm_at_gauge,
    register_gauge,
    visible_texts,
)

from tabuah.console.window.stations.series_backfill import BackfillRequest, BackfillResult
from tabuah.operations.exercises.scope import UNNAMED
from tabuah.operations.readings.reading import PostedReading, Reading
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.sync.errors import Offline
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.stations.span_chart import YEAR
from tabuah.widgets.stations.station_page_dialog import StationPageDialog

SHIFT = Qt.KeyboardModifier.ShiftModifier


def measured(ago: timedelta, value: float = 1.2) -> Reading:
    at = (datetime.now(UTC) - ago).replace(microsecond=0)
    return Reading(GAUGE.code, "stage_m", at, value, 0)


def send(server: RunningServer, *readings: Reading) -> None:
    server.service.readings.submit(gateway_account(), [PostedReading(reading) for reading in readings]).result()


@pytest.fixture
def measuring_server(server: RunningServer) -> RunningServer:
    """Run a server with a gauge that reported in the last hour, not in the two before, and before that."""
    register_gauge(server, exercise=True)  # the server takes older readings of it
    minutes = [*range(1, 60), *range(180, 240)]
    send(server, *(measured(timedelta(minutes=n)) for n in minutes))
    send(server, *(measured(timedelta(days=200, minutes=n), 3.4) for n in range(120)))
    return server


@pytest.fixture
def gauge_window(open_console, data: Path, measuring_server: RunningServer) -> OpenWindow:
    log_in_and_sync(data, measuring_server, "ani")
    window = open_console(exercise=UNNAMED)
    window.until(lambda: GAUGE.code in window.console.services.state.snapshot.stations)
    window.selection.choose_station(GAUGE.code)
    return window


def open_page(window: OpenWindow) -> StationPageDialog:
    window.key(Qt.Key.Key_Y)
    dialog = window.commands.stations.station_page.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)  # until then the main window handles keys
    return dialog


def kept(data: Path, *, days: int) -> int:
    """Return the number of stored values of the last `days` days."""
    now = datetime.now(UTC)
    with ReadingsStore(data / FILE_NAME) as store:
        return len(store.between(GAUGE.code, "stage_m", now - timedelta(days=days), now))


def test_station_page_is_filled_and_shows_gap(gauge_window: OpenWindow, data: Path, qtbot: QtBot) -> None:
    dialog = open_page(gauge_window)
    gauge_window.until(
        lambda: "diambil dari server" in visible_texts(dialog) or "sudah tersimpan di sini" in visible_texts(dialog)
    )
    gauge_window.until(lambda: "1 jeda, terpanjang 2 jam" in visible_texts(dialog))
    told = visible_texts(dialog)
    assert "AWLR Koto Baru" in dialog.windowTitle()
    assert "1,20 m" in told
    assert "≥ 3,20 m" in told
    assert "Disisihkan oleh server" in told
    assert "terkini" not in told  # a gauge with levels shows its level instead
    assert "Siaga 4" in told
    assert kept(data, days=7) == 119


def test_station_page_year_shows_hourly_summaries(gauge_window: OpenWindow, data: Path, qtbot: QtBot) -> None:
    dialog = open_page(gauge_window)
    gauge_window.until(lambda: kept(data, days=7) == 119)
    qtbot.keyClick(dialog, Qt.Key.Key_4)
    assert dialog.chart.span == YEAR
    now = datetime.now(UTC)

    def long_ago() -> list[int]:
        with ReadingsStore(data / FILE_NAME) as store:
            found = store.summaries(
                GAUGE.code, "stage_m", now - timedelta(days=250), now - timedelta(days=100), timedelta(hours=1)
            )
        return [hour.count for hour in found]

    gauge_window.until(lambda: sum(long_ago()) == 120)
    assert kept(data, days=300) == 119
    gauge_window.until(
        lambda: "tertinggi 3,40 m" in visible_texts(dialog) or "nilai diambil" in visible_texts(dialog)
    )


def test_station_page_follows_state_and_selection(gauge_window: OpenWindow, measuring_server: RunningServer) -> None:
    dialog = open_page(gauge_window)
    raise_alarm_at_gauge(measuring_server, exercise=True)
    gauge_window.until(lambda: re.search(r"3,42 m pukul \d\d\.\d\d · Siaga 1", visible_texts(dialog)) is not None)
    send(measuring_server, measured(timedelta(0), 2.75))
    gauge_window.until(lambda: "2,75 m" in visible_texts(dialog) and "Siaga 2" in visible_texts(dialog))


def test_station_page_shows_and_starts_maintenance(gauge_window: OpenWindow, qtbot: QtBot) -> None:
    dialog = open_page(gauge_window)
    qtbot.keyClick(dialog, Qt.Key.Key_W, SHIFT)
    gauge_window.until(gauge_window.shell.isActiveWindow)
    gauge_window.write("kalibrasi")
    gauge_window.key(Qt.Key.Key_Return)
    gauge_window.until(lambda: "dalam pemeliharaan" in visible_texts(dialog) and "kalibrasi" in visible_texts(dialog))


def test_station_page_works_without_server(open_console, data: Path, measuring_server: RunningServer) -> None:
    log_in_and_sync(data, measuring_server, "ani")
    with ReadingsStore(data / FILE_NAME) as store:
        store.store([measured(timedelta(minutes=n)) for n in range(1, 30)])
    measuring_server.stop()
    window = open_console(exercise=UNNAMED)
    window.until(lambda: GAUGE.code in window.console.services.state.snapshot.stations)
    window.until(lambda: window.console.services.state.link.state is not ConnectionState.ONLINE)
    window.selection.choose_station(GAUGE.code)
    dialog = open_page(window)
    window.until(lambda: "Tidak ada sambungan ke server" in visible_texts(dialog))
    window.until(lambda: "tanpa jeda" in visible_texts(dialog))
    window.until(lambda: "tidak diketahui tanpa server" in visible_texts(dialog))


def test_station_page_needs_selected_station(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_Y)
    window.wait_for_toast("Pilih stasiun")
    assert window.commands.stations.station_page.dialog is None


def test_station_page_keys_match_mouse(gauge_window: OpenWindow, qtbot: QtBot) -> None:
    dialog = open_page(gauge_window)
    spans = dialog.findChild(SegmentedControl, "station_span")
    assert isinstance(spans, SegmentedControl)
    for key, span in ((Qt.Key.Key_2, "week"), (Qt.Key.Key_3, "month"), (Qt.Key.Key_1, "day")):
        qtbot.keyClick(dialog, key)
        assert spans.current == span
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    gauge_window.until(lambda: gauge_window.commands.stations.station_page.dialog is None)


def test_station_page_closes_to_show_map(gauge_window: OpenWindow, qtbot: QtBot) -> None:
    dialog = open_page(gauge_window)
    qtbot.keyClick(dialog, Qt.Key.Key_L)
    gauge_window.until(lambda: gauge_window.commands.stations.station_page.dialog is None)
    centre = gauge_window.shell.parts.map.canvas.view.centre_deg
    assert centre == pytest.approx((GAUGE.lon_deg, GAUGE.lat_deg))


def test_station_page_reports_lost_server(gauge_window: OpenWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        raise Offline("http://pusdalops", "reset")

    monkeypatch.setattr("tabuah.console.window.stations.series_backfill.backfill_series", broken)
    gauge_window.until(lambda: gauge_window.console.services.state.link.state is ConnectionState.ONLINE)
    dialog = open_page(gauge_window)
    gauge_window.until(lambda: "Sebagian bacaan tidak dapat diambil" in visible_texts(dialog))


def test_station_page_backfill_can_be_cancelled(gauge_window: OpenWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    may_go_on = Event()

    def slow(_client: object, _kept: object, _wanted: object, tell: Callable[[int, int], None]) -> BackfillResult:
        tell(2, 7)
        may_go_on.wait(10)
        tell(3, 7)
        return BackfillResult(stored=9, quarantined={})

    monkeypatch.setattr("tabuah.console.window.stations.series_backfill.backfill_series", slow)
    gauge_window.until(lambda: gauge_window.console.services.state.link.state is ConnectionState.ONLINE)
    dialog = open_page(gauge_window)
    bar = dialog.findChild(QProgressBar, "span_progress")
    assert isinstance(bar, QProgressBar)
    gauge_window.until(lambda: bar.isVisible() and (bar.value(), bar.maximum()) == (2, 7))
    dialog.chart.cancelled.emit()
    may_go_on.set()
    gauge_window.until(lambda: "Sebagian bacaan tidak diambil" in visible_texts(dialog))
    assert not bar.isVisible()


def test_station_page_asks_before_using_metered_connection(
    gauge_window: OpenWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    asked: list[BackfillRequest] = []

    def note(_client: object, _kept: object, wanted: BackfillRequest, _tell: object) -> BackfillResult:
        asked.append(wanted)
        return BackfillResult(stored=9, quarantined={})

    monkeypatch.setattr("tabuah.console.window.stations.series_backfill.backfill_series", note)
    gauge_window.key(Qt.Key.Key_F5, SHIFT)
    gauge_window.until(lambda: gauge_window.console.services.state.snapshot.connection_settings.data_saver)
    dialog = open_page(gauge_window)
    gauge_window.until(lambda: "Hemat data: tidak ada pengambilan otomatis" in visible_texts(dialog))
    assert asked == []
    qtbot.keyClick(dialog, Qt.Key.Key_F)
    gauge_window.until(lambda: "9 nilai diambil dari server" in visible_texts(dialog))
    assert [(wanted.station, wanted.parameters) for wanted in asked] == [(GAUGE.code, ("stage_m",))]


def test_station_page_opens_from_map(gauge_window: OpenWindow) -> None:
    shell = gauge_window.shell
    gauge_window.context.look_at(GAUGE.lon_deg, GAUGE.lat_deg)
    assert gauge_window.commands.stations.station_page.station_at(GAUGE.lon_deg + 0.1, GAUGE.lat_deg) is None
    shell.parts.map.canvas.context_requested.emit(GAUGE.lon_deg, GAUGE.lat_deg, QPoint(10, 10))
    (menu,) = [menu for menu in shell.findChildren(QMenu) if menu.isVisible()]
    page = next(action for action in menu.actions() if "Halaman AWLR Koto Baru" in action.text())
    page.trigger()
    menu.close()
    gauge_window.until(lambda: gauge_window.commands.stations.station_page.dialog is not None)
