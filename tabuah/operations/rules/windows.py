"""The last values of a series within a sliding window of time, and what they say together."""

from bisect import bisect_left
from datetime import datetime, timedelta
from typing import Final

import msgspec

_DIGITS: Final = 6  # a running sum of tenths would otherwise drift away over the months


class Window(msgspec.Struct, frozen=True):
    """The values that count, oldest first, their sum, and the time of the newest value.

    A value of a time that is known replaces the known one. `begun_at` is since when the series has been heard without
    a gap, where somebody asks for that.
    """

    times: tuple[datetime, ...] = ()
    values: tuple[float, ...] = ()
    total: float = 0.0
    newest_at: datetime | None = None
    begun_at: datetime | None = None

    @property
    def rise(self) -> float:
        """How much the newest value is above the smallest; zero where there is none."""
        return self.values[-1] - min(self.values) if self.values else 0.0

    @property
    def fall(self) -> float:
        """How much the newest value is below the largest; zero where there is none."""
        return max(self.values) - self.values[-1] if self.values else 0.0

    @property
    def spread(self) -> float:
        """The difference of the largest and the smallest value; zero where there is none."""
        return max(self.values) - min(self.values) if self.values else 0.0


def slide(window: Window, at: datetime, value: float, *, span: timedelta, sparse: bool = True) -> Window:
    """The window after a value, which may be late; what lies `span` or more before the newest value falls out.

    A `sparse` window keeps no zeros, which change no sum: rain is zero almost always, so a dry month costs nothing.
    """
    if sparse and not value and window.newest_at is not None and at > window.newest_at:
        dry = Window(window.times, window.values, window.total, at)  # the usual case by far, and the quickest
        return _forget(dry, at - span) if dry.times else dry
    newest_at = at if window.newest_at is None else max(at, window.newest_at)
    if at <= newest_at - span:
        return window
    index = bisect_left(window.times, at)
    known = index < len(window.times) and window.times[index] == at
    if sparse and not known and not value:
        grown = Window(window.times, window.values, window.total, newest_at)
    else:
        grown = _put(window, index, index + known, at, value, newest_at)
    return _forget(grown, newest_at - span)


def slide_heard(window: Window, at: datetime, value: float, *, span: timedelta, gap: timedelta) -> Window:
    """Like a sparse `slide`, with the time since when nothing was missing for longer than `gap`.

    What comes late fills no gap: who counts on the sum waits until the gap has left the window.
    """
    is_unbroken = window.newest_at is not None and at - window.newest_at <= gap
    grown = slide(window, at, value, span=span)
    begun_at = window.begun_at if is_unbroken else at
    return Window(grown.times, grown.values, grown.total, grown.newest_at, begun_at)


def _put(window: Window, start: int, end: int, at: datetime, value: float, newest_at: datetime) -> Window:
    """The value instead of those from `start` to `end`: one of the same time, or none."""
    before = sum(window.values[start:end])
    times = (*window.times[:start], at, *window.times[end:])
    values = (*window.values[:start], value, *window.values[end:])
    return Window(times, values, round(window.total - before + value, _DIGITS), newest_at)


def _forget(window: Window, until: datetime) -> Window:
    """Without everything at or before `until`."""
    if not window.times or window.times[0] > until:
        return window
    gone = next((i for i, at in enumerate(window.times) if at > until), len(window.times))
    total = window.total - sum(window.values[:gone])
    return Window(window.times[gone:], window.values[gone:], round(total, _DIGITS), window.newest_at)
