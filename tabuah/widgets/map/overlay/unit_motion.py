"""Unit motion: fading trails and heading arrows of units."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, QTransform

from tabuah.gis.reference_systems import to_mercator
from tabuah.widgets.map.content import UNITS, MapContent, UnitMarkers
from tabuah.widgets.map.overlay.placed_markers import PlacedMarkers
from tabuah.widgets.map.rendering.gil_free_painting import draw_lines
from tabuah.widgets.map.rendering.sprite_sheet import Fragments, SpriteSheet
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.appearance import with_alpha
from tabuah.widgets.theme.design_tokens import Palette

_FADES: Final = (0.25, 0.45, 0.65, 0.9)  # from the oldest quarter of a trail to the newest
_LINE_PX: Final = 2.0
_ARROW_PX: Final = 14
_BESIDE_PX: Final = (43.0, 20.0)  # the arrow lies on this ellipse around the badge


class UnitMotion:
    """Paints trails and arrows; caches them in EPSG:3857. Use it from one thread only."""

    def __init__(self) -> None:
        self._units: UnitMarkers | None = None
        self._trails: list[NDArray[np.float64]] = []
        self._fragments = Fragments()

    def paint(self, image: QImage, content: MapContent, placed: PlacedMarkers, view: Viewport, ratio: float) -> None:
        """Paint trails and arrows over `image` (device pixels); badges are painted over them later."""
        units = content.units
        if not content.shows(UNITS) or not len(units.ids):
            return
        if self._units is not units:
            self._units, self._trails = units, _by_age(units)
        if not any(map(len, self._trails)) and not np.isfinite(units.heading_deg).any():
            return
        painter = QPainter(image)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_trails(painter, content.palette, view, ratio)
            self._paint_arrows(painter, content, placed, view, ratio)
        finally:
            painter.end()

    def _paint_trails(self, painter: QPainter, palette: Palette, view: Viewport, ratio: float) -> None:
        west, _, _, north = view.bounds_m
        scale = ratio / view.metres_per_px
        painter.setTransform(QTransform(scale, 0, 0, -scale, -west * scale, north * scale))
        for segments, fade in zip(self._trails, _FADES, strict=True):
            if len(segments):
                pen = QPen(with_alpha(palette.accent, fade), _LINE_PX * ratio)
                pen.setCosmetic(True)
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                painter.setPen(pen)
                draw_lines(painter, segments)
        painter.setTransform(QTransform())

    def _paint_arrows(
        self, painter: QPainter, content: MapContent, placed: PlacedMarkers, view: Viewport, ratio: float
    ) -> None:
        headings = content.units.heading_deg
        moving = np.flatnonzero(np.isfinite(headings))
        if len(moving) == 0:
            return
        turns = np.radians(headings[moving])
        x, y = placed.columns(view, ratio)
        away = 1 / np.hypot(np.sin(turns) / _BESIDE_PX[0], np.cos(turns) / _BESIDE_PX[1]) * ratio
        sheet = SpriteSheet()
        sheet.add("arrow", _arrow(content.palette, ratio))
        self._fragments.place(
            x[moving] + np.sin(turns) * away,
            y[moving] - np.cos(turns) * away,
            rects=np.repeat(sheet.rects(), len(moving), axis=0),
            rotation_deg=headings[moving],
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._fragments.draw(painter, sheet.pixmap(), len(moving))


def _by_age(units: UnitMarkers) -> list[NDArray[np.float64]]:
    """Return the segments of all trails by age, oldest quarter first; x1, y1, x2, y2 in EPSG:3857 metres."""
    quarters: list[list[NDArray[np.float64]]] = [[] for _fade in _FADES]
    for trail in units.trails:
        if len(trail) < 2:
            continue
        points = np.column_stack(to_mercator(trail[:, 0], trail[:, 1]))
        pieces = np.array_split(np.concatenate((points[:-1], points[1:]), axis=1), len(_FADES))
        for quarter, piece in zip(quarters, pieces, strict=True):
            quarter.append(piece)
    return [np.ascontiguousarray(np.concatenate(each)) if each else np.zeros((0, 4)) for each in quarters]


def _arrow(palette: Palette, ratio: float) -> QImage:
    side = 2 * round(_ARROW_PX * ratio / 2)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(side / 12, side / 12)
        pen = QPen(QColor(palette.label_halo), 1.2)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(QColor(palette.accent))
        corners = ((6, 0.8), (10.6, 10.8), (6, 8.4), (1.4, 10.8))
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    finally:
        painter.end()
    return image
