"""Tens of thousands of markers as a raster: one byte a pixel, the worst class wins, dilated to small discs."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_RADIUS: Final = 3  # device pixels: discs of 7 pixels


class ClassRaster:
    """Scratch rasters of one size, used again for every frame; belongs to one thread."""

    def __init__(self, width: int, height: int) -> None:
        shape = (height + 2 * _RADIUS, width + 2 * _RADIUS)
        self.width, self.height = width, height
        self._points = np.zeros(shape, dtype=np.uint8)
        self._narrow = np.zeros(shape, dtype=np.uint8)
        self._middle = np.zeros(shape, dtype=np.uint8)
        self._wide = np.zeros(shape, dtype=np.uint8)
        self._discs = np.zeros((height, width), dtype=np.uint8)
        self._colours = np.zeros((height, width), dtype=np.uint32)

    def discs(self, x: NDArray[np.float32], y: NDArray[np.float32], ranks: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Rank of the worst marker at every pixel, 0 where none is; `ranks` are 1 and up.

        The array is overwritten by the next call.
        """
        columns, rows = np.rint(x).astype(np.int32), np.rint(y).astype(np.int32)
        inside = (columns >= 0) & (columns < self.width) & (rows >= 0) & (rows < self.height)
        flat = (rows[inside] + _RADIUS) * self._points.shape[1] + columns[inside] + _RADIUS
        kept = ranks[inside]
        self._points.fill(0)
        pixels = self._points.reshape(-1)
        for rank in np.unique(kept):  # ascending: the worst is written last
            pixels[flat[kept == rank]] = rank
        self._dilate()
        return self._discs

    def paint(self, target: NDArray[np.uint32], colours: NDArray[np.uint32]) -> None:
        """Put the discs over `target` (height, width; ARGB premultiplied) in the colours by rank."""
        np.take(colours, self._discs, out=self._colours, mode="clip")
        np.copyto(target, self._colours, where=self._discs > 0)

    def _dilate(self) -> None:
        """A disc of rows 3, 5, 7, 7, 7, 5 and 3 pixels wide: widen once, then take the rows above and below."""
        _widen(self._points, self._points, self._narrow, step=1)
        _widen(self._points, self._narrow, self._middle, step=2)
        _widen(self._points, self._middle, self._wide, step=3)
        out = self._discs
        np.copyto(out, self._rows(self._wide, 0))
        for source, dy in ((self._wide, 1), (self._middle, 2), (self._narrow, 3)):
            np.maximum(out, self._rows(source, dy), out=out)
            np.maximum(out, self._rows(source, -dy), out=out)

    def _rows(self, source: NDArray[np.uint8], dy: int) -> NDArray[np.uint8]:
        return source[_RADIUS + dy : _RADIUS + dy + self.height, _RADIUS : _RADIUS + self.width]


def _widen(points: NDArray[np.uint8], before: NDArray[np.uint8], out: NDArray[np.uint8], *, step: int) -> None:
    """`before` (wide by step - 1 on both sides) widened by the points `step` pixels to the left and right."""
    np.copyto(out, before)
    np.maximum(out[:, step:], points[:, :-step], out=out[:, step:])
    np.maximum(out[:, :-step], points[:, step:], out=out[:, :-step])
