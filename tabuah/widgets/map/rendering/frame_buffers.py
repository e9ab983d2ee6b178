"""Rendered frames and their buffers. A buffer that is on the screen is never written to."""

import threading
from typing import Final

import msgspec
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage

from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.viewport import OVERSCAN, Viewport

_MARGIN: Final = (OVERSCAN - 1) / 2  # share of the view that lies beyond each of its edges
_SAME_SCALE: Final = 1e-9


class RenderedFrame(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A picture of `content` in `view` (overscanned), `pixel_ratio` device pixels to a logical one."""

    image: QImage
    content: MapContent
    view: Viewport
    pixel_ratio: float
    filled: QRect | None = None  # the painted device pixels; None for all

    def is_sharp_in(self, view: Viewport) -> bool:
        """Return whether the frame has the scale of `view`, so that it is shown pixel for pixel."""
        return has_same_scale(self.view, view)

    def part_in(self, view: Viewport) -> tuple[QRectF, QRectF]:
        """Return the painted part in `view` (logical pixels) and in the image (device pixels)."""
        target, source = self.target_in(view), QRectF(self.image.rect() if self.filled is None else self.filled)
        across, down = target.width() / self.image.width(), target.height() / self.image.height()
        left, top = target.left() + source.left() * across, target.top() + source.top() * down
        return QRectF(left, top, source.width() * across, source.height() * down), source

    def target_in(self, view: Viewport) -> QRectF:
        """Return the frame's rectangle in `view`, logical pixels; on whole device pixels if the scale matches."""
        west, _, _, north = self.view.bounds_m
        x_px, y_px = view.to_screen(west, north)
        if not self.is_sharp_in(view):
            grown = self.view.metres_per_px / view.metres_per_px
            return QRectF(x_px, y_px, self.view.width_px * grown, self.view.height_px * grown)
        ratio = self.pixel_ratio
        x_px, y_px = round(x_px * ratio) / ratio, round(y_px * ratio) / ratio
        return QRectF(x_px, y_px, self.image.width() / ratio, self.image.height() / ratio)


def has_same_scale(one: Viewport, other: Viewport) -> bool:
    """Return whether two views have the same scale."""
    return abs(one.metres_per_px - other.metres_per_px) <= _SAME_SCALE * other.metres_per_px


def covers_view(drawn: Viewport, view: Viewport) -> bool:
    """Return whether a frame for `drawn` (overscanned) is sharp in `view` with half of its margin left."""
    wanted = view.overscanned()
    if (drawn.width_px, drawn.height_px) != (wanted.width_px, wanted.height_px) or not has_same_scale(drawn, view):
        return False
    dx_px = abs(drawn.centre_x_m - view.centre_x_m) / view.metres_per_px
    dy_px = abs(drawn.centre_y_m - view.centre_y_m) / view.metres_per_px
    return dx_px <= _MARGIN * view.width_px / 2 and dy_px <= _MARGIN * view.height_px / 2


class FrameBuffers:
    """Three buffers in rotation: one on the screen, one waiting to be shown, one being drawn.

    `take` hands out a buffer and `give_back` returns it. A buffer of another size is replaced.
    """

    def __init__(self, image_format: QImage.Format, count: int = 3) -> None:
        self._format = image_format
        self._count = count
        self._free: list[QImage] = []
        self._lock = threading.Lock()

    def take(self, width: int, height: int) -> QImage:
        """Return a buffer of `width` × `height` device pixels with undefined content."""
        with self._lock:
            self._free = [image for image in self._free if (image.width(), image.height()) == (width, height)]
            if self._free:
                return self._free.pop()
        return QImage(width, height, self._format)

    def give_back(self, image: QImage) -> None:
        """Return a buffer that is no longer shown, so that it can be drawn into again."""
        with self._lock:
            if len(self._free) < self._count:
                self._free.append(image)
