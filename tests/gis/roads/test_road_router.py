"""Distances and routes by road, and around closed roads."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.road_networks import at, grid, length_along, network_of, road, valley

from tabuah.gis.geodesy import distance_m
from tabuah.gis.roads.closures import RoadClosure
from tabuah.gis.roads.road_router import MAX_ACCESS_M, RoadRouter

BRIDGE = RoadClosure(id="jembatan", corners=(at(2, 0.5),))


def test_the_way_leads_over_the_bridge() -> None:
    (found,) = RoadRouter(valley()).distances(at(0, 0), [at(0, 1)])
    assert found.distance_m == pytest.approx(5_000, rel=0.001)
    assert found.access_m == pytest.approx(0, abs=0.1)


def test_a_closed_bridge_sends_around() -> None:
    router = RoadRouter(valley(), [BRIDGE])
    assert router.closures == {"jembatan"}
    (found,) = router.distances(at(0, 0), [at(0, 1)])
    assert found.distance_m == pytest.approx(21_000, rel=0.001)


def test_without_any_way_there_is_no_distance() -> None:
    ring = RoadClosure(id="longsor", corners=(at(10, 0.5),))
    near, over = RoadRouter(valley(), [BRIDGE, ring]).distances(at(0, 0), [at(5, 0), at(0, 1)])
    assert near.distance_m == pytest.approx(5_000, rel=0.001)
    assert over.distance_m is None
    assert over.is_near_road


def test_a_landslide_cuts_its_road_and_leaves_both_sides() -> None:
    slide = RoadClosure(id="longsor", corners=(at(6, 0.02),))
    before, behind, there = RoadRouter(valley(), [slide]).distances(at(2, 0), [at(5, 0), at(7, 0), at(6, 0)])
    assert before.distance_m == pytest.approx(3_000, rel=0.001)
    assert behind.distance_m == pytest.approx(1_000 + 8_000 + 1_000 + 3_000, rel=0.001)
    assert there.distance_m == pytest.approx(4_000, rel=0.001)


def test_units_on_both_sides_reach_an_incident_on_the_closed_part() -> None:
    slide = RoadClosure(id="longsor", corners=(at(6, 0),))
    west, east = RoadRouter(valley(), [slide]).distances(at(6, 0), [at(5.5, 0), at(6.5, 0)])
    assert west.distance_m == pytest.approx(500, rel=0.01)
    assert east.distance_m == pytest.approx(500, rel=0.01)


def test_a_closed_line_leaves_the_roads_that_cross_it_open() -> None:
    network = network_of(*grid(5, 5))
    closed = RoadClosure(id="jalan", corners=(at(0.1, 1.0), at(1.9, 1.0)))
    free, blocked = RoadRouter(network), RoadRouter(network, [closed])
    for router in (free, blocked):
        (across,) = router.distances(at(1, 0.6), [at(1, 1.4)])
        assert across.distance_m == pytest.approx(800, rel=0.01)
    (along,) = free.distances(at(0, 1), [at(2, 1)])
    assert along.distance_m == pytest.approx(2_000, rel=0.001)
    (along,) = blocked.distances(at(0, 1), [at(2, 1)])
    assert along.distance_m == pytest.approx(3_000, rel=0.001)


def test_a_line_as_short_as_a_bridge_closes_it() -> None:
    short = RoadClosure(id="jembatan", corners=(at(2, 0.497), at(2, 0.503)))
    (found,) = RoadRouter(valley(), [short]).distances(at(0, 0), [at(0, 1)])
    assert found.distance_m == pytest.approx(21_000, rel=0.001)


@pytest.mark.parametrize("closed", [BRIDGE, RoadClosure(id="jembatan", corners=(at(2, 0.1), at(2, 0.9)))])
def test_a_road_that_the_layer_has_twice_is_closed_twice(closed: RoadClosure) -> None:
    network = network_of(
        road((0, 0), (2, 0)),
        road((0, 1), (2, 1)),
        road((2, 0), (2, 1), name="Jembatan Lama"),
        road((2, 1), (2, 0), name="Jembatan Lama"),  # the same in the other direction
        road((2, 0), (3, 0.5), (2, 1), name="Jalan Memutar"),
    )
    (found,) = RoadRouter(network, [closed]).distances(at(0, 0), [at(0, 1)])
    assert found.distance_m == pytest.approx(4_000 + 2 * 1_118, rel=0.001)


@pytest.mark.parametrize(
    "corners",
    [(), (at(2, 5),), ((140.0, 60.0),), (at(4, 4), at(5, 4)), ((180.0, 90.0), (-180.0, -90.0))],
    ids=["empty", "far", "abroad", "line-far", "whole-world"],
)
def test_a_closure_away_from_all_roads_changes_nothing(corners: tuple[tuple[float, float], ...]) -> None:
    router = RoadRouter(valley(), [RoadClosure(id="lain", corners=corners)])
    assert router.closures == frozenset()
    (found,) = router.distances(at(0, 0), [at(0, 1)])
    assert found.distance_m == pytest.approx(5_000, rel=0.001)


def test_places_join_the_road_beside_them() -> None:
    (found,) = RoadRouter(valley()).distances(at(4, -0.3), [at(6, 0.2)])
    assert found.distance_m == pytest.approx(2_500, rel=0.001)
    assert found.access_m == pytest.approx(500, rel=0.01)


def test_places_far_from_roads_have_no_distance_by_road() -> None:
    beyond = at(0, -(MAX_ACCESS_M / 1000 + 0.1))
    router = RoadRouter(valley())
    assert not router.distances(at(0, 0), [beyond])[0].is_near_road
    assert not router.distances(beyond, [at(0, 0)])[0].is_near_road
    assert not router.distances(at(0, 0), [(-60.0, 80.0)])[0].is_near_road
    assert router.route(at(0, 0), beyond) is None


def test_a_loose_piece_of_road_is_not_preferred_to_the_network() -> None:
    network = network_of(road((0, 0), (10, 0)), road((5, 0.25), (5.1, 0.25)))
    (found,) = RoadRouter(network).distances(at(0, 0), [at(5.05, 0.24)])
    assert found.distance_m == pytest.approx(5_050 + 240, rel=0.001)


def test_a_route_names_its_roads_in_order() -> None:
    route = RoadRouter(valley()).route(at(0.5, 0), at(1, 1))
    assert route is not None
    assert [(name, round(length, -1)) for name, length in route.roads] == [
        ("Jalan Selatan", 1_500),
        ("Jembatan Lama", 1_000),
        ("Jalan Utara", 1_000),
    ]
    assert route.distance_m == pytest.approx(3_500, rel=0.001)
    assert length_along(route.corners) == pytest.approx(route.distance_m, rel=0.001)
    assert route.corners[0] == at(0.5, 0)
    assert route.corners[-1] == at(1, 1)


def test_a_route_on_one_road_stays_on_it() -> None:
    route = RoadRouter(valley()).route(at(7, 0), at(4, 0))
    assert route is not None
    assert route.distance_m == pytest.approx(3_000, rel=0.001)
    assert [name for name, _length in route.roads] == ["Jalan Selatan"]


def test_a_place_at_its_own_place_is_no_way_off() -> None:
    (found,) = RoadRouter(valley()).distances(at(3, 0), [at(3, 0)])
    assert found.distance_m == pytest.approx(0, abs=0.1)


def test_the_graph_is_unchanged_by_questions() -> None:
    router = RoadRouter(valley())
    first = [router.distances(at(1, 0), [at(9, 1)]) for _time in range(3)]
    assert router.route(at(1, 0), at(9, 1)) is not None
    assert first == [first[0]] * 3
    assert router.distances(at(1, 0), [at(9, 1)]) == first[0]


PLACES = st.tuples(st.floats(0, 2), st.floats(0, 2))


@settings(deadline=None, max_examples=60)
@given(start=PLACES, end=PLACES, seed=st.integers(0, 1_000))
def test_distances_are_symmetric_and_no_closed_road_shortens_them(
    start: tuple[float, float], end: tuple[float, float], seed: int
) -> None:
    network = network_of(*grid(5, 5))
    chance = random.Random(seed)
    closures = [
        RoadClosure(id=str(number), corners=(at(chance.uniform(0, 2), chance.uniform(0, 2)),)) for number in range(4)
    ]
    free, closed = RoadRouter(network), RoadRouter(network, closures)
    one, other = at(*start), at(*end)
    for router in (free, closed):
        there, back = router.distances(one, [other])[0], router.distances(other, [one])[0]
        assert there.distance_m == pytest.approx(back.distance_m, rel=1e-6)
    with_all, without = free.distances(one, [other])[0].distance_m, closed.distances(one, [other])[0].distance_m
    assert with_all is not None
    assert with_all >= distance_m(*one, *other) * 0.998
    assert without is None or without >= with_all - 0.01
    route = closed.route(one, other)
    assert (route is None) == (without is None)
    if route is not None and without is not None:
        assert route.distance_m == pytest.approx(without)
        assert length_along(route.corners) == pytest.approx(without, rel=0.003, abs=1.0)
