"""Labels: no overlap with other labels, markers or decorations, and one label per feature."""

import dataclasses

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from support.colour_contrast import contrast
from support.map_samples import incidents, point_layer, polygon_layer, small_base_map, square

from tabuah.gis.base_map import BaseMap, LayerKind
from tabuah.gis.layers.style_file import shipped_style
from tabuah.gis.map_layers import NamedShape, make_layer
from tabuah.widgets.map.base_map.base_picture import pixels_of
from tabuah.widgets.map.base_map.layer_styles import colour_of
from tabuah.widgets.map.content import LABELS, MapContent, MarkerClass, MarkerKind
from tabuah.widgets.map.labels.label_candidates import LabelCandidate, label_candidates
from tabuah.widgets.map.labels.label_painter import LabelPainter
from tabuah.widgets.map.labels.label_placement import NamedArea, OccupiedGrid, PlacementRequest, place_names
from tabuah.widgets.map.labels.label_styles import label_style
from tabuah.widgets.map.labels.label_text_layout import name_picture, split_lines, text_size
from tabuah.widgets.map.labels.visible_areas import VisibleAreas
from tabuah.widgets.map.overlay.placed_markers import PlacedMarkers
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.appearance import TextStyle, install_fonts, text_font
from tabuah.widgets.theme.design_tokens import DARK, LIGHT

names = st.builds(
    PlacementRequest,
    key=st.integers(0, 10_000),
    x_px=st.floats(0, 400),
    y_px=st.floats(0, 300),
    width_px=st.floats(10, 120),
    height_px=st.floats(8, 24),
    beside_point=st.booleans(),
    gap_px=st.floats(0, 12),
)


def in_pixels(shape) -> NamedArea:
    """Return an area given in pixels of a view whose corner is the origin."""
    return NamedArea(shape=shapely.transform(shape, lambda at: at * (1, -1)), left_m=0, top_m=0, metres_per_px=1)


def overlap(one, other) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@given(st.lists(names, max_size=40))
def test_labels_never_overlap(wanted):
    boxes = [box for _, box in place_names(wanted, OccupiedGrid(400, 300))]
    assert not any(overlap(a, b) for i, a in enumerate(boxes) for b in boxes[:i])


@given(st.lists(names, max_size=20), st.lists(st.tuples(st.floats(0, 400), st.floats(0, 300)), max_size=30))
def test_labels_avoid_markers(wanted, markers):
    taken = OccupiedGrid(400, 300)
    taken.take_around(np.array(markers, float).reshape(-1, 2), 7.0)
    boxes = [box for _, box in place_names(wanted, taken)]
    squares = [(x - 7, y - 7, x + 7, y + 7) for x, y in markers]
    assert not any(overlap(box, mark) for box in boxes for mark in squares)


def test_label_placement_gives_first_best_place():
    one = PlacementRequest(key=1, x_px=100, y_px=100, width_px=60, height_px=12, beside_point=True, gap_px=5)
    placed = dict(place_names([one, replace(one, key=2)], OccupiedGrid(400, 300)))
    assert placed[1][0] > 100  # right of its point
    assert placed[2][2] < 100  # so the other one goes to the left


def test_label_without_free_place_is_omitted():
    taken = OccupiedGrid(400, 300)
    taken.take((0, 0, 400, 300))
    name = PlacementRequest(key=1, x_px=100, y_px=100, width_px=60, height_px=12, beside_point=False)
    assert list(place_names([name], taken)) == []


def test_volcano_label_appears_once_with_agency_level():
    mountains = [NamedShape(shape=shapely.Point(100.68, -0.98), code=c, name=n) for c, n in (("1", "A"), ("2", "B"))]
    level = NamedShape(shape=shapely.Point(100.68, -0.98), code="1", name="A · Level II")
    content = MapContent(
        base_map=BaseMap(
            layers=(make_layer("volcanoes", LayerKind.POINT, mountains),), bounds_m=(0, 0, 1, 1), attribution=()
        ),
        agency_layers=(make_layer("volcano_levels", LayerKind.POINT, [level]),),
    )
    assert sorted(each.text for each in label_candidates(content, 50)) == ["A · Level II", "B"]
    hidden = replace(content, hidden=frozenset({"volcano_levels"}))
    assert sorted(each.text for each in label_candidates(hidden, 50)) == ["A", "B"]


def test_approximate_area_leaves_label_to_label_layer():
    texts = [each.text for each in label_candidates(MapContent(base_map=small_base_map()), 50)]
    assert texts.count("BARAT") == 1
    assert texts.index("BARAT") < texts.index("Kota Satu")


def test_official_area_is_labelled_by_its_feature():
    official = polygon_layer("kecamatan", {"Barat Resmi": square(-9000, -9000, 9000)})
    content = MapContent(base_map=small_base_map(), imported=(official,))
    texts = [each.text for each in label_candidates(content, 50)]
    assert "BARAT RESMI" in texts
    assert "TIMUR" not in texts


