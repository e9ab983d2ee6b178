"""Layer styles: the looks of the style file in theme colours, and the layers drawn with them."""

import dataclasses

import numpy as np
import pytest
from msgspec.structs import fields, replace
from PySide6.QtGui import QColor, QImage
from support.map_samples import point_layer, polygon_layer, small_base_map, square

from tabuah.gis.base_map import Feature
from tabuah.gis.layers.colours import TOKENS
from tabuah.gis.layers.layer_choices import LayerChoices
from tabuah.gis.layers.map_style import (
    CategorisedSymbols,
    ClassSymbol,
    FillSymbol,
    GraduatedSymbols,
    LayerSpec,
    LineSymbol,
    MapStyle,
    PointSymbol,
)
from tabuah.gis.layers.style_file import shipped_style
from tabuah.widgets.map.base_map.base_painter import BasePainter
from tabuah.widgets.map.base_map.layer_styles import class_colour, colour_of, layer_style
from tabuah.widgets.map.base_map.point_symbols import STAMP_THRESHOLD
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.design_tokens import DARK, LIGHT, Palette

pytestmark = pytest.mark.usefixtures("qapp")

VIEW = Viewport(centre_x_m=0, centre_y_m=0, metres_per_px=50, width_px=480, height_px=480)


def painted(content: MapContent) -> QImage:
    image = QImage(VIEW.width_px, VIEW.height_px, QImage.Format.Format_RGB32)
    assert BasePainter().paint(image, content, view=VIEW, pixel_ratio=1.0)
    return image


def at(image: QImage, x_m: float, y_m: float) -> str:
    x_px, y_px = VIEW.to_screen(x_m, y_m)
    return image.pixelColor(round(x_px), round(y_px)).name()


def style_with(*layers: LayerSpec) -> MapStyle:
    return shipped_style().with_layers(MapStyle(version=1, layer=layers))


def people(values: list[float | None]):
    rings = {f"n{i}": square(-9000 + 4000 * i, -9000, 3000) for i in range(len(values))}
    layer = polygon_layer("people", rings)
    features = [
        dataclasses.replace(f, attributes={} if v is None else {"jiwa": v})  # noqa: TID251 - not a struct
        for f, v in zip(layer.features, values, strict=True)
    ]
    return replace(layer, features=tuple(features))


def test_style_file_colours_match_theme_colours():
    assert {field.name for field in fields(Palette)} - {"name"} == TOKENS


def test_shipped_looks_have_colours_in_both_themes():
    for palette in (DARK, LIGHT):
        for spec in shipped_style().layer:
            if spec.line is not None:
                assert QColor(colour_of(spec.line.colour, palette)).isValid(), spec.name


def test_classified_areas_use_class_or_layer_colour():
    spec = LayerSpec(
        name="people",
        kind="polygons",
        order=90,
        fill=FillSymbol(colour="#111111"),
        by_value=GraduatedSymbols(field="jiwa", breaks=(100, 1000), colours=("#00ff00", "#ffff00", "#ff0000")),
    )
    layer = people([50, 100, 1000, None])
    image = painted(MapContent(base_map=small_base_map(), imported=(layer,), style=style_with(spec)))
    seen = [at(image, -7500 + 4000 * i, -7500) for i in range(4)]
    assert seen == ["#00ff00", "#ffff00", "#ff0000", "#111111"]


def test_colour_ramp_runs_from_first_to_last():
    ramp = GraduatedSymbols(breaks=(1, 2, 3, 4), ramp=("#000000", "#ffffff"))
    assert [class_colour(ramp, n, DARK) for n in (0, 2, 4)] == ["#000000", "#808080", "#ffffff"]


def test_classified_points_are_drawn_few_or_many():
    spec = LayerSpec(
        name="schools",
        kind="points",
        order=600,
        symbol=PointSymbol(shape="square", size_px=10, colour="#111111", halo="#111111"),
        by_class=CategorisedSymbols(field="k", looks={"SD": ClassSymbol(colour="#ff0000", shape="circle")}),
    )
    for copies in (1, STAMP_THRESHOLD):
        places = {f"{k}{i}": (-5000.0 if k == "SD" else 5000.0, 0.0) for k in ("SD", "TK") for i in range(copies)}
        layer = point_layer("schools", places)
        features = [
            Feature(code="", name="", label_m=f.label_m, attributes={"k": f.name[:2]}) for f in layer.features
        ]
        layer = replace(layer, features=tuple(features))
        image = painted(MapContent(base_map=small_base_map(), imported=(layer,), style=style_with(spec)))
        assert (at(image, -5000, 0), at(image, 5000, 0)) == ("#ff0000", "#111111"), copies
        corner_px = 4
        assert image.pixelColor(340 + corner_px, 240 + corner_px).name() == "#111111"
        assert image.pixelColor(140 + corner_px, 240 + corner_px).name() != "#ff0000"


def test_reordered_layer_is_drawn_as_whole():
    content = MapContent(base_map=small_base_map())
    assert at(painted(content), 6100, 6300) == DARK.water
    below = replace(content, choices=LayerChoices().with_order("lakes", 1))
    assert at(painted(below), 6100, 6300) == DARK.land


def test_layer_opacity_shows_ground():
    content = MapContent(base_map=small_base_map(), choices=LayerChoices().with_opacity("lakes", 0.5))
    seen, water, land = (QColor(c) for c in (at(painted(content), 6100, 6300), DARK.water, DARK.land))
    assert abs(seen.blue() - (water.blue() + land.blue()) / 2) <= 2


def test_layer_outside_its_scales_is_hidden():
    spec = LayerSpec(name="lakes", kind="polygons", order=15, fill=FillSymbol(colour="#ff00ff"), coarsest_m=40)
    content = MapContent(base_map=small_base_map(), style=style_with(spec))
    assert at(painted(content), 6100, 6300) == DARK.land
    assert [layer.name for layer in content.layers_at(30)].count("lakes") == 1


def test_approximate_layer_stays_dashed_and_unfilled():
    spec = LayerSpec(
        name="kecamatan", kind="polygons", fill=FillSymbol(colour="#ff0000"), line=LineSymbol(colour="#ff0000")
    )
    layer = next(each for each in small_base_map().layers if each.name == "kecamatan")
    drawn = layer_style(layer, DARK, style_with(spec))
    assert drawn.dash
    assert drawn.fill == ""


def test_imported_layer_without_style_uses_kind_default():
    drawn = layer_style(polygon_layer("Zona banjir", {"x": square(0, 0, 10)}), DARK)
    assert drawn.fill
    assert np.isclose(drawn.fill_opacity, 0.08)
