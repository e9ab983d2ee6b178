"""Layer legend of a printed map; each sign is painted by the map's own painter."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from tabuah.gis.base_map import Basemap, LayerKind, LevelOfDetail, MapLayer
from tabuah.resources.catalogue import _
from tabuah.widgets.map.base_map.layer_styles import class_colour, layer_style
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.layers.layer_rows import class_labels
from tabuah.widgets.map.layers.legend import base_items
from tabuah.widgets.map.print.map_frame import paint_base
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.colours import with_alpha

Sign = Callable[[QPainter, QRectF], None]

_WIDTH_PX: Final = 20
_HEIGHT_PX: Final = 12
_RATIO: Final = 3.0
_LEAST_RING: Final = 4  # points of a closed ring
_SHAPES: Final[dict[LayerKind, tuple[tuple[float, float], ...]]] = {
    LayerKind.POLYGON: ((-6, -2.5), (6, -2.5), (6, 2.5), (-6, 2.5), (-6, -2.5)),
    LayerKind.LINE: ((-9, -3), (-3, 2), (3, -2), (9, 3)),
    LayerKind.POINT: ((0.0, 0.0),),
}  # logical pixels from the middle of the sign


@dataclass(frozen=True, slots=True, eq=False)
class PrintLegendRow:
    """A sign and its text."""

    text: str
    sign: Sign


def layer_legend_rows(content: MapContent, view: Viewport) -> tuple[PrintLegendRow, ...]:
    """Return a row for each layer that is visible in `view`."""
    names = {"regency": _("Regency border")} | {item.layer: item.text for item in base_items(content)}
    computed = {surface.name for surface in content.surfaces}
    drawn = content.layers_at(view.metres_per_px)
    named = (layer for layer in drawn if layer.name in names and layer.name not in computed)
    shown = [layer for layer in named if _reaches(layer, view, fills=_is_ground(layer, content))]
    signs = [PrintLegendRow(names[layer.name], _sign_of(layer, content, view.metres_per_px)) for layer in shown]
    return (*signs, *_surface_rows(content))


def _surface_rows(content: MapContent) -> list[PrintLegendRow]:
    """Return a row for each class of the visible computed surfaces."""
    rows = []
    for surface in content.surfaces:
        spec = content.style.named(surface.name)
        if spec is None or spec.by_value is None or not content.shows(surface.name):
            continue
        for number, text in enumerate(class_labels(spec)[1:], start=1):
            sign = _patch(class_colour(spec.by_value, number, content.palette), spec.opacity)
            title = _(spec.title) if spec.title else spec.name
            rows.append(PrintLegendRow(f"{title} {text}", sign))
    return rows


def _patch(colour: str, opacity: float) -> Sign:
    def paint(painter: QPainter, area: QRectF) -> None:
        box = QRectF(area.left(), area.center().y() - _HEIGHT_PX / 2, _WIDTH_PX, _HEIGHT_PX)
        painter.fillRect(box, with_alpha(colour, opacity))

    return paint


def _is_ground(layer: MapLayer, content: MapContent) -> bool:
    """Return whether the legend names the inside of an area; of the regency it names the border."""
    return layer.name != "regency" and bool(layer_style(layer, content.palette, content.style).fill)


def _sign_of(layer: MapLayer, content: MapContent, metres_per_px: float) -> Sign:
    view = Viewport(
        centre_x_m=4.0 * _WIDTH_PX * metres_per_px,  # away from the origin of the coordinate lines
        centre_y_m=4.0 * _WIDTH_PX * metres_per_px,
        metres_per_px=metres_per_px,
        width_px=_WIDTH_PX,
        height_px=_HEIGHT_PX,
    )
    small = replace(content, basemap=_sample_map(layer, view), imported=(), surfaces=(), tiles=())

    def paint(painter: QPainter, area: QRectF) -> None:
        top = area.top() + (area.height() - _HEIGHT_PX) / 2
        paint_base(painter, small, view, QRect(round(area.left()), round(top), _WIDTH_PX, _HEIGHT_PX), ratio=_RATIO)

    return paint


def _sample_map(layer: MapLayer, view: Viewport) -> Basemap:
    """Return a map with one small feature of the layer, on the background it lies on."""
    shape = np.array(_SHAPES[layer.kind], dtype=np.float64)
    sample = _with_shape(layer, _metres(shape, view))
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]) * (_WIDTH_PX * 4.0)
    ground = _with_shape(replace(layer, name="regency", kind=LayerKind.POLYGON), _metres(corners, view))
    plain = replace(ground, approximate=False, min_scale_m=0.0, max_scale_m=float("inf"))
    layers = (sample,) if layer.name == "regency" else (plain, sample)
    return Basemap(layers=layers, bounds_m=view.bounds_m, attribution=())


def _with_shape(layer: MapLayer, points_m: NDArray[np.float64]) -> MapLayer:
    level = LevelOfDetail(
        tolerance_m=0.0,
        coordinates_m=points_m,
        offsets=np.array([0, len(points_m)]),
        feature_of_part=np.zeros(1, dtype=np.int32),
    )
    middle = (float(points_m[:, 0].mean()), float(points_m[:, 1].mean()))
    feature = replace(layer.features[0], label_m=middle)
    return replace(layer, levels=(level,), features=(feature,))


def _metres(shape_px: NDArray[np.float64], view: Viewport) -> NDArray[np.float64]:
    return shape_px * view.metres_per_px + (view.centre_x_m, view.centre_y_m)


def _reaches(layer: MapLayer, view: Viewport, *, fills: bool) -> bool:
    """Return whether a part of the layer is in the view: some of its lines, or an area it fills."""
    if not layer.features:
        return False
    west, south, east, north = view.bounds_m
    if layer.kind is LayerKind.POINT:
        points = np.array([feature.label_m for feature in layer.features], dtype=np.float64).reshape(-1, 2)
        return bool(((points >= (west, south)) & (points <= (east, north))).all(axis=1).any())
    level = layer.level_for(view.metres_per_px)
    parts = np.repeat(np.arange(len(level.offsets) - 1), np.diff(level.offsets))
    lines = shapely.linestrings(level.coordinates_m, indices=parts)
    if shapely.intersects(lines, shapely.box(west, south, east, north)).any():
        return True
    return fills and _is_inside(level, shapely.Point(view.centre_x_m, view.centre_y_m))


def _is_inside(level: LevelOfDetail, place: shapely.Point) -> bool:
    """Return whether a place is inside an odd number of rings: in an area and not in its hole."""
    rings = np.split(level.coordinates_m, level.offsets[1:-1])
    areas = [shapely.Polygon(ring) for ring in rings if len(ring) >= _LEAST_RING]
    return bool(shapely.contains(np.array(areas, dtype=object), place).sum() % 2)
