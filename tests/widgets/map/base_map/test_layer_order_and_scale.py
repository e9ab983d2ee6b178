"""Drawing order of layers, and the scales at which the shipped style shows them."""

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtGui import QImage
from support.map_samples import incidents, point_layer, polygon_layer, small_base_map, square, stations

from tabuah.gis.base_map import BaseMap, Feature, LayerKind, LevelOfDetail, MapLayer
from tabuah.gis.layers.range_rings import RangeRings
from tabuah.gis.layers.style_file import shipped_style
from tabuah.gis.reference_systems import from_mercator
from tabuah.widgets.map.base_map.base_picture import pixels_of
from tabuah.widgets.map.base_map.layer_styles import colour_of
from tabuah.widgets.map.content import AffectedArea, IncidentMarkers, MapContent, MarkerClass, UnitMarkers
from tabuah.widgets.map.labels.label_candidates import label_candidates
from tabuah.widgets.map.rendering.map_image import render_view_image
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.design_tokens import DARK, LIGHT

pytestmark = pytest.mark.usefixtures("qapp")

VIEW = Viewport(centre_x_m=0, centre_y_m=0, metres_per_px=50, width_px=480, height_px=480)
HALF = 10_000.0
MIDDLE = 25.0  # half a pixel: a line here fills a row of pixels


def line_layer(name: str, *lines_m: list[tuple[float, float]]) -> MapLayer:
    level = LevelOfDetail(
        tolerance_m=0.0,
        coordinates_m=np.concatenate([np.array(each, float) for each in lines_m]),
        offsets=np.cumsum([0, *map(len, lines_m)]),
        feature_of_part=np.arange(len(lines_m), dtype=np.int32),
    )
    features = tuple(Feature(code=str(n), name="", label_m=each[0]) for n, each in enumerate(lines_m))
    return MapLayer(name=name, kind=LayerKind.LINE, levels=(level,), features=features)


def drawn(*layers: MapLayer, view: Viewport = VIEW, **more) -> QImage:
    """Return a picture of these layers alone, without labels."""
    base_map = BaseMap(layers=layers, bounds_m=(-HALF, -HALF, HALF, HALF), attribution=())
    hidden = shipped_style().hidden_by_default() | {"labels", "graticule"}
    return render_view_image(MapContent(base_map=base_map, hidden=hidden, **more), view)


def at(image: QImage, x_m: float, y_m: float) -> str:
    x_px, y_px = VIEW.to_screen(x_m, y_m)
    return image.pixelColor(int(x_px), int(y_px)).name()


def area(name: str, side_m: float = 8000.0, **changes) -> MapLayer:
    return polygon_layer(name, {"x": square(-side_m / 2, -side_m / 2, side_m)}, **changes)


def test_land_water_and_buildings_keep_drawing_order():
    layers = [area("land", 18_000), area("regency", 14_000), area("lakes", 8000), area("buildings", 2000)]
    for order in (layers, layers[::-1]):
        image = drawn(*order)
        seen = [at(image, x_m, 300) for x_m in (11_000, 8000, 5500, 3000, 500)]
        buildings = shipped_style().named("buildings")
        assert seen == [DARK.water, DARK.outside, DARK.land, DARK.water, colour_of(buildings.fill.colour, DARK)]


def along(name: str) -> MapLayer:
    """Return a layer with one line from west to east through the middle, or two areas that meet there."""
    if shipped_style().named(name).kind == "lines":
        return line_layer(name, [(-6000, MIDDLE), (6000, MIDDLE)])
    half = {"a": square(-6000, MIDDLE - 12_000, 12_000), "b": square(-6000, MIDDLE, 12_000)}
    return polygon_layer(name, half)


FROM_BELOW = ["neighbours", "streams", "rivers", "roads_path", "roads_local", "roads_secondary", "roads_main"]
BORDERS = ["nagari_areas", "kecamatan", "regency"]


@pytest.mark.parametrize(("lower", "upper"), list(zip(FROM_BELOW + BORDERS, FROM_BELOW[1:] + BORDERS, strict=False)))
def test_lines_are_ordered_from_streams_to_borders(lower, upper):
    both = [drawn(along(lower), along(upper)), drawn(along(upper), along(lower))]
    alone = drawn(along(upper))
    colours = [[at(image, x_m, MIDDLE) for x_m in (-3025, 25, 2975)] for image in (*both, alone)]
    assert colours[0] == colours[1]
    covers = shipped_style().named(upper).line.width_px >= 1 and upper not in BORDERS  # an area also has a fill
    if covers:
        assert colours[0] == colours[2]


def test_water_lies_under_borders_and_over_land():
    border = colour_of(shipped_style().named("kecamatan").line.colour, DARK)
    image = drawn(area("lakes"), along("kecamatan"), area("regency", 16_000))
    assert at(image, 1000, MIDDLE) == border
    assert at(image, 1000, 1000) == DARK.water


