"""Map image: a finished picture of the map with its surface key, painted in the calling thread."""

from contextlib import closing
from math import ceil
from typing import Final

import msgspec
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from tabuah.gis.layers.map_style import GraduatedSymbols
from tabuah.widgets.map.base_map.base_painter import BasePainter
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.decorations.attribution import PAD_PX, line_height, paint_plate, plate_font
from tabuah.widgets.map.decorations.map_decorations import MapDecorations
from tabuah.widgets.map.labels.label_painter import LabelPainter
from tabuah.widgets.map.labels.label_placement import Box
from tabuah.widgets.map.layers.layer_rows import layer_rows
from tabuah.widgets.map.layers.swatch import paint_strip
from tabuah.widgets.map.overlay.overlay_painter import OverlayPainter
from tabuah.widgets.map.rendering.screen_painter import MapAnnotations, paint_foreground, paint_selection
from tabuah.widgets.map.viewport import Bounds, Viewport

_WIDTH_PX: Final = 216.0
_STRIP_PX: Final = 28.0
_GAP_PX: Final = 4.0


class SurfaceKeyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A surface with its title, note and classes."""

    title: str
    note: str
    classes: GraduatedSymbols


def surface_key_rows(content: MapContent) -> tuple[SurfaceKeyRow, ...]:
    """Return the visible surfaces that are coloured by classes, named as in the layers panel."""
    drawn = {surface.name for surface in content.surfaces if content.shows(surface.name)}
    return tuple(
        SurfaceKeyRow(title=row.title, note=row.note.text, classes=row.look.by_value)
        for row in layer_rows(content)
        if row.name in drawn and row.look is not None and row.look.by_value is not None
    )


def surface_key_size(content: MapContent) -> tuple[float, float]:
    """Return width and height of the key, logical pixels; zeros if there is no surface."""
    rows = surface_key_rows(content)
    if not rows:
        return 0.0, 0.0
    metrics = QFontMetricsF(plate_font(content.text_scale))
    widest = max((metrics.horizontalAdvance(_row_text(row)) for row in rows), default=0.0)
    width = max(_WIDTH_PX * content.text_scale, widest) + 2 * PAD_PX
    return ceil(width), ceil(len(rows) * _row_height(content) - _GAP_PX + 2 * PAD_PX)


def paint_surface_key(painter: QPainter, plate: QRectF, content: MapContent) -> None:
    """Paint the key into `plate`, whose size is `surface_key_size`."""
    font, palette = plate_font(content.text_scale), content.palette
    metrics, top = QFontMetricsF(font), plate.top() + PAD_PX
    paint_plate(painter, plate, palette)
    for row in surface_key_rows(content):
        painter.setFont(font)
        painter.setPen(QColor(palette.text))
        painter.drawText(QPointF(plate.left() + PAD_PX, top + metrics.ascent()), _row_text(row))
        strip_top = top + line_height(font)
        strip = QRectF(plate.left() + PAD_PX - 4, strip_top, plate.width() - 2 * PAD_PX + 4, _STRIP_PX)
        paint_strip(painter, strip, row.classes, font=font, palette=palette)
        top += _row_height(content)


def _row_text(row: SurfaceKeyRow) -> str:
    return f"{row.title} · {row.note}" if row.note else row.title


def _row_height(content: MapContent) -> float:
    return line_height(plate_font(content.text_scale)) + _STRIP_PX * content.text_scale + _GAP_PX


_APART_PX: Final = 8.0


def render_map_image(
    content: MapContent,
    *,
    size: QSize,
    bounds_m: Bounds | None = None,
    pixel_ratio: float = 1.0,
    annotations: MapAnnotations | None = None,
    kept_clear: tuple[Box, ...] = (),
) -> QImage:
    """Return a picture of the map for commands, reports and print. It is sharp and complete.

    A QGuiApplication must exist; no window or worker is needed.

    Args:
        content: what is on the map.
        size: in logical pixels.
        bounds_m: EPSG:3857; by default the regency.
        pixel_ratio: device pixels to a logical one.
        annotations: selection and other marks over the map.
        kept_clear: boxes without labels (left, top, right, bottom in logical pixels).
    """
    wanted = bounds_m or (content.base_map.bounds_m if content.base_map else (-2e7, -2e7, 2e7, 2e7))
    margin_px = 24.0 if bounds_m is None else 0.0
    view = Viewport.fitting(wanted, width_px=size.width(), height_px=size.height(), margin_px=margin_px)
    return render_view_image(content, view, pixel_ratio=pixel_ratio, annotations=annotations, kept_clear=kept_clear)


def render_view_image(
    content: MapContent,
    view: Viewport,
    *,
    pixel_ratio: float = 1.0,
    annotations: MapAnnotations | None = None,
    kept_clear: tuple[Box, ...] = (),
) -> QImage:
    """Return a picture of exactly `view`, with labels, decorations and marks."""
    width, height = round(view.width_px * pixel_ratio), round(view.height_px * pixel_ratio)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    with closing(BasePainter()) as base_painter:
        base_painter.paint(image, content, view=view, pixel_ratio=pixel_ratio)
    overlay_painter, decorations, over = OverlayPainter(), MapDecorations(), annotations or MapAnnotations()
    key = surface_key_rect(content, view, decorations)
    overlay_painter.paint(image, content, view=view, pixel_ratio=pixel_ratio)
    labels = LabelPainter().lay_out(
        content,
        view=view,
        pixel_ratio=pixel_ratio,
        placed=overlay_painter.placed,
        furniture=(*decorations.boxes(content, view), *kept_clear, *([key.getCoords()] if key else ())),
    )
    image.setDevicePixelRatio(pixel_ratio)
    painter = QPainter(image)
    try:
        paint_selection(painter, over, content, view)
        over.names.paint(painter, labels, view)
        paint_foreground(painter, over, content, view=view, decorations=decorations)
        if key:
            paint_surface_key(painter, key, content)
    finally:
        painter.end()
    return image


def surface_key_rect(content: MapContent, view: Viewport, decorations: MapDecorations) -> QRectF | None:
    """Return the rectangle of the surface key, above the decorations; None if there is no surface."""
    width, height = surface_key_size(content)
    if not width:
        return None
    boxes = [QRectF(x, y, right - x, bottom - y) for x, y, right, bottom in decorations.boxes(content, view)]
    plate = QRectF(boxes[0].left(), boxes[0].top() - _APART_PX - height, width, height)
    for box in boxes[1:]:
        if box.intersects(plate):
            plate.moveBottom(box.top() - _APART_PX)
    return plate
