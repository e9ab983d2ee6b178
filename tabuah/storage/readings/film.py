"""A film of the readings between two moments: what the newest value of every series was, picture by picture."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tabuah.operations.stations.readings import Reading
from tabuah.storage.readings.moments import from_ms, to_ms
from tabuah.storage.readings.schema import HOUR_MS

PICTURES: Final = 360  # how finely time is divided: four minutes in a day, ten seconds in an hour
LOOK_BACK_H: Final = 3  # how old the values of the first picture may be
_NEWEST: Final = """SELECT series, (max(time) - ?1 + ?2 - 1) / ?2 AS picture, max(time), value FROM readings
    WHERE bucket = ?3 AND time <= ?4 GROUP BY series, max(0, (time - ?1 + ?2 - 1) / ?2)"""

Series = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadingsFilm:
    """`times_ms` and `values` of shape (pictures, series); a time of 0 stands for "nothing yet"."""

    series: tuple[Series, ...]
    since: datetime
    until: datetime
    width_ms: int
    times_ms: NDArray[np.int64]
    values: NDArray[np.float64]

    def latest_at(self, moment: datetime) -> dict[Series, Reading]:
        """The newest reading of each series that was there at `moment`, none of it later than that."""
        number = self._picture_of(moment)
        times, values = self.times_ms[number].tolist(), self.values[number].tolist()
        return {
            series: Reading(*series, from_ms(time), value)
            for series, time, value in zip(self.series, times, values, strict=True)
            if time
        }

    def _picture_of(self, moment: datetime) -> int:
        if moment >= self.until:
            return len(self.times_ms) - 1
        return max(0, min((to_ms(moment) - to_ms(self.since)) // self.width_ms, len(self.times_ms) - 1))


def read_film(
    connection: sqlite3.Connection,
    wanted: Mapping[Series, int | None],
    *,
    since: datetime,
    until: datetime,
    given_up: Callable[[], bool] = lambda: False,
) -> ReadingsFilm | None:
    """The film of some series, read hour by hour; None when `given_up` half-way.

    Args:
        connection: of `readings.db`.
        wanted: the series with their numbers; None where nothing was ever stored.
        since: the first picture.
        until: the last one.
        given_up: is asked before every hour.
    """
    since_ms, until_ms = to_ms(since), to_ms(until)
    width_ms = max(1000, -(-(until_ms - since_ms) // PICTURES))
    pictures = -(-(until_ms - since_ms) // width_ms) + 1
    columns = {number: place for place, number in enumerate(wanted.values()) if number is not None}
    times = np.zeros((pictures, len(wanted)), dtype=np.int64)
    values = np.zeros((pictures, len(wanted)), dtype=np.float64)
    for hour in range(since_ms // HOUR_MS - LOOK_BACK_H, until_ms // HOUR_MS + 1):
        if given_up():
            return None
        rows = connection.execute(_NEWEST, (since_ms, width_ms, hour, until_ms))
        known = [(max(0, n), columns[number], time, value) for number, n, time, value in rows if number in columns]
        if known:
            _put(times, values, np.array(known, dtype=np.float64))
    _fill(times, values)
    return ReadingsFilm(
        series=tuple(wanted), since=since, until=until, width_ms=width_ms, times_ms=times, values=values
    )


def _put(times: NDArray[np.int64], values: NDArray[np.float64], rows: NDArray[np.float64]) -> None:
    """Put readings in their places; hours come in order, so a later one of the same picture is newer."""
    picture, column = rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64)
    times[picture, column] = rows[:, 2].astype(np.int64)
    values[picture, column] = rows[:, 3]


def _fill(times: NDArray[np.int64], values: NDArray[np.float64]) -> None:
    """Where nothing new came, the value of the picture before stands on."""
    for number in range(1, len(times)):
        old = times[number] == 0
        times[number, old] = times[number - 1, old]
        values[number, old] = values[number - 1, old]