def test_live_markers_lie_over_map_incidents_topmost():
    place = [(0.0, 0.0)]
    lon, lat = from_mercator(np.zeros(1), np.zeros(1))
    ring = np.column_stack(from_mercator(*square(-4000, -4000, 8000).T))
    live = {
        "areas": (AffectedArea(rings=(ring,), marker_class=MarkerClass.HIGH),),
        "ranges": (RangeRings(lon_deg=lon[0], lat_deg=lat[0], radii_m=(100.0,)),),
        "stations": stations(place, [MarkerClass.NORMAL]),
        "incidents": incidents(place, [MarkerClass.CRITICAL]),
    }
    base = [area("regency", 16_000), along("regency"), along("roads_main")]
    grown: dict[str, object] = {}
    colours = []
    for name, value in live.items():
        grown[name] = value
        colours.append(at(drawn(*base, **grown), -400 if name == "incidents" else 0, 0))
    assert len(set(colours)) == len(colours)
    assert colours[-2:] == [DARK.normal, DARK.critical]
    unit = UnitMarkers(ids=["TRC"], lon_deg=lon, lat_deg=lat, busy=np.ones(1, np.bool_))
    with_unit = drawn(*base, **live, units=unit)
    assert with_unit != drawn(*base, **live)
    assert at(with_unit, -400, 0) == DARK.critical, "a unit that has come stands beside the incident"


def test_worst_marker_lies_on_top():
    classes = [MarkerClass.NORMAL, MarkerClass.CRITICAL, MarkerClass.NO_DATA, MarkerClass.ATTENTION]
    for order in (classes, classes[::-1]):
        image = drawn(stations=stations([(0, 0)] * 4, order))
        assert at(image, 0, 0) == DARK.critical
        pair = drawn(incidents=incidents([(0, 0), (50, 0)], [each for each in order if each in classes[:2]]))
        crowd = drawn(incidents=incidents([(0, 0)] * 4, order))
        assert DARK.critical in {pair.pixelColor(x, 240).name() for x in range(230, 256)}
        assert DARK.critical in {crowd.pixelColor(x, y).name() for x in range(226, 254) for y in range(226, 254)}


def test_station_and_severity_colours_match_levels():
    for palette in (DARK, LIGHT):
        for each in (MarkerClass.NORMAL, MarkerClass.ATTENTION, MarkerClass.HIGH, MarkerClass.CRITICAL):
            wanted = getattr(palette, each.level.value)
            mark = drawn(stations=stations([(0, 0)], [each]), palette=palette)
            assert wanted in {mark.pixelColor(x, y).name() for x in range(232, 248) for y in range(232, 248)}
            image = drawn(incidents=incidents([(0, 0)], [each]), palette=palette)
            assert image.pixelColor(240 - 8, 240).name() == wanted


SCALED = [spec for spec in shipped_style().layer if spec.label and (spec.label.coarsest_m or spec.label.finest_m)]


@pytest.mark.parametrize("spec", SCALED, ids=lambda spec: spec.name)
def test_labels_appear_only_within_their_scales(spec):
    layer = point_layer(spec.name, {"Nama": (0.0, 0.0)})
    content = MapContent(imported=(layer,))
    finest, coarsest = spec.label.finest_m, spec.label.coarsest_m or 1e5
    written = [bool(label_candidates(content, scale)) for scale in (finest * 0.99, finest, coarsest * 0.99, coarsest)]
    assert written == [not finest, True, True, not spec.label.coarsest_m]


def test_nagari_and_towns_disappear_when_zoomed_out():
    layers = {layer.name: layer for layer in small_base_map().layers}
    dots = replace(point_layer("nagari", {"x": (0.0, 0.0)}), max_scale_m=120.0)
    for scale, names in ((119.0, {"nagari", "places"}), (120.0, {"places"})):
        content = MapContent(base_map=replace(small_base_map(), layers=(dots, layers["places"])))
        assert {layer.name for layer in content.layers_at(scale)} == names


def test_missing_style_layer_leaves_map_unchanged():
    whole = small_base_map()
    without = replace(whole, layers=tuple(each for each in whole.layers if each.name != "lakes"))
    hidden = frozenset({"labels"})
    one, other = (render_view_image(MapContent(base_map=each, hidden=hidden), VIEW) for each in (whole, without))
    assert one.pixelColor(round(VIEW.to_screen(6100, 0)[0]), round(VIEW.to_screen(0, 6300)[1])).name() == DARK.water
    differs = pixels_of(one) & 0xFFFFFF != pixels_of(other) & 0xFFFFFF
    rows, columns = np.nonzero(differs)
    left, bottom = VIEW.to_screen(4000, 4000)
    assert columns.min() >= left - 2
    assert rows.max() <= bottom + 2
    assert at(render_view_image(MapContent(), VIEW), 1000, 1000) == DARK.outside


def test_closed_incident_lies_under_open_one():
    made = incidents([(0, 0), (200, 0)], [MarkerClass.CRITICAL, MarkerClass.ATTENTION])
    closed = IncidentMarkers(
        ids=made.ids,
        lon_deg=made.lon_deg,
        lat_deg=made.lat_deg,
        classes=made.classes,
        letter_of=made.letter_of,
        closed=np.array([True, False]),
        pending=made.pending,
        letters=made.letters,
    )
    image = drawn(incidents=closed)
    colours = {image.pixelColor(x, y).name() for x in range(220, 264) for y in range(220, 260)}
    assert DARK.attention in colours
    assert DARK.critical not in colours
