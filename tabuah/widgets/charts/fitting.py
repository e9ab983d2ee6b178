"""How much of time and values a chart shows when nobody has moved it."""

from typing import Final

import numpy as np

from tabuah.widgets.charts.series import ChartContent

_DAY_S: Final = 86_400.0
_LEAST_S: Final = 60.0
_MOST_FAN: Final = 0.35  # of the values' range, that a forecast's upper edge may add to it
_HEAD_ROOM, _HEAD_ROOM_OF_RAIN, _FOOT_ROOM = 0.18, 0.45, 0.08  # of the values' range


def time_range_s(content: ChartContent) -> tuple[float, float]:
    """The period of the chart, or else from the first value to the last."""
    times_s = content.values.times_s
    first_s = content.from_s if content.from_s is not None else float(times_s[0]) if len(times_s) else 0.0
    last_s = content.to_s if content.to_s is not None else float(times_s[-1]) if len(times_s) else first_s + _DAY_S
    return first_s, max(last_s, first_s + _LEAST_S)


def value_range(content: ChartContent) -> tuple[float, float]:
    """All values, those bands that are not far above them, and room for the rain."""
    parts = [content.values.values, *(other.series.values for other in content.compared)]
    parts += [content.forecast.middle] if content.forecast else []
    values = np.concatenate([part[np.isfinite(part)] for part in parts])
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    if content.forecast is not None:  # the edge may be far off, and would make a line of everything else
        high = max(high, min(float(content.forecast.high.max()), high + _MOST_FAN * max(high - low, 0.5)))
    edges = [band.low for band in content.bands]
    high = max([high, *(edge for edge in edges if edge <= high + (high - low) + 1.0)])
    span = max(high - low, 10.0 ** (1 - content.digits))  # noise of the last digit must not fill the chart
    head_room = _HEAD_ROOM_OF_RAIN if content.has_rain else _HEAD_ROOM
    return low - _FOOT_ROOM * span if low else 0.0, high + head_room * span
