"""Dot painter: hundreds of round marks in one call, such as sketch handles and selection rings."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from tabuah.widgets.map.rendering.sprite_sheet import Fragments

_RING_PX = 2.2
_HALO_PX = 1.6


class DotPainter:
    """Paints dots; caches the picture of each kind."""

    def __init__(self) -> None:
        self._pictures: dict[tuple[str, str, str, float, float], QPixmap] = {}
        self._fragments = Fragments()

    def paint(
        self,
        painter: QPainter,
        pixels: NDArray[np.float64],
        *,
        ring: str,
        inside: str,
        size_px: float,
        halo: str = "",
    ) -> None:
        """Paint dots centred at `pixels`, shape (n, 2); colours as #rrggbb, empty for none."""
        if len(pixels) == 0:
            return
        ratio = painter.device().devicePixelRatioF()
        key = (ring, inside, halo, size_px, ratio)
        if key not in self._pictures:
            self._pictures[key] = QPixmap.fromImage(_picture(ring, inside, halo, size_px=size_px, ratio=ratio))
        picture = self._pictures[key]
        rects = np.tile((0.0, 0.0, float(picture.width()), float(picture.height())), (len(pixels), 1))
        self._fragments.place(pixels[:, 0], pixels[:, 1], rects=rects, scale=1 / ratio)
        self._fragments.draw(painter, picture, len(pixels))


def _picture(ring: str, inside: str, halo: str, *, size_px: float, ratio: float) -> QImage:
    side = 2 * round((size_px / 2 + 2 * _HALO_PX) * ratio)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, reach = QRectF(image.rect()).center(), (size_px - _RING_PX) / 2 * ratio
        if halo:
            painter.setPen(QPen(QColor(halo), (_RING_PX + 2 * _HALO_PX) * ratio))
            painter.drawEllipse(middle, reach, reach)
        painter.setPen(QPen(QColor(ring), _RING_PX * ratio))
        painter.setBrush(QColor(inside) if inside else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, reach, reach)
    finally:
        painter.end()
    return image
