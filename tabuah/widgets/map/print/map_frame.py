"""Map frame on paper: vector lines and text, markers in print resolution, and the grid on top."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from math import ceil
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPolygonF

from tabuah.resources.catalogue import _
from tabuah.widgets.map.base_map.base_painter import GRATICULE, BasePainter
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.labels.label_painter import LabelPainter
from tabuah.widgets.map.labels.label_text_layout import note_ink, paint_name
from tabuah.widgets.map.overlay.overlay_painter import OverlayPainter
from tabuah.widgets.map.print.coordinate_grid import GridLine, degree_lines, utm_lines
from tabuah.widgets.map.print.map_sheet import Grid
from tabuah.widgets.map.print.sheet_layout import STRIP_PX
from tabuah.widgets.map.print.text_blocks import MUTED, TEXT, print_font
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.colours import with_alpha
from tabuah.widgets.theme.fonts import font_for_device

_UTM_INK: Final = "#7a3b12"
_WATERMARK: Final = "#b58900"
_TICK_PX: Final = 4.0


def paint_map(painter: QPainter, content: MapContent, view: Viewport, frame: QRect, *, ratio: float) -> None:
    """Paint the base map, the markers and the labels of `view` into `frame`.

    Args:
        painter: scaled to the units of the sheet.
        content: what is on the map.
        view: of the size of the frame.
        frame: in the units of the sheet.
        ratio: device pixels to a unit.
    """
    paint_base(painter, content, view, frame, ratio=ratio)
    overlay, marks = OverlayPainter(), _blank(view, ratio)
    overlay.paint(marks, content, view=view, pixel_ratio=ratio)
    painter.drawImage(QRectF(frame), marks, QRectF(marks.rect()))
    painter.save()
    painter.setClipRect(frame)
    painter.translate(frame.topLeft())
    if content.exercise:
        _paint_watermark(painter, view)
    ink = note_ink(content)
    for offer, box in LabelPainter().place(content, view=view, placed=overlay.placed):
        paint_name(painter, offer, box, note_ink=ink, scale=content.text_scale)
    painter.restore()


def paint_base(painter: QPainter, content: MapContent, view: Viewport, frame: QRect, *, ratio: float) -> None:
    """Paint only the base map of `view` into `frame`.

    The base painter uses device pixels of its own view; window and viewport of the painter place them
    in the frame.
    """
    painter.save()
    device = painter.combinedTransform().mapRect(QRectF(frame)).toAlignedRect()
    painter.resetTransform()
    part = QRect(0, 0, round(view.width_px * ratio), round(view.height_px * ratio))
    painter.setWindow(part)
    painter.setViewport(device)
    plain = replace(content, hidden=content.hidden | {GRATICULE})  # the sheet has its own grid
    with closing(BasePainter()) as base_painter:
        base_painter.draw(painter, plain, view=view, pixel_ratio=ratio, part=part)
    painter.restore()


def paint_grid(painter: QPainter, view: Viewport, frame: QRect, grid: Grid) -> None:
    """Paint the grid with labels around the map: degrees left and above, UTM right and below."""
    degrees = degree_lines(view) if grid in (Grid.DEGREES, Grid.BOTH) else ()
    utm = utm_lines(view) if grid in (Grid.UTM, Grid.BOTH) else ()
    painter.save()
    painter.setClipRect(frame)
    painter.translate(frame.topLeft())
    for lines, ink in ((degrees, with_alpha(TEXT, 0.30)), (utm, with_alpha(_UTM_INK, 0.45))):
        painter.setPen(QPen(ink, 0.5))
        for line in lines:
            painter.drawPolyline(QPolygonF([QPointF(*point) for point in line.points_px.tolist()]))
    painter.restore()
    both = grid is Grid.BOTH
    _paint_numbers(painter, degrees, view, frame, far=(False,) if both else (False, True), ink=TEXT)
    _paint_numbers(painter, utm, view, frame, far=(True,) if both else (False, True), ink=_UTM_INK if both else TEXT)


def paint_border(painter: QPainter, frame: QRect) -> None:
    """Paint the border of the map."""
    painter.setPen(QPen(QColor(TEXT), 1.1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(frame)


def _blank(view: Viewport, ratio: float) -> QImage:
    width, height = round(view.width_px * ratio), round(view.height_px * ratio)
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    return image


def _paint_watermark(painter: QPainter, view: Viewport) -> None:
    """Paint the exercise watermark across the whole map, as text."""
    painter.setFont(font_for_device(painter, print_font(38, QFont.Weight.Bold, spacing_px=4)))
    painter.setPen(with_alpha(_WATERMARK, 0.20))
    word, step_x, step_y = _("SIMULATION"), 400, 250
    for row in range(ceil(view.height_px / step_y) + 1):
        for column in range(ceil(view.width_px / step_x) + 1):
            painter.save()
            painter.translate(column * step_x + (row % 2) * step_x / 2, row * step_y + 90)
            painter.rotate(-30)
            painter.drawText(QRectF(-200, -30, 400, 60), int(Qt.AlignmentFlag.AlignCenter), word)
            painter.restore()


def _paint_numbers(
    painter: QPainter, lines: Iterable[GridLine], view: Viewport, frame: QRect, *, far: tuple[bool, ...], ink: str
) -> None:
    painter.setFont(print_font(8))
    for line in lines:
        for side in far:
            along = line.at_edge(view, far=side)
            length = view.width_px if line.runs_north else view.height_px
            if along is None or not 26 < along < length - 26:
                continue
            _paint_number(painter, line, along, frame, far=side, ink=ink)


def _paint_number(painter: QPainter, line: GridLine, along: float, frame: QRect, *, far: bool, ink: str) -> None:
    """Paint a tick and its number outside the frame; numbers at the sides are rotated."""
    painter.save()
    if line.runs_north:
        painter.translate(frame.left() + along, frame.bottom() + 1 if far else frame.top())
    else:
        painter.translate(frame.right() + 1 if far else frame.left(), frame.top() + along)
        painter.rotate(-90)
    outward = 1 if far else -1
    painter.setPen(QPen(QColor(MUTED), 0.7))
    painter.drawLine(QPointF(0, 0), QPointF(0, outward * _TICK_PX))
    painter.setPen(QColor(ink))
    top = _TICK_PX if far else -STRIP_PX + 1
    box = QRectF(-60, top, 120, STRIP_PX - _TICK_PX - 1)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), line.text)
    painter.restore()
