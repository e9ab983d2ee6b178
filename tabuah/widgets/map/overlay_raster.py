"""Tens of thousands of markers as a raster: one byte a pixel, the worst class wins, dilated to small discs."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tabuah.widgets.map.raster_places import MARGIN, REACH, RasterPlaces

_BAND_PX: Final = 1 << 16  # worked on at a time, so that all of it stays in the processor's cache
_PAIRS: Final = np.arange(1 << 16, dtype=np.uint16).view(np.uint8).reshape(-1, 2)  # all neighbours of two bytes


class ClassRaster:
    """Scratch rasters of one size, used again for every frame; belongs to one thread.

    Only the part that discs reach is worked on, in bands that are copied out of the wide raster: in one piece without
    gaps a row's neighbours are a shift away, and numpy takes a band in a third of the time.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.places = RasterPlaces(width, height)
        self._points = np.zeros(self.places.shape, dtype=np.uint8)
        largest = _BAND_PX + self.places.shape[1]  # of a band: one row at least
        self._bands = np.zeros((4, largest + 2 * REACH * self.places.shape[1]), dtype=np.uint8)
        self._discs = np.zeros(largest, dtype=np.uint8)
        self._pairs = np.zeros(largest // 2, dtype=np.intp)
        self._words = np.zeros((3, largest // 2), dtype=np.uint64)
        self._keeping = _of_pairs(np.array([0xFFFFFFFF, *[0] * 255], dtype=np.uint32))
        self._inks: tuple[list[int], NDArray[np.uint64]] = ([], np.zeros(0, dtype=np.uint64))

    def paint(
        self,
        target: NDArray[np.uint32],
        classes: NDArray[np.uint8],
        *,
        shown: NDArray[np.bool_],
        colours: list[int],
    ) -> None:
        """Put a disc over `target` (height, width; ARGB) at each of the `places`, in the opaque colour of its class.

        Only classes that are `shown`; at each pixel the worst of them.
        """
        if self.places.is_empty:
            return
        self._scatter(classes, shown)
        left, top, right, bottom = self.places.box
        columns = (right - left + 1) // 2 * 2 + 2 * MARGIN
        around, band = self._points[:, left : left + columns], max(1, _BAND_PX // columns)
        for first in range(top, bottom, band):
            end = min(first + band, bottom)
            discs = self._dilated(around[first + MARGIN - REACH : end + MARGIN + REACH])
            self._blend(target[first:end, left:right], discs, self._inks_of(colours))
        around[top : bottom + 2 * MARGIN] = 0

    def _scatter(self, classes: NDArray[np.uint8], shown: NDArray[np.bool_]) -> None:
        """One more than the class at the pixel of each marker, the worst of several.

        Each class is written for all that are as bad or worse, which those worse are then written over: so every
        step has to look only at what is left.
        """
        numbers, pixels = self.places.numbers, self._points.reshape(-1)
        if not shown.all():
            seen = np.flatnonzero(shown[classes])
            numbers, classes = numbers[seen], classes[seen]
        for each in range(len(shown)):
            worse = classes > each
            left_over = int(np.count_nonzero(worse))
            if left_over < len(classes):
                pixels[numbers] = each + 1
                rest = np.flatnonzero(worse)
                numbers, classes = numbers[rest], classes[rest]
            if not left_over:
                return

    def _dilated(self, around: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The discs of the inner rows and columns of `around`: 0 where none is, else one more than the class.

        A disc has rows of 3, 5, 7, 7, 7, 5 and 3 pixels: widen three times, then take the rows above and below.
        """
        columns, count = around.shape[1], around.size - 2 * REACH * around.shape[1]
        points, narrow, middle, wide = self._bands[:, : around.size]
        np.copyto(points.reshape(around.shape), around)
        _widen(points, narrow)
        np.maximum(narrow, points, out=narrow)
        _widen(narrow, middle)
        _widen(middle, wide)
        discs = self._discs[:count]
        np.maximum(wide[2 * columns :][:count], wide[3 * columns :][:count], out=discs)
        for source, row in ((wide, 4), (middle, 1), (middle, 5), (narrow, 0), (narrow, 6)):
            np.maximum(discs, source[row * columns :][:count], out=discs)
        return discs.reshape(-1, columns)[:, MARGIN:-MARGIN]

    def _blend(self, target: NDArray[np.uint32], discs: NDArray[np.uint8], inks: NDArray[np.uint64]) -> None:
        """Put `discs` over `target` in colours.

        Two pixels are looked up at once, and a mask keeps what is under no disc: half the time of one by one.
        """
        rows = len(discs)
        pairs = self._pairs[: discs.size // 2].reshape(rows, -1)
        under, over, kept = (each.reshape(rows, -1) for each in self._words[:, : discs.size // 2])
        pixels = under.view(np.uint32)[:, : target.shape[1]]
        np.copyto(pairs, discs.view(np.uint16))
        np.copyto(pixels, target)
        inks.take(pairs, out=over, mode="wrap")
        self._keeping.take(pairs, out=kept, mode="wrap")
        np.bitwise_and(under, kept, out=under)
        np.bitwise_or(under, over, out=under)
        np.copyto(target, pixels)

    def _inks_of(self, colours: list[int]) -> NDArray[np.uint64]:
        if self._inks[0] != colours:
            table = np.zeros(256, dtype=np.uint32)
            table[1 : len(colours) + 1] = colours
            self._inks = (colours, _of_pairs(table))
        return self._inks[1]


def _of_pairs(table: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """The two values of every pair of bytes, in one word."""
    words: NDArray[np.uint64] = np.ascontiguousarray(table[_PAIRS]).view(np.uint64).reshape(-1)
    return words


def _widen(source: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
    """`source` widened by a pixel to the left and right; from row to row only margins touch."""
    np.maximum(source[2:], source[:-2], out=out[1:-1])
