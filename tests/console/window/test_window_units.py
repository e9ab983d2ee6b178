"""Units in the window: on the map, in the list by OPD or by distance, dispatched, moved and placed by keyboard."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListView, QMenu, QPushButton
from running_server import RunningServer
from unit_samples import drive, unit_card
from window_room import GAUGE, KOTO_BARU, OpenWindow, beside, log_in_and_sync, report_beside

from tabuah.console.window.actions import BY_ID
from tabuah.console.window.presenting.station_marks import data_age_line
from tabuah.operations.incidents.bodies import IncidentEdited
from tabuah.operations.incidents.gestures import edit_incident
from tabuah.operations.stations.readings import ReadingBatch
from tabuah.operations.units.codes import UnitState
from tabuah.operations.units.gestures import move_unit, place_unit, register_unit
from tabuah.operations.units.unit import Post
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.widgets.headed_model import Heading
from tabuah.widgets.map.markers import UnitMarkers
from tabuah.widgets.units.unit_item import UnitItem
from tabuah.widgets.units.unit_model import UnitModel

NEAR = Post(lon_deg=KOTO_BARU.lon_deg + 0.02, lat_deg=KOTO_BARU.lat_deg)
WAY = [(100.60 + 0.004 * step, -0.90) for step in range(6)]


@pytest.fixture
def units(window: OpenWindow, data: Path) -> OpenWindow:
    """A window that looks at an incident; TRC-1 has a GPS, DMK-1 is near, PMI-1 is nowhere."""
    with beside(data) as store:
        report_beside(store)
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
    return [f"# {row.label}" if isinstance(row, Heading) else row.id for row in listed]


def item(window: OpenWindow, unit_id: str) -> UnitItem:
    model = show_list(window)
    number = model.find(unit_id)
    assert number is not None
    found = model.row_at(number)
    assert isinstance(found, UnitItem)
    return found


def unit_in(window: OpenWindow, unit_id: str = "TRC-1"):
    return window.console.services.room.snapshot.units[unit_id]


def test_units_stand_by_opd_with_their_state_and_how_far_they_are(units: OpenWindow) -> None:
    assert rows(units) == ["# BPBD", "TRC-1", "# Damkar", "DMK-1", "# PMI", "PMI-1"]
    assert (item(units, "DMK-1").state, item(units, "DMK-1").place) == ("Tersedia", "di pangkalan")
    assert item(units, "DMK-1").distance == "2,2 km"
    assert (item(units, "PMI-1").place, item(units, "PMI-1").distance) == ("posisi tidak diketahui", "")


def test_the_nearest_come_first_when_that_is_wanted(units: OpenWindow) -> None:
    show_list(units)
    units.shell.parts.units.order_chosen.emit("nearest")
    assert rows(units) == ["DMK-1", "TRC-1", "PMI-1"]


def test_an_empty_list_says_what_to_do(window: OpenWindow) -> None:
    show_list(window)
    assert window.find(QListView, "units_list").isHidden()
    assert window.shell.parts.units._empty.isVisible()


def test_positions_that_come_move_the_mark_and_leave_a_trail(units: OpenWindow) -> None:
    start = datetime.now(UTC) - timedelta(seconds=30 * len(WAY) - 10)
    units.console.services.readings.take(drive("GPS-1", WAY, start_at=start))
    units.until(lambda: marks(units).lon_deg[0] == pytest.approx(WAY[-1][0]))
    assert len(marks(units).trails[0]) == len(WAY)
    assert marks(units).heading_deg[0] == pytest.approx(90, abs=1)
    assert item(units, "TRC-1").place.startswith("GPS, ")
    assert not marks(units).old[0]


def test_a_position_that_nobody_renews_is_old(units: OpenWindow) -> None:
    start = datetime.now(UTC) - timedelta(hours=2)
    units.console.services.readings.take(drive("GPS-1", WAY, start_at=start))
    units.until(lambda: bool(marks(units).old[0]))
    assert item(units, "TRC-1").old
    assert len(marks(units).trails[0]) == 0


def test_positions_do_not_make_sensors_look_fresh() -> None:
    now = datetime.now(UTC)
    latest = {(reading.station, reading.parameter): reading for reading in drive("GPS-1", WAY, start_at=now)}
    assert data_age_line((GAUGE,), latest, now, 1) == "belum ada data stasiun"


def test_dispatching_offers_the_nearest_first_and_sends_it_by_its_number(units: OpenWindow) -> None:
    units.key(Qt.Key.Key_D)
    confirm = units.shell.parts.confirm
    chips = [chip.text() for chip in confirm._offers._chips]
    assert chips[0].startswith("DMK-1 · 2,2 km")
    assert [chip.split(" ")[0] for chip in chips] == ["DMK-1", "TRC-1", "PMI-1"]
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


def test_a_unit_is_sent_from_the_list(units: OpenWindow) -> None:
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


def test_a_state_is_said_at_once_and_can_be_undone(units: OpenWindow) -> None:
    show_list(units)
    units.shell.parts.units.select("DMK-1")
    menu = units.find(QPushButton, "unit_state").menu()
    assert isinstance(menu, QMenu)
    menu.triggered.emit(next(a for a in menu.actions() if a.data() == UnitState.UNAVAILABLE.value))
    units.until_toast("DMK-1: Tidak tersedia", "Urungkan")
    units.until(lambda: unit_in(units, "DMK-1").state is UnitState.UNAVAILABLE)
    units.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    units.until(lambda: unit_in(units, "DMK-1").state is UnitState.AVAILABLE)


def test_a_place_is_pointed_at(units: OpenWindow) -> None:
    show_list(units)
    units.shell.parts.units.select("PMI-1")
    units.find(QPushButton, "unit_place").click()
    units.until_toast("Tunjuk posisi PMI-1")
    units.shell.parts.map.canvas.location_picked.emit(100.7, -0.9)
    units.until(lambda: len(marks(units).ids) == 3)
    place = unit_in(units, "PMI-1").places[-1]
    assert (place.lon_deg, place.lat_deg) == (100.7, -0.9)
    assert len(unit_in(units, "TRC-1").places) == 0


def test_the_palette_finds_a_unit_and_the_map_shows_it(units: OpenWindow) -> None:
    units.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    units.write("dmk")
    units.key(Qt.Key.Key_Return)
    units.until(lambda: units.shell.selection.unit == "DMK-1")
    lon_deg, lat_deg = units.shell.parts.map.canvas.view.centre_deg
    assert (lon_deg, lat_deg) == pytest.approx((NEAR.lon_deg, NEAR.lat_deg), abs=1e-4)
    assert units.shell.parts.units.current == "DMK-1"


def test_a_mark_on_the_map_is_chosen_in_the_list(units: OpenWindow) -> None:
    units.shell.parts.map.canvas.selection_changed.emit("unit", "TRC-1")
    assert units.shell.parts.units.current == "TRC-1"
    assert units.find(QPushButton, "unit_place").isEnabled()


def test_a_unit_that_is_sent_to_two_places_is_told(units: OpenWindow, data: Path) -> None:
    with beside(data) as store:
        for incident in (store.incidents()[0], report_beside(store, title="Longsor")):
            store.save(edit_incident(incident, IncidentEdited(assignment=("TRC-1",))))
    units.until(lambda: item(units, "TRC-1").warning == "dikirim ke dua tempat")


def test_the_key_of_the_list_is_nobody_elses() -> None:
    keys = [key for action in BY_ID.values() for key in action.keys]
    assert keys.count("Ctrl+U") == 1


def test_a_unit_moves_live_with_the_trail_from_before(
    open_console: Callable[..., OpenWindow], data: Path, server: RunningServer
) -> None:
    server.journal.append_own([register_unit(unit_card(tracker="GPS-1"))])
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


def test_news_from_beside_the_window_show_at_once(units: OpenWindow, data: Path) -> None:
    with beside(data) as store:
        unit = next(each for each in store.units() if each.id == "PMI-1")
        store.save(place_unit(unit, lon_deg=100.7, lat_deg=-0.9))
        store.save(move_unit(unit, UnitState.ON_SCENE))
    units.until(lambda: len(marks(units).ids) == 3 and bool(marks(units).busy[2]))
    assert item(units, "PMI-1").state == "Di lokasi"


def test_the_details_say_what_those_who_were_sent_are_doing(units: OpenWindow, data: Path) -> None:
    with beside(data) as store:
        assigned = IncidentEdited(assignment=("TRC-1", "Tagana"))
        store.save(edit_incident(store.incidents()[0], assigned))
        unit = next(each for each in store.units() if each.id == "TRC-1")
        store.save(move_unit(unit, UnitState.ON_SCENE, incident=store.incidents()[0].id))
    units.until(lambda: "TRC-1 (di lokasi), Tagana" in units.details_text)
    with beside(data) as store:
        store.save(edit_incident(report_beside(store, title="Longsor"), assigned))
    units.until(lambda: "TRC-1 (di lokasi, dikirim ke dua tempat)" in units.details_text)


def test_what_is_pointed_at_last_is_meant_and_nothing_before_it(units: OpenWindow) -> None:
    show_list(units)
    units.shell.parts.units.select("PMI-1")
    units.find(QPushButton, "unit_place").click()
    units.until_toast("Tunjuk posisi PMI-1")
    units.key(Qt.Key.Key_P)
    units.shell.parts.map.canvas.location_picked.emit(100.64, -0.81)
    units.until(lambda: units.incident.place is not None and units.incident.place.lon_deg == 100.64)
    assert unit_in(units, "PMI-1").places == ()
