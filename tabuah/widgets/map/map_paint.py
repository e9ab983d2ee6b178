"""What a paint event puts on the screen: frames blitted, then selection, names, furniture and modes."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tabuah.resources.catalogue import _
from tabuah.widgets.map.compared_places import ComparedPlaces
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.frames import Frame
from tabuah.widgets.map.hover_card import HoverCard, paint_hover_card
from tabuah.widgets.map.hud import MapHud
from tabuah.widgets.map.label_painter import LabelLayer
from tabuah.widgets.map.sprite_sheet import Fragments
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.colours import with_alpha
from tabuah.widgets.theme.fonts import Type, type_font

_RING_PX: Final = 19.0


@dataclass(slots=True)
class Adornments:
    """What lies over the map for the moment: marks, the hover card, the box being drawn, the pick mode."""

    selected_m: tuple[float, float] | None = None
    focused_m: tuple[float, float] | None = None
    hover: HoverCard | None = None
    box_px: QRectF | None = None
    picking: bool = False
    compared: ComparedPlaces = field(default_factory=ComparedPlaces)
    fragments: Fragments = field(default_factory=Fragments)


def fills(frame: Frame, view: Viewport) -> bool:
    """Whether the frame reaches to all edges of the view."""
    return frame.part_in(view)[0].contains(QRectF(0, 0, view.width_px, view.height_px))


def paint_frame(painter: QPainter, frame: Frame, view: Viewport) -> None:
    """Blit a frame where it belongs, scaled when it is of another scale."""
    target, source = frame.part_in(view)
    if frame.is_sharp_in(view) and frame.pixel_ratio == 1:
        painter.drawImage(target.topLeft(), frame.image, source)
    elif not source.isEmpty():
        painter.drawImage(target, frame.image, source)


def paint_labels(painter: QPainter, labels: LabelLayer, view: Viewport, fragments: Fragments) -> None:
    """Draw all names at their places in one call."""
    count = len(labels.x_m)
    if count == 0:
        return
    ratio = labels.pixel_ratio
    x_px = (labels.x_m - view.centre_x_m) / view.metres_per_px + view.width_px / 2
    y_px = (view.centre_y_m - labels.y_m) / view.metres_per_px + view.height_px / 2
    fragments.place(np.rint(x_px * ratio) / ratio, np.rint(y_px * ratio) / ratio, rects=labels.rects, scale=1 / ratio)
    fragments.draw(painter, labels.sheet, count)


def paint_marks(painter: QPainter, adornments: Adornments, content: MapContent, view: Viewport) -> None:
    """The ring of the selected marker, and a thinner one where the keyboard is."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    accent = content.palette.accent
    if adornments.selected_m is not None:
        at = QPointF(*view.to_screen(*adornments.selected_m))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(content.palette.label_halo), 5))
        painter.drawEllipse(at, _RING_PX, _RING_PX)
        painter.setPen(QPen(QColor(accent), 2.4))
        painter.drawEllipse(at, _RING_PX, _RING_PX)
    if adornments.focused_m is not None:
        at = QPointF(*view.to_screen(*adornments.focused_m))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(content.palette.text), 1.6, Qt.PenStyle.DashLine))
        painter.drawEllipse(at, _RING_PX + 4, _RING_PX + 4)


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
