"""Sketches: shape, size on the ellipsoid, and snapping."""

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from support.map_samples import SIDE_M, small_base_map

from tabuah.gis.geodesy import ellipsoid
from tabuah.gis.reference_systems import from_mercator, to_mercator
from tabuah.resources.localisation import set_language
from tabuah.text.map.measurements import describe_area, describe_direction, describe_length
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.tools.layer_index import LayerIndex
from tabuah.widgets.map.tools.sketch import Sketch, SketchKind, find_crossing
from tabuah.widgets.map.tools.snapping import SnapKind, Snapper
from tabuah.widgets.map.viewport import Viewport

SQUARE = ((0.0, 0.0), (1000.0, 0.0), (1000.0, 1000.0), (0.0, 1000.0))
BOW_TIE = ((0.0, 0.0), (1000.0, 1000.0), (1000.0, 0.0), (0.0, 1000.0))


def polygon(*vertices, closed: bool = True) -> Sketch:
    return Sketch(figure=SketchKind.POLYGON, vertices=tuple(vertices), closed=closed)


def view_of(metres_per_px: float) -> Viewport:
    return Viewport(centre_x_m=0, centre_y_m=0, metres_per_px=metres_per_px, width_px=600, height_px=600)


def test_sketch_adds_moves_inserts_and_removes_vertices():
    sketch = Sketch(figure=SketchKind.LINE).with_added((0.0, 0.0)).with_added((10.0, 0.0))
    assert sketch.with_moved(1, (20.0, 5.0)).vertices == ((0.0, 0.0), (20.0, 5.0))
    assert sketch.with_inserted(1, (5.0, 5.0)).vertices == ((0.0, 0.0), (5.0, 5.0), (10.0, 0.0))
    assert sketch.without(0).vertices == ((10.0, 0.0),)
    assert sketch.vertices == ((0.0, 0.0), (10.0, 0.0))  # a change returns another sketch


def test_polygon_too_small_is_open_again():
    assert not polygon(*SQUARE[:3]).without(0).closed
    assert polygon(*SQUARE).without(0).closed


def test_complete_polygon_repeats_first_position():
    positions = polygon(*SQUARE).positions_deg()
    assert len(positions) == 5
    assert positions[0] == positions[-1]


def test_sketch_length_and_area_are_ellipsoidal():
    west, south = to_mercator(100.6, -0.8)
    east, north = to_mercator(100.7, -0.7)
    sketch = polygon((west, south), (east, south), (east, north), (west, north))
    area, around = ellipsoid().polygon_area_perimeter([100.6, 100.7, 100.7, 100.6], [-0.8, -0.8, -0.7, -0.7])
    assert sketch.area_m2() == pytest.approx(abs(area), rel=1e-6)
    assert sketch.length_m() == pytest.approx(around, rel=1e-6)


def test_bow_tie_crosses_and_square_does_not():
    assert find_crossing(polygon(*SQUARE)) is None
    assert find_crossing(polygon(*BOW_TIE)) == pytest.approx((500.0, 500.0))
    open_line = Sketch(figure=SketchKind.LINE, vertices=BOW_TIE)
    assert find_crossing(open_line) == pytest.approx((500.0, 500.0))


def test_line_back_over_itself_crosses():
    back = Sketch(figure=SketchKind.LINE, vertices=((0.0, 0.0), (1000.0, 0.0), (400.0, 0.0)))
    assert find_crossing(back) == pytest.approx((700.0, 0.0))


def test_open_polygon_can_still_be_closed_validly():
    assert find_crossing(polygon(*BOW_TIE[:3], closed=False)) is None


@given(st.lists(st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4)), min_size=3, max_size=8, unique=True))
def test_star_polygon_never_crosses(places):
    middle = np.mean(places, axis=0)
    by_angle = {math.atan2(y - middle[1], x - middle[0]): (x, y) for x, y in places}
    angles = sorted(by_angle)
    gaps = np.diff([*angles, angles[0] + 2 * math.pi])
    if len(angles) < 3 or gaps.max() >= math.pi - 1e-3 or gaps.min() < 1e-3:
        return
    if min(math.hypot(x - middle[0], y - middle[1]) for x, y in places) < 1.0:
        return
    assert find_crossing(polygon(*(by_angle[angle] for angle in angles))) is None


CONTENT = MapContent(base_map=small_base_map())


@pytest.fixture
def snapper(qtbot) -> Iterator[Snapper]:
    """Return a snapper on the small base map, with its index ready."""
    layer_index = LayerIndex()
    with qtbot.waitSignal(layer_index.prepared):
        layer_index.prepare(CONTENT, 40.0)
    yield Snapper(layer_index)
    layer_index.close()


def test_snapping_prefers_vertex_over_edge(snapper):
    corner = SIDE_M / 2
    found = snapper.snap(CONTENT, view_of(40), (corner - 300, corner - 200))
    assert found is not None
    assert (found.kind, found.place_m) == (SnapKind.VERTEX, (corner, corner))


def test_snapping_to_edge_uses_perpendicular_foot(snapper):
    found = snapper.snap(CONTENT, view_of(40), (SIDE_M / 2 - 300, 2000.0))
    assert found is not None
    assert found.kind is SnapKind.EDGE
    assert found.place_m == pytest.approx((SIDE_M / 2, 2000.0))


def test_snapping_ignores_far_and_hidden_features(snapper):
    assert snapper.snap(CONTENT, view_of(40), (SIDE_M / 2 - 405, 2000.0)) is None
    hidden = replace(CONTENT, hidden=frozenset({"regency"}))
    assert snapper.snap(hidden, view_of(40), (SIDE_M / 2 - 300, 2000.0)) is None


def test_measurement_text_uses_suitable_unit():
    assert [describe_length(each) for each in (8.24, 845.2, 12_340, 123_400)] == [
        "8,2 m",
        "845 m",
        "12,34 km",
        "123,4 km",
    ]
    assert describe_area(8_450) == "8.450 m²"
    assert describe_area(123_400) == "12,34 ha"
    assert describe_area(37_380_000) == "3.738 ha · 37,4 km²"
    assert describe_direction(312.4) == "312° BL"
    set_language("en")
    assert describe_length(12_340) == "12.34 km"
    assert describe_direction(359.6) == "0° N"


def test_point_text_reads_back_as_degrees():
    place = Sketch(figure=SketchKind.POINT).with_added(to_mercator(100.645, -0.8))
    assert place.positions_deg()[0] == pytest.approx((100.645, -0.8))
    assert place.closed
    assert from_mercator(*place.vertices[0]) == pytest.approx((100.645, -0.8))
