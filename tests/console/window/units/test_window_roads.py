"""Distances by road in the window: prepared in the background, around closed roads, and said for what they are."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListView
from shapely import LineString
from support.road_networks import BUILT_AT, SOURCE
from support.unit_samples import unit_card
from support.window_fixture import KOTO_BARU, OpenWindow, open_second_store, report_in_second_store, visible_texts

from tabuah.gis.roads.network_build import RoadLine, build_network
from tabuah.gis.roads.network_file import write_network
from tabuah.operations.disruptions.disruption import DisruptionKind
from tabuah.operations.disruptions.drafts import end_disruption, report_disruption
from tabuah.operations.disruptions.entry_bodies import DisruptionReported
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.units.drafts import register_unit
from tabuah.operations.units.unit import Post
from tabuah.storage.cache.map.road_files import network_path
from tabuah.widgets.units.unit_item import UnitItem
from tabuah.widgets.units.units_panel import UnitModel

CLOSED = "01900000-0000-7000-8000-000000000081"
LON, LAT = KOTO_BARU.lon_deg, KOTO_BARU.lat_deg
EAST = Post(lon_deg=LON + 0.02, lat_deg=LAT)  # 2.2 km
BRIDGE = IncidentPlace(lon_deg=LON + 0.01, lat_deg=LAT)


def write_roads(directory: Path) -> None:
    """Write a network: the direct road to the incident, and one of 6.6 km around it."""
    direct = LineString([(LON, LAT), (LON + 0.02, LAT)])
    around = LineString([(LON, LAT), (LON, LAT - 0.02), (LON + 0.02, LAT - 0.02), (LON + 0.02, LAT)])
    roads = [RoadLine(shape=direct, name="Jalan Raya"), RoadLine(shape=around, name="Jalan Lingkar")]
    path = network_path(directory)
    path.parent.mkdir(exist_ok=True)
    write_network(build_network(roads, source=SOURCE, built_at=BUILT_AT).network, path)


def distance(window: OpenWindow, unit_id: str) -> str:
    model = window.find(QListView, "units_list").model()
    assert isinstance(model, UnitModel)
    number = model.find(unit_id)
    found = None if number is None else model.row_at(number)
    return found.distance if isinstance(found, UnitItem) else ""


@pytest.fixture
def fire(window: OpenWindow, data: Path) -> OpenWindow:
    """Return a window with an incident selected, the list of units open, and a unit at the end of the road."""
    with open_second_store(data) as store:
        report_in_second_store(store)
        store.save(register_unit(unit_card("DMK-1", opd="Damkar", home=EAST)))
    window.until(lambda: len(window.incidents) == 1)
    window.choose(window.incidents[0])
    window.key(Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    window.until(lambda: distance(window, "DMK-1") != "")
    return window


def test_distances_are_by_road_as_soon_as_there_is_a_network(fire: OpenWindow, data: Path) -> None:
    assert distance(fire, "DMK-1") == "2,2 km lurus"
    write_roads(data)
    fire.choose(fire.incidents[0])
    fire.until(lambda: distance(fire, "DMK-1") == "2,2 km jalan")
    network_path(data).unlink()
    fire.console.objects.updates.units.tick()
    assert distance(fire, "DMK-1") == "2,2 km lurus"


def test_a_closed_bridge_makes_the_way_longer_until_it_is_open_again(fire: OpenWindow, data: Path) -> None:
    write_roads(data)
    body = DisruptionReported(
        kind=DisruptionKind.BRIDGE,
        name="Jembatan Lama",
        place=BRIDGE,
        began_at=datetime(2026, 12, 3, tzinfo=UTC),
        source="Polsek",
    )
    with open_second_store(data) as store:
        store.save(report_disruption(CLOSED, body))
    fire.until(lambda: distance(fire, "DMK-1") == "6,6 km jalan")
    fire.key(Qt.Key.Key_D)
    text = visible_texts(fire.shell.parts.confirm)
    assert "DMK-1 · 6,6 km jalan" in text
    assert "Jarak lewat jalan menghindari yang tertutup" in text
    fire.key(Qt.Key.Key_Escape)
    with open_second_store(data) as store:
        store.save(end_disruption(store.disruptions()[0], reason="dibuka"))
    fire.until(lambda: distance(fire, "DMK-1") == "2,2 km jalan")


def test_a_damaged_network_is_told_once_and_leaves_straight_distances(fire: OpenWindow, data: Path) -> None:
    network_path(data).parent.mkdir(exist_ok=True)
    network_path(data).write_bytes(b"no network")
    fire.choose(fire.incidents[0])
    fire.console.objects.updates.units.tick()
    fire.until(lambda: "tabuah map roads build" in visible_texts(fire.shell))
    assert distance(fire, "DMK-1") == "2,2 km lurus"
