"""Marks around what was selected on the map, and the outline of a feature that is looked at."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap

from tabuah.gis.basemap import LayerKind
from tabuah.gis.reference_systems import to_mercator
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.markers import MarkerKind, Markers
from tabuah.widgets.map.sprite_sheet import Fragments
from tabuah.widgets.map.tools.found import FoundItem
from tabuah.widgets.map.tools.layer_shapes import LayerShapes
from tabuah.widgets.map.tools.sketch_painter import pixel_polygon, to_pixels
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.tokens import Palette

_REACH_PX: Final = {MarkerKind.STATION: 11.0, MarkerKind.INCIDENT: 17.0, MarkerKind.UNIT: 17.0}
_MOST: Final = 3_000  # rings that are drawn; a map full of them would tell nothing more
_POINT_PX: Final = 10.0


class ChosenMarks:
    """Rings by id, so that they follow what moves."""

    def __init__(self) -> None:
        self._ids: dict[MarkerKind, tuple[str, ...]] = {}
        self._places: dict[MarkerKind, tuple[Markers, NDArray[np.float64]]] = {}
        self._rings: dict[tuple[float, str, float], QPixmap] = {}
        self._fragments = Fragments()

    @property
    def ids(self) -> dict[MarkerKind, tuple[str, ...]]:
        """What is marked."""
        return self._ids

    def show(self, ids: dict[MarkerKind, tuple[str, ...]]) -> None:
        """Mark these and no others."""
        self._ids, self._places = {kind: each for kind, each in ids.items() if each}, {}

    def paint(self, painter: QPainter, content: MapContent, view: Viewport) -> None:
        """Paint the rings that are in sight."""
        for kind in self._ids:
            pixels = to_pixels(self._places_of(kind, content), view)
            reach = _REACH_PX[kind]
            size = (view.width_px, view.height_px)
            pixels = pixels[np.all((pixels > -reach) & (pixels < np.add(size, reach)), axis=1)][:_MOST]
            if len(pixels):
                ratio = painter.device().devicePixelRatioF()
                ring = self._ring(reach, content.palette, ratio)
                rects = np.tile((0.0, 0.0, float(ring.width()), float(ring.height())), (len(pixels), 1))
                self._fragments.place(pixels[:, 0], pixels[:, 1], rects=rects, scale=1 / ratio)
                self._fragments.draw(painter, ring, len(pixels))

    def _places_of(self, kind: MarkerKind, content: MapContent) -> NDArray[np.float64]:
        markers = content.markers(kind)
        known = self._places.get(kind)
        if known is None or (known[0].ids is not markers.ids or known[0].lon_deg is not markers.lon_deg):
            wanted = set(self._ids[kind])
            numbers = [index for index, each in enumerate(markers.ids) if each in wanted]
            x_m, y_m = to_mercator(markers.lon_deg[numbers], markers.lat_deg[numbers])
            known = self._places[kind] = (markers, np.column_stack((x_m, y_m)).reshape(-1, 2))
        return known[1]

    def _ring(self, reach_px: float, palette: Palette, ratio: float) -> QPixmap:
        key = (reach_px, palette.name, ratio)
        if key not in self._rings:
            side = 2 * round((reach_px + 4) * ratio)
            image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            try:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                middle = QRectF(image.rect()).center()
                for pen in (QPen(QColor(palette.label_halo), 4.4 * ratio), QPen(QColor(palette.accent), 2.2 * ratio)):
                    painter.setPen(pen)
                    painter.drawEllipse(middle, reach_px * ratio, reach_px * ratio)
            finally:
                painter.end()
            self._rings[key] = QPixmap.fromImage(image)
        return self._rings[key]


class FeatureOutline:
    """The outline of one feature, or a ring around a point; kept as a path of pixels while only the view moves."""

    def __init__(self) -> None:
        self._parts: list[NDArray[np.float64]] = []
        self._kind = LayerKind.POINT
        self._scale_m = 0.0
        self._path = QPainterPath()

    def show(self, item: FoundItem | None, shapes: LayerShapes | None) -> None:
        """Look at this one; None for nothing."""
        self._parts, self._scale_m = [], 0.0
        if item is not None and item.feature is not None and shapes is not None:
            self._kind, self._parts = shapes.layer.kind, shapes.outline(item.feature)

    def paint(self, painter: QPainter, view: Viewport, palette: Palette) -> None:
        """Paint it over a halo."""
        if not self._parts:
            return
        if view.metres_per_px != self._scale_m:
            self._scale_m = view.metres_per_px
            self._path = self._pixel_path()
        painter.save()
        painter.translate(*view.to_screen(*self._parts[0][0].tolist()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(palette.label_halo), 5), QPen(QColor(palette.attention), 2.4)):
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPath(self._path)
        painter.restore()

    def _pixel_path(self) -> QPainterPath:
        path, origin = QPainterPath(), self._parts[0][0]
        for part in self._parts:
            if self._kind is LayerKind.POINT:
                at = (part[0] - origin) / (self._scale_m, -self._scale_m)
                path.addEllipse(QPointF(*at.tolist()), _POINT_PX, _POINT_PX)
            else:
                path.addPolygon(pixel_polygon(part, origin, self._scale_m))
        return path
