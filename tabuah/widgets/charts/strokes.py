"""Lines of many values as arrays of segments, thinned to the screen resolution, and crisp hairlines.

Qt paints a wide path seven times as slowly as the same line in segments (1,500 values, 2 px: 4.8 ms
against 0.7 ms), so lines are segments here; dashes are cut out of them before painting. Hairlines are
filled rectangles: Qt takes 0.5 ms for a translucent line as wide as the window, 10 µs for a rectangle.
"""

from typing import Final, cast

import numpy as np
import shiboken6
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter

from tabuah.widgets.charts.series import Floats


def draw_horizontal_line(painter: QPainter, area: QRectF, y: float, colour: QColor) -> None:
    if area.top() <= y <= area.bottom():
        to_device = painter.deviceTransform()
        top, width = _snap_to_pixels(y, to_device.m22(), to_device.dy())
        painter.fillRect(QRectF(area.left(), top, area.width(), width), colour)


def draw_vertical_line(painter: QPainter, area: QRectF, x: float, colour: QColor) -> None:
    if area.left() <= x <= area.right():
        to_device = painter.deviceTransform()
        left, width = _snap_to_pixels(x, to_device.m11(), to_device.dx())
        painter.fillRect(QRectF(left, area.top(), width, area.height()), colour)


def _snap_to_pixels(at: float, ratio: float, offset: float) -> tuple[float, float]:
    """Return start and width of a hairline so that it fills whole device pixels."""
    return (round(at * ratio + offset) - offset) / ratio, max(1, round(ratio)) / ratio


_VALUES_PER_COLUMN: Final = 2  # more in a pixel column cannot be distinguished
_LONGEST_DASHED_PX: Final = 12_000.0  # a longer line gets longer dashes, which cannot be distinguished anyway
_LONE_VALUE_PX: Final = 0.5  # half the length of the dot for a value between two gaps


def thin_min_max(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Thin a line to the minimum and maximum of each pixel column; keep gaps."""
    if not len(x) or len(x) <= _VALUES_PER_COLUMN * (x[-1] - x[0] + 1):
        return x, y
    column, missing = np.floor(x), np.isnan(y)
    changes = (column[1:] != column[:-1]) | (missing[1:] != missing[:-1])
    begins = np.concatenate(([0], np.flatnonzero(changes) + 1))
    ends = np.concatenate((begins[1:] - 1, [len(x) - 1]))
    low, high = np.minimum.reduceat(y, begins), np.maximum.reduceat(y, begins)
    rises = y[ends] >= y[begins]
    pairs = np.column_stack((np.where(rises, low, high), np.where(rises, high, low)))
    return np.column_stack((x[begins], x[ends])).ravel(), pairs.ravel()


def polyline_segments(x: Floats, y: Floats) -> Floats:
    """Return the segments between consecutive values, shape (n, 4): x, y, x, y; a lone value is a dot."""
    known = np.isfinite(y)
    joined = np.column_stack((x[:-1], y[:-1], x[1:], y[1:]))[known[1:] & known[:-1]]
    beside = np.concatenate(([False], known, [False]))
    alone = known & ~beside[:-2] & ~beside[2:]
    dots = np.column_stack((x[alone] - _LONE_VALUE_PX, y[alone], x[alone] + _LONE_VALUE_PX, y[alone]))
    return np.concatenate((joined, dots)) if len(dots) else joined


def dash_segments(lines: Floats, dashes_px: tuple[float, ...], *, begin_px: float = 0.0) -> Floats:
    """Cut consecutive segments into dashes.

    Args:
        lines: shape (n, 4).
        dashes_px: lengths of dashes and gaps, alternating.
        begin_px: offset of the first segment on a longer line, so that dashes keep their position while it moves.
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
    """Return the points at a share of each segment."""
    return lines[:, :2] + (lines[:, 2:] - lines[:, :2]) * shares[:, None]


def draw_lines(painter: QPainter, lines: Floats) -> None:
    """Paint segments of shape (n, 4) with the painter's pen; Qt reads the numpy buffer directly."""
    if len(lines):
        kept = np.ascontiguousarray(lines, dtype=np.float64)
        painter.drawLines(cast(QLineF, shiboken6.wrapInstance(kept.ctypes.data, QLineF)), len(kept))


def draw_rects(painter: QPainter, rects: Floats) -> None:
    """Paint rectangles of shape (n, 4), x, y, width, height, with the painter's pen and brush."""
    if len(rects):
        kept = np.ascontiguousarray(rects, dtype=np.float64)
        painter.drawRects(cast(QRectF, shiboken6.wrapInstance(kept.ctypes.data, QRectF)), len(kept))
