"""Names never overlap each other, markers or the furniture, and each layer's names are written once."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from map_samples import incidents, polygon_layer, small_basemap, square

from tabuah.widgets.map.content import LABELS, MapContent
from tabuah.widgets.map.label_candidates import label_candidates
from tabuah.widgets.map.label_painter import LabelPainter
from tabuah.widgets.map.label_placement import Name, TakenSpace, place_names
from tabuah.widgets.map.markers import MarkerClass, MarkerKind
from tabuah.widgets.map.placed_markers import PlacedMarkers
from tabuah.widgets.map.viewport import Viewport

names = st.builds(
    Name,
    key=st.integers(0, 10_000),
    x_px=st.floats(0, 400),
    y_px=st.floats(0, 300),
    width_px=st.floats(10, 120),
    height_px=st.floats(8, 24),
    beside_point=st.booleans(),
    gap_px=st.floats(0, 12),
)


def overlap(one, other) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@given(st.lists(names, max_size=40))
def test_no_two_names_overlap(wanted):
    boxes = [box for _, box in place_names(wanted, TakenSpace(400, 300))]
    assert not any(overlap(a, b) for i, a in enumerate(boxes) for b in boxes[:i])


@given(st.lists(names, max_size=20), st.lists(st.tuples(st.floats(0, 400), st.floats(0, 300)), max_size=30))
def test_no_name_lies_on_a_marker(wanted, markers):
    taken = TakenSpace(400, 300)
    taken.take_around(np.array(markers, float).reshape(-1, 2), 7.0)
    boxes = [box for _, box in place_names(wanted, taken)]
    squares = [(x - 7, y - 7, x + 7, y + 7) for x, y in markers]
    assert not any(overlap(box, mark) for box in boxes for mark in squares)


def test_the_first_name_gets_the_best_place_and_the_second_goes_elsewhere():
    one = Name(key=1, x_px=100, y_px=100, width_px=60, height_px=12, beside_point=True, gap_px=5)
    placed = dict(place_names([one, replace(one, key=2)], TakenSpace(400, 300)))
    assert placed[1][0] > 100  # right of its point
    assert placed[2][2] < 100  # so the other one goes left


def test_a_name_without_a_free_place_is_left_out():
    taken = TakenSpace(400, 300)
    taken.take((0, 0, 400, 300))
    name = Name(key=1, x_px=100, y_px=100, width_px=60, height_px=12, beside_point=False)
    assert list(place_names([name], taken)) == []


def test_approximate_areas_leave_their_names_to_the_layer_of_labels():
    texts = [each.text for each in label_candidates(MapContent(basemap=small_basemap()), 50)]
    assert texts.count("BARAT") == 1
    assert texts.index("BARAT") < texts.index("Kota Satu")


def test_official_areas_are_named_by_their_own_features():
    official = polygon_layer("kecamatan", {"Barat Resmi": square(-9000, -9000, 9000)})
    content = MapContent(basemap=small_basemap(), imported=(official,))
    texts = [each.text for each in label_candidates(content, 50)]
    assert "BARAT RESMI" in texts
    assert "TIMUR" not in texts


def test_far_out_the_regency_has_one_name():
    texts = {each.text for each in label_candidates(MapContent(basemap=small_basemap()), 1000)}
    assert "Kabupaten" in texts
    assert "BARAT" not in texts


def test_names_can_be_switched_off():
    assert label_candidates(MapContent(basemap=small_basemap(), hidden=frozenset({LABELS})), 50) == []


def test_names_keep_clear_of_markers_and_furniture(qtbot):
    marks = incidents([(-5000, -5000)], [MarkerClass.HIGH])
    content = MapContent(basemap=small_basemap(), incidents=marks)
    view = Viewport.fitting(content.basemap.bounds_m, width_px=600, height_px=600)
    x, y = view.to_screen(5000, -5000)
    furniture = (x - 30, y - 30, x + 30, y + 30)
    placed = {MarkerKind.INCIDENT: PlacedMarkers(marks.lon_deg, marks.lat_deg)}
    layer = LabelPainter().lay_out(content, view=view, pixel_ratio=1.0, placed=placed, furniture=(furniture,))
    x, y = view.to_screen(-5000, -5000)
    assert {"BARAT", "TIMUR", "Kota Satu", "Kota Dua"} <= set(layer.texts)
    assert not any(overlap(box, furniture) for box in layer.boxes)
    assert not any(overlap(box, (x - 13, y - 13, x + 13, y + 13)) for box in layer.boxes)
