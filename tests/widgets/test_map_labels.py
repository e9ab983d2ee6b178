"""Names never overlap each other, markers or the furniture, and each layer's names are written once."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from contrasts import contrast
from hypothesis import given
from hypothesis import strategies as st
from map_samples import incidents, point_layer, polygon_layer, small_basemap, square

from tabuah.gis.basemap import Basemap, LayerKind
from tabuah.gis.layers.style_file import shipped_style
from tabuah.gis.map_layers import NamedShape, make_layer
from tabuah.widgets.map.areas_in_sight import AreasInSight
from tabuah.widgets.map.base_picture import pixels_of
from tabuah.widgets.map.content import LABELS, MapContent
from tabuah.widgets.map.label_candidates import LabelCandidate, label_candidates
from tabuah.widgets.map.label_lettering import lines_of, name_picture, text_size
from tabuah.widgets.map.label_painter import LabelPainter
from tabuah.widgets.map.label_placement import Name, NamedArea, TakenSpace, place_names
from tabuah.widgets.map.label_styles import label_style
from tabuah.widgets.map.markers import MarkerClass, MarkerKind
from tabuah.widgets.map.placed_markers import PlacedMarkers
from tabuah.widgets.map.styles import colour_of
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.fonts import Type, install_fonts, type_font
from tabuah.widgets.theme.tokens import DARK, LIGHT

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


def in_pixels(shape) -> NamedArea:
    """An area given in the pixels of a view whose corner lies at the origin."""
    return NamedArea(shape=shapely.transform(shape, lambda at: at * (1, -1)), left_m=0, top_m=0, metres_per_px=1)


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


def test_a_mountain_whose_level_an_agency_told_is_named_once_and_again_when_the_levels_are_hidden():
    mountains = [NamedShape(shape=shapely.Point(100.68, -0.98), code=c, name=n) for c, n in (("1", "A"), ("2", "B"))]
    level = NamedShape(shape=shapely.Point(100.68, -0.98), code="1", name="A · Level II")
    content = MapContent(
        basemap=Basemap(
            layers=(make_layer("volcanoes", LayerKind.POINT, mountains),), bounds_m=(0, 0, 1, 1), attribution=()
        ),
        told=(make_layer("volcano_levels", LayerKind.POINT, [level]),),
    )
    assert sorted(each.text for each in label_candidates(content, 50)) == ["A · Level II", "B"]
    hidden = replace(content, hidden=frozenset({"volcano_levels"}))
    assert sorted(each.text for each in label_candidates(hidden, 50)) == ["A", "B"]


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


def test_names_are_set_alike_whatever_the_font_of_the_window_is(qapp):
    install_fonts()
    mountain = NamedShape(shape=shapely.Point(100.68, -0.98), code="1", name="Gunung Talang")
    style = label_style(make_layer("volcanoes", LayerKind.POINT, [mountain]), DARK)
    name = LabelCandidate(text="Gunung 1111", note="2575 m", x_m=0, y_m=0, style=style)

    def picture() -> np.ndarray:
        image = name_picture(name, note_ink="#334455", scale=1.0, ratio=1.0)
        return np.frombuffer(bytes(image.constBits()), np.uint8).astype(np.int16)

    usual, size_px, before = qapp.font(), text_size(name, 1.0), picture()
    try:
        qapp.setFont(type_font(Type.BODY))  # with figures of equal width
        assert text_size(name, 1.0) == size_px
        assert np.abs(picture() - before).max() < 32, "more than the smoothing of edges differs"
    finally:
        qapp.setFont(usual)


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


def test_the_name_of_an_area_stands_inside_it_even_if_that_is_farther_from_its_middle():
    area = shapely.box(120, 80, 260, 220)
    name = Name(key=1, x_px=130, y_px=100, width_px=60, height_px=12, beside_point=False, area=in_pixels(area))
    (_, box), *_rest = place_names([name], TakenSpace(400, 300))
    assert area.contains(shapely.box(*box))


def test_a_name_that_has_room_only_over_another_area_is_left_out():
    area, taken = shapely.box(120, 80, 260, 220), TakenSpace(400, 300)
    taken.take((110, 70, 270, 230))
    name = Name(key=1, x_px=190, y_px=150, width_px=60, height_px=30, beside_point=False, area=in_pixels(area))
    assert list(place_names([name], taken)) == []
    small = replace(name, area=in_pixels(shapely.box(185, 145, 195, 155)))
    assert len(list(place_names([small], TakenSpace(400, 300)))) == 1  # a pond has no room for its name at all


def test_the_name_of_a_pond_stands_beside_it_or_nowhere():
    pond = in_pixels(shapely.box(185, 145, 195, 155))
    name = Name(key=1, x_px=190, y_px=150, width_px=60, height_px=30, beside_point=False, area=pond)
    taken = TakenSpace(400, 300)
    taken.take((150, 153, 230, 168))
    (_, box), *_rest = place_names([name], taken)
    assert box[3] < 153
    assert 150 - box[3] <= 12
    taken.take((150, 100, 230, 200))
    assert list(place_names([name], taken)) == []


def test_the_name_of_an_area_rather_covers_a_dot_than_is_missing_but_no_symbol():
    area = shapely.box(120, 80, 260, 220)
    name = Name(key=1, x_px=190, y_px=150, width_px=60, height_px=30, beside_point=False, area=in_pixels(area))
    for whole, places in (("take_dot", 1), ("take", 0)):
        taken = TakenSpace(400, 300)
        getattr(taken, whole)((110, 70, 270, 230))
        assert len(list(place_names([name], taken))) == places
        assert list(place_names([replace(name, area=None)], taken)) == []


def test_an_area_whose_middle_is_out_of_sight_is_named_in_what_is_seen_of_it(qtbot):
    content = MapContent(basemap=small_basemap())
    view = Viewport(centre_x_m=-9000, centre_y_m=-1500, metres_per_px=8, width_px=400, height_px=300)
    layer = LabelPainter().lay_out(content, view=view, pixel_ratio=1.0, placed={})
    assert "BARAT" in layer.texts  # its own place lies 3 km farther south and east
    west_px = view.to_screen(-10_000, 0)[0]
    assert layer.boxes[layer.texts.index("BARAT")][0] >= west_px


def test_a_name_keeps_its_own_place_while_that_is_in_sight():
    layer = next(each for each in small_basemap().layers if each.name == "kecamatan")
    whole = Viewport.fitting(small_basemap().bounds_m, width_px=600, height_px=600)
    assert AreasInSight().places(layer, whole) == {}
    beside = replace(whole, centre_x_m=1e6)
    assert AreasInSight().places(layer, beside) == {}


def test_names_are_placed_in_the_part_that_is_seen_of_a_larger_picture(qtbot):
    content = MapContent(basemap=small_basemap())
    seen = Viewport(centre_x_m=-9000, centre_y_m=-1500, metres_per_px=8, width_px=400, height_px=300)
    wide = seen.resized(1600, 1600)  # holds the usual place of the name
    layer = LabelPainter().lay_out(content, view=wide, pixel_ratio=1.0, placed={}, seen=seen)
    left, top, right, bottom = layer.boxes[layer.texts.index("BARAT")]
    assert (left, top) >= (600, 650)
    assert right <= 1000
    assert bottom <= 950


def test_no_name_is_cut_by_the_edge_of_what_is_seen(qtbot):
    places = {f"Nagari {n}": (-9000.0 + 900 * (n % 20), -9000.0 + 950 * (n // 20)) for n in range(400)}
    content = replace(MapContent(basemap=small_basemap()), imported=(point_layer("nagari", places),))
    seen = Viewport(centre_x_m=0, centre_y_m=0, metres_per_px=20, width_px=500, height_px=400)
    wide = seen.overscanned()
    layer = LabelPainter().lay_out(content, view=wide, pixel_ratio=1.0, placed={}, seen=seen)
    dx, dy = (wide.width_px - 500) / 2, (wide.height_px - 400) / 2
    inside = [dx <= x and x2 <= dx + 500 and dy <= y and y2 <= dy + 400 for x, y, x2, y2 in layer.boxes]
    outside = [x2 <= dx or x >= dx + 500 or y2 <= dy or y >= dy + 400 for x, y, x2, y2 in layer.boxes]
    assert sum(inside) > 20
    assert sum(outside) > 20
    assert all(one or other for one, other in zip(inside, outside, strict=True))


def test_a_long_name_is_set_in_two_lines_of_about_one_length(qtbot):
    style = label_style(polygon_layer("kecamatan", {"x": square(0, 0, 9)}), DARK)
    long, short = (
        LabelCandidate(text=text, note="", x_m=0, y_m=0, style=style) for text in ("IX KOTO SUNGAI LASI", "KUBUNG")
    )
    assert lines_of(long) == ("IX KOTO", "SUNGAI LASI")
    assert lines_of(short) == ("KUBUNG",)
    assert lines_of(replace(long, style=replace(style, wrap_px=0))) == ("IX KOTO SUNGAI LASI",)
    width, height = text_size(long, 1.0)
    assert width < text_size(replace(long, style=replace(style, wrap_px=0)), 1.0)[0] * 0.7
    assert height > text_size(short, 1.0)[1] * 1.7


def test_both_lines_and_their_halo_lie_inside_the_picture_of_a_name(qtbot):
    style = label_style(polygon_layer("kecamatan", {"x": square(0, 0, 9)}), DARK)
    offer = LabelCandidate(text="LEMBAH GUMANTI", note="", x_m=0, y_m=0, style=style)
    image = name_picture(offer, note_ink="#ffffff", scale=1.0, ratio=1.0)
    alpha = pixels_of(image) >> 24
    written = (alpha > 250).any(axis=1)  # the halo lets a little through
    assert np.count_nonzero(np.diff(written.astype(int)) == 1) == 2
    assert not alpha[[0, -1]].any()
    assert not alpha[:, [0, -1]].any()


def test_foremost_names_stand_out_and_all_grow_at_close_scale():
    layer = point_layer("places", {"Arosuka": (0, 0)})
    usual, first = (label_style(layer, LIGHT, first=first) for first in (False, True))
    assert first.size_px > usual.size_px
    assert first.weight > usual.weight
    assert label_style(layer, LIGHT, metres_per_px=10).size_px > usual.size_px
    ranked = replace(layer, features=tuple(replace(f, rank=2) for f in layer.features))
    sizes = [label_candidates(MapContent(imported=(each,)), 100)[0].style.size_px for each in (layer, ranked)]
    assert sizes == [first.size_px, usual.size_px]


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)
def test_every_name_can_be_read_on_the_ground_it_stands_on(palette):
    grounds = {"neighbours": ("outside",), "places": ("outside", "land"), "lakes": ("water", "land")}
    for spec in shipped_style().layer:
        if spec.label is None:
            continue
        inks = [spec.label.colour, *(c.colour for c in (spec.label.first, spec.label.close) if c and c.colour)]
        for ink in inks:
            for ground in (*grounds.get(spec.name, ("land",)), None):
                under = colour_of(spec.label.halo, palette) if ground is None else getattr(palette, ground)
                assert contrast(colour_of(ink, palette), under) >= 4.5, (spec.name, ground)
