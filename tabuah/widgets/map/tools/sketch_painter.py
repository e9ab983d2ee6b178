"""Paints a sketch over the map: its line, its handles, what snapped, and where it crosses itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from tabuah.widgets.map.tools.sketch import Figure, Sketch
from tabuah.widgets.map.tools.snapping import Snap, SnapKind
from tabuah.widgets.map.tools.tool import Place
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.colours import with_alpha
from tabuah.widgets.theme.tokens import Palette

_MANY: Final = 250  # vertices in view beyond which only they get handles, and edges none
_FINE_PX: Final = 0.5  # what is simplified away of a long line
_WIDE_PX: Final = 48.0  # an edge this long has a handle in its middle
_MARGIN_PX: Final = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SketchLook:
    """What of a sketch is shown: handles, the vertex that is chosen, its colour by the palette's token."""

    tone: str = "accent"
    handles: bool = True
    middles: bool = False
    chosen: int = -1
    fill: float = 0.16


class SketchPainter:
    """Keeps the line as a path of pixels while only the view moves."""

    def __init__(self) -> None:
        self._sketch: Sketch | None = None
        self._scale_m = 0.0
        self._path = QPainterPath()
        self._vertices_m: NDArray[np.float64] = np.zeros((0, 2))

    def paint(self, painter: QPainter, sketch: Sketch, view: Viewport, palette: Palette, look: SketchLook) -> None:
        """Paint a sketch."""
        self._prepare(sketch, view.metres_per_px)
        if not sketch.vertices:
            return
        painter.save()
        painter.translate(*view.to_screen(*sketch.vertices[0]))
        colour = QColor(str(getattr(palette, look.tone)))
        _paint_line(painter, self._path, sketch, palette, colour=colour, fill=look.fill)
        painter.restore()
        if look.handles or sketch.figure is Figure.POINT:
            self._paint_handles(painter, sketch, view, palette, look)

    def _prepare(self, sketch: Sketch, scale_m: float) -> None:
        if sketch is self._sketch and scale_m == self._scale_m:
            return
        self._sketch, self._scale_m = sketch, scale_m
        self._vertices_m = np.array(sketch.vertices, dtype=np.float64).reshape(-1, 2)
        self._path = _pixel_path(self._vertices_m, sketch, scale_m)

    def _paint_handles(
        self, painter: QPainter, sketch: Sketch, view: Viewport, palette: Palette, look: SketchLook
    ) -> None:
        pixels = to_pixels(self._vertices_m, view)
        shown = _in_sight(pixels, view)
        colour = QColor(str(getattr(palette, look.tone)))
        if look.middles and int(shown.sum()) <= _MANY:
            _paint_dots(
                painter, middles_of(sketch, pixels, view), palette, edge=with_alpha(colour.name(), 0.8), size=8
            )
        _paint_dots(painter, pixels[shown], palette, edge=colour, size=11)
        if 0 <= look.chosen < len(pixels):
            at = QPointF(*pixels[look.chosen].tolist())
            painter.setPen(QPen(QColor(palette.label_halo), 2))
            painter.setBrush(colour)
            painter.drawEllipse(at, 7.5, 7.5)


def to_pixels(places_m: NDArray[np.float64], view: Viewport) -> NDArray[np.float64]:
    """Logical pixels of places (n, 2) in EPSG:3857 metres."""
    scale = 1 / view.metres_per_px
    left, top = view.to_screen(0.0, 0.0)
    return np.asarray(places_m * (scale, -scale) + (left, top), dtype=np.float64)


def middles_of(sketch: Sketch, pixels: NDArray[np.float64], view: Viewport) -> NDArray[np.float64]:
    """The pixels in the middle of those edges that are long enough for a handle."""
    edges = np.array(sketch.edges(), dtype=np.int64).reshape(-1, 2)
    start, end = pixels[edges[:, 0]], pixels[edges[:, 1]]
    middles = (start + end) / 2
    long = np.hypot(*(end - start).T) >= _WIDE_PX
    found: NDArray[np.float64] = middles[long & _in_sight(middles, view)]
    return found


def is_wide(start_px: Sequence[float], end_px: Sequence[float]) -> bool:
    """Whether an edge is long enough for a handle in its middle."""
    return float(np.hypot(end_px[0] - start_px[0], end_px[1] - start_px[1])) >= _WIDE_PX


