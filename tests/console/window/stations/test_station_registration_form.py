"""The station form: registration, changes with a reason, problems at their field, drafts and the map."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from support.running_server import RunningServer
from support.window_fixture import GAUGE, OpenWindow, log_in_and_sync, register_gauge, visible_texts

from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.bounds import LONGEST_REASON
from tabuah.operations.levels import RiverLevel
from tabuah.operations.people.roles import Role
from tabuah.operations.stations.drafts import register_station
from tabuah.operations.stations.station import Station
from tabuah.widgets.controls.choice_box import ChoiceBox
from tabuah.widgets.stations.station_form import StationForm

CONTROL_SHIFT = (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
UPPER = msgspec.structs.replace(GAUGE, code="SLK-AWLR-05", name="AWLR Salayo", lat_deg=-0.9)
RAIN = {"code": "slk-arr-09", "name": "ARR Cupak", "position": "100.6300, -0.8500"}


@pytest.fixture
def setup_window(open_console, data: Path, server: RunningServer) -> OpenWindow:
    """Return an administrator's window that knows two gauges."""
    server.add_user("admin", Role.ADMIN)
    register_gauge(server)
    server.journal.append_drafts([register_station(UPPER)])
    log_in_and_sync(data, server, "admin")
    window = open_console()
    window.until(lambda: len(stations(window)) == 2)
    return window


def stations(window: OpenWindow) -> dict[str, Station]:
    return dict(window.console.services.state.snapshot.stations)


def form_of(window: OpenWindow) -> StationForm:
    return window.shell.parts.station_form


def fill(window: OpenWindow, texts: dict[str, str]) -> None:
    form = form_of(window)
    for code, text in texts.items():
        control = form.control(code)
        if isinstance(control, ChoiceBox):
            control.show_current(text)
        else:
            form.fields.show_text(code, text)


def save(window: OpenWindow) -> None:
    form_of(window).fields.focus_field("name")
    window.key(Qt.Key.Key_Return)


def test_station_is_registered_by_keyboard(setup_window: OpenWindow) -> None:
    setup_window.key(Qt.Key.Key_Y, *CONTROL_SHIFT)
    assert setup_window.shell.parts.side.page is SidePage.STATION
    setup_window.write("slk-arr-09")
    setup_window.key(Qt.Key.Key_Tab)
    setup_window.write("ARR Cupak")
    fill(setup_window, {"position": "0°51′00″ LS 100°37′48″ BT", "owner": "PUPR", "gateway": "gerbang"})
    save(setup_window)
    setup_window.until(lambda: "SLK-ARR-09" in stations(setup_window))
    station = stations(setup_window)["SLK-ARR-09"]
    assert (station.name, station.owner, station.gateway) == ("ARR Cupak", "PUPR", "gerbang")
    assert (round(station.lon_deg, 4), round(station.lat_deg, 4)) == (100.63, -0.85)
    assert station.nagari
    assert [parameter.code for parameter in station.parameters] == ["rain_mm"]
    assert setup_window.shell.parts.side.page is SidePage.DETAILS
    setup_window.until(lambda: setup_window.selection.station == "SLK-ARR-09")


def test_station_place_is_picked_on_the_map(setup_window: OpenWindow) -> None:
    setup_window.commands.stations.registration.begin()
    fill(setup_window, {"code": "SLK-ARR-09", "name": "ARR Koto Baru"})
    setup_window.key(Qt.Key.Key_F4)
    canvas = setup_window.context.canvas
    assert canvas.is_picking
    canvas.location_picked.emit(100.63, -0.80)
    assert form_of(setup_window).texts["position"] == "100.63000, -0.80000"
    assert form_of(setup_window).texts["nagari"]
    assert form_of(setup_window).texts["name"] == "ARR Koto Baru"


def test_new_gauge_lies_between_its_neighbours_on_the_river(setup_window: OpenWindow) -> None:
    setup_window.commands.stations.registration.begin()
    fill(setup_window, RAIN | {"kind": "river"})
    between = {"river": "Batang Lembang", "upstream": UPPER.code, "downstream": GAUGE.code, "lag": "45"}
    levels = {"siaga_3": "2", "siaga_2": "2,6", "siaga_1": "3,2", "source": "BWS V", "valid_from": "24-11-2026"}
    fill(setup_window, between | levels)
    planned = setup_window.context.canvas.planned
    assert {station.code for station in planned.stations} == {"", UPPER.code, GAUGE.code}
    assert len(planned.links) == 2
    save(setup_window)
    setup_window.until(lambda: "SLK-ARR-09" in stations(setup_window))
    river, above = stations(setup_window)["SLK-ARR-09"].river, stations(setup_window)[UPPER.code].river
    assert river is not None
    assert above is not None
    assert (river.downstream, river.lag_s, above.downstream) == (GAUGE.code, 2700.0, "SLK-ARR-09")
    assert river.thresholds_m == {RiverLevel.SIAGA_3: 2.0, RiverLevel.SIAGA_2: 2.6, RiverLevel.SIAGA_1: 3.2}
    assert (river.thresholds_source, str(river.thresholds_from)[:10]) == ("BWS V", "2026-11-23")
    assert planned.stations == ()


