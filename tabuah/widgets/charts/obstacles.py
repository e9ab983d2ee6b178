"""What labels inside a plot should not cover, as points in px."""

from typing import Final

import numpy as np

from tabuah.widgets.charts.frame import Frame
from tabuah.widgets.charts.series import ChartContent, Floats, thinned

_POINTS_DOWN: Final = 41  # the line of now
_POINTS_A_BAR: Final = 6


def obstacles(content: ChartContent, frame: Frame, rain_bars: Floats) -> Floats:
    """Points along all lines, shape (n, 2), and down the bars, which are x, y, width and height in px."""
    lines = [(content.values.times_s, content.values.values)]
    lines += [(other.series.times_s, other.series.values) for other in content.compared]
    if content.forecast is not None:
        forecast = content.forecast
        lines += [(forecast.times_s, side) for side in (forecast.low, forecast.middle, forecast.high)]
    parts = [frame.points(*thinned(times_s, values)) for times_s, values in lines]
    if content.now_s:
        down = np.linspace(frame.area.top(), frame.area.bottom(), _POINTS_DOWN)
        parts.append(np.column_stack((np.full(_POINTS_DOWN, frame.x(content.now_s)), down)))
    parts.append(_down_bars(rain_bars))
    return np.concatenate(parts)


def _down_bars(bars: Floats) -> Floats:
    shares = np.linspace(0.0, 1.0, _POINTS_A_BAR)
    x = np.repeat(bars[:, 0] + bars[:, 2] / 2, _POINTS_A_BAR)
    return np.column_stack((x, (bars[:, 1, None] + np.outer(bars[:, 3], shares)).ravel()))
