"""Base map painter: ground, water, borders and symbols of places."""

from collections.abc import Callable
from math import ceil, floor
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen, QTransform

from tabuah.gis.base_map import LayerKind, LevelOfDetail, MapLayer
from tabuah.gis.reference_systems import from_mercator, to_mercator
from tabuah.widgets.map.base_map import vector_paths
from tabuah.widgets.map.base_map.layer_styles import LayerStyle, StyledParts, grid_ink
from tabuah.widgets.map.base_map.point_symbols import paint_symbols
from tabuah.widgets.map.base_map.surface_painter import SurfacePainter
from tabuah.widgets.map.base_map.tile_painter import TilePainter
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.rendering.gil_free_painting import draw_lines, draw_path, draw_polygon
from tabuah.widgets.map.viewport import Bounds, Viewport
from tabuah.widgets.theme.design_tokens import Palette

GRATICULE: Final = "graticule"  # hidden under this name where a print sheet draws its own grid
_GRID_STEPS_DEG: Final = (0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
_GRID_GAP_PX: Final = 150.0
_GRID_ORDER: Final = 3
_REACH_PX: Final = 16.0  # strokes and symbols reach this far beyond their place
_THIN_PX: Final = (
    2.0  # lines up to this width need no joins: drawing them piece by piece looks the same and is 5 times as fast
)


class BasePainter:
    """Paints the base map and caches the shapes of drawn layers. Use it from one thread only."""

    def __init__(self) -> None:
        self._paths: dict[tuple[int, bool, bool], tuple[LevelOfDetail, vector_paths.PathSet]] = {}
        self._segments: dict[tuple[int, bool], tuple[LevelOfDetail, vector_paths.SegmentSet]] = {}
        self._areas: dict[int, tuple[LevelOfDetail, vector_paths.FillSet]] = {}
        self._styled = StyledParts()
        self._surfaces = SurfacePainter()
        self.tiles = TilePainter()

    def paint(
        self,
        image: QImage,
        content: MapContent,
        *,
        view: Viewport,
        pixel_ratio: float,
        part: QRect | None = None,
        given_up: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Paint `view` over `image`.

        Args:
            image: the target, in device pixels.
            content: what is on the map.
            view: the view to paint.
            pixel_ratio: device pixels to a logical one.
            part: paint only this rectangle, in device pixels.
            given_up: polled between steps; painting stops when it returns True.

        Returns:
            False if painting was given up.
        """
        painter, part = QPainter(image), part or image.rect()
        try:
            return self.draw(painter, content, view=view, pixel_ratio=pixel_ratio, part=part, given_up=given_up)
        finally:
            painter.end()

    def draw(
        self,
        painter: QPainter,
        content: MapContent,
        *,
        view: Viewport,
        pixel_ratio: float,
        part: QRect,
        given_up: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Paint a `part` of `view` with any painter; its window and viewport set the position."""
        painter.setClipRect(part)
        painter.fillRect(part, QColor(_ground(content)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for step in self._steps(content, _Part(view, pixel_ratio, part)):
            if given_up():
                return False
            step(painter)
        return True

    def close(self) -> None:
        """Close the tile files. Call it in the thread that painted."""
        self.tiles.close()

    def prepare(self, content: MapContent, metres_per_device_px: float, given_up: Callable[[], bool]) -> bool:
        """Build the shapes for a picture of this scale; False if `given_up` returned True."""
        for layer in content.layers_at(metres_per_device_px):
            if layer.kind is LayerKind.POINT:
                continue
            if given_up():
                return False
            for drawn, style in self._styled.of(layer, content):
                level = drawn.level_for(metres_per_device_px)
                if style.fill and layer.kind is LayerKind.POLYGON:
                    self._areas_of(level)
                if style.line and _is_thin(style, 1.0):
                    self._segments_of(level, style, shared=layer.kind is LayerKind.POLYGON)
        return True

    def forget_unused(self, content: MapContent) -> None:
        self._styled.forget_unused(content)
        levels = {id(level) for layer in content.base_layers() for level in layer.levels} | self._styled.levels()
        self._paths = {key: kept for key, kept in self._paths.items() if key[0] in levels}
        self._segments = {key: kept for key, kept in self._segments.items() if key[0] in levels}
        self._areas = {key: kept for key, kept in self._areas.items() if key in levels}

    def _steps(self, content: MapContent, part: "_Part") -> list[Callable[[QPainter], None]]:
        """Return the paint steps from bottom to top: fills, grid and lines by their order, then symbols."""
        palette, view = content.palette, part.view
        ordered: list[tuple[float, Callable[[QPainter], None]]] = []
        if content.shows(GRATICULE):
            ordered.append((_GRID_ORDER, lambda painter: _paint_grid(painter, palette, view, part.ratio)))
        ordered += self.tiles.steps(content, view, part.ratio, part.bounds_m)
        ordered += self._surfaces.steps(content, part.transform, lambda: self._outline(content, part))
        for layer in content.layers_at(view.metres_per_px):
            for drawn, style in self._styled.of(layer, content):
                ordered += self._layer_steps(drawn, style, part)
        return [step for _, step in sorted(ordered, key=lambda pair: pair[0])]

    def _layer_steps(
        self, layer: MapLayer, style: LayerStyle, part: "_Part"
    ) -> list[tuple[float, Callable[[QPainter], None]]]:
        """Return the paint steps of a layer in one style, each with its order."""
        if layer.kind is LayerKind.POINT:
            return [(style.symbol_order, _symbols_step(layer, style, part))] if style.symbol else []
        level, steps = layer.level_for(part.view.metres_per_px / part.ratio), []
        if style.fill and layer.kind is LayerKind.POLYGON:
            steps.append((style.fill_order, self._fill_step(level, style, part)))
        if style.line and _is_thin(style, part.ratio):
            shared = layer.kind is LayerKind.POLYGON
            steps.append((style.line_order, self._thin_line_step(level, style, part, shared=shared)))
        elif style.line:
            steps.append((style.line_order, self._line_step(level, style, part)))
        return steps

    def _outline(self, content: MapContent, part: "_Part") -> list[NDArray[np.float64] | QPainterPath] | None:
        """Return the visible areas of the regency; None for a map without a regency."""
        regency = next((layer for layer in content.base_layers() if layer.name == "regency"), None)
        if regency is None:
            return None
        return self._areas_of(regency.level_for(part.view.metres_per_px / part.ratio)).within(part.bounds_m)

    def _fill_step(self, level: LevelOfDetail, style: LayerStyle, part: "_Part") -> Callable[[QPainter], None]:
        def fill(painter: QPainter) -> None:
            colour = QColor(style.fill)
            colour.setAlphaF(style.fill_opacity)
            painter.setTransform(part.transform)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(colour))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, not _hides_edges(style))
            for area in self._areas_of(level).within(part.bounds_m):
                if isinstance(area, QPainterPath):
                    draw_path(painter, area)
                else:
                    draw_polygon(painter, area)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)

        return fill

    def _line_step(self, level: LevelOfDetail, style: LayerStyle, part: "_Part") -> Callable[[QPainter], None]:
        def stroke(painter: QPainter) -> None:
            paths = self._paths_of(level, style).within(part.bounds_m)
            painter.setTransform(part.transform)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for pen in _pens(style, part.ratio):
                painter.setPen(pen)
                for path in paths:
                    draw_path(painter, path)

        return stroke

    def _thin_line_step(
        self, level: LevelOfDetail, style: LayerStyle, part: "_Part", *, shared: bool
    ) -> Callable[[QPainter], None]:
        def stroke(painter: QPainter) -> None:
            painter.setTransform(part.transform)
            pen = _pen(style.line, style.line_width_px * part.ratio, style.line_opacity)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            for segments in self._segments_of(level, style, shared=shared).within(part.bounds_m):
                draw_lines(painter, segments)

        return stroke

    def _areas_of(self, level: LevelOfDetail) -> vector_paths.FillSet:
        if id(level) not in self._areas:
            self._areas[id(level)] = (level, vector_paths.fill_areas(level))
        return self._areas[id(level)][1]

    def _segments_of(self, level: LevelOfDetail, style: LayerStyle, *, shared: bool) -> vector_paths.SegmentSet:
        key = (id(level), style.inner)
        if key not in self._segments:
            self._segments[key] = (level, vector_paths.line_segments(level, shared=shared, inner=style.inner))
        return self._segments[key][1]

    def _paths_of(self, level: LevelOfDetail, style: LayerStyle) -> vector_paths.PathSet:
        key = (id(level), bool(style.dash), style.inner)
        if key not in self._paths:
            self._paths[key] = (level, vector_paths.line_paths(level, whole=bool(style.dash), inner=style.inner))
        return self._paths[key][1]


class _Part:
    """A rectangle of the device pixels of a view, and the land it shows."""

    def __init__(self, view: Viewport, ratio: float, part: QRect) -> None:
        self.view, self.ratio = view, ratio
        reach = _REACH_PX * ratio
        self.left, self.top = part.left() - reach, part.top() - reach
        self.right, self.bottom = part.right() + 1 + reach, part.bottom() + 1 + reach
        west, _, _, north = view.bounds_m
        scale = view.metres_per_px / ratio
        self.transform = QTransform(1 / scale, 0, 0, -1 / scale, -west / scale, north / scale)
        self.bounds_m: Bounds = (
            west + self.left * scale,
            north - self.bottom * scale,
            west + self.right * scale,
            north - self.top * scale,
        )


def _is_thin(style: LayerStyle, ratio: float) -> bool:
    """Return whether the lines may be drawn piece by piece: opaque, so that overlaps do not show."""
    plain = not style.dash and not style.band_px and style.line_opacity == 1.0
    return plain and style.line_width_px * ratio <= _THIN_PX


def _hides_edges(style: LayerStyle) -> bool:
    """Return whether a faint fill ends under a line.

    Its edge then needs no antialiasing, which takes an eighth of the time.
    """
    return style.fill_opacity < 1.0 and bool(style.line) and style.line_opacity == 1.0 and style.line_width_px >= 1.0


def _ground(content: MapContent) -> str:
    """Return the background colour: sea if the land is drawn as a layer, else land."""
    palette = content.palette
    has_land = any(layer.name == "land" and content.shows("land") for layer in content.base_layers())
    return palette.water if has_land else palette.outside


def _pens(style: LayerStyle, ratio: float) -> list[QPen]:
    pens = []
    if style.band_px:
        pens.append(_pen(style.line, style.band_px * ratio, style.band_opacity))
    pens.append(_pen(style.line, style.line_width_px * ratio, style.line_opacity))
    if style.dash:
        pens[-1].setCapStyle(Qt.PenCapStyle.FlatCap)
        pens[-1].setDashPattern([length / style.line_width_px for length in style.dash])
    return pens


def _pen(colour: str, width_px: float, opacity: float) -> QPen:
    ink = QColor(colour)
    ink.setAlphaF(opacity)
    pen = QPen(ink, width_px)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if opacity < 1 else Qt.PenCapStyle.RoundCap)
    return pen