FAULTS = (
    ({"code": "x"}, "code", "2 sampai 40"),
    ({"code": GAUGE.code}, "code", "sudah"),
    ({"name": ""}, "name", "belum"),
    ({"position": "di kantor"}, "position", "Ini bukan koordinat"),
    ({"position": ""}, "position", "wajib"),
    ({"position": "106.8, -6.2"}, "position", "di luar"),
    ({"position": "-0.85, 100.63", "p1.interval": "lima"}, "p1.interval", "Tulis angka"),
    ({"p1.interval": "nan"}, "p1.interval", "Tulis angka"),
    ({"p1.interval": "0"}, "p1.interval", "1 detik"),
    ({"p1.low": "100", "p1.high": "0"}, "p1.low", "terkecil"),
    ({"kind": "river"}, "river", "belum diisi"),
    ({"kind": "river", "river": "B", "siaga_1": "2", "siaga_2": "3", "source": "BWS"}, "siaga_1", "terburuk"),
    ({"kind": "river", "river": "B", "siaga_1": "2", "source": "BWS", "valid_from": "besok"}, "valid_from", "24"),
)


def test_station_form_reports_problems_by_field(setup_window: OpenWindow) -> None:
    for texts, field, told in FAULTS:
        setup_window.commands.stations.registration.begin()
        fill(setup_window, {"kind": texts.get("kind", "rain")})
        fill(setup_window, RAIN | texts)
        save(setup_window)
        control = form_of(setup_window).control(field)
        assert told in control.accessibleDescription(), texts
        assert told in visible_texts(form_of(setup_window))
        assert "isian perlu diperbaiki" in visible_texts(form_of(setup_window))
        assert setup_window.shell.parts.side.page is SidePage.STATION
        form_of(setup_window).discarded.emit()
    assert len(stations(setup_window)) == 2


def test_place_outside_of_the_regency_needs_a_reason(setup_window: OpenWindow) -> None:
    setup_window.commands.stations.registration.begin()
    fill(setup_window, RAIN | {"position": "106.8, -6.2"})
    save(setup_window)
    fill(setup_window, {"outside_reason": "pos hulu milik BWS"})
    save(setup_window)
    setup_window.until(lambda: "SLK-ARR-09" in stations(setup_window))
    assert stations(setup_window)["SLK-ARR-09"].outside_reason == "pos hulu milik BWS"


def test_threshold_change_needs_a_reason_and_stays_in_the_history(setup_window: OpenWindow) -> None:
    setup_window.selection.choose_station(GAUGE.code)
    setup_window.commands.stations.registration.begin_edit()
    fill(setup_window, {"siaga_1": "3,5", "source": "SK Bupati 12/2026"})
    save(setup_window)
    assert "alasan" in form_of(setup_window).control("reason").accessibleDescription()
    fill(setup_window, {"reason": "x" * (LONGEST_REASON + 1)})
    save(setup_window)
    assert "401" in form_of(setup_window).control("reason").accessibleDescription()
    fill(setup_window, {"reason": "penampang diukur ulang"})
    save(setup_window)
    setup_window.until(lambda: bool(stations(setup_window)[GAUGE.code].changes.thresholds))
    (change,) = stations(setup_window)[GAUGE.code].changes.thresholds
    assert (change.before[RiverLevel.SIAGA_1], change.after[RiverLevel.SIAGA_1]) == (3.2, 3.5)
    assert (change.by, change.reason) == ("admin", "penampang diukur ulang")


def test_parameters_are_added_and_removed(setup_window: OpenWindow) -> None:
    setup_window.commands.stations.registration.begin()
    fill(setup_window, RAIN)
    form_of(setup_window).parameter_added.emit()
    form_of(setup_window).parameter_added.emit()
    form_of(setup_window).parameter_removed.emit("2")
    save(setup_window)
    setup_window.until(lambda: "SLK-ARR-09" in stations(setup_window))
    codes = [parameter.code for parameter in stations(setup_window)["SLK-ARR-09"].parameters]
    assert codes[0] == "rain_mm"
    assert len(codes) == 2


def test_station_draft_survives_a_crash(setup_window: OpenWindow, open_console) -> None:
    setup_window.commands.stations.registration.begin()
    fill(setup_window, RAIN)
    setup_window.commands.stations.registration._drafts.write()
    setup_window.until(lambda: any((setup_window.console.services.directory / "drafts").rglob("*station*")))
    setup_window.console.close()
    again = open_console()
    again.until(lambda: len(stations(again)) == 2)
    again.wait_for_toast("belum disimpan")
    again.commands.stations.registration.begin()
    assert form_of(again).texts["name"] == "ARR Cupak"


def test_discarded_station_form_can_be_restored(setup_window: OpenWindow) -> None:
    setup_window.commands.stations.registration.begin()
    fill(setup_window, RAIN)
    form_of(setup_window).discarded.emit()
    assert setup_window.shell.parts.side.page is SidePage.DETAILS
    setup_window.notifier.undo_last()
    assert form_of(setup_window).texts["name"] == "ARR Cupak"
    form_of(setup_window).cancelled.emit()
    setup_window.commands.stations.registration.begin()
    assert form_of(setup_window).texts["name"] == "ARR Cupak"


def test_operator_sees_why_stations_cannot_be_registered(open_console, data: Path, server: RunningServer) -> None:
    log_in_and_sync(data, server, "ani")
    window = open_console()
    window.key(Qt.Key.Key_Y, *CONTROL_SHIFT)
    window.wait_for_toast("Peran Anda tidak")
    assert window.shell.parts.side.page is not SidePage.STATION
