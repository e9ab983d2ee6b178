"""The small map beside a printed map that shows a part: the regency, with a frame around what is shown."""

from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tabuah.gis.basemap import Basemap
from tabuah.resources.catalogue import _
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.viewport import Bounds, Viewport
from tabuah.widgets.prints.ink import MUTED, print_font
from tabuah.widgets.prints.map_frame import paint_base
from tabuah.widgets.theme.tokens import LIGHT

INSET_AIR_PX: Final = 10.0
_LAYERS: Final = frozenset({"land", "neighbours", "regency", "lakes"})
_LARGEST_PX: Final = 150.0
_SMALLEST_PX: Final = 62.0


def shows_part(content: MapContent, view: Viewport) -> bool:
    """Whether some of the regency is out of sight."""
    if content.basemap is None:
        return False
    west, south, east, north = content.basemap.bounds_m
    shown = view.bounds_m
    return not (shown[0] <= west and shown[1] <= south and shown[2] >= east and shown[3] >= north)


def paint_inset(painter: QPainter, content: MapContent, shown_m: Bounds, free: QRectF, *, ratio: float) -> bool:
    """Paint it into `free`, as large as there is room; False when there is too little."""
    side = min(free.height(), free.width() * 0.68, _LARGEST_PX)
    if content.basemap is None or side < _SMALLEST_PX:
        return False
    box = QRect(round(free.left()), round(free.top()), round(side * 1.12), round(side))
    basemap = content.basemap
    layers = tuple(layer for layer in content.base_layers() if layer.name in _LAYERS)
    small = MapContent(basemap=Basemap(layers=layers, bounds_m=basemap.bounds_m, attribution=()), palette=LIGHT)
    view = Viewport.fitting(basemap.bounds_m, width_px=box.width(), height_px=box.height(), margin_px=6)
    paint_base(painter, small, view, box, ratio=ratio)
    _paint_frames(painter, box, view, shown_m)
    painter.setPen(QColor(MUTED))
    painter.setFont(print_font(8))
    words = QRectF(box.right() + 8, box.top(), free.right() - box.right() - 8, box.height())
    painter.drawText(words, int(Qt.TextFlag.TextWordWrap), _("The red frame is this map."))
    return True


def _paint_frames(painter: QPainter, box: QRect, view: Viewport, shown_m: Bounds) -> None:
    west, north = view.to_screen(shown_m[0], shown_m[3])
    east, south = view.to_screen(shown_m[2], shown_m[1])
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(MUTED), 0.8))
    painter.drawRect(box)
    painter.setClipRect(box)
    painter.setPen(QPen(QColor(LIGHT.critical), 1.4))
    painter.drawRect(QRectF(west, north, east - west, south - north).translated(box.topLeft()))
    painter.restore()