def _paint_grid(painter: QPainter, palette: Palette, view: Viewport, ratio: float) -> None:
    """Paint meridians and parallels at a round spacing in a faint colour."""
    west, south, east, north = view.bounds_m
    (west_deg, south_deg), (east_deg, north_deg) = from_mercator(west, south), from_mercator(east, north)
    gap_deg = _GRID_GAP_PX * (east_deg - west_deg) / view.width_px
    step = next((deg for deg in _GRID_STEPS_DEG if deg >= gap_deg), _GRID_STEPS_DEG[-1])
    painter.setTransform(QTransform())
    painter.setPen(QPen(QColor(grid_ink(palette)), max(1.0, round(ratio))))
    for number in range(floor(west_deg / step), ceil(east_deg / step) + 1):
        x_px = floor(view.to_screen(to_mercator(number * step, 0.0)[0], 0)[0] * ratio) + 0.5
        painter.drawLine(QPointF(x_px, 0), QPointF(x_px, view.height_px * ratio))
    for number in range(floor(south_deg / step), ceil(north_deg / step) + 1):
        y_px = floor(view.to_screen(0, to_mercator(0.0, number * step)[1])[1] * ratio) + 0.5
        painter.drawLine(QPointF(0, y_px), QPointF(view.width_px * ratio, y_px))


def _symbols_step(layer: MapLayer, style: LayerStyle, part: _Part) -> Callable[[QPainter], None]:
    symbol = style.symbol

    def paint(painter: QPainter) -> None:
        painter.setTransform(QTransform())
        if symbol is not None:
            places_px = _points_within(layer, part)
            paint_symbols(painter, symbol, places_px * part.ratio, ratio=part.ratio, opacity=style.opacity)

    return paint


def _points_within(layer: MapLayer, part: _Part) -> NDArray[np.float64]:
    """Return the logical pixels of the features of a point layer near the part, shape (n, 2)."""
    points = np.array([feature.label_m for feature in layer.features], dtype=np.float64).reshape(-1, 2)
    west, south, east, north = part.bounds_m
    points = points[(points[:, 0] > west) & (points[:, 0] < east) & (points[:, 1] > south) & (points[:, 1] < north)]
    left, _, _, top = part.view.bounds_m
    return (points - (left, top)) * (1 / part.view.metres_per_px, -1 / part.view.metres_per_px)
