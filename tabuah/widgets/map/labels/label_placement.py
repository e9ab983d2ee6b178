"""Label placement without overlaps of labels, markers or decorations: greedy, best rank first."""

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import Final

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Box = tuple[float, float, float, float]  # left, top, right, bottom in logical pixels

_CELL: Final = 3.0  # logical pixels; cell size of the occupancy grid
_GAP: Final = 2.0  # between two labels
_DIAGONAL: Final = 0.72
_ROOMY: Final = 4.0  # an area this many times as large as its label has room for it whatever its shape
_CLOSE_PX: Final = 12.0
_MOST_OUTSIDE: Final = 2  # of six points around the label of an area
_NEAREST_FIRST: Final = sorted(
    ((column, row) for column in range(-4, 5) for row in range(-5, 6)),
    key=lambda step: (step[0] ** 2 + step[1] ** 2, step),
)  # steps from the middle of an area


class Occupant(Enum):
    """What occupies a box."""

    NOTHING = auto()
    DOT = auto()  # small enough that a label may cover it
    SOMETHING = auto()


class NamedArea(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A labelled area: its shape in EPSG:3857 metres, and its position in the pixels of the view."""

    shape: BaseGeometry
    left_m: float
    top_m: float
    metres_per_px: float

    @property
    def size_px2(self) -> float:
        """Return the area in square pixels."""
        return float(self.shape.area) / self.metres_per_px**2

    def points_outside(self, boxes: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return how many check points of each box lie outside the area, shape (n,).

        The check points are the corners and the middles of the long edges.
        """
        left, top, right, bottom = boxes.T
        across = self.left_m + np.array([left, (left + right) / 2, right] * 2) * self.metres_per_px
        up = self.top_m - np.array([top] * 3 + [bottom] * 3) * self.metres_per_px
        outside: NDArray[np.int64] = np.count_nonzero(~shapely.contains_xy(self.shape, across, up), axis=0)
        return outside


class PlacementRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A label to be placed: anchor pixel, size, and allowed positions around the anchor.

    The label of an area is placed inside the area if possible, even if that is farther from its anchor.
    """

    key: int  # chosen by the caller
    x_px: float
    y_px: float
    width_px: float
    height_px: float
    beside_point: bool
    gap_px: float = 0.0
    area: NamedArea | None = None

    def boxes(self) -> Iterator[Box]:
        """Yield the possible boxes, best first."""
        if self.beside_point:
            return (self._box(dx, dy) for dx, dy in self._beside())
        return self._over() if self.area is None else self._inside(self.area)

    def _beside(self) -> list[tuple[float, float]]:
        dx = self.gap_px + self.width_px / 2
        dy = self.gap_px + self.height_px / 2
        near, low = dx - self.gap_px * (1 - _DIAGONAL), dy * _DIAGONAL
        corners = [(near, -low), (near, low), (-near, -low), (-near, low)]
        return [(dx, 0), (-dx, 0), (0, -dy), (0, dy), *corners]

    def _over(self) -> Iterator[Box]:
        line, side = self.height_px * 0.6, self.width_px * 0.16
        return (self._box(side * column, line * row) for column, row in _NEAREST_FIRST)

    def _inside(self, area: NamedArea) -> Iterator[Box]:
        """Yield boxes inside an area: those with more of the label inside first, then the nearest ones.

        In an area much larger than the label, most of the label must be inside; over another area it
        would be read as the name of that area. In a smaller area the label stays close to its anchor, so
        that readers can relate it to the area.
        """
        boxes = self._over()
        best = next(boxes)
        if not area.points_outside(np.array([best]))[0]:
            yield best  # usually free, so the other boxes are not computed
        all_boxes = np.array([best, *boxes])
        outside = area.points_outside(all_boxes)
        is_roomy = area.size_px2 > _ROOMY * self.width_px * self.height_px
        allowed = outside <= _MOST_OUTSIDE if is_roomy else self._is_close(all_boxes)
        order = np.argsort(outside, kind="stable")
        for number in order[allowed[order]]:
            left, top, right, bottom = all_boxes[number].tolist()
            yield left, top, right, bottom

    def _is_close(self, boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
        left, top, right, bottom = boxes.T + np.array([[-_CLOSE_PX], [-_CLOSE_PX], [_CLOSE_PX], [_CLOSE_PX]])
        across = (left <= self.x_px) & (self.x_px <= right)
        close: NDArray[np.bool_] = across & (top <= self.y_px) & (self.y_px <= bottom)
        return close

    def _box(self, dx: float, dy: float) -> Box:
        x, y = self.x_px + dx, self.y_px + dy
        return (x - self.width_px / 2, y - self.height_px / 2, x + self.width_px / 2, y + self.height_px / 2)


class OccupiedGrid:
    """Occupied parts of a picture on a grid of small cells; dots are separate, as labels may cover them."""

    def __init__(self, width_px: float, height_px: float) -> None:
        self._width_px, self._height_px = width_px, height_px
        self._cells = np.zeros((int(height_px / _CELL) + 2, int(width_px / _CELL) + 2), dtype=np.bool_)
        self._dots = np.zeros_like(self._cells)

    def take(self, box: Box) -> None:
        self._cells[self._slices(box)] = True

    def take_dot(self, box: Box) -> None:
        """Mark a box as occupied by a dot."""
        self._dots[self._slices(box)] = True

    def take_around(self, points_px: NDArray[np.floating], radius_px: float) -> None:
        """Mark the squares of `radius_px` around many points, shape (n, 2), as occupied."""
        if len(points_px) == 0:
            return
        reach = int(np.ceil(radius_px / _CELL))
        marked = np.zeros_like(self._cells)
        cells = np.floor(points_px / _CELL).astype(np.int64)
        rows, columns = self._cells.shape
        inside = (cells[:, 0] >= 0) & (cells[:, 0] < columns) & (cells[:, 1] >= 0) & (cells[:, 1] < rows)
        marked[cells[inside, 1], cells[inside, 0]] = True
        self._cells |= _grown(_grown(marked, reach).T, reach).T

    def occupant_in(self, box: Box) -> Occupant:
        """Return what occupies the box. Space outside the picture counts as occupied."""
        left, top, right, bottom = box
        if left < 0 or top < 0 or right > self._width_px or bottom > self._height_px:
            return Occupant.SOMETHING
        cells = self._slices(box)
        if self._cells[cells].any():
            return Occupant.SOMETHING
        return Occupant.DOT if self._dots[cells].any() else Occupant.NOTHING

    def _slices(self, box: Box) -> tuple[slice, slice]:
        left, top, right, bottom = (int(edge // _CELL) for edge in box)
        return slice(max(0, top), max(0, bottom + 1)), slice(max(0, left), max(0, right + 1))


def place_names(names: Sequence[PlacementRequest], taken: OccupiedGrid) -> Iterable[tuple[int, Box]]:
    """Yield each label's first free box, best label first. Labels without a free box are left out.

    The label of an area may cover a dot if it would be left out otherwise.
    """
    for name in names:
        box = _free_box(name.boxes(), taken, over_dots=name.area is not None)
        if box is not None:
            taken.take(box)
            yield name.key, box


def _free_box(boxes: Iterator[Box], taken: OccupiedGrid, *, over_dots: bool) -> Box | None:
    on_a_dot = None
    for box in boxes:
        found = taken.occupant_in((box[0] - _GAP, box[1] - _GAP, box[2] + _GAP, box[3] + _GAP))
        if found is Occupant.NOTHING:
            return box
        if found is Occupant.DOT and over_dots and on_a_dot is None:
            on_a_dot = box
    return on_a_dot


def _grown(marked: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """Return `marked` widened along its rows by `reach` cells on both sides."""
    out = marked.copy()
    for step in range(1, reach + 1):
        out[:, step:] |= marked[:, :-step]
        out[:, :-step] |= marked[:, step:]
    return out
