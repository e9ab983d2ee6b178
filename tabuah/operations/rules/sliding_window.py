"""A sliding window of time over a series."""

from bisect import bisect_left
from datetime import datetime, timedelta
from typing import Final

import msgspec

_DIGITS: Final = 6  # rounding stops a running sum of tenths from drifting over months


class SlidingWindow(msgspec.Struct, frozen=True):
    """The valid values, oldest first, their sum, and the time of the newest value.

    A value at a known time replaces the known one. `begun_at` is the time since which the series has no gap, if
    that is tracked.
    """

    times: tuple[datetime, ...] = ()
    values: tuple[float, ...] = ()
    total: float = 0.0
    newest_at: datetime | None = None
    begun_at: datetime | None = None

    @property
    def rise(self) -> float:
        """Return how much the newest value is above the smallest; 0 without values."""
        return self.values[-1] - min(self.values) if self.values else 0.0

    @property
    def fall(self) -> float:
        """Return how much the newest value is below the largest; 0 without values."""
        return max(self.values) - self.values[-1] if self.values else 0.0

    @property
    def spread(self) -> float:
        """Return the largest minus the smallest value; 0 without values."""
        return max(self.values) - min(self.values) if self.values else 0.0


def slide(
    window: SlidingWindow, at: datetime, value: float, *, span: timedelta, sparse: bool = True
) -> SlidingWindow:
    """Return the window after a value, which may be late; values `span` or older drop out.

    A `sparse` window stores no zeros, which change no sum: rain is mostly zero, so a dry month costs
    nothing.
    """
    if sparse and not value and window.newest_at is not None and at > window.newest_at:
        dry = SlidingWindow(window.times, window.values, window.total, at)  # by far the most frequent case
        return _forget(dry, at - span) if dry.times else dry
    newest_at = at if window.newest_at is None else max(at, window.newest_at)
    if at <= newest_at - span:
        return window
    index = bisect_left(window.times, at)
    known = index < len(window.times) and window.times[index] == at
    if sparse and not known and not value:
        grown = SlidingWindow(window.times, window.values, window.total, newest_at)
    else:
        grown = _put(window, index, index + known, at, value, newest_at)
    return _forget(grown, newest_at - span)


def slide_unbroken(
    window: SlidingWindow, at: datetime, value: float, *, span: timedelta, gap: timedelta
) -> SlidingWindow:
    """Slide a sparse window, and track the time since which no gap was longer than `gap`.

    A late value closes no gap: users of the sum wait until the gap has left the window.
    """
    is_unbroken = window.newest_at is not None and at - window.newest_at <= gap
    grown = slide(window, at, value, span=span)
    begun_at = window.begun_at if is_unbroken else at
    return SlidingWindow(grown.times, grown.values, grown.total, grown.newest_at, begun_at)


def _put(
    window: SlidingWindow, start: int, end: int, at: datetime, value: float, newest_at: datetime
) -> SlidingWindow:
    """Replace the values from `start` to `end` by a value."""
    before = sum(window.values[start:end])
    times = (*window.times[:start], at, *window.times[end:])
    values = (*window.values[:start], value, *window.values[end:])
    return SlidingWindow(times, values, round(window.total - before + value, _DIGITS), newest_at)


def _forget(window: SlidingWindow, until: datetime) -> SlidingWindow:
    """Drop values at or before `until`."""
    if not window.times or window.times[0] > until:
        return window
    gone = next((i for i, at in enumerate(window.times) if at > until), len(window.times))
    total = window.total - sum(window.values[:gone])
    return SlidingWindow(window.times[gone:], window.values[gone:], round(total, _DIGITS), window.newest_at)
