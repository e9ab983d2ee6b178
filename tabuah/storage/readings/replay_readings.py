"""Readings for the replay: the latest value of every series at each frame of a time range."""

import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from tabuah.operations.bounds import LARGEST_QUANTITY
from tabuah.operations.readings.reading import Reading
from tabuah.storage.readings.schema import HOUR_MS
from tabuah.storage.readings.timestamps import from_ms, to_ms

FRAME_COUNT: Final = 360  # frames in a range: one every four minutes for a day, every ten seconds for an hour
LOOK_BACK_H: Final = 3  # maximum age of the values in the first frame
_NEWEST: Final = """SELECT series, (max(time) - ?1 + ?2 - 1) / ?2 AS picture, max(time), value FROM readings
    WHERE bucket = ?3 AND time <= ?4 GROUP BY series, max(0, (time - ?1 + ?2 - 1) / ?2)"""

Series = tuple[str, str]


class ReplayReadings(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Latest readings per frame.

    `times_ms` and `values` have the shape (frames, series); a time of 0 means no reading yet.
    """

    series: tuple[Series, ...]
    since: datetime
    until: datetime
    width_ms: int
    times_ms: NDArray[np.int64]
    values: NDArray[np.float64]

    def latest_at(self, moment: datetime) -> dict[Series, Reading]:
        """Return the latest reading of each series at `moment`; none is later than that."""
        number = self._frame_at(moment)
        times, values = self.times_ms[number].tolist(), self.values[number].tolist()
        return {
            series: Reading(*series, from_ms(time), value)
            for series, time, value in zip(self.series, times, values, strict=True)
            if time
        }

    def _frame_at(self, moment: datetime) -> int:
        if moment >= self.until:
            return len(self.times_ms) - 1
        return max(0, min((to_ms(moment) - to_ms(self.since)) // self.width_ms, len(self.times_ms) - 1))


def read_replay(
    connection: sqlite3.Connection,
    wanted: Mapping[Series, int | None],
    *,
    since: datetime,
    until: datetime,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> ReplayReadings | None:
    """Read the frames of some series hour by hour; None if cancelled.

    Args:
        connection: a connection to `readings.db`.
        wanted: the series with their numbers; None for a series without readings.
        since: time of the first frame.
        until: time of the last frame.
        is_cancelled: called before every hour.
    """
    since_ms, until_ms = to_ms(since), to_ms(until)
    width_ms = max(1000, -(-(until_ms - since_ms) // FRAME_COUNT))
    pictures = -(-(until_ms - since_ms) // width_ms) + 1
    columns = {number: place for place, number in enumerate(wanted.values()) if number is not None}
    times = np.zeros((pictures, len(wanted)), dtype=np.int64)
    values = np.zeros((pictures, len(wanted)), dtype=np.float64)
    for hour in range(since_ms // HOUR_MS - LOOK_BACK_H, until_ms // HOUR_MS + 1):
        if is_cancelled():
            return None
        rows = connection.execute(_NEWEST, (since_ms, width_ms, hour, until_ms))
        known = [(max(0, n), columns[number], time, value) for number, n, time, value in rows if number in columns]
        if known:
            _put_readings(times, values, np.array(known, dtype=np.float64))
    _carry_forward(times, values)
    return ReplayReadings(
        series=tuple(wanted), since=since, until=until, width_ms=width_ms, times_ms=times, values=values
    )


def _put_readings(times: NDArray[np.int64], values: NDArray[np.float64], rows: NDArray[np.float64]) -> None:
    """Write readings into their frames; hours come in order, so a later one in a frame is newer."""
    picture, column = rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64)
    times[picture, column] = rows[:, 2].astype(np.int64)
    values[picture, column] = np.clip(rows[:, 3], -LARGEST_QUANTITY, LARGEST_QUANTITY)


def _carry_forward(times: NDArray[np.int64], values: NDArray[np.float64]) -> None:
    """Carry the previous frame's value forward where a series has no new one."""
    for number in range(1, len(times)):
        old = times[number] == 0
        times[number, old] = times[number - 1, old]
        values[number, old] = values[number - 1, old]