def test_regency_has_one_label_when_zoomed_out():
    texts = {each.text for each in label_candidates(MapContent(base_map=small_base_map()), 1000)}
    assert "Kabupaten" in texts
    assert "BARAT" not in texts


def test_label_font_is_independent_of_window_font(qapp):
    install_fonts()
    mountain = NamedShape(shape=shapely.Point(100.68, -0.98), code="1", name="Gunung Talang")
    style = label_style(make_layer("volcanoes", LayerKind.POINT, [mountain]), DARK)
    name = LabelCandidate(text="Gunung 1111", note="2575 m", x_m=0, y_m=0, style=style)

    def picture() -> np.ndarray:
        image = name_picture(name, note_ink="#334455", scale=1.0, ratio=1.0)
        return np.frombuffer(bytes(image.constBits()), np.uint8).astype(np.int16)

    usual, size_px, before = qapp.font(), text_size(name, 1.0), picture()
    try:
        qapp.setFont(text_font(TextStyle.BODY))  # with tabular figures
        assert text_size(name, 1.0) == size_px
        assert np.abs(picture() - before).max() < 32, "more than the smoothing of edges differs"
    finally:
        qapp.setFont(usual)


def test_labels_can_be_hidden():
    assert label_candidates(MapContent(base_map=small_base_map(), hidden=frozenset({LABELS})), 50) == []


def test_labels_avoid_markers_and_decorations(qtbot):
    marks = incidents([(-5000, -5000)], [MarkerClass.HIGH])
    content = MapContent(base_map=small_base_map(), incidents=marks)
    view = Viewport.fitting(content.base_map.bounds_m, width_px=600, height_px=600)
    x, y = view.to_screen(5000, -5000)
    furniture = (x - 30, y - 30, x + 30, y + 30)
    placed = {MarkerKind.INCIDENT: PlacedMarkers(marks.lon_deg, marks.lat_deg)}
    layer = LabelPainter().lay_out(content, view=view, pixel_ratio=1.0, placed=placed, furniture=(furniture,))
    x, y = view.to_screen(-5000, -5000)
    assert {"BARAT", "TIMUR", "Kota Satu", "Kota Dua"} <= set(layer.texts)
    assert not any(overlap(box, furniture) for box in layer.boxes)
    assert not any(overlap(box, (x - 13, y - 13, x + 13, y + 13)) for box in layer.boxes)


def test_area_label_stays_inside_its_area():
    area = shapely.box(120, 80, 260, 220)
    name = PlacementRequest(
        key=1, x_px=130, y_px=100, width_px=60, height_px=12, beside_point=False, area=in_pixels(area)
    )
    (_, box), *_rest = place_names([name], OccupiedGrid(400, 300))
    assert area.contains(shapely.box(*box))


def test_area_label_over_another_area_is_omitted():
    area, taken = shapely.box(120, 80, 260, 220), OccupiedGrid(400, 300)
    taken.take((110, 70, 270, 230))
    name = PlacementRequest(
        key=1, x_px=190, y_px=150, width_px=60, height_px=30, beside_point=False, area=in_pixels(area)
    )
    assert list(place_names([name], taken)) == []
    small = replace(name, area=in_pixels(shapely.box(185, 145, 195, 155)))
    assert len(list(place_names([small], OccupiedGrid(400, 300)))) == 1  # a pond has no room for its label


def test_pond_label_is_near_it_or_omitted():
    pond = in_pixels(shapely.box(185, 145, 195, 155))
    name = PlacementRequest(key=1, x_px=190, y_px=150, width_px=60, height_px=30, beside_point=False, area=pond)
    taken = OccupiedGrid(400, 300)
    taken.take((150, 153, 230, 168))
    (_, box), *_rest = place_names([name], taken)
    assert box[3] < 153
    assert 150 - box[3] <= 12
    taken.take((150, 100, 230, 200))
    assert list(place_names([name], taken)) == []


def test_area_label_may_cover_dot_not_symbol():
    area = shapely.box(120, 80, 260, 220)
    name = PlacementRequest(
        key=1, x_px=190, y_px=150, width_px=60, height_px=30, beside_point=False, area=in_pixels(area)
    )
    for whole, places in (("take_dot", 1), ("take", 0)):
        taken = OccupiedGrid(400, 300)
        getattr(taken, whole)((110, 70, 270, 230))
        assert len(list(place_names([name], taken))) == places
        assert list(place_names([replace(name, area=None)], taken)) == []


def test_offscreen_label_moves_to_visible_part(qtbot):
    content = MapContent(base_map=small_base_map())
    view = Viewport(centre_x_m=-9000, centre_y_m=-1500, metres_per_px=8, width_px=400, height_px=300)
    layer = LabelPainter().lay_out(content, view=view, pixel_ratio=1.0, placed={})
    assert "BARAT" in layer.texts  # its own label point is 3 km farther south and east
    west_px = view.to_screen(-10_000, 0)[0]
    assert layer.boxes[layer.texts.index("BARAT")][0] >= west_px


