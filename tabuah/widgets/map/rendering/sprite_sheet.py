"""Sprite sheet: small pictures on one sheet, drawn by the thousand in one call from an array."""

from collections.abc import Hashable
from typing import Final, cast

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPixmap

_WIDTH: Final = 1024  # device pixels
_GAP: Final = 1
_FIELDS: Final = 10  # of QPainter::PixmapFragment, all doubles
_SLICE: Final = 2000  # fragments per call, which holds the GIL for about a millisecond


class SpriteSheet:
    """Pictures by key on a growing sheet of device pixels."""

    def __init__(self) -> None:
        self._index: dict[Hashable, int] = {}
        self._rects: list[tuple[int, int, int, int]] = []
        self._image = _blank(256)
        self._pixmap: QPixmap | None = None
        self._x = self._y = self._row = 0

    def __contains__(self, key: Hashable) -> bool:
        return key in self._index

    def index_of(self, key: Hashable) -> int:
        """Return the number of the picture stored under `key`."""
        return self._index[key]

    def add(self, key: Hashable, picture: QImage) -> int:
        """Add a picture under `key` and return its number."""
        width, height = picture.width(), picture.height()
        if self._x + width > _WIDTH:
            self._x, self._y, self._row = 0, self._y + self._row + _GAP, 0
        while self._y + height > self._image.height():
            self._grow()
        painter = QPainter(self._image)
        try:
            painter.drawImage(QRectF(self._x, self._y, width, height), picture, QRectF(picture.rect()))
        finally:
            painter.end()
        self._rects.append((self._x, self._y, width, height))
        self._index[key] = len(self._rects) - 1
        self._x += width + _GAP
        self._row = max(self._row, height)
        self._pixmap = None
        return self._index[key]

    @property
    def area_px(self) -> int:
        """Size of the sheet in device pixels."""
        return self._image.width() * self._image.height()

    def rects(self) -> NDArray[np.float64]:
        """Left, top, width and height on the sheet of every picture, shape (n, 4)."""
        return np.array(self._rects, dtype=np.float64).reshape(-1, 4)

    def pixmap(self) -> QPixmap:
        """The whole sheet."""
        if self._pixmap is None:
            self._pixmap = QPixmap.fromImage(self._image)
        return self._pixmap

    def _grow(self) -> None:
        larger = _blank(self._image.height() * 2)
        painter = QPainter(larger)
        try:
            painter.drawImage(0, 0, self._image)
        finally:
            painter.end()
        self._image = larger


class Fragments:
    """Positions of sprites to draw. Qt reads them directly from this array, without an object for each.

    Columns: centre x, centre y, left, top, width, height, scale x, scale y, rotation, opacity.
    """

    def __init__(self, capacity: int = 0) -> None:
        self.rows = np.zeros((capacity, _FIELDS), dtype=np.float64)

    def place(
        self,
        x: NDArray[np.floating],
        y: NDArray[np.floating],
        *,
        rects: NDArray[np.float64],
        scale: float = 1.0,
        rotation_deg: NDArray[np.floating] | float = 0.0,
    ) -> None:
        """Set centres (x, y), source `rects` (n, 4), scale and clockwise rotation of the sprites."""
        count = len(x)
        if len(self.rows) < count:
            self.rows = np.zeros((count, _FIELDS), dtype=np.float64)
        rows = self.rows[:count]
        rows[:, 0], rows[:, 1] = x, y
        rows[:, 2:6] = rects
        rows[:, 6:8] = scale
        rows[:, 8] = rotation_deg
        rows[:, 9] = 1.0

    def draw(self, painter: QPainter, sheet: QPixmap, count: int) -> None:
        """Draw the first `count` sprites."""
        for start in range(0, count, _SLICE):
            address = self.rows.ctypes.data + start * self.rows.strides[0]
            first = cast(QPainter.PixmapFragment, shiboken6.wrapInstance(address, QPainter.PixmapFragment))
            painter.drawPixmapFragments(first, min(_SLICE, count - start), sheet)


def _blank(height: int) -> QImage:
    image = QImage(_WIDTH, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    return image