def paint_rubber(
    painter: QPainter, places_m: Sequence[Place], view: Viewport, palette: Palette, *, bad: bool
) -> None:
    """The dashed line from what is drawn to the cursor, red where it would cross what is drawn."""
    line = QPolygonF([QPointF(*view.to_screen(*place)) for place in places_m])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(with_alpha(palette.label_halo, 0.8), 4))
    painter.drawPolyline(line)
    pen = QPen(QColor(palette.critical if bad else palette.accent), 1.8)
    pen.setDashPattern([3.2, 2.4])
    painter.setPen(pen)
    painter.drawPolyline(line)


def paint_snap(painter: QPainter, snap: Snap, view: Viewport, palette: Palette) -> None:
    """A square around a vertex, a diamond around a point of an edge that the cursor snapped to."""
    at = QPointF(*view.to_screen(*snap.place_m))
    reach = 7.0 if snap.kind is SnapKind.VERTEX else 8.5
    ways = (
        ((-1, -1), (1, -1), (1, 1), (-1, 1)) if snap.kind is SnapKind.VERTEX else ((0, -1), (1, 0), (0, 1), (-1, 0))
    )
    shape = QPolygonF([at + QPointF(reach * dx, reach * dy) for dx, dy in ways])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(QColor(palette.label_halo), 4), QPen(QColor(palette.attention), 1.8)):
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawPolygon(shape)


def paint_crossing(painter: QPainter, place_m: Place, view: Viewport, palette: Palette) -> None:
    """A red disc with a cross where the figure would cross itself."""
    at = QPointF(*view.to_screen(*place_m))
    painter.setPen(QPen(QColor(palette.label_halo), 2.5))
    painter.setBrush(QColor(palette.critical))
    painter.drawEllipse(at, 10, 10)
    pen = QPen(QColor("#ffffff"), 2.2)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    for slope in (1, -1):
        painter.drawLine(at + QPointF(-3.6, -3.6 * slope), at + QPointF(3.6, 3.6 * slope))


def paint_middle_cross(painter: QPainter, at: QPointF, palette: Palette) -> None:
    """The cross in the middle for those who work by keys."""
    for pen in (QPen(QColor(palette.label_halo), 4), QPen(QColor(palette.accent), 1.8)):
        painter.setPen(pen)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(at + QPointF(5 * dx, 5 * dy), at + QPointF(16 * dx, 16 * dy))


def _paint_line(
    painter: QPainter, path: QPainterPath, sketch: Sketch, palette: Palette, *, colour: QColor, fill: float
) -> None:
    if sketch.figure is Figure.POINT:
        return
    if sketch.figure is Figure.POLYGON and fill:
        painter.fillPath(path, with_alpha(colour.name(), fill))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(with_alpha(palette.label_halo, 0.85), 4.6), QPen(colour, 2.2)):
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(path)


def _paint_dots(
    painter: QPainter, pixels: NDArray[np.float64], palette: Palette, *, edge: QColor, size: float
) -> None:
    dots = QPolygonF([QPointF(x, y) for x, y in pixels.tolist()])
    for colour, width in ((edge, size), (QColor(palette.panel), size - 4)):
        pen = QPen(colour, width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(dots)


def pixel_polygon(vertices_m: NDArray[np.float64], origin_m: NDArray[np.float64], scale_m: float) -> QPolygonF:
    """Vertices in pixels from an origin, of many of them only those that an eye could tell apart."""
    if len(vertices_m) > _MANY:
        line = shapely.LineString(vertices_m).simplify(_FINE_PX * scale_m, preserve_topology=False)
        vertices_m = shapely.get_coordinates(line)
    pixels = (vertices_m - origin_m) / (scale_m, -scale_m)
    return QPolygonF([QPointF(x, y) for x, y in pixels.tolist()])


def _pixel_path(vertices_m: NDArray[np.float64], sketch: Sketch, scale_m: float) -> QPainterPath:
    path = QPainterPath()
    if len(vertices_m):
        path.addPolygon(pixel_polygon(vertices_m, vertices_m[0], scale_m))
    if len(vertices_m) and sketch.figure is Figure.POLYGON and sketch.closed:
        path.closeSubpath()
    return path


def _in_sight(pixels: NDArray[np.float64], view: Viewport) -> NDArray[np.bool_]:
    low, high = -_MARGIN_PX, np.array((view.width_px, view.height_px)) + _MARGIN_PX
    inside: NDArray[np.bool_] = np.all((pixels >= low) & (pixels <= high), axis=1)
    return inside
