"""Distances to an incident: by road where roads are known, otherwise straight, and which of them."""

from datetime import UTC, datetime

import pytest
from support.road_networks import at, valley
from support.window_values import incident

from tabuah.gis.roads.closures import RoadClosure
from tabuah.gis.roads.road_router import RoadRouter
from tabuah.operations.codes import Hazard, Severity
from tabuah.operations.disruptions.disruption import Disruption, DisruptionExtent, DisruptionKind
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.stations.station import Retirement
from tabuah.operations.units.known_units import KnownUnit, UnitActivity, locate_unit, sort_by_distance
from tabuah.operations.units.run_cards import suggest_units
from tabuah.operations.units.travel_distance import road_closures, travel_distances
from tabuah.operations.units.unit import Post, Unit, UnitKind, UnitState

NOW = datetime(2026, 12, 3, tzinfo=UTC)
SOUTH, NORTH = at(0, 0), at(0, 1)
BRIDGE = RoadClosure(id="jembatan", corners=(at(2, 0.5),))
RING = RoadClosure(id="lingkar", corners=(at(10, 0.5),))


def unit(key: str, place: tuple[float, float] | None, *, state: UnitState = UnitState.AVAILABLE) -> KnownUnit:
    home = None if place is None else Post(lon_deg=place[0], lat_deg=place[1])
    value = Unit(id=key, name=key, kind=UnitKind.FIRE, opd="Damkar", home=home, state=state, state_at=NOW)
    return locate_unit(UnitActivity(unit=value, state=state, since=NOW), (), NOW)


def test_without_roads_distances_are_straight() -> None:
    (found,) = travel_distances(SOUTH, [NORTH])
    assert (round(found.distance_m), found.by_road, found.is_cut_off) == (1_000, False, False)
    assert travel_distances(SOUTH, []) == ()


def test_with_roads_distances_are_by_road() -> None:
    (found,) = travel_distances(SOUTH, [NORTH], roads=RoadRouter(valley()))
    assert found.by_road
    assert found.distance_m == pytest.approx(5_000, rel=0.001)


def test_a_place_without_a_way_has_a_straight_distance_and_is_cut_off() -> None:
    (found,) = travel_distances(SOUTH, [NORTH], roads=RoadRouter(valley(), [BRIDGE, RING]))
    assert (round(found.distance_m), found.by_road, found.is_cut_off) == (1_000, False, True)


def test_a_place_far_from_roads_is_straight_and_not_cut_off() -> None:
    (found,) = travel_distances(SOUTH, [at(0, -9)], roads=RoadRouter(valley()))
    assert (round(found.distance_m, -1), found.by_road, found.is_cut_off) == (9_000, False, False)


def test_neighbours_beside_a_road_do_not_drive_to_it_and_back() -> None:
    (found,) = travel_distances(at(5, -0.2), [at(5.1, -0.2)], roads=RoadRouter(valley()))
    assert (round(found.distance_m), found.by_road) == (100, False)


def test_the_nearest_by_road_comes_first_and_the_cut_off_one_last() -> None:
    over_the_river, along_the_road = unit("A", at(3, 1)), unit("B", at(6, 0))
    unknown, busy = unit("C", None), unit("D", at(3, 0), state=UnitState.ON_SCENE)
    every = [busy, unknown, over_the_river, along_the_road]
    incident_at = at(3, 0)

    def order(roads: RoadRouter | None) -> list[str]:
        return [each.known.unit.id for each in sort_by_distance(every, *incident_at, roads=roads)]

    assert order(None) == ["A", "B", "C", "D"]
    assert order(RoadRouter(valley())) == ["A", "B", "C", "D"]
    assert order(RoadRouter(valley(), [BRIDGE])) == ["B", "A", "C", "D"]
    assert order(RoadRouter(valley(), [BRIDGE, RING])) == ["B", "A", "C", "D"]


def test_a_run_card_takes_the_nearest_by_road() -> None:
    place = IncidentPlace(lon_deg=at(3, 0)[0], lat_deg=at(3, 0)[1])
    fire = incident(hazard=Hazard.FIRE, severity=Severity.SEVERE, place=place)
    every = [unit("A", at(3, 1)), unit("B", at(6, 0)), unit("C", at(9, 0))]

    def chosen(roads: RoadRouter | None) -> list[str]:
        needs = suggest_units(fire, every, roads=roads)
        return [each.known.unit.id for need in needs if need.kind is UnitKind.FIRE for each in need.units]

    assert chosen(None) == ["A", "B"]
    assert chosen(RoadRouter(valley(), [BRIDGE])) == ["B", "C"]


def test_only_open_and_full_disruptions_of_traffic_close_roads() -> None:
    place = IncidentPlace(lon_deg=at(2, 0.5)[0], lat_deg=at(2, 0.5)[1])

    def disruption(key: str, kind: DisruptionKind, extent: DisruptionExtent, *, ended: bool = False) -> Disruption:
        end = Retirement(by="user", at=NOW, reason="dibuka") if ended else None
        return Disruption(
            id=key, kind=kind, name=key, place=place, began_at=NOW, changed_at=NOW, extent=extent, ended=end
        )

    full, partial = DisruptionExtent.FULL, DisruptionExtent.PARTIAL
    every = [
        disruption("jembatan", DisruptionKind.BRIDGE, full),
        disruption("jalan", DisruptionKind.ROAD, full),
        disruption("sebagian", DisruptionKind.ROAD, partial),
        disruption("dibuka", DisruptionKind.ROAD, full, ended=True),
        disruption("listrik", DisruptionKind.POWER, full),
    ]
    assert [each.id for each in road_closures(every)] == ["jalan", "jembatan"]
    assert {each.corners for each in road_closures(every)} == {((place.lon_deg, place.lat_deg),)}
