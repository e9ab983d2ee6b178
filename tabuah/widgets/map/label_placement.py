"""Where names go so that none overlaps another, a marker or the furniture: greedy, best rank first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Box = tuple[float, float, float, float]  # left, top, right, bottom in logical pixels

_CELL: Final = 3.0  # logical pixels; the grid that remembers what is taken
_GAP: Final = 2.0  # between two names
_DIAGONAL: Final = 0.72
_MOST_OUTSIDE: Final = 2  # of six points around the name of an area
_NEAREST_FIRST: Final = sorted(
    ((column, row) for column in range(-4, 5) for row in range(-5, 6)),
    key=lambda step: (step[0] ** 2 + step[1] ** 2, step),
)  # steps away from the middle of an area


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name that wants a place: its anchor pixel, its size, and how it may stand to the anchor.

    The name of an area stands inside `area_px` as far as it can, even if that is farther from its anchor.
    """

    key: int  # the caller's own
    x_px: float
    y_px: float
    width_px: float
    height_px: float
    beside_point: bool
    gap_px: float = 0.0
    area_px: BaseGeometry | None = None

    def boxes(self) -> list[Box]:
        """The places it would take, the best first."""
        boxes = [self._box(dx, dy) for dx, dy in (self._beside() if self.beside_point else self._over())]
        return boxes if self.area_px is None else _inside_first(boxes, self.area_px)

    def _beside(self) -> list[tuple[float, float]]:
        dx = self.gap_px + self.width_px / 2
        dy = self.gap_px + self.height_px / 2
        near, low = dx - self.gap_px * (1 - _DIAGONAL), dy * _DIAGONAL
        corners = [(near, -low), (near, low), (-near, -low), (-near, low)]
        return [(dx, 0), (-dx, 0), (0, -dy), (0, dy), *corners]

    def _over(self) -> list[tuple[float, float]]:
        line, side = self.height_px * 0.6, self.width_px * 0.16
        return [(side * column, line * row) for column, row in _NEAREST_FIRST]

    def _box(self, dx: float, dy: float) -> Box:
        x, y = self.x_px + dx, self.y_px + dy
        return (x - self.width_px / 2, y - self.height_px / 2, x + self.width_px / 2, y + self.height_px / 2)


class TakenSpace:
    """Which parts of a picture are taken, on a grid of small cells; and by small dots, which a name may cover."""

    def __init__(self, width_px: float, height_px: float) -> None:
        self._width_px, self._height_px = width_px, height_px
        self._cells = np.zeros((int(height_px / _CELL) + 2, int(width_px / _CELL) + 2), dtype=np.bool_)
        self._dots = np.zeros_like(self._cells)

    def take(self, box: Box) -> None:
        """Mark one box as taken."""
        self._cells[self._slices(box)] = True

    def take_dot(self, box: Box) -> None:
        """Mark one box as taken by a dot."""
        self._dots[self._slices(box)] = True

    def take_around(self, points_px: NDArray[np.floating], radius_px: float) -> None:
        """Mark the squares of `radius_px` around many points, shape (n, 2)."""
        if len(points_px) == 0:
            return
        reach = int(np.ceil(radius_px / _CELL))
        marked = np.zeros_like(self._cells)
        cells = np.floor(points_px / _CELL).astype(np.int64)
        rows, columns = self._cells.shape
        inside = (cells[:, 0] >= 0) & (cells[:, 0] < columns) & (cells[:, 1] >= 0) & (cells[:, 1] < rows)
        marked[cells[inside, 1], cells[inside, 0]] = True
        self._cells |= _grown(_grown(marked, reach).T, reach).T

    def is_free(self, box: Box, *, over_dots: bool = False) -> bool:
        """Whether the box lies inside the picture and nothing lies in it, or nothing but dots."""
        left, top, right, bottom = box
        if left < 0 or top < 0 or right > self._width_px or bottom > self._height_px:
            return False
        cells = self._slices(box)
        return not self._cells[cells].any() and (over_dots or not self._dots[cells].any())

    def _slices(self, box: Box) -> tuple[slice, slice]:
        left, top, right, bottom = (edge / _CELL for edge in box)
        return (
            slice(max(0, int(np.floor(top))), max(0, int(np.floor(bottom)) + 1)),
            slice(max(0, int(np.floor(left))), max(0, int(np.floor(right)) + 1)),
        )


def place_names(names: Sequence[Name], taken: TakenSpace) -> Iterable[tuple[int, Box]]:
    """Give each name (best first) its first free place; those without one are left out.

    The name of an area rather lies on a dot than is missing.
    """
    for name in names:
        boxes = name.boxes()
        box = _first_free(boxes, taken)
        if box is None and name.area_px is not None:
            box = _first_free(boxes, taken, over_dots=True)
        if box is not None:
            taken.take(box)
            yield name.key, box


def _first_free(boxes: list[Box], taken: TakenSpace, *, over_dots: bool = False) -> Box | None:
    for box in boxes:
        roomy = (box[0] - _GAP, box[1] - _GAP, box[2] + _GAP, box[3] + _GAP)
        if taken.is_free(roomy, over_dots=over_dots):
            return box
    return None


def _inside_first(boxes: list[Box], area_px: BaseGeometry) -> list[Box]:
    """The boxes in their order, but first those of which more of corners and edges lies inside the area.

    In an area that is larger than the name, most of them must: over another area it would name that one.
    """
    left, top, right, bottom = np.array(boxes).T
    middle = (left + right) / 2
    points = [(x, y) for y in (top, bottom) for x in (left, middle, right)]
    outside = sum(~shapely.contains_xy(area_px, x, y) for x, y in points)
    is_roomy = area_px.area > (right[0] - left[0]) * (bottom[0] - top[0])
    most = _MOST_OUTSIDE if is_roomy else len(points)
    return [boxes[number] for number in np.argsort(outside, kind="stable") if outside[number] <= most]


def _grown(marked: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """`marked` widened along its rows by `reach` cells on both sides."""
    out = marked.copy()
    for step in range(1, reach + 1):
        out[:, step:] |= marked[:, :-step]
        out[:, :-step] |= marked[:, step:]
    return out
