"""The key of computed surfaces on a finished picture of the map, which has no card of layers beside it."""

from dataclasses import dataclass
from math import ceil
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from tabuah.gis.layers.specification import ByValue
from tabuah.widgets.map.class_strip import paint_strip
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.credits_plate import PAD_PX, line_height, paint_plate, plate_font
from tabuah.widgets.map.layer_rows import layer_rows

_WIDTH_PX: Final = 216.0
_STRIP_PX: Final = 28.0
_GAP_PX: Final = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """One surface: what it is, what is to be said of it, and its classes."""

    title: str
    note: str
    classes: ByValue


def key_rows(content: MapContent) -> tuple[KeyRow, ...]:
    """The surfaces that are drawn and coloured by classes, as the panel of layers names them."""
    drawn = {surface.name for surface in content.surfaces if content.shows(surface.name)}
    return tuple(
        KeyRow(title=row.title, note=row.note.text, classes=row.look.by_value)
        for row in layer_rows(content)
        if row.name in drawn and row.look is not None and row.look.by_value is not None
    )


def key_size(content: MapContent) -> tuple[float, float]:
    """Width and height of the key, logical pixels; zeros when there is nothing to explain."""
    rows = key_rows(content)
    if not rows:
        return 0.0, 0.0
    metrics = QFontMetricsF(plate_font(content.text_scale))
    widest = max((metrics.horizontalAdvance(_told(row)) for row in rows), default=0.0)
    width = max(_WIDTH_PX * content.text_scale, widest) + 2 * PAD_PX
    return ceil(width), ceil(len(rows) * _row_height(content) - _GAP_PX + 2 * PAD_PX)


def paint_surface_key(painter: QPainter, plate: QRectF, content: MapContent) -> None:
    """Paint the key into `plate`, which is as large as `key_size` says."""
    font, palette = plate_font(content.text_scale), content.palette
    metrics, top = QFontMetricsF(font), plate.top() + PAD_PX
    paint_plate(painter, plate, palette)
    for row in key_rows(content):
        painter.setFont(font)
        painter.setPen(QColor(palette.text))
        painter.drawText(QPointF(plate.left() + PAD_PX, top + metrics.ascent()), _told(row))
        strip_top = top + line_height(font)
        strip = QRectF(plate.left() + PAD_PX - 4, strip_top, plate.width() - 2 * PAD_PX + 4, _STRIP_PX)
        paint_strip(painter, strip, row.classes, font=font, palette=palette)
        top += _row_height(content)


def _told(row: KeyRow) -> str:
    return f"{row.title} · {row.note}" if row.note else row.title


def _row_height(content: MapContent) -> float:
    return line_height(plate_font(content.text_scale)) + _STRIP_PX * content.text_scale + _GAP_PX
