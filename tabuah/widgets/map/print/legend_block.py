"""Legend of a printed map: only what is visible on it, in columns, with the signs of the map."""

import dataclasses
from collections.abc import Callable
from math import ceil
from typing import Final

import msgspec
import numpy as np
import shapely
from msgspec.structs import replace
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from tabuah.gis.base_map import BaseMap, LayerKind, LevelOfDetail, MapLayer
from tabuah.gis.reference_systems import to_mercator
from tabuah.resources.localisation import _
from tabuah.text.map.layers import class_labels, style_title
from tabuah.widgets.map.base_map.layer_styles import class_colour, layer_style
from tabuah.widgets.map.content import AREA, UNITS, MapContent, MarkerClass, Markers, station_layer
from tabuah.widgets.map.layers.legend_items import base_items, live_items
from tabuah.widgets.map.overlay import marker_sprites
from tabuah.widgets.map.overlay.marker_arrangement import shown_incidents
from tabuah.widgets.map.print.map_frame import paint_base
from tabuah.widgets.map.print.map_sheet import MapKeys
from tabuah.widgets.map.print.text_blocks import TEXT, print_font
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.appearance import level_colour, with_alpha

Sign = Callable[[QPainter, QRectF], None]

_WIDTH_PX: Final = 20
_HEIGHT_PX: Final = 12
_LAYER_RATIO: Final = 3.0
_LEAST_RING: Final = 4  # points of a closed ring
_SHAPES: Final[dict[LayerKind, tuple[tuple[float, float], ...]]] = {
    LayerKind.POLYGON: ((-6, -2.5), (6, -2.5), (6, 2.5), (-6, 2.5), (-6, -2.5)),
    LayerKind.LINE: ((-9, -3), (-3, 2), (3, -2), (9, 3)),
    LayerKind.POINT: ((0.0, 0.0),),
}  # logical pixels from the middle of the sign


class PrintLegendRow(msgspec.Struct, frozen=True, eq=False):
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
            rows.append(PrintLegendRow(f"{style_title(spec)} {text}", sign))
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
    small = replace(content, base_map=_sample_map(layer, view), imported=(), surfaces=(), tiles=())

    def paint(painter: QPainter, area: QRectF) -> None:
        top = area.top() + (area.height() - _HEIGHT_PX) / 2
        paint_base(
            painter, small, view, QRect(round(area.left()), round(top), _WIDTH_PX, _HEIGHT_PX), ratio=_LAYER_RATIO
        )

    return paint


def _sample_map(layer: MapLayer, view: Viewport) -> BaseMap:
    """Return a map with one small feature of the layer, on the background it lies on."""
    shape = np.array(_SHAPES[layer.kind], dtype=np.float64)
    sample = _with_shape(layer, _metres(shape, view))
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]) * (_WIDTH_PX * 4.0)
    ground = _with_shape(replace(layer, name="regency", kind=LayerKind.POLYGON), _metres(corners, view))
    plain = replace(ground, approximate=False, min_scale_m=0.0, max_scale_m=float("inf"))
    layers = (sample,) if layer.name == "regency" else (plain, sample)
    return BaseMap(layers=layers, bounds_m=view.bounds_m, attribution=())


def _with_shape(layer: MapLayer, points_m: NDArray[np.float64]) -> MapLayer:
    level = LevelOfDetail(
        tolerance_m=0.0,
        coordinates_m=points_m,
        offsets=np.array([0, len(points_m)]),
        feature_of_part=np.zeros(1, dtype=np.int32),
    )
    middle = (float(points_m[:, 0].mean()), float(points_m[:, 1].mean()))
    feature = dataclasses.replace(layer.features[0], label_m=middle)  # noqa: TID251 - not a struct
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


_ROW_PX: Final = 17.0
_AFTER_PX: Final = 4.0
_SIGN_PX: Final = 20.0
_TEXT_PX: Final = 9.0
_SMALL_PX: Final = 7.0  # height with two lines of text
_RATIO: Final = 6.0  # signs are small: twice the resolution of the print


