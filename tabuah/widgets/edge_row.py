"""The frame of a row in a list: its level as the colour of the edge and as a shape, an outline while it is chosen."""

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import level_colour, mix
from tabuah.widgets.theme.glyphs import paint_level, rounded
from tabuah.widgets.values import Level

MARGIN_PX: Final = 8
_EDGE_PX: Final = 4
_SHAPE_PX: Final = 11
_GAP_PX: Final = 8


def paint_edge_row(
    painter: QPainter, rect: QRectF, level: Level, appearance: Appearance, *, lines: int, selected: bool
) -> QRectF:
    """Paint the frame in `rect`, the shape beside the first of so many lines.

    Returns:
        The room that is left for the words.
    """
    palette, outline = appearance.palette, rounded(rect.adjusted(0.5, 0.5, -0.5, -0.5), 8)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(outline, QColor(mix(palette.raised, palette.text, 0.06 if selected else 0.0)))
    painter.setClipPath(outline)
    painter.fillRect(QRectF(rect.x(), rect.y(), _EDGE_PX, rect.height()), QColor(level_colour(palette, level)))
    painter.setClipping(False)
    if selected:
        painter.setPen(QPen(QColor(palette.accent), 1.5))
        painter.drawPath(outline)
    inner, side_px = rect.adjusted(14, 5, -12, -5), float(appearance.px(_SHAPE_PX))
    top = inner.y() + (inner.height() / lines - side_px) / 2
    paint_level(painter, QRectF(inner.x(), top, side_px, side_px), level, palette)
    painter.restore()
    return inner.adjusted(side_px + _GAP_PX, 0, 0, 0)
