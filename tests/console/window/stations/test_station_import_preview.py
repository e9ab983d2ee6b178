"""Import of stations in the window: preview by row and on the map, import of the valid rows, template and export."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QPushButton
from support.running_server import RunningServer
from support.window_fixture import GAUGE, OpenWindow, log_in_and_sync, register_gauge

from tabuah.console.stations.table_file import read_table
from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.people.roles import Role
from tabuah.operations.stations.drafts import change_station
from tabuah.operations.stations.station import Station
from tabuah.widgets.map.overlay.planned_stations import PlannedStation
from tabuah.widgets.values import Level

HEADER = "kode;nama;jenis;bujur;lintang;parameter\n"
GOOD = "SLK-ARR-12;ARR Cupak;rain;100,64;-0,88;rain_mm\n"
SWAPPED = "SLK-ARR-13;ARR Talang;rain;-0,93;100,66;rain_mm\n"
CHANGED = f"{GAUGE.code};AWLR Koto Baru Hilir;river;100,63;-0,80;stage_m\n"


@pytest.fixture
def setup_window(open_console, data: Path, server: RunningServer) -> OpenWindow:
    """Return an administrator's window that knows one gauge."""
    server.add_user("admin", Role.ADMIN)
    register_gauge(server)
    log_in_and_sync(data, server, "admin")
    window = open_console()
    window.until(lambda: GAUGE.code in stations(window))
    return window


def stations(window: OpenWindow) -> dict[str, Station]:
    return dict(window.console.services.state.snapshot.stations)


def preview(window: OpenWindow, file: Path, text: str) -> None:
    file.write_bytes(text.encode("utf-8-sig"))
    window.commands.stations.station_import.show_file(file)
    window.until(lambda: bool(window.shell.parts.station_import._items))


def summary(window: OpenWindow) -> str:
    return window.find(QLabel, "station_import_summary").text()


def test_preview_shows_every_row_with_its_state(setup_window: OpenWindow, tmp_path: Path) -> None:
    preview(setup_window, tmp_path / "stasiun.csv", HEADER + GOOD + SWAPPED + CHANGED)
    panel, canvas = setup_window.shell.parts.station_import, setup_window.context.canvas
    assert setup_window.shell.parts.side.page is SidePage.STATION_IMPORT
    assert "1 baru, 1 berubah, 0 tetap, 1 ditolak" in summary(setup_window)
    assert [item.level for item in panel._items.values()] == [Level.CRITICAL, Level.NORMAL, Level.INFORMATION]
    assert "tertukar" in setup_window.find(QLabel, "station_import_details").text()
    assert {each.label for each in canvas.planned.stations} == {"ARR Cupak", "AWLR Koto Baru Hilir"}
    assert GOOD[:10] not in stations(setup_window)


def test_valid_rows_are_imported_and_refused_ones_left_out(setup_window: OpenWindow, tmp_path: Path) -> None:
    preview(setup_window, tmp_path / "stasiun.csv", HEADER + GOOD + SWAPPED + CHANGED)
    setup_window.key(Qt.Key.Key_Return)
    setup_window.until(lambda: "SLK-ARR-12" in stations(setup_window))
    setup_window.until(lambda: stations(setup_window)[GAUGE.code].name == "AWLR Koto Baru Hilir")
    assert "SLK-ARR-13" not in stations(setup_window)
    setup_window.wait_for_toast("2 stasiun diimpor")
    assert setup_window.shell.parts.side.page is SidePage.DETAILS
    assert setup_window.context.canvas.planned.stations == ()


def test_closed_preview_imports_nothing(setup_window: OpenWindow, tmp_path: Path) -> None:
    preview(setup_window, tmp_path / "stasiun.csv", HEADER + GOOD)
    setup_window.key(Qt.Key.Key_Escape)
    assert setup_window.shell.parts.side.page is SidePage.DETAILS
    assert setup_window.context.canvas.planned.stations == ()
    assert list(stations(setup_window)) == [GAUGE.code]


def test_file_without_valid_rows_cannot_be_imported(setup_window: OpenWindow, tmp_path: Path) -> None:
    preview(setup_window, tmp_path / "stasiun.csv", HEADER + SWAPPED)
    assert not setup_window.find(QPushButton, "station_import_save").isEnabled()


def test_unreadable_file_is_refused_with_its_reason(setup_window: OpenWindow, tmp_path: Path) -> None:
    file = tmp_path / "bukan-tabel.csv"
    file.write_bytes(b"\x00\x01\x02")
    setup_window.commands.stations.station_import.show_file(file)
    setup_window.wait_for_toast("CSV")
    setup_window.until(lambda: setup_window.shell.parts.side.page is SidePage.DETAILS)


def test_preview_is_shown_again_if_a_station_changed_meanwhile(setup_window: OpenWindow, tmp_path: Path) -> None:
    preview(setup_window, tmp_path / "stasiun.csv", HEADER + CHANGED)
    gauge = stations(setup_window)[GAUGE.code]
    renamed = msgspec.structs.replace(gauge, name="AWLR Koto Baru Hilir")
    setup_window.context.save_draft(change_station(gauge, renamed, reason="nama di papan"))
    setup_window.until(lambda: stations(setup_window)[GAUGE.code].name == renamed.name)
    setup_window.shell.parts.station_import.import_requested.emit("")
    setup_window.wait_for_toast("berubah sejak pratinjau")
    assert setup_window.shell.parts.side.page is SidePage.STATION_IMPORT


def test_exported_stations_can_be_imported(setup_window: OpenWindow, tmp_path: Path) -> None:
    actions = setup_window.commands.stations.station_import
    actions._write_export(tmp_path / "stasiun.xlsx")
    actions._write_template(tmp_path / "templat.csv")
    setup_window.until(lambda: (tmp_path / "stasiun.xlsx").exists() and (tmp_path / "templat.csv").exists())
    setup_window.wait_for_toast("stasiun.xlsx")
    assert [row.cells["code"] for row in read_table(tmp_path / "stasiun.xlsx")] == [GAUGE.code]
    assert read_table(tmp_path / "templat.csv") == []


def test_map_draws_thousands_of_planned_stations(setup_window: OpenWindow) -> None:
    many = [PlannedStation(code=str(n), lon_deg=100.5 + n / 5e3, lat_deg=-0.9, label="x") for n in range(2_000)]
    setup_window.context.canvas.show_planned(many, fit=True)
    picture = setup_window.context.canvas.grab_image()
    assert isinstance(picture, QImage)
    assert not picture.isNull()