def test_area_label_keeps_visible_place():
    layer = next(each for each in small_base_map().layers if each.name == "kecamatan")
    whole = Viewport.fitting(small_base_map().bounds_m, width_px=600, height_px=600)
    assert VisibleAreas().places(layer, whole) == {}
    beside = replace(whole, centre_x_m=1e6)
    assert VisibleAreas().places(layer, beside) == {}


def test_labels_are_placed_in_visible_part(qtbot):
    content = MapContent(base_map=small_base_map())
    seen = Viewport(centre_x_m=-9000, centre_y_m=-1500, metres_per_px=8, width_px=400, height_px=300)
    wide = seen.resized(1600, 1600)  # contains the usual place of the label
    layer = LabelPainter().lay_out(content, view=wide, pixel_ratio=1.0, placed={}, seen=seen)
    left, top, right, bottom = layer.boxes[layer.texts.index("BARAT")]
    assert (left, top) >= (600, 650)
    assert right <= 1000
    assert bottom <= 950


def test_label_is_not_cut_at_visible_edge(qtbot):
    places = {f"Nagari {n}": (-9000.0 + 900 * (n % 20), -9000.0 + 950 * (n // 20)) for n in range(400)}
    content = replace(MapContent(base_map=small_base_map()), imported=(point_layer("nagari", places),))
    seen = Viewport(centre_x_m=0, centre_y_m=0, metres_per_px=20, width_px=500, height_px=400)
    wide = seen.overscanned()
    layer = LabelPainter().lay_out(content, view=wide, pixel_ratio=1.0, placed={}, seen=seen)
    dx, dy = (wide.width_px - 500) / 2, (wide.height_px - 400) / 2
    inside = [dx <= x and x2 <= dx + 500 and dy <= y and y2 <= dy + 400 for x, y, x2, y2 in layer.boxes]
    outside = [x2 <= dx or x >= dx + 500 or y2 <= dy or y >= dy + 400 for x, y, x2, y2 in layer.boxes]
    assert sum(inside) > 20
    assert sum(outside) > 20
    assert all(one or other for one, other in zip(inside, outside, strict=True))


def test_long_label_wraps_into_two_equal_lines(qtbot):
    style = label_style(polygon_layer("kecamatan", {"x": square(0, 0, 9)}), DARK)
    long, short = (
        LabelCandidate(text=text, note="", x_m=0, y_m=0, style=style) for text in ("IX KOTO SUNGAI LASI", "KUBUNG")
    )
    assert split_lines(long) == ("IX KOTO", "SUNGAI LASI")
    assert split_lines(short) == ("KUBUNG",)
    assert split_lines(dataclasses.replace(long, style=replace(style, wrap_px=0))) == ("IX KOTO SUNGAI LASI",)  # noqa: TID251 - not a struct
    width, height = text_size(long, 1.0)
    assert width < text_size(dataclasses.replace(long, style=replace(style, wrap_px=0)), 1.0)[0] * 0.7  # noqa: TID251 - not a struct
    assert height > text_size(short, 1.0)[1] * 1.7


def test_label_picture_contains_lines_and_halo(qtbot):
    style = label_style(polygon_layer("kecamatan", {"x": square(0, 0, 9)}), DARK)
    offer = LabelCandidate(text="LEMBAH GUMANTI", note="", x_m=0, y_m=0, style=style)
    image = name_picture(offer, note_ink="#ffffff", scale=1.0, ratio=1.0)
    alpha = pixels_of(image) >> 24
    written = (alpha > 250).any(axis=1)  # the halo is slightly transparent
    assert np.count_nonzero(np.diff(written.astype(int)) == 1) == 2
    assert not alpha[[0, -1]].any()
    assert not alpha[:, [0, -1]].any()


def test_foremost_labels_stand_out_and_grow():
    layer = point_layer("places", {"Arosuka": (0, 0)})
    usual, first = (label_style(layer, LIGHT, first=first) for first in (False, True))
    assert first.size_px > usual.size_px
    assert first.weight > usual.weight
    assert label_style(layer, LIGHT, metres_per_px=10).size_px > usual.size_px
    ranked = replace(layer, features=tuple(dataclasses.replace(f, rank=2) for f in layer.features))  # noqa: TID251 - not a struct
    sizes = [label_candidates(MapContent(imported=(each,)), 100)[0].style.size_px for each in (layer, ranked)]
    assert sizes == [first.size_px, usual.size_px]


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)
def test_labels_are_readable_on_their_background(palette):
    grounds = {"neighbours": ("outside",), "places": ("outside", "land"), "lakes": ("water", "land")}
    for spec in shipped_style().layer:
        if spec.label is None:
            continue
        inks = [spec.label.colour, *(c.colour for c in (spec.label.first, spec.label.close) if c and c.colour)]
        for ink in inks:
            for ground in (*grounds.get(spec.name, ("land",)), None):
                under = colour_of(spec.label.halo, palette) if ground is None else getattr(palette, ground)
                assert contrast(colour_of(ink, palette), under) >= 4.5, (spec.name, ground)
