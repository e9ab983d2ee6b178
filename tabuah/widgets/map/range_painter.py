"""Paints circles and sectors of a distance with the distance written on each."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from tabuah.gis.layers.ranges import Ranges, ring_of
from tabuah.gis.reference_systems import to_mercator
from tabuah.resources.formats import format_number
from tabuah.widgets.map.content import RANGES, MapContent
from tabuah.widgets.map.unlocked_painting import draw_path
from tabuah.widgets.map.vector_paths import path_of
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.colours import with_alpha
from tabuah.widgets.theme.fonts import Type, type_font

_HALO_PX: Final = 3.6
_LINE_PX: Final = 1.4
_SECTOR_TINT: Final = 0.10


class RangePainter:
    """Keeps the outlines it has computed; belongs to one thread."""

    def __init__(self) -> None:
        self._rings: dict[Ranges, list[NDArray[np.float64]]] = {}

    def paint(self, image: QImage, content: MapContent, view: Viewport, ratio: float) -> None:
        """Paint all distances over `image` (device pixels)."""
        self._rings = {each: self._rings.get(each) or _rings_m(each) for each in content.ranges}
        if not content.ranges or not content.shows(RANGES):
            return
        painter = QPainter(image)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(type_font(Type.SMALL_STRONG, content.text_scale * ratio))
            for ranges, rings in self._rings.items():
                _paint(painter, ranges, rings, content, view, ratio)
        finally:
            painter.end()


def _rings_m(ranges: Ranges) -> list[NDArray[np.float64]]:
    rings = (ring_of(ranges, radius_m) for radius_m in sorted(ranges.radii_m))
    return [np.column_stack(to_mercator(ring[:, 0], ring[:, 1])) for ring in rings]


def _paint(
    painter: QPainter,
    ranges: Ranges,
    rings: list[NDArray[np.float64]],
    content: MapContent,
    view: Viewport,
    ratio: float,
) -> None:
    palette = content.palette
    west, _, _, north = view.bounds_m
    scale = ratio / view.metres_per_px
    for radius_m, ring_m in zip(sorted(ranges.radii_m), rings, strict=True):
        points = (ring_m - (west, north)) * (scale, -scale)
        path = path_of(points, np.zeros(1, dtype=np.int64))
        painter.setPen(Qt.PenStyle.NoPen)
        if ranges.sector_deg is not None:
            painter.setBrush(with_alpha(palette.information, _SECTOR_TINT))
            draw_path(painter, path)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((palette.label_halo, _HALO_PX), (palette.information, _LINE_PX)):
            painter.setPen(QPen(with_alpha(colour, 0.9), width * ratio))
            draw_path(painter, path)
        _write(painter, distance_text(radius_m), _top_of(points), content, ratio)


def distance_text(radius_m: float) -> str:
    """A distance as people say it: "500 m", "2,5 km"."""
    if radius_m < 1000:
        return f"{format_number(radius_m)} m"
    km = radius_m / 1000
    return f"{format_number(km, digits=0 if km == round(km) else 1)} km"


def _top_of(points: NDArray[np.float64]) -> QPointF:
    x, y = points[np.argmin(points[:, 1])]
    return QPointF(x, y)


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
