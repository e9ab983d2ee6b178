"""What a paint event puts on the screen: frames blitted, then selection, names, furniture and modes."""

from dataclasses import dataclass, field
from math import ceil, floor
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tabuah.resources.catalogue import _
from tabuah.widgets.map.base_picture import strips_around
from tabuah.widgets.map.compared_places import ComparedPlaces
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.frames import Frame
from tabuah.widgets.map.hover_card import HoverCard, paint_hover_card
from tabuah.widgets.map.hud import MapHud
from tabuah.widgets.map.label_stamp import LabelStamp
from tabuah.widgets.map.marker_sprites import UNIT_HEIGHT_PX, unit_width_px
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.colours import with_alpha
from tabuah.widgets.theme.fonts import Type, type_font

_RING_PX: Final = 19.0


@dataclass(slots=True)
class Adornments:
    """What lies over the map for the moment: marks, the hover card, the box being drawn, the pick mode."""

    selected_m: tuple[float, float] | None = None
    selected_unit: str = ""  # its call sign, when it is a unit: the ring goes round the pill
    focused_m: tuple[float, float] | None = None
    hover: HoverCard | None = None
    box_px: QRectF | None = None
    picking: bool = False
    compared: ComparedPlaces = field(default_factory=ComparedPlaces)
    names: LabelStamp = field(default_factory=LabelStamp)


def paint_frame(painter: QPainter, frame: Frame | None, view: Viewport, outside: str) -> None:
    """Blit a frame where it belongs, scaled when it is of another scale, and fill only what it does not reach."""
    whole = QRect(0, 0, view.width_px, view.height_px)
    target, source = frame.part_in(view) if frame is not None else (QRectF(), QRectF())
    for strip in strips_around(_inside(target) & whole, whole):
        painter.fillRect(strip, QColor(outside))
    if frame is None or source.isEmpty():
        return
    if frame.is_sharp_in(view) and frame.pixel_ratio == 1:
        painter.drawImage(target.topLeft(), frame.image, source)
    else:
        painter.drawImage(target, frame.image, source)


def _inside(rect: QRectF) -> QRect:
    """The pixels that lie wholly in a rectangle."""
    first, last = QPoint(ceil(rect.left()), ceil(rect.top())), QPoint(floor(rect.right()), floor(rect.bottom()))
    return QRect(first, last - QPoint(1, 1))


def paint_marks(painter: QPainter, adornments: Adornments, content: MapContent, view: Viewport) -> None:
    """The ring of the selected marker, and a thinner one where the keyboard is."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    accent = content.palette.accent
    if adornments.selected_m is not None:
        at = QPointF(*view.to_screen(*adornments.selected_m))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(content.palette.label_halo), 5), QPen(QColor(accent), 2.4)):
            painter.setPen(pen)
            _draw_ring(painter, at, adornments.selected_unit)
    if adornments.focused_m is not None:
        at = QPointF(*view.to_screen(*adornments.focused_m))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(content.palette.text), 1.6, Qt.PenStyle.DashLine))
        painter.drawEllipse(at, _RING_PX + 4, _RING_PX + 4)


def _draw_ring(painter: QPainter, at: QPointF, unit: str) -> None:
    if not unit:
        painter.drawEllipse(at, _RING_PX, _RING_PX)
        return
    width, height = unit_width_px(unit) + 8.0, UNIT_HEIGHT_PX + 12.0
    ring = QRectF(at.x() - width / 2, at.y() - height / 2, width, height)
    painter.drawRoundedRect(ring, height / 2, height / 2)


def paint_over(
    painter: QPainter, adornments: Adornments, content: MapContent, *, view: Viewport, hud: MapHud
) -> None:
    """Furniture, the hover card and whatever mode is on."""
    adornments.compared.paint(painter, content.palette, view, content.text_scale)
    hud.paint(painter, content, view)
    if adornments.box_px is not None:
        painter.setPen(QPen(QColor(content.palette.accent), 1.4))
        painter.setBrush(with_alpha(content.palette.accent, 0.12))
        painter.drawRect(adornments.box_px)
    if adornments.picking:
        _paint_picking(painter, content, view)
    if adornments.hover is not None:
        paint_hover_card(painter, adornments.hover, content, view)


def _paint_picking(painter: QPainter, content: MapContent, view: Viewport) -> None:
    """A cross in the middle for those without a mouse, and what to do."""
    palette, x, y = content.palette, view.width_px / 2, view.height_px / 2
    for pen in (QPen(QColor(palette.label_halo), 4), QPen(QColor(palette.accent), 1.8)):
        painter.setPen(pen)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(QPointF(x + 5 * dx, y + 5 * dy), QPointF(x + 16 * dx, y + 16 * dy))
    font = type_font(Type.MEDIUM, content.text_scale)
    text = _("Click the place · Enter takes the centre · Esc cancels")
    painter.setFont(font)
    width = painter.fontMetrics().horizontalAdvance(text) + 32
    plate = QRectF(x - width / 2, 14, width, 34 * content.text_scale)
    painter.setPen(QPen(QColor(palette.accent), 1.2))
    painter.setBrush(with_alpha(palette.panel, 0.96))
    painter.drawRoundedRect(plate, 8, 8)
    painter.setPen(QColor(palette.text))
    painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter), text)
