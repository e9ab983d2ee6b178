"""Where labels go inside a plot so that they cover neither the curve nor each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, QSizeF

from tabuah.widgets.charts.series import Floats

_SLOTS = 14
_MARGIN_PX = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A label of `size` that wants to sit with its lower edge just above `y`, not higher than `top`."""

    size: QSizeF
    y: float
    top: float


def place_labels(wishes: Sequence[Wish], area: QRectF, obstacles: Floats) -> list[QRectF | None]:
    """Rectangles for the labels inside `area`, None where there is no room at all.

    Positions are tried from the right to the left: first all labels in one column, then each for itself, where the
    first one that covers no obstacle wins, else the one that covers fewest. All in px; obstacles have shape (n, 2).
    """
    columns = list(zip(*(_candidates(wish, area) for wish in wishes), strict=False))
    for places_in_column in columns:
        if _is_free(places_in_column, obstacles) and len(places_in_column) == len(wishes):
            return list(places_in_column)
    return _place_one_by_one(wishes, area, obstacles)


def _is_free(rects: Sequence[QRectF], obstacles: Floats) -> bool:
    apart = not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[i + 1 :])
    return apart and not any(_covered(rect, obstacles) for rect in rects)


def _place_one_by_one(wishes: Sequence[Wish], area: QRectF, obstacles: Floats) -> list[QRectF | None]:
    taken: list[QRectF] = []
    places: list[QRectF | None] = []
    for wish in wishes:
        candidates = [rect for rect in _candidates(wish, area) if not any(rect.intersects(t) for t in taken)]
        best = min(candidates, key=lambda rect: _covered(rect, obstacles), default=None)
        places.append(best)
        if best is not None:
            taken.append(best.adjusted(-4, -2, 4, 2))
    return places


def _candidates(wish: Wish, area: QRectF) -> list[QRectF]:
    width, height = wish.size.width(), wish.size.height()
    y = min(wish.y, area.bottom()) - height - 2
    if y < area.top() or width > area.width():
        return []
    right, left = area.right() - width - _MARGIN_PX, area.left() + _MARGIN_PX
    step = (right - left) / (_SLOTS - 1)
    return [QRectF(right - i * step, y, width, height) for i in range(_SLOTS)]


def _covered(rect: QRectF, obstacles: Floats) -> int:
    grown = rect.adjusted(-3, -3, 3, 3)
    x, y = obstacles[:, 0], obstacles[:, 1]
    inside = (x >= grown.left()) & (x <= grown.right()) & (y >= grown.top()) & (y <= grown.bottom())
    return int(np.count_nonzero(inside))
