"""Marker raster: tens of thousands of markers as one byte per pixel, dilated to small discs."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tabuah.widgets.map.overlay.placed_markers import PlacedMarkers
from tabuah.widgets.map.viewport import Viewport

REACH: Final = 3  # device pixels from the middle of a disc to its edge
MARGIN: Final = REACH + 1  # around the picture: no disc reaches in from its outermost pixels
_BLOCK: Final = 1 << 15  # block size that fits in the processor cache

PixelBox = tuple[int, int, int, int]  # left, top, right, bottom; right and bottom are exclusive


class MarkerPixels:
    """Pixel numbers of markers in the flat raster of `shape`, cached while markers and view do not change.

    The raster has a margin; markers off screen are put on its edge. `box` holds all pixels of the
    picture that discs reach; its left side is even.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.shape: tuple[int, int] = (height + 2 * MARGIN, width + width % 2 + 2 * MARGIN)
        self.numbers = np.zeros(0, dtype=np.intp)
        self.box: PixelBox = (0, 0, 0, 0)
        self._known: tuple[PlacedMarkers, Viewport, float] | None = None
        self._pixels = np.zeros(_BLOCK, dtype=np.float32)
        self._cells = np.zeros((2, _BLOCK), dtype=np.int32)

    @property
    def is_empty(self) -> bool:
        """Whether no disc is visible."""
        left, top, right, bottom = self.box
        return left >= right or top >= bottom

    def place(self, placed: PlacedMarkers, view: Viewport, ratio: float) -> None:
        """Compute the pixels of markers in a view, `ratio` device pixels to a logical one."""
        known = self._known
        if known is not None and known[0] is placed and known[1:] == (view, ratio):
            return
        self._known = (placed, view, ratio)
        if len(self.numbers) != len(placed):
            self.numbers = np.zeros(len(placed), dtype=np.intp)
        ends = [self._place_block(placed, view, ratio, start) for start in range(0, len(placed), _BLOCK)]
        self.box = self._box_around(np.array(ends)) if ends else (0, 0, 0, 0)

    def _place_block(self, placed: PlacedMarkers, view: Viewport, ratio: float, start: int) -> list[int]:
        """Compute a block of markers; return their first and last column and row."""
        numbers = self.numbers[start : start + _BLOCK]
        pixels = self._pixels[: len(numbers)]
        columns, rows = cells = self._cells[:, : len(numbers)]
        sources = (placed.dx_m[start : start + _BLOCK], placed.dy_m[start : start + _BLOCK])
        for source, (scale, shift), out, size in zip(
            sources, placed.scaling(view, ratio), cells, reversed(self.shape), strict=True
        ):
            np.multiply(source, scale, out=pixels)
            np.add(pixels, shift, out=pixels)
            np.rint(pixels, out=pixels)
            np.copyto(out, pixels, casting="unsafe")
            np.clip(out, -MARGIN, size - MARGIN - 1, out=out)
        ends = [int(each) for line in cells for each in (line.min(), line.max())]
        width = self.shape[1]
        np.add(columns, np.int32(MARGIN * width + MARGIN), out=columns)
        np.multiply(rows, np.int32(width), out=rows)
        np.add(rows, columns, out=numbers)
        return ends

    def _box_around(self, ends: NDArray[np.int64]) -> PixelBox:
        """Return the pixels that discs reach from these ends of blocks (left, right, top, bottom)."""
        left, _, top, _ = np.maximum(ends.min(axis=0) - REACH, 0).tolist()
        _, right, _, bottom = (ends.max(axis=0) + REACH + 1).tolist()
        return left // 2 * 2, top, min(right, self.width), min(bottom, self.height)


_BAND_PX: Final = 1 << 16  # block size that fits in the processor cache
_PAIRS: Final = np.arange(1 << 16, dtype=np.uint16).view(np.uint8).reshape(-1, 2)  # all pairs of two bytes


class MarkerRaster:
    """Raster buffers of one size, reused for every frame. Use it from one thread only.

    Only the part that discs reach is processed, in bands copied out of the wide raster. In a
    contiguous band a row's neighbours are a shift away, and numpy processes it in a third of the
    time.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.places = MarkerPixels(width, height)
        self._points = np.zeros(self.places.shape, dtype=np.uint8)
        largest = _BAND_PX + self.places.shape[1]  # rows of a band, at least one
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
        """Paint a disc in the opaque colour of its class at each of the `places`.

        The worst class wins at each pixel.

        Args:
            target: ARGB pixels, shape (height, width).
            classes: class by marker.
            shown: whether each class is shown.
            colours: colour by class.
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
        """Write class + 1 to the pixel of each marker; the worst class wins.

        Each class is written for all markers that are as bad or worse, and the worse ones are overwritten
        next. So each step processes only the markers that are left.
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
        """Return the discs of the inner rows and columns of `around`: 0 for none, else class + 1.

        A disc has rows of 3, 5, 7, 7, 7, 5 and 3 pixels: widen three times, then combine with the rows
        above and below.
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
        """Blend `discs` in their colours over `target`.

        Looking up two pixels at once, with a mask for pixels without a disc, takes half the time of
        single pixels.
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
    """Return the two table values of every pair of bytes, in one 64-bit word."""
    words: NDArray[np.uint64] = np.ascontiguousarray(table[_PAIRS]).view(np.uint64).reshape(-1)
    return words


def _widen(source: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
    """Widen `source` by a pixel to the left and right. Rows only touch in their margins."""
    np.maximum(source[2:], source[:-2], out=out[1:-1])
