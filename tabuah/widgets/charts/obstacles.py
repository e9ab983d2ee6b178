"""What labels inside a plot should not cover, as points in px."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QRectF

from tabuah.widgets.charts.frame import Frame
from tabuah.widgets.charts.series import ChartContent, Floats, thinned

_POINTS_DOWN: Final = 41  # the line of now
_POINTS_A_BAR: Final = 6
_POINTS_APART_PX: Final = 8.0


def obstacles(content: ChartContent, frame: Frame, *, bars: Floats, names: Sequence[QRectF]) -> Floats:
    """Points along all lines, shape (n, 2), down the bars, which are x, y, width and height in px, and on names."""
    lines = [(content.values.times_s, content.values.values)]
    lines += [(other.series.times_s, other.series.values) for other in content.compared]
    if content.forecast is not None:
        forecast = content.forecast
        lines += [(forecast.times_s, side) for side in (forecast.low, forecast.middle, forecast.high)]
    parts = [frame.points(*thinned(times_s, values)) for times_s, values in lines]
    if content.now_s:
        down = np.linspace(frame.area.top(), frame.area.bottom(), _POINTS_DOWN)
        parts.append(np.column_stack((np.full(_POINTS_DOWN, frame.x(content.now_s)), down)))
    parts.append(_down_bars(bars))
    parts += [_on_name(rect) for rect in names]
    return np.concatenate(parts)


def _on_name(rect: QRectF) -> Floats:
    """Points no further apart than a label is high."""
    x, y = np.meshgrid(_along(rect.left(), rect.right()), _along(rect.top(), rect.bottom()))
    return np.column_stack((x.ravel(), y.ravel()))


def _along(begin: float, end: float) -> Floats:
    return np.linspace(begin, end, 2 + int((end - begin) / _POINTS_APART_PX))


def _down_bars(bars: Floats) -> Floats:
    shares = np.linspace(0.0, 1.0, _POINTS_A_BAR)
    x = np.repeat(bars[:, 0] + bars[:, 2] / 2, _POINTS_A_BAR)
    return np.column_stack((x, (bars[:, 1, None] + np.outer(bars[:, 3], shares)).ravel()))
