"""Networks from lines: where roads meet, and where they do not."""

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point
from support.road_networks import BUILT_AT, SOURCE, at, grid, network_of, road, valley

from tabuah.gis.errors import RoadNetworkError
from tabuah.gis.roads.network_build import RoadLine, build_network


def test_roads_that_share_a_corner_meet() -> None:
    network = valley()
    assert network.junction_count == 6
    assert network.edge_count == 6
    assert network.component_count == 1
    assert network.length_m == pytest.approx(22_000, rel=0.001)
    assert network.lengths_by_class_m() == pytest.approx(
        {"primary": 10_000, "secondary": 1_000, "local": 11_000}, rel=0.001
    )


def test_a_bridge_over_a_road_does_not_meet_it() -> None:
    network = network_of(road((0, 0), (2, 0)), road((1, -1), (1, 1)))
    assert network.component_count == 2
    assert network.largest_share == pytest.approx(0.5, rel=0.01)


def test_a_road_that_crosses_itself_meets_itself() -> None:
    network = network_of(road((0, 0), (1, 0), (2, 0), (2, 1), (1, 0), (0, 1)))
    assert network.edge_count == 3
    assert network.component_count == 1


def test_the_end_of_a_file_line_is_joined_to_the_road_that_it_almost_touches() -> None:
    main, lane = road((0, 0), (2, 0), name="utama"), road((1, 0.0005), (1, 1), name="gang")
    assert network_of(main, lane).component_count == 2
    joined = build_network([main, lane], source=SOURCE, built_at=BUILT_AT, tolerance_m=1.0)
    assert joined.joined_ends == 1
    assert joined.network.component_count == 1
    assert joined.network.edge_count == 3
    assert [joined.network.name(edge) for edge in range(3)].count("utama") == 2


def test_several_lines_end_on_one_road() -> None:
    lanes = [road((x / 10, 0.0004 * (-1) ** x), (x / 10, 1 * (-1) ** x)) for x in range(1, 20)]
    network = network_of(road((0, 0), (2, 0)), *lanes, tolerance_m=1.0)
    assert network.component_count == 1
    assert network.edge_count == 20 + 19


def test_ends_that_almost_meet_are_joined_to_each_other() -> None:
    network = network_of(road((0, 0), (1, 0)), road((1.0004, 0), (2, 0)), tolerance_m=1.0)
    assert network.component_count == 1
    assert network.edge_count == 2


def test_the_ends_of_a_crossroads_are_one_junction() -> None:
    ends = [(0.0, 0.0), (0.0001, 0.0), (0.0005, 0.0), (0.0006, 0.0)]  # two pairs that are nearest to each other
    roads = [road(end, (x, y)) for end, (x, y) in zip(ends, [(-1, 0), (0, 1), (0, -1), (1, 0)], strict=True)]
    network = network_of(*roads, tolerance_m=1.0)
    assert network.component_count == 1
    assert network.junction_count == 5


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 1_000))
def test_blocks_whose_ends_miss_by_centimetres_have_their_crossings(seed: int) -> None:
    chance = random.Random(seed)

    def near(x: int, y: int) -> tuple[float, float]:
        return x + chance.uniform(-0.0003, 0.0003), y + chance.uniform(-0.0003, 0.0003)

    east = [road(near(x, y), near(x + 1, y)) for x in range(3) for y in range(4)]
    north = [road(near(x, y), near(x, y + 1)) for x in range(4) for y in range(3)]
    network = network_of(*east, *north, tolerance_m=1.0)
    assert network.component_count == 1
    assert network.junction_count == 16


def test_ends_beyond_the_tolerance_stay_apart() -> None:
    assert network_of(road((0, 0), (1, 0)), road((1.002, 0), (2, 0)), tolerance_m=1.0).component_count == 2


def test_parts_without_a_length_are_left_out_and_counted() -> None:
    with np.errstate(invalid="ignore"):
        no_number = LineString([at(0, 0), (float("nan"), 0.0)])
    bad = [
        RoadLine(shape=LineString([at(0, 0), at(0, 0)])),
        RoadLine(shape=LineString()),
        RoadLine(shape=Point(at(0, 0))),
        RoadLine(shape=no_number),
    ]
    built = build_network([*bad, road((0, 0), (1, 0))], source=SOURCE, built_at=BUILT_AT)
    assert built.network.edge_count == 1
    assert built.without_length == 4


def test_all_parts_of_a_road_keep_its_name_and_class() -> None:
    shape = MultiLineString([[at(0, 0), at(1, 0)], [at(5, 5), at(6, 5)]])
    network = network_of(RoadLine(shape=shape, name="Jalan Lolo", kind="jalan kabupaten"))
    assert {network.name(edge) for edge in range(network.edge_count)} == {"Jalan Lolo"}
    assert list(network.lengths_by_class_m()) == ["unclassified"]


def test_equal_lines_are_two_edges_of_the_same_junctions() -> None:
    network = network_of(road((0, 0), (1, 0)), road((0, 0), (1, 0)))
    assert network.edge_count == 2
    assert network.junction_count == 2


def test_without_roads_there_is_no_network() -> None:
    with pytest.raises(RoadNetworkError):
        build_network([], source=SOURCE, built_at=BUILT_AT)
    with pytest.raises(RoadNetworkError):
        build_network([RoadLine(shape=LineString())], source=SOURCE, built_at=BUILT_AT)


@settings(deadline=None, max_examples=30)
@given(
    lines=st.lists(
        st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=6), min_size=1, max_size=12
    ),
    tolerance_m=st.sampled_from([0.0, 1.0]),
)
def test_no_length_is_lost_or_added(lines: list[list[tuple[int, int]]], tolerance_m: float) -> None:
    roads = [road(*line) for line in lines if any(one != other for one, other in pairwise(line))]
    if not roads:
        return
    network = network_of(*roads, tolerance_m=tolerance_m)
    apart = sum(network_of(each).length_m for each in roads)
    assert network.length_m == pytest.approx(apart, rel=1e-4)
    assert int(network.ends.max()) + 1 == len(set(network.ends.reshape(-1).tolist()))
    assert (network.components >= 0).all()


def test_a_grid_has_its_crossings() -> None:
    network = network_of(*grid(10, 10))
    assert network.junction_count == 100
    assert network.edge_count == 2 * 10 * 9
