"""Computed surfaces: coloured by class inside the outline, transparent where values are unknown."""

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from support.map_samples import small_base_map

from tabuah.gis.layers.layer_choices import LayerChoices
from tabuah.gis.layers.map_style import GraduatedSymbols, LayerSpec, LineSymbol, MapStyle
from tabuah.gis.layers.style_file import shipped_style
from tabuah.gis.layers.surfaces import Surface, make_surface
from tabuah.gis.reference_systems import from_mercator
from tabuah.widgets.map.base_map.base_painter import BasePainter
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.labels.label_candidates import label_candidates
from tabuah.widgets.map.print.legend_block import layer_legend_rows
from tabuah.widgets.map.print.map_frame import paint_base
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.design_tokens import DARK, LIGHT

pytestmark = pytest.mark.usefixtures("qapp")

VIEW = Viewport(centre_x_m=0, centre_y_m=0, metres_per_px=50, width_px=480, height_px=480)
RAIN = LayerSpec(
    name="rain",
    kind="surface",
    source="values:rain_mm/1h",
    order=100,
    reach_km=6,
    line=LineSymbol(colour="#ffffff"),
    by_value=GraduatedSymbols(breaks=(10, 20), unit="mm", colours=("none", "#00ff00", "#ff0000")),
    label=shipped_style().named("rain_1h").label,
)
STYLE = shipped_style().with_layers(MapStyle(version=1, layer=(RAIN,)))


def rain(places_m, values) -> Surface:
    lon, lat = from_mercator(*np.array(places_m, float).T)
    return make_surface(RAIN, small_base_map(), lon, lat, values=np.array(values, float))


def content(surface: Surface, **changes) -> MapContent:
    return replace(MapContent(base_map=small_base_map(), surfaces=(surface,), style=STYLE), **changes)


def painted(shown: MapContent) -> QImage:
    image = QImage(VIEW.width_px, VIEW.height_px, QImage.Format.Format_RGB32)
    assert BasePainter().paint(image, shown, view=VIEW, pixel_ratio=1.0)
    return image


def at(image: QImage, x_m: float, y_m: float) -> str:
    x_px, y_px = VIEW.to_screen(x_m, y_m)
    return image.pixelColor(round(x_px), round(y_px)).name()


def test_surface_colours_classes_and_skips_unknown_cells():
    image = painted(content(rain([(-7_000, -7_000), (0, 7_500)], [30.0, 5.0])))
    assert at(image, -7_000, -7_000) == "#ff0000"
    assert at(image, 300, 7_700) == DARK.land  # below the first break
    assert at(image, 7_300, -7_300) == DARK.land  # out of range of the stations


def test_surface_ends_at_regency_outline():
    image = painted(content(rain([(9_000, 0)], [30.0])))
    assert at(image, 9_300, 300) == "#ff0000"
    assert at(image, 11_000, 300) == DARK.outside


def test_surface_follows_chosen_opacity_and_visibility():
    surface = rain([(0, 0)], [30.0])
    half = QColor(at(painted(content(surface, choices=LayerChoices().with_opacity("rain", 0.5))), 300, 300))
    assert abs(half.red() - (255 + QColor(DARK.land).red()) / 2) <= 2
    assert at(painted(content(surface, hidden=frozenset({"rain"}))), 300, 300) == DARK.land


def test_surface_edge_is_dashed_and_explained():
    surface = rain([(0, 0)], [30.0])
    radii = np.hypot(*surface.edge.levels[0].coordinates_m.T)
    assert np.allclose(radii, 6_000, atol=60)
    assert surface.edge.approximate
    assert any(each.text == "tanpa stasiun dalam 6 km" for each in label_candidates(content(surface), 50))


def test_isolines_lie_on_breaks_with_value():
    shown = content(rain([(-4_000, 0), (4_000, 0)], [5.0, 25.0]))
    assert {"10 mm", "20 mm"} <= {each.text for each in label_candidates(shown, 50)}
    assert not {"10 mm"} & {each.text for each in label_candidates(replace(shown, hidden=frozenset({"rain"})), 50)}


def test_surface_keeps_official_borders_solid():
    official = tuple(replace(layer, approximate=False) for layer in small_base_map().layers)
    shown = content(rain([(0, 0)], [30.0]), base_map=replace(small_base_map(), layers=official))
    assert not shown.shows_approximate_borders()


def test_print_explains_surface_classes_without_isolines():
    shown = content(rain([(0, 0)], [30.0]))
    texts = [row.text for row in layer_legend_rows(shown, VIEW)]
    assert [text for text in texts if text.startswith("rain")] == ["rain 10–20", "rain ≥ 20 mm"]
    hidden = replace(shown, hidden=frozenset({"rain"}))
    assert not [row for row in layer_legend_rows(hidden, VIEW) if row.text.startswith("rain")]


def test_print_places_surface_as_on_screen():
    shown = content(rain([(-7_000, -7_000)], [30.0]), palette=LIGHT)
    image = QImage(600, 600, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    paint_base(painter, shown, VIEW, QRect(60, 60, 480, 480), ratio=1.0)
    painter.end()
    x_px, y_px = VIEW.to_screen(-7_000, -7_000)
    assert image.pixelColor(60 + round(x_px), 60 + round(y_px)).name() == "#ff0000"
    x_px, y_px = VIEW.to_screen(7_300, -7_300)
    assert image.pixelColor(60 + round(x_px), 60 + round(y_px)).name() == LIGHT.land


def test_surface_without_stations_is_empty():
    nobody = make_surface(RAIN, small_base_map(), np.empty(0), np.empty(0), values=np.empty(0))
    assert painted(content(nobody)) == painted(MapContent(base_map=small_base_map(), style=STYLE))
