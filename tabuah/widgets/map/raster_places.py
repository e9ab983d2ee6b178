"""Where markers lie in a raster of pixels, kept as long as neither they nor the view move."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tabuah.widgets.map.placed_markers import PlacedMarkers
from tabuah.widgets.map.viewport import Viewport

REACH: Final = 3  # device pixels from the middle of a disc to its edge
MARGIN: Final = REACH + 1  # around the picture: no disc reaches in from its outermost pixels
_BLOCK: Final = 1 << 15  # markers worked on at a time, so that all of it stays in the processor's cache

Box = tuple[int, int, int, int]  # left, top, right, bottom; the last two are the first pixels outside


class RasterPlaces:
    """The markers' numbers in the flat raster of `shape`, which has a margin; what is out of sight lies at its edge.

    `box` holds all pixels of the picture that discs reach; its left side is even.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.shape: tuple[int, int] = (height + 2 * MARGIN, width + width % 2 + 2 * MARGIN)
        self.numbers = np.zeros(0, dtype=np.intp)
        self.box: Box = (0, 0, 0, 0)
        self._known: tuple[PlacedMarkers, Viewport, float] | None = None
        self._pixels = np.zeros(_BLOCK, dtype=np.float32)
        self._cells = np.zeros((2, _BLOCK), dtype=np.int32)

    @property
    def is_empty(self) -> bool:
        """Whether no disc is to be seen."""
        left, top, right, bottom = self.box
        return left >= right or top >= bottom

    def place(self, placed: PlacedMarkers, view: Viewport, ratio: float) -> None:
        """Take the places of markers in a view, `ratio` device pixels to a logical one."""
        known = self._known
        if known is not None and known[0] is placed and known[1:] == (view, ratio):
            return
        self._known = (placed, view, ratio)
        if len(self.numbers) != len(placed):
            self.numbers = np.zeros(len(placed), dtype=np.intp)
        ends = [self._place_block(placed, view, ratio, start) for start in range(0, len(placed), _BLOCK)]
        self.box = self._box_around(np.array(ends)) if ends else (0, 0, 0, 0)

    def _place_block(self, placed: PlacedMarkers, view: Viewport, ratio: float, start: int) -> list[int]:
        """Number some markers; their first and last column and row, counted from the picture's first."""
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

    def _box_around(self, ends: NDArray[np.int64]) -> Box:
        """The pixels that discs reach from these ends of blocks (left, right, top, bottom)."""
        left, _, top, _ = np.maximum(ends.min(axis=0) - REACH, 0).tolist()
        _, right, _, bottom = (ends.max(axis=0) + REACH + 1).tolist()
        return left // 2 * 2, top, min(right, self.width), min(bottom, self.height)