class LegendBlock(msgspec.Struct, frozen=True, kw_only=True):
    """Legend rows in columns, filled downwards."""

    rows: tuple[PrintLegendRow, ...]
    columns: int = 2

    def height(self, width_px: float) -> float:  # noqa: ARG002 - a row is never broken
        """Return the height of the longest column."""
        return ceil(len(self.rows) / self.columns) * _ROW_PX + _AFTER_PX

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint all rows; column widths follow their longest texts."""
        count = ceil(len(self.rows) / self.columns)
        parts = [self.rows[start : start + count] for start in range(0, len(self.rows), count)]
        wanted = [max(_text_width(row.text) for row in part) + _SIGN_PX + 14 for part in parts]
        left = area.left()
        for part, share in zip(parts, _shares(wanted, area.width()), strict=True):
            for line, row in enumerate(part):
                _paint_row(painter, row, QRectF(left, area.top() + line * _ROW_PX, share, _ROW_PX))
            left += share


def _shares(wanted_px: list[float], width_px: float) -> list[float]:
    """Return the column widths: as wanted, or with the widest column reduced if space is short."""
    shares = list(wanted_px)
    widest = shares.index(max(shares)) if shares else 0
    if sum(shares) > width_px:
        shares[widest] = max(shares[widest] - (sum(shares) - width_px), width_px / len(shares) * 0.8)
    return shares


def _paint_row(painter: QPainter, row: PrintLegendRow, area: QRectF) -> None:
    row.sign(painter, QRectF(area.left(), area.top(), _SIGN_PX, area.height()))
    words = QRectF(area.left() + _SIGN_PX + 6, area.top(), area.width() - _SIGN_PX - 10, area.height())
    fits = _text_width(row.text) <= words.width()
    painter.setFont(print_font(_TEXT_PX if fits else _SMALL_PX))
    painter.setPen(QColor(TEXT))
    wrap = Qt.TextFlag.TextSingleLine if fits else Qt.TextFlag.TextWordWrap
    painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | wrap), row.text)


def _text_width(text: str) -> float:
    return QFontMetricsF(print_font(_TEXT_PX)).horizontalAdvance(text)


def legend_rows(content: MapContent, view: Viewport, keys: MapKeys) -> tuple[PrintLegendRow, ...]:
    """Return what is visible in `view`: incidents, stations, units and areas, then base layers."""
    return (*_incident_rows(content, view, keys), *_live_rows(content, view), *layer_legend_rows(content, view))


def letters_line(content: MapContent, view: Viewport, keys: MapKeys) -> str:
    """Return the letter key: "B banjir · L tanah longsor"; empty without an incident."""
    seen = _incidents_in(content, view)
    used = dict.fromkeys(content.incidents.letters[n] for n in np.unique(content.incidents.letter_of[seen]))
    return " · ".join(f"{letter} = {keys.letters[letter].lower()}" for letter in used if letter in keys.letters)


def _incident_rows(content: MapContent, view: Viewport, keys: MapKeys) -> list[PrintLegendRow]:
    incidents, seen = content.incidents, _incidents_in(content, view)
    rows = []
    for each in sorted(MarkerClass, reverse=True):
        if (seen & ~incidents.closed & (incidents.classes == each)).any():
            look = marker_sprites.IncidentLook(letter="", marker_class=each, closed=False, pending=False)
            sentence = keys.incident_classes.get(each, "")
            text = _("Incident, {severity}").format(severity=sentence.lower()) if sentence else _("Incidents")
            rows.append(PrintLegendRow(text, _picture(marker_sprites.incident_sprite(look, content.palette, _RATIO))))
    if (seen & incidents.closed).any():
        look = marker_sprites.IncidentLook(letter="", marker_class=MarkerClass.NORMAL, closed=True, pending=False)
        rows.append(
            PrintLegendRow(
                _("Incident, closed"), _picture(marker_sprites.incident_sprite(look, content.palette, _RATIO))
            )
        )
    if incidents.inexact is not None and (seen & incidents.inexact).any():
        look = marker_sprites.IncidentLook(
            letter="", marker_class=MarkerClass.NORMAL, closed=True, pending=False, inexact=True
        )
        sign = marker_sprites.incident_sprite(look, content.palette, _RATIO)
        rows.append(PrintLegendRow(_("Centre of the nagari, not the exact place"), _picture(sign)))
    if (seen & incidents.pending).any():
        rows.append(PrintLegendRow(_("Not synced yet"), _pending_sign(content)))
    if np.count_nonzero(seen) > 1:
        sign = marker_sprites.cluster_sprite(
            marker_sprites.ClusterLook(count=3, worst=_worst(content, seen)), content.palette, _RATIO
        )
        rows.append(PrintLegendRow(_("Several incidents"), _picture(sign)))
    return rows


def _live_rows(content: MapContent, view: Viewport) -> list[PrintLegendRow]:
    names = {item.layer: item.text for item in live_items(content) if item.shown}
    stations, seen = content.stations, _in_view(content.stations, view)
    rows = []
    for each in sorted(MarkerClass, reverse=True):
        name = names.get(station_layer(each))
        if name and (seen & (stations.classes == each)).any():
            rows.append(PrintLegendRow(name, _picture(marker_sprites.station_sprite(each, content.palette, _RATIO))))
    if UNITS in names and _in_view(content.units, view).any():
        pill = marker_sprites.unit_sprite(marker_sprites.UnitLook(name="R", busy=True), content.palette, _RATIO)
        rows.append(PrintLegendRow(names[UNITS], _picture(pill)))
    if AREA in names and content.areas:
        colour = level_colour(content.palette, content.areas[0].marker_class.level)
        rows.append(PrintLegendRow(names[AREA], _area_sign(colour)))
    return rows


def _area_sign(colour: str) -> Sign:
    def paint(painter: QPainter, area: QRectF) -> None:
        pen = QPen(QColor(colour), 1.4)
        pen.setDashPattern([2.4, 1.6])
        painter.setPen(pen)
        painter.setBrush(with_alpha(colour, 0.16))
        painter.drawRect(QRectF(area.center() - QPointF(8.5, 4.5), area.center() + QPointF(8.5, 4.5)))

    return paint


def _pending_sign(content: MapContent) -> Sign:
    look = marker_sprites.IncidentLook(letter="", marker_class=MarkerClass.INFORMATION, closed=True, pending=True)
    return _picture(marker_sprites.incident_sprite(look, content.palette, _RATIO))


def _picture(image: QImage) -> Sign:
    """Return a sign of the map, slightly smaller."""

    def paint(painter: QPainter, area: QRectF) -> None:
        factor = min(0.62, area.width() / (image.width() / _RATIO))
        width, height = image.width() / _RATIO * factor, image.height() / _RATIO * factor
        target = QRectF(area.center().x() - width / 2, area.center().y() - height / 2, width, height)
        painter.drawImage(target, image, QRectF(image.rect()))

    return paint


def _worst(content: MapContent, seen: NDArray[np.bool_]) -> MarkerClass | None:
    still = seen & ~content.incidents.closed
    return MarkerClass(int(content.incidents.classes[still].max())) if still.any() else None


def _incidents_in(content: MapContent, view: Viewport) -> NDArray[np.bool_]:
    return shown_incidents(content) & _in_view(content.incidents, view)


def _in_view(markers: Markers, view: Viewport) -> NDArray[np.bool_]:
    x_m, y_m = to_mercator(markers.lon_deg, markers.lat_deg)
    west, south, east, north = view.bounds_m
    inside: NDArray[np.bool_] = (x_m >= west) & (x_m <= east) & (y_m >= south) & (y_m <= north)
    return inside
