"""Hover card of a marker: name, value and age."""

from typing import Final

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.appearance import TextStyle, text_font, with_alpha

_PAD_PX: Final = 9.0
_AWAY_PX: Final = 16.0
_WIDEST_PX: Final = 320.0


class HoverCard(msgspec.Struct, frozen=True):
    """Texts of the card and the place it belongs to (EPSG:3857 metres)."""

    title: str
    value: str
    age: str
    x_m: float
    y_m: float


def paint_hover_card(painter: QPainter, card: HoverCard, content: MapContent, view: Viewport) -> QRectF:
    """Paint the card next to its place, inside the view; return its rectangle."""
    palette, scale = content.palette, content.text_scale
    strong, plain = text_font(TextStyle.SMALL_STRONG, scale), text_font(TextStyle.SMALL, scale)
    rest = " · ".join(text for text in (card.value, card.age) if text)
    rows = [(card.title, strong, palette.text)] + ([(rest, plain, palette.muted)] if rest else [])
    texts = [(_elided(text, QFontMetricsF(font)), font, colour) for text, font, colour in rows]
    width = max(QFontMetricsF(font).horizontalAdvance(text) for text, font, _ in texts) + 2 * _PAD_PX
    line = QFontMetricsF(strong).height() + 1
    rect = _beside(view, card, width, line * len(texts) + 2 * _PAD_PX - 4)
    painter.setPen(QPen(QColor(palette.line), 1))
    painter.setBrush(with_alpha(palette.panel, 0.97))
    painter.drawRoundedRect(rect, 7, 7)
    row = QRectF(rect.left() + _PAD_PX, rect.top() + _PAD_PX - 2, width - 2 * _PAD_PX, line)
    for text, font, colour in texts:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(row, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
        row.translate(0, line)
    return rect


def _elided(text: str, metrics: QFontMetricsF) -> str:
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, _WIDEST_PX)


def _beside(view: Viewport, card: HoverCard, width: float, height: float) -> QRectF:
    """Return the position of the card: above right of the place, else on a side with room."""
    x, y = view.to_screen(card.x_m, card.y_m)
    left = x + _AWAY_PX if x + _AWAY_PX + width < view.width_px - 4 else x - _AWAY_PX - width
    top = min(max(4.0, y - height / 2 - 4), view.height_px - height - 4)
    return QRectF(QPointF(round(left) + 0.5, round(top) + 0.5), QPointF(round(left + width), round(top + height)))
