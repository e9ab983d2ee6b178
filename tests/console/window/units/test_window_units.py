"""Units in the window: map, list by OPD or distance, dispatch, state and position by keyboard."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListView, QMenu, QPushButton
from support.running_server import RunningServer
from support.unit_samples import drive, unit_card
from support.window_fixture import (
    GAUGE,
    KOTO_BARU,
    OpenWindow,
    log_in_and_sync,
    open_second_store,
    report_in_second_store,
    visible_texts,
)

from tabuah.console.window.shell.actions import BY_ID
from tabuah.console.window.stations.station_markers import newest_data_age_text
from tabuah.operations.incidents.drafts import edit_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.readings.reading import ReadingBatch
from tabuah.operations.units.drafts import assign_tracker, move_unit, place_unit, register_unit
from tabuah.operations.units.unit import Post, Unit, UnitState
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.widgets.controls.grouped_list_model import GroupHeading
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.map.content import UnitMarkers
from tabuah.widgets.units.unit_item import UnitItem
from tabuah.widgets.units.units_panel import UnitModel

NEAR = Post(lon_deg=KOTO_BARU.lon_deg + 0.02, lat_deg=KOTO_BARU.lat_deg)
WAY = [(100.60 + 0.004 * step, -0.90) for step in range(6)]


@pytest.fixture
def units(window: OpenWindow, data: Path) -> OpenWindow:
    """Return a window with an incident selected; TRC-1 has a GPS, DMK-1 is near, PMI-1 has no position."""
    with open_second_store(data) as store:
        report_in_second_store(store)
        store.save(register_unit(unit_card(tracker="GPS-1")))
        store.save(register_unit(unit_card("DMK-1", opd="Damkar", home=NEAR)))
        store.save(register_unit(unit_card("PMI-1", opd="PMI", home=None)))
    window.until(lambda: len(window.incidents) == 1 and len(marks(window).ids) == 2)
    window.choose(window.incidents[0])
    return window


def marks(window: OpenWindow) -> UnitMarkers:
    return window.shell.parts.map.canvas.content.units


def show_list(window: OpenWindow) -> UnitModel:
    if window.shell.parts.panels["units"].isHidden():
        window.key(Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    model = window.find(QListView, "units_list").model()
    assert isinstance(model, UnitModel)
    return model


def rows(window: OpenWindow) -> list[str]:
    model = show_list(window)
    listed = (model.row_at(number) for number in range(model.rowCount()))
    return [f"# {row.label}" if isinstance(row, GroupHeading) else row.id for row in listed]


def item(window: OpenWindow, unit_id: str) -> UnitItem:
    model = show_list(window)
    number = model.find(unit_id)
    assert number is not None
    found = model.row_at(number)
    assert isinstance(found, UnitItem)
    return found


def unit_in(window: OpenWindow, unit_id: str = "TRC-1"):
    return window.console.services.state.snapshot.units[unit_id]


def test_unit_list_shows_state_and_distance_by_opd(units: OpenWindow) -> None:
    assert rows(units) == ["# BPBD", "TRC-1", "# Damkar", "DMK-1", "# PMI", "PMI-1"]
    assert (item(units, "DMK-1").state, item(units, "DMK-1").place) == ("Tersedia", "di pangkalan")
    assert item(units, "DMK-1").distance == "2,2 km lurus"
    assert (item(units, "PMI-1").place, item(units, "PMI-1").distance) == ("posisi tidak diketahui", "")


def test_unit_list_sorts_nearest_first_on_request(units: OpenWindow) -> None:
    show_list(units)
    units.shell.parts.units.order_chosen.emit("nearest")
    assert rows(units) == ["DMK-1", "TRC-1", "PMI-1"]


def test_empty_unit_list_shows_next_step(window: OpenWindow) -> None:
    show_list(window)
    assert window.find(QListView, "units_list").isHidden()
    assert window.shell.parts.units._empty.isVisible()


def test_unit_position_moves_marker_and_trail(units: OpenWindow) -> None:
    start = datetime.now(UTC) - timedelta(seconds=30 * len(WAY) - 10)
    units.console.services.readings.add_readings(drive("GPS-1", WAY, start_at=start))
    units.until(lambda: marks(units).lon_deg[0] == pytest.approx(WAY[-1][0]))
    assert len(marks(units).trails[0]) == len(WAY)
    assert marks(units).heading_deg[0] == pytest.approx(90, abs=1)
    assert item(units, "TRC-1").place.startswith("GPS, ")
    assert not marks(units).old[0]


def test_unit_position_becomes_old(units: OpenWindow) -> None:
    start = datetime.now(UTC) - timedelta(hours=2)
    units.console.services.readings.add_readings(drive("GPS-1", WAY, start_at=start))
    units.until(lambda: bool(marks(units).old[0]))
    assert item(units, "TRC-1").old
    assert len(marks(units).trails[0]) == 0


def test_unit_position_does_not_freshen_sensors() -> None:
    now = datetime.now(UTC)
    latest = {(reading.station, reading.parameter): reading for reading in drive("GPS-1", WAY, start_at=now)}
    assert newest_data_age_text((GAUGE,), latest, now, 1) == "belum ada data stasiun"


def test_dispatch_offers_nearest_units_by_digit(units: OpenWindow) -> None:
    units.key(Qt.Key.Key_D)
    confirm = units.shell.parts.confirm
    chips = [chip.text() for chip in confirm._offers._chips]
    assert chips[0].startswith("Saran: DMK-1 2,2 km")
    assert chips[1].startswith("DMK-1 · 2,2 km")
    assert [chip.split(" ")[0] for chip in chips[1:]] == ["DMK-1", "TRC-1", "PMI-1"]
    units.key(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert units.edit("confirm_field").text() == "DMK-1"
    units.write(", Tagana")
    units.key(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    units.key(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert units.edit("confirm_field").text() == "Tagana, TRC-1"
    units.key(Qt.Key.Key_Return)
    units.until(lambda: units.incident.assignment == ("Tagana", "TRC-1"))
    units.until(lambda: item(units, "TRC-1").state == f"Ditugaskan · {units.incident.number}")
    assert bool(marks(units).busy[0])


def test_suggestion_of_the_run_card_is_taken_by_one_key(units: OpenWindow) -> None:
    units.key(Qt.Key.Key_D)
    confirm = units.shell.parts.confirm
    assert "Kartu respons: 1 " in visible_texts(confirm)
    assert "2,2 km lurus" in visible_texts(confirm)
    units.write("Tagana")
    units.key(Qt.Key.Key_0, Qt.KeyboardModifier.AltModifier)
    assert units.edit("confirm_field").text() == "Tagana, DMK-1"
    assert [chip.isChecked() for chip in confirm._offers._chips] == [True, True, False, False]
    units.key(Qt.Key.Key_0, Qt.KeyboardModifier.AltModifier)
    assert units.edit("confirm_field").text() == "Tagana"
    units.key(Qt.Key.Key_0, Qt.KeyboardModifier.AltModifier)
    units.key(Qt.Key.Key_Return)
    units.until(lambda: units.incident.assignment == ("Tagana", "DMK-1"))


def test_list_and_dispatch_name_kecamatan_without_a_ready_unit(units: OpenWindow) -> None:
    show_list(units)
    panel = units.shell.parts.units
    units.until(lambda: "Tanpa " in visible_texts(panel))
    before = units.find(Text, "units_notice").text()
    canvas = units.shell.parts.map.canvas
    units.until(lambda: [layer.name for layer in canvas.content.unit_layers] == ["coverage_gaps"])
    shown = {feature.name for feature in canvas.content.unit_layers[0].features}
    assert "Tigo Lurah" in shown
    assert not canvas.content.shows("coverage_gaps")
    panel.select("DMK-1")
    units.find(QPushButton, "unit_dispatch").click()
    question = visible_texts(units.shell.parts.confirm)
    assert "Tanpa DMK-1 tidak ada unit yang siap" in question
    units.key(Qt.Key.Key_Return)
    units.until(lambda: units.incident.assignment == ("DMK-1",))
    units.until(lambda: units.find(Text, "units_notice").text() != before)
    units.until(lambda: shown < {feature.name for feature in canvas.content.unit_layers[0].features})
    units.until(lambda: "Tanpa DMK-1 tidak ada unit yang siap" in visible_texts(units.shell))


def test_unit_is_dispatched_from_list(units: OpenWindow) -> None:
    show_list(units)
    units.shell.parts.units.select("TRC-1")
    button = units.find(QPushButton, "unit_dispatch")
    assert button.isEnabled()
    assert units.incident.number in button.text()
    button.click()
    assert units.edit("confirm_field").text() == "TRC-1"
    units.key(Qt.Key.Key_Return)
    units.until(lambda: units.incident.assignment == ("TRC-1",))
    units.until(lambda: not button.isEnabled())
    assert "sudah ditugaskan" in button.toolTip()


def test_unit_state_change_can_be_undone(units: OpenWindow) -> None:
    show_list(units)
    units.shell.parts.units.select("DMK-1")
    menu = units.find(QPushButton, "unit_state").menu()
    assert isinstance(menu, QMenu)
    menu.triggered.emit(next(a for a in menu.actions() if a.data() == UnitState.UNAVAILABLE.value))
    units.wait_for_toast("DMK-1: Tidak tersedia", "Urungkan")
    units.until(lambda: unit_in(units, "DMK-1").state is UnitState.UNAVAILABLE)
    units.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    units.until(lambda: unit_in(units, "DMK-1").state is UnitState.AVAILABLE)


def test_unit_place_is_chosen_on_map(units: OpenWindow) -> None:
    show_list(units)
    units.shell.parts.units.select("PMI-1")
    units.find(QPushButton, "unit_place").click()
    units.wait_for_toast("Tunjuk posisi PMI-1")
    units.shell.parts.map.canvas.location_picked.emit(100.7, -0.9)
    units.until(lambda: len(marks(units).ids) == 3)
    place = unit_in(units, "PMI-1").places[-1]
    assert (place.lon_deg, place.lat_deg) == (100.7, -0.9)
    assert len(unit_in(units, "TRC-1").places) == 0


def test_palette_finds_unit_and_shows_it(units: OpenWindow) -> None:
    units.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    units.write("dmk")
    units.key(Qt.Key.Key_Return)
    units.until(lambda: units.selection.unit == "DMK-1")
    lon_deg, lat_deg = units.shell.parts.map.canvas.view.centre_deg
    assert (lon_deg, lat_deg) == pytest.approx((NEAR.lon_deg, NEAR.lat_deg), abs=1e-4)
    assert units.shell.parts.units.current == "DMK-1"


def test_unit_marker_selects_unit_in_list(units: OpenWindow) -> None:
    units.shell.parts.map.canvas.selection_changed.emit("unit", "TRC-1")
    assert units.shell.parts.units.current == "TRC-1"
    assert units.find(QPushButton, "unit_place").isEnabled()


def test_unit_with_two_assignments_is_marked(units: OpenWindow, data: Path) -> None:
    with open_second_store(data) as store:
        for incident in (store.incidents()[0], report_in_second_store(store, title="Longsor")):
            store.save(edit_incident(incident, IncidentEdited(assignment=("TRC-1",))))
    units.until(lambda: item(units, "TRC-1").warning == "ditugaskan ke dua tempat")


def test_unit_list_key_is_unique() -> None:
    keys = [key for action in BY_ID.values() for key in action.keys]
    assert keys.count("Ctrl+U") == 1


def test_unit_moves_live_with_earlier_trail(
    open_console: Callable[..., OpenWindow], data: Path, server: RunningServer
) -> None:
    server.journal.append_drafts([register_unit(unit_card(tracker="GPS-1"))])
    unit = server.journal.state_of("unit/TRC-1").value
    assert isinstance(unit, Unit)
    server.journal.append_drafts([assign_tracker(unit, "gerbang", reason="GPS baru")])
    log_in_and_sync(data, server, "ani")
    token = server.client("gerbang")
    start = datetime.now(UTC) - timedelta(seconds=30 * len(WAY))
    with token as gateway:
        post(gateway, drive("GPS-1", WAY[:-1], start_at=start))
        window = open_console()
        window.until(lambda: len(marks(window).ids) == 1 and len(marks(window).trails[0]) == len(WAY) - 1)
        post(gateway, drive("GPS-1", WAY[-1:], start_at=datetime.now(UTC)))
        window.until(lambda: len(marks(window).trails[0]) == len(WAY))
    assert marks(window).lon_deg[0] == pytest.approx(WAY[-1][0])
    with ReadingsStore(data / FILE_NAME) as kept:
        assert len(kept.latest("GPS-1")) == 2


def post(gateway: httpx2.Client, readings: list) -> None:
    body = msgspec.json.encode(ReadingBatch(readings=tuple(readings)))
    reply = gateway.post("/v1/readings", content=body, headers={"content-type": "application/json"})
    assert reply.status_code == 200, reply.text


def test_unit_changes_by_commands_appear(units: OpenWindow, data: Path) -> None:
    with open_second_store(data) as store:
        unit = next(each for each in store.units() if each.id == "PMI-1")
        store.save(place_unit(unit, lon_deg=100.7, lat_deg=-0.9))
        store.save(move_unit(unit, UnitState.ON_SCENE))
    units.until(lambda: len(marks(units).ids) == 3 and bool(marks(units).busy[2]))
    assert item(units, "PMI-1").state == "Di lokasi"


def test_details_show_states_of_assigned_units(units: OpenWindow, data: Path) -> None:
    with open_second_store(data) as store:
        assigned = IncidentEdited(assignment=("TRC-1", "Tagana"))
        store.save(edit_incident(store.incidents()[0], assigned))
        unit = next(each for each in store.units() if each.id == "TRC-1")
        store.save(move_unit(unit, UnitState.ON_SCENE, incident=store.incidents()[0].id))
    units.until(lambda: "TRC-1 (di lokasi), Tagana" in units.details_text)
    with open_second_store(data) as store:
        store.save(edit_incident(report_in_second_store(store, title="Longsor"), assigned))
    units.until(lambda: "TRC-1 (di lokasi, ditugaskan ke dua tempat)" in units.details_text)


def test_last_map_click_decides_unit_place(units: OpenWindow) -> None:
    show_list(units)
    units.shell.parts.units.select("PMI-1")
    units.find(QPushButton, "unit_place").click()
    units.wait_for_toast("Tunjuk posisi PMI-1")
    units.key(Qt.Key.Key_P)
    units.shell.parts.map.canvas.location_picked.emit(100.64, -0.81)
    units.until(lambda: units.incident.place is not None and units.incident.place.lon_deg == 100.64)
    assert unit_in(units, "PMI-1").places == ()
