"""The map as one finished picture, drawn at once in the calling thread: for commands, reports and print."""

from contextlib import closing
from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter

from tabuah.widgets.map.base_painter import BasePainter
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.hud import MapHud
from tabuah.widgets.map.label_painter import LabelPainter
from tabuah.widgets.map.label_placement import Box
from tabuah.widgets.map.map_paint import Adornments, paint_marks, paint_over
from tabuah.widgets.map.overlay_painter import OverlayPainter
from tabuah.widgets.map.surface_key import key_size, paint_surface_key
from tabuah.widgets.map.viewport import Bounds, Viewport

_APART_PX: Final = 8.0


def map_picture(
    content: MapContent,
    *,
    size: QSize,
    bounds_m: Bounds | None = None,
    pixel_ratio: float = 1.0,
    adornments: Adornments | None = None,
    kept_clear: tuple[Box, ...] = (),
) -> QImage:
    """A picture of `size` logical pixels that shows `bounds_m` (EPSG:3857; by default the regency).

    No name is written into the boxes of `kept_clear` (left, top, right, bottom in logical pixels).
    A QGuiApplication must exist; no window and no worker is needed. The picture is sharp and complete.
    """
    wanted = bounds_m or (content.basemap.bounds_m if content.basemap else (-2e7, -2e7, 2e7, 2e7))
    margin_px = 24.0 if bounds_m is None else 0.0
    view = Viewport.fitting(wanted, width_px=size.width(), height_px=size.height(), margin_px=margin_px)
    return picture_of_view(content, view, pixel_ratio=pixel_ratio, adornments=adornments, kept_clear=kept_clear)


def picture_of_view(
    content: MapContent,
    view: Viewport,
    *,
    pixel_ratio: float = 1.0,
    adornments: Adornments | None = None,
    kept_clear: tuple[Box, ...] = (),
) -> QImage:
    """A picture of exactly `view`, with all names, furniture and marks."""
    width, height = round(view.width_px * pixel_ratio), round(view.height_px * pixel_ratio)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    with closing(BasePainter()) as base_painter:
        base_painter.paint(image, content, view=view, pixel_ratio=pixel_ratio)
    overlay_painter, hud, over = OverlayPainter(), MapHud(), adornments or Adornments()
    key = key_plate(content, view, hud)
    overlay_painter.paint(image, content, view=view, pixel_ratio=pixel_ratio)
    labels = LabelPainter().lay_out(
        content,
        view=view,
        pixel_ratio=pixel_ratio,
        placed=overlay_painter.placed,
        furniture=(*hud.boxes(content, view), *kept_clear, *([key.getCoords()] if key else ())),
    )
    image.setDevicePixelRatio(pixel_ratio)
    painter = QPainter(image)
    try:
        paint_marks(painter, over, content, view)
        over.names.paint(painter, labels, view)
        paint_over(painter, over, content, view=view, hud=hud)
        if key:
            paint_surface_key(painter, key, content)
    finally:
        painter.end()
    return image


def key_plate(content: MapContent, view: Viewport, hud: MapHud) -> QRectF | None:
    """Where the key of computed surfaces stands: above the scale and what may stand there; None without any."""
    width, height = key_size(content)
    if not width:
        return None
    boxes = [QRectF(x, y, right - x, bottom - y) for x, y, right, bottom in hud.boxes(content, view)]
    plate = QRectF(boxes[0].left(), boxes[0].top() - _APART_PX - height, width, height)
    for box in boxes[1:]:
        if box.intersects(plate):
            plate.moveBottom(box.top() - _APART_PX)
    return plate
