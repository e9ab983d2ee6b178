"""The sum of the last values of a series over a sliding window of time."""

from bisect import bisect_left
from datetime import datetime, timedelta
from typing import Final

import msgspec

_DIGITS: Final = 6  # a running sum of tenths would otherwise drift away over the months


class Window(msgspec.Struct, frozen=True):
    """The values that count, oldest first, and their sum. A value of a time that is known replaces the known one."""

    times: tuple[datetime, ...] = ()
    values: tuple[float, ...] = ()
    total: float = 0.0


def slide(window: Window, at: datetime, value: float, *, span: timedelta) -> Window:
    """The window after a value, which may be late; what lies `span` or more before the newest value falls out."""
    if not window.times or at > window.times[-1]:
        grown = _append(window, at, value)
    elif at > window.times[-1] - span:
        grown = _insert(window, at, value)
    else:
        return window
    return _forget(grown, grown.times[-1] - span)


def _append(window: Window, at: datetime, value: float) -> Window:
    return Window((*window.times, at), (*window.values, value), round(window.total + value, _DIGITS))


def _insert(window: Window, at: datetime, value: float) -> Window:
    index = bisect_left(window.times, at)
    known = window.times[index] == at
    before = window.values[index] if known else 0.0
    after = index + known
    times = (*window.times[:index], at, *window.times[after:])
    values = (*window.values[:index], value, *window.values[after:])
    return Window(times, values, round(window.total - before + value, _DIGITS))


def _forget(window: Window, until: datetime) -> Window:
    """Without everything at or before `until`."""
    gone = 0
    total = window.total
    while window.times[gone] <= until:
        total -= window.values[gone]
        gone += 1
    if not gone:
        return window
    return Window(window.times[gone:], window.values[gone:], round(total, _DIGITS))
