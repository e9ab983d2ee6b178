"""Screen painting: blits the rendered frame, then paints selection, labels, decorations and modes."""

from dataclasses import dataclass, field
from math import ceil, floor
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tabuah.resources.localisation import _
from tabuah.widgets.map.base_map.base_picture import strips_around
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.decorations.hover_card import HoverCard, paint_hover_card
from tabuah.widgets.map.decorations.map_decorations import MapDecorations
from tabuah.widgets.map.labels.label_painter import LabelBlitter
from tabuah.widgets.map.overlay.compared_places import ComparedPlaces
from tabuah.widgets.map.overlay.marker_sprites import UNIT_HEIGHT_PX, unit_width_px
from tabuah.widgets.map.overlay.planned_stations import PlannedStations
from tabuah.widgets.map.rendering.frame_buffers import RenderedFrame
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.appearance import TextStyle, text_font, with_alpha

_RING_PX: Final = 19.0


@dataclass(slots=True)
class MapAnnotations:
    """Temporary marks over the map: selection, hover card, box being drawn, pick mode."""

    selected_m: tuple[float, float] | None = None
    selected_unit: str = ""  # call sign of a selected unit; the ring then follows its badge
    focused_m: tuple[float, float] | None = None
    hover: HoverCard | None = None
    box_px: QRectF | None = None
    picking: bool = False
    compared: ComparedPlaces = field(default_factory=ComparedPlaces)
    planned: PlannedStations = field(default_factory=PlannedStations)
    names: LabelBlitter = field(default_factory=LabelBlitter)


def paint_frame(painter: QPainter, frame: RenderedFrame | None, view: Viewport, outside: str) -> None:
    """Blit a frame, scaled if it has another scale, and fill only the area it does not cover."""
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
    """Return the pixels that are completely inside a rectangle."""
    first, last = QPoint(ceil(rect.left()), ceil(rect.top())), QPoint(floor(rect.right()), floor(rect.bottom()))
    return QRect(first, last - QPoint(1, 1))


def paint_selection(painter: QPainter, annotations: MapAnnotations, content: MapContent, view: Viewport) -> None:
    """Paint a ring around the selected marker and a thinner one around the focused marker."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    accent = content.palette.accent
    if annotations.selected_m is not None:
        at = QPointF(*view.to_screen(*annotations.selected_m))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(content.palette.label_halo), 5), QPen(QColor(accent), 2.4)):
            painter.setPen(pen)
            _draw_ring(painter, at, annotations.selected_unit)
    if annotations.focused_m is not None:
        at = QPointF(*view.to_screen(*annotations.focused_m))
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


def paint_foreground(
    painter: QPainter,
    annotations: MapAnnotations,
    content: MapContent,
    *,
    view: Viewport,
    decorations: MapDecorations,
) -> None:
    """Paint decorations, hover card and the active mode."""
    annotations.planned.paint(painter, content.palette, view, content.text_scale)
    annotations.compared.paint(painter, content.palette, view, content.text_scale)
    decorations.paint(painter, content, view)
    if annotations.box_px is not None:
        painter.setPen(QPen(QColor(content.palette.accent), 1.4))
        painter.setBrush(with_alpha(content.palette.accent, 0.12))
        painter.drawRect(annotations.box_px)
    if annotations.picking:
        _paint_picking(painter, content, view)
    if annotations.hover is not None:
        paint_hover_card(painter, annotations.hover, content, view)


def _paint_picking(painter: QPainter, content: MapContent, view: Viewport) -> None:
    """Paint a cross in the middle for keyboard users, and the hint."""
    palette, x, y = content.palette, view.width_px / 2, view.height_px / 2
    for pen in (QPen(QColor(palette.label_halo), 4), QPen(QColor(palette.accent), 1.8)):
        painter.setPen(pen)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(QPointF(x + 5 * dx, y + 5 * dy), QPointF(x + 16 * dx, y + 16 * dy))
    font = text_font(TextStyle.MEDIUM, content.text_scale)
    text = _("Click the place · Enter uses the centre · Esc cancels")
    painter.setFont(font)
    width = painter.fontMetrics().horizontalAdvance(text) + 32
    plate = QRectF(x - width / 2, 14, width, 34 * content.text_scale)
    painter.setPen(QPen(QColor(palette.accent), 1.2))
    painter.setBrush(with_alpha(palette.panel, 0.96))
    painter.drawRoundedRect(plate, 8, 8)
    painter.setPen(QColor(palette.text))
    painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter), text)
