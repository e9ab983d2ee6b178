"""Tens of thousands of markers as a raster: one byte a pixel, the worst class wins, dilated to small discs."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_RADIUS: Final = 3  # device pixels: discs of 7 pixels
_BAND: Final = 128  # rows worked on at a time, so that all of it stays in the processor's cache
_PAIRS: Final = np.arange(1 << 16, dtype=np.uint16).view(np.uint8).reshape(-1, 2)  # all neighbours of two bytes


class ClassRaster:
    """Scratch rasters of one size, used again for every frame; belongs to one thread."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        padded = width + 2 * _RADIUS
        self._points = np.zeros((height + 2 * _RADIUS, padded), dtype=np.uint8)
        self._bands = np.zeros((3, _BAND + 2 * _RADIUS, padded), dtype=np.uint8)
        self._discs = np.zeros((height, width), dtype=np.uint8)
        self._pairs = np.zeros((_BAND, width // 2), dtype=np.intp)
        self._colours, self._kept = np.zeros((2, _BAND, width // 2), dtype=np.uint64)
        self._keeping = _of_pairs(np.array([0xFFFFFFFF, *[0] * 255], dtype=np.uint32))
        self._inks: tuple[list[int], NDArray[np.uint32], NDArray[np.uint64]] | None = None
        self._scratch = _Scratch(0)

    def discs(
        self,
        x: NDArray[np.float32],
        y: NDArray[np.float32],
        classes: NDArray[np.uint8],
        shown: NDArray[np.bool_],
    ) -> NDArray[np.uint8]:
        """One more than the worst class at every pixel, 0 where none is; only classes that are `shown`.

        The array is overwritten by the next call.
        """
        if len(x) > len(self._scratch.numbers):
            self._scratch = _Scratch(len(x))
        numbers = self._scratch.pixel_numbers(x, y, self._points.shape)
        pixels = self._points.reshape(-1)
        pixels.fill(0)
        if shown.all():
            pixels[numbers] = 1
        for each in np.flatnonzero(shown[1:] if shown.all() else shown) + int(shown.all()):
            pixels[numbers[np.flatnonzero(classes == each)]] = each + 1  # ascending: the worst is written last
        pixels[0] = 0  # where all lie that are out of sight
        self._dilate()
        return self._discs

    def paint(self, target: NDArray[np.uint32], colours: list[int]) -> None:
        """Put the discs over `target` (height, width; ARGB) in opaque `colours` by class.

        Two pixels are looked up at once, and a mask keeps what is under no disc: half the time of one by one.
        """
        table, colours_of_pairs = self._tables(colours)
        even = self.width // 2 * 2
        for top in range(0, self.height, _BAND):
            discs, under = self._discs[top : top + _BAND], target[top : top + _BAND]
            pairs, inks, kept = (each[: len(discs)] for each in (self._pairs, self._colours, self._kept))
            np.copyto(pairs, discs[:, :even].view(np.uint16))
            colours_of_pairs.take(pairs, out=inks, mode="wrap")
            self._keeping.take(pairs, out=kept, mode="wrap")
            both = under[:, :even].view(np.uint64)
            np.bitwise_and(both, kept, out=both)
            np.bitwise_or(both, inks, out=both)
            if even < self.width:
                last = discs[:, even]
                under[:, even] = np.where(last > 0, table[last], under[:, even])

    def _tables(self, colours: list[int]) -> tuple[NDArray[np.uint32], NDArray[np.uint64]]:
        if self._inks is None or self._inks[0] != colours:
            table = np.zeros(256, dtype=np.uint32)
            table[1 : len(colours) + 1] = colours
            self._inks = (colours, table, _of_pairs(table))
        return self._inks[1:]

    def _dilate(self) -> None:
        """A disc of rows 3, 5, 7, 7, 7, 5 and 3 pixels wide: widen three times, then take the rows around."""
        for top in range(0, self.height, _BAND):
            rows = min(_BAND, self.height - top)
            narrow, middle, wide = self._bands[:, : rows + 2 * _RADIUS]
            points = self._points[top : top + rows + 2 * _RADIUS]
            _widen(points, narrow)
            np.maximum(narrow[:, 1:-1], points[:, 1:-1], out=narrow[:, 1:-1])
            _widen(narrow, middle)
            _widen(middle, wide)
            out = self._discs[top : top + rows]
            np.maximum(self._rows(wide, 2, rows), self._rows(wide, 3, rows), out=out)
            for source, row in ((wide, 4), (middle, 1), (middle, 5), (narrow, 0), (narrow, 6)):
                np.maximum(out, self._rows(source, row, rows), out=out)

    def _rows(self, source: NDArray[np.uint8], first: int, count: int) -> NDArray[np.uint8]:
        return source[first : first + count, _RADIUS : _RADIUS + self.width]


class _Scratch:
    """Arrays for as many points as there were at most."""

    def __init__(self, count: int) -> None:
        self.numbers = np.zeros(count, dtype=np.intp)
        self._place = np.zeros(count, dtype=np.float32)
        self._columns, self._rows = np.zeros((2, count), dtype=np.int32)
        self._inside, self._in_height = np.zeros((2, count), dtype=np.bool_)

    def pixel_numbers(
        self, x: NDArray[np.float32], y: NDArray[np.float32], shape: tuple[int, ...]
    ) -> NDArray[np.intp]:
        """Where in the flat padded raster each point lies; 0, a corner that no disc reaches, when out of sight."""
        count, (height, width) = len(x), shape
        place, inside = self._place[:count], self._inside[:count]
        columns, rows, numbers = self._columns[:count], self._rows[:count], self.numbers[:count]
        for source, target in ((x, columns), (y, rows)):
            np.add(source, np.float32(_RADIUS), out=place)
            np.rint(place, out=place)
            np.copyto(target, place, casting="unsafe")
        np.less(columns.view(np.uint32), np.uint32(width), out=inside)  # negative ones are huge without a sign
        np.less(rows.view(np.uint32), np.uint32(height), out=self._in_height[:count])
        np.logical_and(inside, self._in_height[:count], out=inside)
        np.multiply(rows, np.int32(width), out=rows)
        np.add(rows, columns, out=rows)
        np.multiply(rows, inside, out=numbers)
        return numbers


def _of_pairs(table: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """The two values of every pair of bytes, in one word."""
    words: NDArray[np.uint64] = np.ascontiguousarray(table[_PAIRS]).view(np.uint64).reshape(-1)
    return words


def _widen(source: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
    """`source` widened by a pixel to the left and right."""
    np.maximum(source[:, 2:], source[:, :-2], out=out[:, 1:-1])
