"""Figures while they are drawn: their shape, their size on the ellipsoid, and what they snap to."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from map_samples import SIDE_M, small_basemap

from tabuah.gis.geodesy import ellipsoid
from tabuah.gis.reference_systems import from_mercator, to_mercator
from tabuah.resources.catalogue import set_language
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.tools.amounts import area_words, direction_words, length_words
from tabuah.widgets.map.tools.shape_shelf import ShapeShelf
from tabuah.widgets.map.tools.sketch import Figure, Sketch, crossing_of
from tabuah.widgets.map.tools.snapping import SnapKind, Snapper
from tabuah.widgets.map.viewport import Viewport

SQUARE = ((0.0, 0.0), (1000.0, 0.0), (1000.0, 1000.0), (0.0, 1000.0))
BOW_TIE = ((0.0, 0.0), (1000.0, 1000.0), (1000.0, 0.0), (0.0, 1000.0))


def polygon(*vertices, closed: bool = True) -> Sketch:
    return Sketch(figure=Figure.POLYGON, vertices=tuple(vertices), closed=closed)


def view_of(metres_per_px: float) -> Viewport:
    return Viewport(centre_x_m=0, centre_y_m=0, metres_per_px=metres_per_px, width_px=600, height_px=600)


def test_a_vertex_is_added_moved_inserted_and_taken_away():
    sketch = Sketch(figure=Figure.LINE).with_added((0.0, 0.0)).with_added((10.0, 0.0))
    assert sketch.with_moved(1, (20.0, 5.0)).vertices == ((0.0, 0.0), (20.0, 5.0))
    assert sketch.with_inserted(1, (5.0, 5.0)).vertices == ((0.0, 0.0), (5.0, 5.0), (10.0, 0.0))
    assert sketch.without(0).vertices == ((10.0, 0.0),)
    assert sketch.vertices == ((0.0, 0.0), (10.0, 0.0))  # a change gives another sketch


def test_a_polygon_that_gets_too_small_is_open_again():
    assert not polygon(*SQUARE[:3]).without(0).closed
    assert polygon(*SQUARE).without(0).closed


def test_a_whole_polygon_repeats_its_first_position_at_the_end():
    positions = polygon(*SQUARE).positions_deg()
    assert len(positions) == 5
    assert positions[0] == positions[-1]


def test_length_and_area_are_those_on_the_ellipsoid():
    west, south = to_mercator(100.6, -0.8)
    east, north = to_mercator(100.7, -0.7)
    sketch = polygon((west, south), (east, south), (east, north), (west, north))
    area, around = ellipsoid().polygon_area_perimeter([100.6, 100.7, 100.7, 100.6], [-0.8, -0.8, -0.7, -0.7])
    assert sketch.area_m2() == pytest.approx(abs(area), rel=1e-6)
    assert sketch.length_m() == pytest.approx(around, rel=1e-6)


def test_a_square_is_simple_and_a_bow_tie_crosses_in_its_middle():
    assert crossing_of(polygon(*SQUARE)) is None
    assert crossing_of(polygon(*BOW_TIE)) == pytest.approx((500.0, 500.0))
    open_line = Sketch(figure=Figure.LINE, vertices=BOW_TIE)
    assert crossing_of(open_line) == pytest.approx((500.0, 500.0))


def test_a_line_that_goes_back_over_itself_crosses():
    back = Sketch(figure=Figure.LINE, vertices=((0.0, 0.0), (1000.0, 0.0), (400.0, 0.0)))
    assert crossing_of(back) == pytest.approx((700.0, 0.0))


def test_an_open_polygon_may_still_be_closed_the_right_way():
    assert crossing_of(polygon(*BOW_TIE[:3], closed=False)) is None


@given(st.lists(st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4)), min_size=3, max_size=8, unique=True))
def test_a_star_around_its_middle_never_crosses(places):
    middle = np.mean(places, axis=0)
    by_angle = {math.atan2(y - middle[1], x - middle[0]): (x, y) for x, y in places}
    angles = sorted(by_angle)
    gaps = np.diff([*angles, angles[0] + 2 * math.pi])
    if len(angles) < 3 or gaps.max() >= math.pi - 1e-3 or gaps.min() < 1e-3:
        return
    if min(math.hypot(x - middle[0], y - middle[1]) for x, y in places) < 1.0:
        return
    assert crossing_of(polygon(*(by_angle[angle] for angle in angles))) is None


CONTENT = MapContent(basemap=small_basemap())


@pytest.fixture
def snapper(qtbot) -> Iterator[Snapper]:
    """Looks for something in the small base map, which is ready."""
    shelf = ShapeShelf()
    with qtbot.waitSignal(shelf.prepared):
        shelf.prepare(CONTENT, 40.0)
    yield Snapper(shelf)
    shelf.close()


def test_a_vertex_of_a_layer_wins_over_its_edges(snapper):
    corner = SIDE_M / 2
    found = snapper.snap(CONTENT, view_of(40), (corner - 300, corner - 200))
    assert found is not None
    assert (found.kind, found.place_m) == (SnapKind.VERTEX, (corner, corner))


def test_an_edge_is_snapped_to_at_the_foot_of_the_perpendicular(snapper):
    found = snapper.snap(CONTENT, view_of(40), (SIDE_M / 2 - 300, 2000.0))
    assert found is not None
    assert found.kind is SnapKind.EDGE
    assert found.place_m == pytest.approx((SIDE_M / 2, 2000.0))


def test_nothing_is_snapped_to_beyond_ten_pixels_or_in_a_hidden_layer(snapper):
    assert snapper.snap(CONTENT, view_of(40), (SIDE_M / 2 - 405, 2000.0)) is None
    hidden = replace(CONTENT, hidden=frozenset({"regency"}))
    assert snapper.snap(hidden, view_of(40), (SIDE_M / 2 - 300, 2000.0)) is None


def test_amounts_take_the_unit_that_suits_them():
    assert [length_words(each) for each in (8.24, 845.2, 12_340, 123_400)] == [
        "8,2 m",
        "845 m",
        "12,34 km",
        "123,4 km",
    ]
    assert area_words(8_450) == "8.450 m²"
    assert area_words(123_400) == "12,34 ha"
    assert area_words(37_380_000) == "3.738 ha · 37,4 km²"
    assert direction_words(312.4) == "312° BL"
    set_language("en")
    assert length_words(12_340) == "12.34 km"
    assert direction_words(359.6) == "0° N"


def test_a_point_reads_as_degrees_again():
    place = Sketch(figure=Figure.POINT).with_added(to_mercator(100.645, -0.8))
    assert place.positions_deg()[0] == pytest.approx((100.645, -0.8))
    assert place.closed
    assert from_mercator(*place.vertices[0]) == pytest.approx((100.645, -0.8))
