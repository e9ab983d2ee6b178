"""Lines of many values as arrays of straight pieces, thinned to what a screen can show, and painted at once.

A wide line that Qt is given as one path takes it seven times as long as the same line in pieces (1,500 values, 2 px:
4.8 ms against 0.7 ms), so everything here is in pieces; dashes are cut out of them before they are painted.
"""

from typing import Final, cast

import numpy as np
import shiboken6
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter

from tabuah.widgets.charts.series import Floats

_VALUES_A_COLUMN: Final = 2  # more in a column of pixels cannot be told apart
_LONGEST_DASHED_PX: Final = 12_000.0  # a longer line gets longer dashes: none is seen in it anyway
_ALONE_PX: Final = 0.5  # half the length of what stands for a value between two gaps


def thin(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """At most the lowest and the highest of each column of pixels, where values lie closer; gaps stay."""
    if not len(x) or len(x) <= _VALUES_A_COLUMN * (x[-1] - x[0] + 1):
        return x, y
    column, missing = np.floor(x), np.isnan(y)
    changes = (column[1:] != column[:-1]) | (missing[1:] != missing[:-1])
    begins = np.concatenate(([0], np.flatnonzero(changes) + 1))
    ends = np.concatenate((begins[1:] - 1, [len(x) - 1]))
    low, high = np.minimum.reduceat(y, begins), np.maximum.reduceat(y, begins)
    rises = y[ends] >= y[begins]
    pairs = np.column_stack((np.where(rises, low, high), np.where(rises, high, low)))
    return np.column_stack((x[begins], x[ends])).ravel(), pairs.ravel()


def pieces(x: Floats, y: Floats) -> Floats:
    """The straight pieces between values that follow each other, shape (n, 4): x, y, x, y; a lone value is a dot."""
    known = np.isfinite(y)
    joined = np.column_stack((x[:-1], y[:-1], x[1:], y[1:]))[known[1:] & known[:-1]]
    beside = np.concatenate(([False], known, [False]))
    alone = known & ~beside[:-2] & ~beside[2:]
    dots = np.column_stack((x[alone] - _ALONE_PX, y[alone], x[alone] + _ALONE_PX, y[alone]))
    return np.concatenate((joined, dots)) if len(dots) else joined


def dashed(lines: Floats, dashes_px: tuple[float, ...], *, begin_px: float = 0.0) -> Floats:
    """What is left of pieces that follow each other when every second of `dashes_px`, over and over, is left out.

    Args:
        lines: shape (n, 4).
        dashes_px: how long strokes and holes are, in turn.
        begin_px: how far the first piece is along a longer line, so that dashes stay where they are while it moves.
    """
    lengths = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1])
    lines, lengths = lines[lengths > 0], lengths[lengths > 0]
    if not len(lines):
        return lines
    starts = np.concatenate(([0.0], np.cumsum(lengths)))
    pattern = np.asarray(dashes_px) * max(1.0, starts[-1] / _LONGEST_DASHED_PX)
    starts += begin_px % pattern.sum()
    marks = np.cumsum(np.tile(pattern, int(starts[-1] / pattern.sum()) + 1))
    cuts = np.unique(np.concatenate((starts, marks[(marks > starts[0]) & (marks < starts[-1])])))
    begins, ends = cuts[:-1], cuts[1:]
    drawn = np.searchsorted(marks, begins, side="right") % 2 == 0
    begins, ends = begins[drawn], ends[drawn]
    at = np.clip(np.searchsorted(starts, begins, side="right") - 1, 0, len(lines) - 1)
    return np.hstack([_along(lines[at], (part - starts[at]) / lengths[at]) for part in (begins, ends)])


def _along(lines: Floats, shares: Floats) -> Floats:
    """The points at a share of each piece."""
    return lines[:, :2] + (lines[:, 2:] - lines[:, :2]) * shares[:, None]


def draw_lines(painter: QPainter, lines: Floats) -> None:
    """Paint pieces of shape (n, 4) with the painter's pen: Qt reads them where numpy has them."""
    if len(lines):
        kept = np.ascontiguousarray(lines, dtype=np.float64)
        painter.drawLines(cast(QLineF, shiboken6.wrapInstance(kept.ctypes.data, QLineF)), len(kept))


def draw_rects(painter: QPainter, rects: Floats) -> None:
    """Paint rectangles of shape (n, 4), x, y, width, height, with the painter's pen and brush."""
    if len(rects):
        kept = np.ascontiguousarray(rects, dtype=np.float64)
        painter.drawRects(cast(QRectF, shiboken6.wrapInstance(kept.ctypes.data, QRectF)), len(kept))
