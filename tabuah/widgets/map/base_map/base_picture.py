"""Cached picture of the base map: moves with the view, and only the missing parts are painted."""

import ctypes
from collections.abc import Callable, Iterator
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage

from tabuah.widgets.map.base_map.base_painter import BasePainter
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.layers.layer_notes import LayerNote
from tabuah.widgets.map.rendering.frame_buffers import has_same_scale
from tabuah.widgets.map.viewport import Viewport

_WHOLE: Final = 1e-3  # device pixels; two views this close to a whole number of pixels apart share a grid


class BaseScene(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A view (overscanned) and its content to be drawn with `pixel_ratio` device pixels to a logical one."""

    content: MapContent
    view: Viewport
    pixel_ratio: float

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in device pixels."""
        return round(self.view.width_px * self.pixel_ratio), round(self.view.height_px * self.pixel_ratio)

    def moved_from(self, other: "BaseScene") -> QPoint | None:
        """Return the shift of the map against `other` in device pixels; None if it is not the same map."""
        same_look = (
            base_cache_key(self.content) == base_cache_key(other.content) and self.pixel_ratio == other.pixel_ratio
        )
        if not same_look or self.size != other.size or not has_same_scale(self.view, other.view):
            return None
        step_m = self.view.metres_per_px / self.pixel_ratio
        dx = (other.view.centre_x_m - self.view.centre_x_m) / step_m
        dy = (self.view.centre_y_m - other.view.centre_y_m) / step_m
        if max(abs(dx - round(dx)), abs(dy - round(dy))) > _WHOLE:
            return None
        return QPoint(round(dx), round(dy))


def base_cache_key(content: MapContent) -> tuple[object, ...]:
    """Return all that the base picture depends on besides the view.

    Layers are compared by identity, because they are immutable.
    """
    look = (content.hidden, content.palette, id(content.style), content.choices)
    return tuple(map(id, (*content.base_layers(), *content.surfaces))), content.tiles, look


class BasePicture:
    """The base picture and its painted part. Use it from one thread only."""

    def __init__(self) -> None:
        self.image = QImage()
        self.painted = QRect()
        self.scene: BaseScene | None = None
        self._painter = BasePainter()

    @property
    def notes(self) -> dict[str, LayerNote]:
        """Status of layers that may be missing."""
        return dict(self._painter.tiles.notes)

    def close(self) -> None:
        """Close files in the thread that opened them."""
        self._painter.close()

    def show(self, scene: BaseScene) -> None:
        """Switch to `scene`: move the pixels that are still valid and drop the rest."""
        before, self.scene = self.scene, scene
        moved = scene.moved_from(before) if before is not None else None
        if self.image.isNull() or (self.image.width(), self.image.height()) != scene.size:
            self.image, self.painted = QImage(*scene.size, QImage.Format.Format_RGB32), QRect()
        elif moved is None:
            self.painted = QRect()
        elif not moved.isNull():
            self.painted = self.painted.translated(moved) & self.image.rect()
            if not self.painted.isEmpty():
                _move(self.image, moved)
        if before is None or before.content.base_layers() != scene.content.base_layers():
            self._painter.forget_unused(scene.content)

    def paint(self, wanted: QRect, given_up: Callable[[], bool] = lambda: False) -> bool:
        """Paint the missing parts of `wanted`; False if `given_up` returned True."""
        assert self.scene is not None
        if _area(self.painted & wanted) < _area(wanted) / 2:
            self.painted = (
                QRect()
            )  # so little is still valid that painting the rest would cost more than painting all
        whole = self.painted | wanted
        for strip in strips_around(self.painted, whole):
            if not self._painter.paint(
                self.image,
                self.scene.content,
                view=self.scene.view,
                pixel_ratio=self.scene.pixel_ratio,
                part=strip,
                given_up=given_up,
            ):
                return False
            self.painted |= strip
        return True

    def prepare(self, factor: float, given_up: Callable[[], bool]) -> bool:
        """Build the shapes for a picture `factor` times closer; False if `given_up` returned True."""
        assert self.scene is not None
        metres_per_px = self.scene.view.metres_per_px / self.scene.pixel_ratio / factor
        return self._painter.prepare(self.scene.content, metres_per_px, given_up)


def strips_around(inner: QRect, outer: QRect) -> Iterator[QRect]:
    """Yield rectangles that fill `outer` except `inner`, so that `inner` grows as a rectangle with each."""
    if inner.isEmpty():
        yield outer
        return
    left, right = inner.left() - outer.left(), outer.right() - inner.right()
    above, below = inner.top() - outer.top(), outer.bottom() - inner.bottom()
    if left:
        yield QRect(outer.left(), inner.top(), left, inner.height())
    if right:
        yield QRect(inner.right() + 1, inner.top(), right, inner.height())
    if above:
        yield QRect(outer.left(), outer.top(), outer.width(), above)
    if below:
        yield QRect(outer.left(), inner.bottom() + 1, outer.width(), below)


def _area(rect: QRect) -> int:
    return 0 if rect.isEmpty() else rect.width() * rect.height()


def pixels_of(image: QImage) -> NDArray[np.uint32]:
    """Return the pixels of a 32-bit image, shape (height, width); valid only while the image lives."""
    flat = np.frombuffer(image.bits(), dtype=np.uint32)
    return flat.reshape(image.height(), image.bytesPerLine() // 4)[:, : image.width()]


def _move(image: QImage, by: QPoint) -> None:
    """Move the content inside the image. Pixels that come from beyond an edge are undefined."""
    pixels = pixels_of(image)
    step = (by.y() * image.width() + by.x()) * pixels.itemsize
    start, length = pixels.ctypes.data, pixels.nbytes - abs(step)
    ctypes.memmove(start + max(step, 0), start + max(-step, 0), length)  # one contiguous copy, which releases the GIL
