"""Paints a sketch over the map: its line, its handles, what snapped, and where it crosses itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from tabuah.widgets.map.tools.dots import Dots
from tabuah.widgets.map.tools.sketch import Figure, Sketch
from tabuah.widgets.map.tools.snapping import Snap, SnapKind
from tabuah.widgets.map.tools.tool import Place
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.colours import with_alpha
from tabuah.widgets.theme.tokens import Palette

_MANY: Final = 250  # vertices in view beyond which edges get no handles, and segments out of sight are left out
_MOST: Final = 1_500  # handles; a figure with more in view is to be looked at closer
_SQUARE: Final = 80  # segments up to which their ends reach over the corner
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
    """Keeps the line as pixels from its first vertex while only the view moves."""

    def __init__(self) -> None:
        self._key: tuple[Sketch | None, float] = (None, 0.0)
        self._vertices_m: NDArray[np.float64] = np.zeros((0, 2))
        self._line_px: NDArray[np.float64] = np.zeros((0, 2))
        self._segments: list[QLineF] = []
        self._inside = QPolygonF()
        self._dots = Dots()

    def paint(self, painter: QPainter, sketch: Sketch, view: Viewport, palette: Palette, look: SketchLook) -> None:
        """Paint a sketch."""
        if not sketch.vertices:
            return
        self._prepare(sketch, view.metres_per_px)
        if sketch.figure is not Figure.POINT:
            self._paint_line(painter, view.to_screen(*sketch.vertices[0]), view, palette=palette, look=look)
        if look.handles or sketch.figure is Figure.POINT:
            self._paint_handles(painter, sketch, view, palette, look)

    def _prepare(self, sketch: Sketch, scale_m: float) -> None:
        if self._key[0] is sketch and self._key[1] == scale_m:
            return
        self._key = (sketch, scale_m)
        self._vertices_m = np.array(sketch.vertices, dtype=np.float64).reshape(-1, 2)
        is_ring = sketch.figure is Figure.POLYGON and sketch.closed
        line_m = np.vstack((self._vertices_m, self._vertices_m[: int(is_ring)]))
        self._line_px = pixels_from(line_m, self._vertices_m[0], scale_m)
        points = [QPointF(x, y) for x, y in self._line_px.tolist()]
        self._segments = [QLineF(one, other) for one, other in pairwise(points)]
        self._inside = QPolygonF(points) if sketch.figure is Figure.POLYGON else QPolygonF()

    def _paint_line(
        self, painter: QPainter, first_px: tuple[float, float], view: Viewport, *, palette: Palette, look: SketchLook
    ) -> None:
        """Segment by segment: Qt strokes a wide path ten times slower than its segments apart."""
        colour = QColor(str(getattr(palette, look.tone)))
        painter.save()
        painter.translate(*first_px)
        if look.fill and not self._inside.isEmpty():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)  # its edge lies under the line
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(with_alpha(colour.name(), look.fill))
            painter.drawPolygon(self._inside)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        segments = self._segments
        if len(segments) > _MANY:
            segments = [segments[number] for number in self._in_sight(view, first_px)]
        cap = Qt.PenCapStyle.SquareCap if len(segments) <= _SQUARE else Qt.PenCapStyle.FlatCap  # round ones are slow
        for pen in (QPen(QColor(palette.label_halo), 4.6), QPen(colour, 2.2)):
            pen.setCapStyle(cap)
            painter.setPen(pen)
            painter.drawLines(segments)
        painter.restore()

    def _in_sight(self, view: Viewport, first_px: tuple[float, float]) -> list[int]:
        """The numbers of the segments whose box meets the view."""
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
            self._dots.paint(painter, middles_of(sketch, pixels, view), ring=tone, inside=palette.panel, size_px=8)
        if len(shown) <= _MOST:
            self._dots.paint(painter, shown, ring=tone, inside=palette.panel, size_px=11)
        if 0 <= look.chosen < len(pixels):
            self._dots.paint(painter, pixels[[look.chosen]], ring=palette.label_halo, inside=tone, size_px=16)


def to_pixels(places_m: NDArray[np.float64], view: Viewport) -> NDArray[np.float64]:
    """Logical pixels of places (n, 2) in EPSG:3857 metres."""
    scale = 1 / view.metres_per_px
    left, top = view.to_screen(0.0, 0.0)
    return np.asarray(places_m * (scale, -scale) + (left, top), dtype=np.float64)


def pixels_from(places_m: NDArray[np.float64], origin_m: NDArray[np.float64], scale_m: float) -> NDArray[np.float64]:
    """A line in pixels from an origin, of many vertices only those that an eye could tell apart."""
    if len(places_m) > _MANY:
        line = shapely.LineString(places_m).simplify(_FINE_PX * scale_m, preserve_topology=False)
        places_m = shapely.get_coordinates(line)
    pixels: NDArray[np.float64] = (places_m - origin_m) / (scale_m, -scale_m)
    return pixels


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
    points = [QPointF(*view.to_screen(*place)) for place in places_m]
    lines = [QLineF(one, other) for one, other in pairwise(points)]
    painter.setPen(QPen(QColor(palette.label_halo), 4))
    painter.drawLines(lines)
    pen = QPen(QColor(palette.critical if bad else palette.accent), 1.8)
    pen.setDashPattern([3.2, 2.4])
    painter.setPen(pen)
    painter.drawLines(lines)


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


def _in_sight(pixels: NDArray[np.float64], view: Viewport) -> NDArray[np.bool_]:
    low, high = -_MARGIN_PX, np.array((view.width_px, view.height_px)) + _MARGIN_PX
    inside: NDArray[np.bool_] = np.all((pixels >= low) & (pixels <= high), axis=1)
    return inside
