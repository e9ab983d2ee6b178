"""Symbols of point layers: drawn one by one if few, stamped from one picture if many."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from tabuah.widgets.map.base_map.layer_styles import SymbolStyle
from tabuah.widgets.map.rendering.sprite_sheet import Fragments, SpriteSheet
from tabuah.widgets.theme.level_shapes import triangle

STAMP_THRESHOLD: Final = 300  # from this number on, symbols are stamped on screens; paper always gets shapes
_HALO_PX: Final = 1.2


def paint_symbols(
    painter: QPainter, style: SymbolStyle, places_px: NDArray[np.float64], *, ratio: float, opacity: float
) -> None:
    """Draw a symbol at each of `places_px` (n, 2), device pixels from the corner of the view."""
    painter.save()
    painter.setOpacity(opacity)
    if len(places_px) >= STAMP_THRESHOLD and isinstance(painter.device(), QImage):
        _stamp(painter, style, places_px, ratio)
    else:
        painter.scale(ratio, ratio)
        for x_px, y_px in (places_px / ratio).tolist():
            paint_symbol(painter, style, QPointF(x_px, y_px))
    painter.restore()


def paint_symbol(painter: QPainter, style: SymbolStyle, at: QPointF) -> None:
    """Draw one symbol with its middle at `at`, logical pixels."""
    half = style.size_px / 2
    box = QRectF(at.x() - half, at.y() - half, style.size_px, style.size_px)
    if style.shape == "volcano":
        _paint_volcano(painter, style, QRectF(at.x() - half, at.y() - half, style.size_px, style.size_px * 6 / 7))
        return
    painter.setPen(Qt.PenStyle.NoPen if style.shape == "dot" else QPen(QColor(style.halo), _HALO_PX))
    painter.setBrush(QColor(style.colour))
    match style.shape:
        case "dot" | "circle":
            painter.drawEllipse(at, half, half)
        case "square" | "town":
            painter.drawRect(box)
        case "triangle":
            painter.drawPolygon(triangle(box))
        case "diamond":
            painter.drawPolygon(QPolygonF([QPointF(at.x() + dx * half, at.y() + dy * half) for dx, dy in _DIAMOND]))
        case "cross":
            for colour, width in ((style.halo, half + 2 * _HALO_PX), (style.colour, half * 0.7)):
                painter.setPen(QPen(QColor(colour), width))
                painter.drawLine(QPointF(box.left(), at.y()), QPointF(box.right(), at.y()))
                painter.drawLine(QPointF(at.x(), box.top()), QPointF(at.x(), box.bottom()))


_DIAMOND: Final = ((0, -1), (1, 0), (0, 1), (-1, 0))


def _paint_volcano(painter: QPainter, style: SymbolStyle, body: QRectF) -> None:
    for pen in (QPen(QColor(style.halo), 5), QPen(QColor(style.colour), 1.7)):
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(QColor(style.halo))
        painter.drawPolygon(triangle(body))


def _stamp(painter: QPainter, style: SymbolStyle, places_px: NDArray[np.float64], ratio: float) -> None:
    side = 2 * round((style.size_px + 6) * ratio / 2)
    picture = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(0)
    brush = QPainter(picture)
    try:
        brush.setRenderHint(QPainter.RenderHint.Antialiasing)
        brush.scale(ratio, ratio)
        paint_symbol(brush, style, QPointF(side / ratio / 2, side / ratio / 2))
    finally:
        brush.end()
    sheet, fragments = SpriteSheet(), Fragments(len(places_px))
    sheet.add(style, picture)
    pixels = np.rint(places_px)
    fragments.place(pixels[:, 0], pixels[:, 1], rects=np.repeat(sheet.rects(), len(pixels), axis=0))
    fragments.draw(painter, sheet.pixmap(), len(pixels))
