"""Sketch painter: line, handles, snap mark and self-intersection of a sketch."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from tabuah.widgets.map.tools.dot_painter import DotPainter
from tabuah.widgets.map.tools.sketch import Sketch, SketchKind
from tabuah.widgets.map.tools.snapping import Snap, SnapKind
from tabuah.widgets.map.tools.tool import Place
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.appearance import with_alpha
from tabuah.widgets.theme.design_tokens import Palette

_MANY: Final = 250  # visible vertices beyond which edges get no handles and segments off screen are skipped
_MOST: Final = 1_500  # maximum number of handles; zoom in to see those of a larger figure
_SQUARE: Final = 80  # up to this many segments, line ends overlap at corners
_FINE_PX: Final = 0.5  # simplification tolerance of a long line
_WIDE_PX: Final = 48.0  # an edge this long has a handle in its middle
_MARGIN_PX: Final = 20.0


class SketchLook(msgspec.Struct, frozen=True, kw_only=True):
    """Visible elements of a sketch: handles, the selected vertex, and the palette token of its colour."""

    tone: str = "accent"
    handles: bool = True
    middles: bool = False
    chosen: int = -1
    fill: float = 0.16


class SketchPainter:
    """Paints a sketch; caches the line as pixels from its first vertex while only the view moves."""

    def __init__(self) -> None:
        self._key: tuple[Sketch | None, float] = (None, 0.0)
        self._vertices_m: NDArray[np.float64] = np.zeros((0, 2))
        self._line_px: NDArray[np.float64] = np.zeros((0, 2))
        self._segments: list[QLineF] = []
        self._inside = QPolygonF()
        self._dots = DotPainter()

    def paint(self, painter: QPainter, sketch: Sketch, view: Viewport, palette: Palette, look: SketchLook) -> None:
        if not sketch.vertices:
            return
        self._prepare(sketch, view.metres_per_px)
        if sketch.figure is not SketchKind.POINT:
            self._paint_line(painter, view.to_screen(*sketch.vertices[0]), view, palette=palette, look=look)
        if look.handles or sketch.figure is SketchKind.POINT:
            self._paint_handles(painter, sketch, view, palette, look)

    def _prepare(self, sketch: Sketch, scale_m: float) -> None:
        if self._key[0] is sketch and self._key[1] == scale_m:
            return
        self._key = (sketch, scale_m)
        self._vertices_m = np.array(sketch.vertices, dtype=np.float64).reshape(-1, 2)
        is_ring = sketch.figure is SketchKind.POLYGON and sketch.closed
        line_m = np.vstack((self._vertices_m, self._vertices_m[: int(is_ring)]))
        self._line_px = pixels_from(line_m, self._vertices_m[0], scale_m)
        points = [QPointF(x, y) for x, y in self._line_px.tolist()]
        self._segments = [QLineF(one, other) for one, other in pairwise(points)]
        self._inside = QPolygonF(points) if sketch.figure is SketchKind.POLYGON else QPolygonF()

    def _paint_line(
        self, painter: QPainter, first_px: tuple[float, float], view: Viewport, *, palette: Palette, look: SketchLook
    ) -> None:
        """Paint segment by segment: Qt strokes a wide path ten times slower than its single segments."""
        colour = QColor(str(getattr(palette, look.tone)))
        painter.save()
        painter.translate(*first_px)
        if look.fill and not self._inside.isEmpty():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)  # the fill ends under the line
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(with_alpha(colour.name(), look.fill))
            painter.drawPolygon(self._inside)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        segments = self._segments
        if len(segments) > _MANY:
            segments = [segments[number] for number in self._in_sight(view, first_px)]
        cap = Qt.PenCapStyle.SquareCap if len(segments) <= _SQUARE else Qt.PenCapStyle.FlatCap  # round joins are slow
        for pen in (QPen(QColor(palette.label_halo), 4.6), QPen(colour, 2.2)):
            pen.setCapStyle(cap)
            painter.setPen(pen)
            painter.drawLines(segments)
        painter.restore()

    def _in_sight(self, view: Viewport, first_px: tuple[float, float]) -> list[int]:
        """Return the numbers of the segments whose box meets the view."""
        points = self._line_px + first_px
        low, high = np.minimum(points[:-1], points[1:]), np.maximum(points[:-1], points[1:])
        size = np.add((view.width_px, view.height_px), _MARGIN_PX)
        numbers: list[int] = np.flatnonzero(np.all((high >= -_MARGIN_PX) & (low <= size), axis=1)).tolist()
        return numbers

    def _paint_handles(
        self, painter: QPainter, sketch: Sketch, view: Viewport, palette: Palette, look: SketchLook
    ) -> None:
        pixels = to_pixels(self._vertices_m, view)
        shown = pixels[_in_sight(pixels, view)]
        tone = str(getattr(palette, look.tone))
        if look.middles and len(shown) <= _MANY:
            self._dots.paint(
                painter, edge_midpoints(sketch, pixels, view), ring=tone, inside=palette.panel, size_px=8
            )
        if len(shown) <= _MOST:
            self._dots.paint(painter, shown, ring=tone, inside=palette.panel, size_px=11)
        if 0 <= look.chosen < len(pixels):
            self._dots.paint(painter, pixels[[look.chosen]], ring=palette.label_halo, inside=tone, size_px=16)


def to_pixels(places_m: NDArray[np.float64], view: Viewport) -> NDArray[np.float64]:
    """Return logical pixels of places (n, 2) in EPSG:3857 metres."""
    scale = 1 / view.metres_per_px
    left, top = view.to_screen(0.0, 0.0)
    return np.asarray(places_m * (scale, -scale) + (left, top), dtype=np.float64)


def pixels_from(places_m: NDArray[np.float64], origin_m: NDArray[np.float64], scale_m: float) -> NDArray[np.float64]:
    """Return a line in pixels from an origin; a long line is simplified to visible vertices."""
    if len(places_m) > _MANY:
        line = shapely.LineString(places_m).simplify(_FINE_PX * scale_m, preserve_topology=False)
        places_m = shapely.get_coordinates(line)
    pixels: NDArray[np.float64] = (places_m - origin_m) / (scale_m, -scale_m)
    return pixels


def edge_midpoints(sketch: Sketch, pixels: NDArray[np.float64], view: Viewport) -> NDArray[np.float64]:
    """Return the pixels in the middle of edges that are long enough for a handle."""
    edges = np.array(sketch.edges(), dtype=np.int64).reshape(-1, 2)
    start, end = pixels[edges[:, 0]], pixels[edges[:, 1]]
    middles = (start + end) / 2
    long = np.hypot(*(end - start).T) >= _WIDE_PX
    found: NDArray[np.float64] = middles[long & _in_sight(middles, view)]
    return found


def is_wide(start_px: Sequence[float], end_px: Sequence[float]) -> bool:
    """Return whether an edge is long enough for a handle in its middle."""
    return float(np.hypot(end_px[0] - start_px[0], end_px[1] - start_px[1])) >= _WIDE_PX


def paint_rubber_band(
    painter: QPainter, places_m: Sequence[Place], view: Viewport, palette: Palette, *, bad: bool
) -> None:
    """Paint the dashed line from the sketch to the cursor, red if it crosses the sketch."""
    points = [QPointF(*view.to_screen(*place)) for place in places_m]
    lines = [QLineF(one, other) for one, other in pairwise(points)]
    painter.setPen(QPen(QColor(palette.label_halo), 4))
    painter.drawLines(lines)
    pen = QPen(QColor(palette.critical if bad else palette.accent), 1.8)
    pen.setDashPattern([3.2, 2.4])
    painter.setPen(pen)
    painter.drawLines(lines)


def paint_snap(painter: QPainter, snap: Snap, view: Viewport, palette: Palette) -> None:
    """Paint a square around a snapped vertex, or a diamond around a snapped point of an edge."""
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
    """Paint a red disc with a cross at a self-intersection."""
    at = QPointF(*view.to_screen(*place_m))
    painter.setPen(QPen(QColor(palette.label_halo), 2.5))
    painter.setBrush(QColor(palette.critical))
    painter.drawEllipse(at, 10, 10)
    pen = QPen(QColor("#ffffff"), 2.2)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    for slope in (1, -1):
        painter.drawLine(at + QPointF(-3.6, -3.6 * slope), at + QPointF(3.6, 3.6 * slope))


def paint_centre_cross(painter: QPainter, at: QPointF, palette: Palette) -> None:
    """Paint the cross in the middle for keyboard users."""
    for pen in (QPen(QColor(palette.label_halo), 4), QPen(QColor(palette.accent), 1.8)):
        painter.setPen(pen)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(at + QPointF(5 * dx, 5 * dy), at + QPointF(16 * dx, 16 * dy))


def _in_sight(pixels: NDArray[np.float64], view: Viewport) -> NDArray[np.bool_]:
    low, high = -_MARGIN_PX, np.array((view.width_px, view.height_px)) + _MARGIN_PX
    inside: NDArray[np.bool_] = np.all((pixels >= low) & (pixels <= high), axis=1)
    return inside
