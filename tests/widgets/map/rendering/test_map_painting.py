"""Map painting: ground, lakes, shared borders, markers, marker raster and imported layers."""

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from support.map_samples import incidents, polygon_layer, small_base_map, square, stations

from tabuah.widgets.map.base_map.base_painter import BasePainter
from tabuah.widgets.map.base_map.vector_paths import line_paths, line_segments
from tabuah.widgets.map.content import MapContent, MarkerClass, StationMarkers, station_layer
from tabuah.widgets.map.overlay.overlay_painter import OverlayPainter
from tabuah.widgets.map.rendering.map_image import render_map_image
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.design_tokens import DARK, LIGHT

VIEW = Viewport(centre_x_m=0, centre_y_m=0, metres_per_px=50, width_px=480, height_px=480)


def base(content: MapContent, view: Viewport = VIEW) -> QImage:
    image = QImage(view.width_px, view.height_px, QImage.Format.Format_RGB32)
    assert BasePainter().paint(image, content, view=view, pixel_ratio=1.0)
    return image


def overlay(content: MapContent, view: Viewport = VIEW) -> QImage:
    image = QImage(view.width_px, view.height_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    OverlayPainter().paint(image, content, view=view, pixel_ratio=1.0)
    return image


def at(image: QImage, x_m: float, y_m: float) -> str:
    x_px, y_px = VIEW.to_screen(x_m, y_m)
    return image.pixelColor(round(x_px), round(y_px)).name()


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
def test_ground_and_water_use_palette_colours(qtbot, palette):
    image = base(MapContent(base_map=small_base_map(), palette=palette))
    assert at(image, -3100, -3300) == palette.land
    assert at(image, 6100, 6300) == palette.water
    assert at(image, 11_300, 300) == palette.outside


def test_hidden_layer_is_not_drawn(qtbot):
    image = base(MapContent(base_map=small_base_map(), hidden=frozenset({"lakes"})))
    assert at(image, 6100, 6300) == DARK.land


def test_imported_layer_replaces_layer_of_same_name(qtbot):
    moved = polygon_layer("lakes", {"Danau": square(-8000, -8000, 4000)})
    image = base(MapContent(base_map=small_base_map(), imported=(moved,)))
    assert at(image, -6100, -6300) == DARK.water
    assert at(image, 6100, 6300) == DARK.land


def test_approximate_border_is_dashed_and_official_solid(qtbot):
    rings = {"a": square(-5000, -5000, 10_000)}
    counts = []
    for approximate in (True, False):
        layer = polygon_layer("kecamatan", rings, approximate=approximate)
        image = base(MapContent(base_map=small_base_map(), imported=(layer,), hidden=frozenset({"lakes"})))
        x_px, top = (round(each) for each in VIEW.to_screen(-5000, 4000))
        column = [
            min(
                abs(image.pixelColor(x_px + dx, top + dy).lightness() - QColor(DARK.land).lightness()) < 8
                for dx in (-1, 0)
            )
            for dy in range(140)
        ]
        counts.append(sum(column))
    assert counts[0] > 30  # gaps in the dashes show the ground
    assert counts[1] == 0


def test_shared_border_is_drawn_once():
    twins = polygon_layer("kecamatan", {"a": square(0, 0, 100), "b": square(100, 0, 100)})
    paths = line_paths(twins.levels[0]).paths
    lengths = sum(path.length() for path in paths)
    assert lengths == pytest.approx(700)  # two squares of 400 pixels share 100


def test_layer_can_draw_inner_borders_only(qtbot):
    twins = polygon_layer("neighbours", {"a": square(-4000, 0, 4000), "b": square(0, 0, 4000)})
    assert len(line_segments(twins.levels[0], shared=True, inner=True).segments) == 1
    assert sum(path.length() for path in line_paths(twins.levels[0], inner=True).paths) == pytest.approx(4000)
    image = base(MapContent(imported=(twins,)))
    assert at(image, 0, 2000) != DARK.outside
    assert at(image, -4000, 2000) == at(image, 4000, 2000) == DARK.outside


def test_station_is_drawn_with_worst_on_top(qtbot):
    content = MapContent(
        stations=stations([(0, 0), (0, 0), (5000, 0)], [MarkerClass.CRITICAL, MarkerClass.NORMAL, MarkerClass.NORMAL])
    )
    image = overlay(content)
    assert at(image, 0, 0) == DARK.critical
    assert at(image, 5000, 0) == DARK.normal
    assert image.pixelColor(10, 10).alpha() == 0


def test_station_without_data_is_not_green(qtbot):
    image = overlay(MapContent(stations=stations([(0, 0)], [MarkerClass.NO_DATA])))
    colours = {image.pixelColor(x, y).name() for x in range(230, 250) for y in range(230, 250)}
    assert DARK.normal not in colours
    assert DARK.no_data in colours


def test_hidden_class_is_not_drawn(qtbot):
    content = MapContent(
        stations=stations([(0, 0)], [MarkerClass.NORMAL]), hidden=frozenset({station_layer(MarkerClass.NORMAL)})
    )
    assert overlay(content).pixelColor(240, 240).alpha() == 0


def test_incidents_lie_over_stations(qtbot):
    content = MapContent(
        stations=stations([(0, 0)], [MarkerClass.CRITICAL]), incidents=incidents([(0, 0)], [MarkerClass.HIGH])
    )
    image = overlay(content)
    assert image.pixelColor(240 - 8, 240).name() == DARK.high


def test_many_stations_become_raster_with_same_colours(qtbot):
    rng = np.random.default_rng(1)
    count = 40_000
    many = StationMarkers(
        ids=[""] * count,
        lon_deg=rng.uniform(-0.05, 0.05, count),
        lat_deg=rng.uniform(-0.05, 0.05, count),
        classes=rng.choice(np.array([0, 5], np.uint8), count, p=[0.999, 0.001]),
    )
    image = overlay(MapContent(stations=many))
    x_px, y_px = (int(each) for each in VIEW.to_screen(0, 0))
    colours = {image.pixelColor(x_px + dx, y_px + dy).name() for dx in range(-60, 60) for dy in range(-60, 60)}
    assert colours <= {DARK.normal, DARK.critical, "#000000"}
    assert DARK.critical in colours


def test_report_image_is_complete_at_any_ratio(qtbot):
    content = MapContent(base_map=small_base_map(), incidents=incidents([(0, 0)], [MarkerClass.CRITICAL]))
    for ratio in (1, 2):
        image = render_map_image(content, size=QSize(300, 200), pixel_ratio=ratio)
        assert (image.width(), image.height()) == (300 * ratio, 200 * ratio)
        assert image.pixelColor(150 * ratio - 8 * ratio, 100 * ratio).name() == DARK.critical
