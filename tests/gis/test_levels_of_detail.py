"""Tests of levels of detail: error limit and shared edges."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tabuah.gis import levels_of_detail
from tabuah.gis.levels_of_detail import (
    ERROR_PX,
    build_levels,
    label_points,
    pack_level,
    simplify_coverage,
    simplify_separately,
    unpack_polygons,
)


def wavy(offset_m: float, seed: int) -> list[tuple[float, float]]:
    """Return a ragged line from south to north."""
    random = np.random.default_rng(seed)
    return [(offset_m + float(random.normal(0, 40)), y_m) for y_m in np.linspace(0, 10_000, 200)]


def two_neighbours(seed: int) -> np.ndarray:
    common = wavy(5_000, seed)
    west = shapely.Polygon([*common, (0, 10_000), (0, 0)])
    east = shapely.Polygon([*common, (10_000, 10_000), (10_000, 0)])
    return np.array([west, east], dtype=object)


@given(st.integers(0, 1000), st.sampled_from([10.0, 50.0, 200.0, 800.0]))
def test_simplified_neighbours_share_their_edge(seed, tolerance_m):
    simplified = simplify_coverage(two_neighbours(seed), tolerance_m)
    assert shapely.coverage_is_valid(simplified)
    assert shapely.coverage_union_all(simplified).area == pytest.approx(1e8)


@given(st.integers(0, 1000), st.sampled_from([10.0, 50.0, 200.0]))
def test_simplified_vertices_stay_within_tolerance(seed, tolerance_m):
    before = two_neighbours(seed)
    after = simplify_coverage(before, tolerance_m)
    for old, new in zip(before, after, strict=True):
        assert shapely.distance(new.boundary, shapely.points(shapely.get_coordinates(old))).max() <= tolerance_m


def test_simplification_keeps_islands_and_holes():
    ring = shapely.box(0, 0, 9_000, 9_000).difference(shapely.box(3_000, 3_000, 6_000, 6_000))
    shapes = np.array([ring, shapely.box(3_000, 3_000, 6_000, 6_000), shapely.box(20_000, 0, 20_100, 100)])
    simplified = simplify_coverage(shapes, 500.0)
    assert [shape.area for shape in simplified[:2]] == [ring.area, 9e6]
    assert not simplified[2].is_empty


def test_levels_shrink_and_start_from_shapes():
    levels = build_levels(two_neighbours(7), simplify_coverage)
    assert levels[0].tolerance_m == 0.0
    sizes = [len(level.coordinates_m) for level in levels]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) > 2


def test_tolerances_are_powers_of_two_pixels():
    for level in build_levels(two_neighbours(7), simplify_coverage)[1:]:
        assert np.log2(level.tolerance_m / ERROR_PX).is_integer()


def test_points_have_one_level():
    points = np.array([shapely.Point(0, 0), shapely.Point(5_000, 5_000)])
    (level,) = build_levels(points, simplify_separately)
    assert level.offsets.tolist() == [0, 1, 2]


def test_hole_follows_outer_ring_of_its_feature():
    holed = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    level = pack_level(np.array([shapely.box(20, 0, 21, 1), holed]), tolerance_m=0.0)
    assert level.feature_of_part.tolist() == [0, 1, 1]
    assert level.offsets.tolist() == [0, 5, 10, 15]
    for start, end in zip(level.offsets, level.offsets[1:], strict=False):
        assert level.coordinates_m[start].tolist() == level.coordinates_m[end - 1].tolist()


def test_packed_polygons_round_trip():
    holed = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    parts = shapely.MultiPolygon([shapely.box(20, 0, 21, 1), shapely.box(30, 0, 31, 1)])
    shapes = np.array([holed, parts])
    unpacked = unpack_polygons(pack_level(shapes, tolerance_m=0.0), 2)
    assert all(shapely.equals(shapes, unpacked))


def test_label_of_crescent_lies_inside():
    crescent = shapely.Point(0, 0).buffer(1_000).difference(shapely.Point(400, 0).buffer(900))
    (label,) = label_points(np.array([crescent]))
    assert crescent.contains(shapely.Point(label))


def wavy_grid(across: int, vertices: int) -> np.ndarray:
    """Return areas with shared wavy edges, as a coverage in EPSG:3857 metres; two of them are islands in others."""
    xs = np.linspace(0, 1_000, vertices // across)
    lines = [
        shapely.LineString(np.column_stack([xs * 40, 10_000 * n + 900 * np.sin(xs / 9 + n)]))
        for n in range(across + 1)
    ]
    ends = [shapely.LineString([line.coords[side] for line in lines]) for side in (0, -1)]
    strips = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all([*lines, *ends]))))
    island = shapely.Point(20_000, 5_000).buffer(1.0, quad_segs=4)
    return np.array([*(strip.difference(island) for strip in strips), island], dtype=object)


@pytest.mark.parametrize("simplify", [simplify_coverage, simplify_separately])
def test_large_layer_keeps_areas_within_tolerance(monkeypatch: pytest.MonkeyPatch, simplify):
    monkeypatch.setattr(levels_of_detail, "LARGE_LAYER_VERTICES", 1_000)
    shapes = wavy_grid(4, 4_000)
    shapes = shapes if simplify is simplify_coverage else shapes[1:]  # a hole below the tolerance may disappear
    levels = build_levels(shapes, simplify)
    assert len(levels) > 4
    assert len(levels[-1].coordinates_m) < len(levels[0].coordinates_m) / 10
    for level in levels:
        assert set(level.feature_of_part.tolist()) == set(range(len(shapes)))
        drawn = unpack_polygons(level, len(shapes))
        for shape, simple in zip(shapes, drawn, strict=True):
            assert shapely.hausdorff_distance(shape.boundary, simple.boundary) <= level.tolerance_m + 0.01


def test_large_coverage_shares_edges_at_every_level(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(levels_of_detail, "LARGE_LAYER_VERTICES", 1_000)
    shapes = wavy_grid(4, 4_000)
    for level in build_levels(shapes, simplify_coverage):
        assert shapely.coverage_is_valid(unpack_polygons(level, len(shapes)))


def test_large_and_small_coverages_agree(monkeypatch: pytest.MonkeyPatch):
    shapes = wavy_grid(3, 900)
    small = build_levels(shapes, simplify_coverage)
    monkeypatch.setattr(levels_of_detail, "LARGE_LAYER_VERTICES", 10)
    large = build_levels(shapes, simplify_coverage)
    for one, other in zip(unpack_polygons(small[0], 4), unpack_polygons(large[0], 4), strict=True):
        assert one.equals(other)
    assert len(large[-1].coordinates_m) < 1.5 * len(small[-1].coordinates_m)
