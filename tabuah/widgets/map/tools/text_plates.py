"""Text plates over the map, next to the cursor or on a line; pictures are cached."""

from functools import lru_cache
from math import ceil

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.appearance import TextStyle, text_font, with_alpha
from tabuah.widgets.theme.design_tokens import PALETTES, Palette

_PAD_PX = 7.0
_AWAY_PX = 16.0


def paint_plate_at(painter: QPainter, text: str, at: QPointF, palette: Palette, *, text_scale: float) -> None:
    """Paint a plate centred on a pixel."""
    plate = _plate(text, palette.name, text_scale, painter.device().devicePixelRatioF(), strong=False)
    size = plate.deviceIndependentSize()
    painter.drawImage(QPointF(round(at.x() - size.width() / 2), round(at.y() - size.height() / 2)), plate)


def paint_plate_beside(
    painter: QPainter, text: str, at: QPointF, palette: Palette, *, view: Viewport, text_scale: float
) -> QRectF:
    """Paint a plate next to a pixel, on the side with room; return its rectangle."""
    plate = _plate(text, palette.name, text_scale, painter.device().devicePixelRatioF(), strong=True)
    size = plate.deviceIndependentSize()
    left = at.x() + _AWAY_PX
    if left + size.width() > view.width_px - 4:
        left = at.x() - _AWAY_PX - size.width()
    top = min(max(4.0, at.y() - size.height() - 6), view.height_px - size.height() - 4)
    painter.drawImage(QPointF(round(left), round(top)), plate)
    return QRectF(QPointF(left, top), size)


@lru_cache(maxsize=512)
def plate_width(text: str, text_scale: float) -> float:
    """Return the width of a plate on a line, in logical pixels."""
    return QFontMetricsF(text_font(TextStyle.SMALL_STRONG, text_scale)).horizontalAdvance(text) + 2 * _PAD_PX


@lru_cache(maxsize=256)
def _plate(text: str, theme: str, text_scale: float, ratio: float, *, strong: bool) -> QImage:
    palette = PALETTES[theme]
    font = text_font(TextStyle.STRONG if strong else TextStyle.SMALL_STRONG, text_scale)
    metrics, rows = QFontMetricsF(font), text.split("\n")
    width = ceil(max(metrics.horizontalAdvance(each) for each in rows) + 2 * _PAD_PX)
    height = ceil(metrics.height() * len(rows) + 5)
    image = QImage(ceil(width * ratio), ceil(height * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(palette.accent if strong else palette.line), 1.2 if strong else 1))
        painter.setBrush(with_alpha(palette.panel, 0.95))
        painter.drawRoundedRect(QRectF(0.6, 0.6, width - 1.2, height - 1.2), 6, 6)
        painter.setFont(font)
        painter.setPen(QColor(palette.text))
        painter.drawText(QRectF(0, 0, width, height), int(Qt.AlignmentFlag.AlignCenter), text)
    finally:
        painter.end()
    return image
