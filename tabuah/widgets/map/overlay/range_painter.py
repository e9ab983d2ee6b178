"""Range painter: distance rings and sectors with their distances and directions."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from tabuah.gis.layers.range_rings import RangeRings, position_at, ring_outline
from tabuah.gis.reference_systems import to_mercator
from tabuah.text.map.measurements import describe_direction, format_radius
from tabuah.widgets.map.base_map.vector_paths import path_of
from tabuah.widgets.map.content import RANGES, MapContent
from tabuah.widgets.map.labels.label_placement import Box
from tabuah.widgets.map.rendering.gil_free_painting import draw_path
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.appearance import TextStyle, text_font, with_alpha

_HALO_PX: Final = 3.6
_LINE_PX: Final = 1.4
_SECTOR_TINT: Final = 0.10
_ALONG_SIDE: Final = 0.62  # position of a direction on its side, as a share from the middle
_CLEAR_PX: Final = 3.0  # around text
_LEAST_SIDE_PX: Final = 64.0  # a shorter side has no room for its direction


class RangePainter:
    """Paints ranges; caches outlines. Use it from one thread only."""

    def __init__(self) -> None:
        self._rings: dict[RangeRings, list[NDArray[np.float64]]] = {}

    def paint(self, image: QImage, content: MapContent, view: Viewport, ratio: float) -> None:
        """Paint all ranges over `image` (device pixels)."""
        shown = _shown(content)
        if not shown:
            return
        painter = QPainter(image)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.draw(painter, shown, content, view=view, ratio=ratio)
        finally:
            painter.end()

    def draw(
        self, painter: QPainter, shown: tuple[RangeRings, ...], content: MapContent, *, view: Viewport, ratio: float
    ) -> None:
        """Draw ranges with any painter, `ratio` of its pixels to a logical one."""
        self._rings = {each: self._rings.get(each) or _rings_m(each) for each in shown}
        painter.setFont(_font(content, ratio))
        for ranges, rings in self._rings.items():
            _paint_rings(painter, ranges, rings, content, view, ratio)
            for text, (x_px, y_px) in _words(ranges, content, view):
                _write(painter, text, QPointF(x_px * ratio, y_px * ratio), content, ratio)


def label_boxes(content: MapContent, view: Viewport) -> list[Box]:
    """Return the boxes of the range texts, logical pixels, to keep labels clear of them."""
    metrics = QFontMetricsF(_font(content, 1.0))
    boxes = []
    for ranges in _shown(content):
        for text, (x, y) in _words(ranges, content, view):
            across, up = metrics.horizontalAdvance(text) / 2 + _CLEAR_PX, metrics.capHeight() / 2 + _CLEAR_PX
            boxes.append((x - across, y - up, x + across, y + up))
    return boxes


def _shown(content: MapContent) -> tuple[RangeRings, ...]:
    return content.ranges if content.shows(RANGES) else ()


def _font(content: MapContent, ratio: float) -> QFont:
    return text_font(TextStyle.SMALL_STRONG, content.text_scale * ratio)


def _rings_m(ranges: RangeRings) -> list[NDArray[np.float64]]:
    rings = (ring_outline(ranges, radius_m) for radius_m in sorted(ranges.radii_m))
    return [np.column_stack(to_mercator(ring[:, 0], ring[:, 1])) for ring in rings]


def _words(ranges: RangeRings, content: MapContent, view: Viewport) -> Iterator[tuple[str, tuple[float, float]]]:
    """Yield texts and their places.

    Distances are at the top of a circle or in the middle of an arc, directions along sides that have room.
    """
    sector, farthest_m = ranges.sector_deg, max(ranges.radii_m)
    middle_deg = 0.0 if sector is None else sector[0] + ranges.width_deg / 2
    for radius_m in ranges.radii_m:
        yield format_radius(radius_m), _pixel(ranges, middle_deg, radius_m, view)
    if farthest_m / view.metres_per_px >= _LEAST_SIDE_PX * content.text_scale:
        for bearing in sector or ():
            yield describe_direction(bearing), _pixel(ranges, bearing, _ALONG_SIDE * farthest_m, view)


def _pixel(ranges: RangeRings, bearing: float, radius_m: float, view: Viewport) -> tuple[float, float]:
    return view.to_screen(*to_mercator(*position_at(ranges, bearing, radius_m)))


def _paint_rings(
    painter: QPainter,
    ranges: RangeRings,
    rings: list[NDArray[np.float64]],
    content: MapContent,
    view: Viewport,
    ratio: float,
) -> None:
    palette = content.palette
    west, _, _, north = view.bounds_m
    scale = ratio / view.metres_per_px
    for ring_m in rings:
        path = path_of((ring_m - (west, north)) * (scale, -scale), np.zeros(1, dtype=np.int64))
        if ranges.sector_deg is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(with_alpha(palette.information, _SECTOR_TINT))
            draw_path(painter, path)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((palette.label_halo, _HALO_PX), (palette.information, _LINE_PX)):
            painter.setPen(QPen(with_alpha(colour, 0.9), width * ratio))
            draw_path(painter, path)


def _write(painter: QPainter, text: str, at: QPointF, content: MapContent, ratio: float) -> None:
    metrics = QFontMetricsF(painter.font())
    words = QPainterPath()
    words.addText(
        at.x() - metrics.horizontalAdvance(text) / 2, at.y() + metrics.capHeight() / 2, painter.font(), text
    )
    pen = QPen(QColor(content.palette.label_halo), 4 * ratio)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(words, pen)
    painter.fillPath(words, QColor(content.palette.information_text))
