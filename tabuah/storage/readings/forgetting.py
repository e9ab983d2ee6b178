"""Letting go of what is old in small steps: the values of one hour, or the hours of one series, at a time."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from tabuah.storage.readings.forecasts import forget_forecasts
from tabuah.storage.readings.moments import to_ms
from tabuah.storage.readings.rollups import roll_up
from tabuah.storage.readings.schema import HOUR_MS

Step = Callable[[], int]


def forgetting(connection: sqlite3.Connection, *, values_before: datetime, hours_before: datetime) -> Iterator[Step]:
    """The steps, each to be taken inside a transaction of its own; each gives how many rows went.

    An hour is worked out before its values go, so charts of years miss nothing.
    """
    values_bucket, hours_bucket = to_ms(values_before) // HOUR_MS, to_ms(hours_before) // HOUR_MS
    while (oldest := _oldest_bucket(connection)) is not None and oldest < values_bucket:
        yield partial(_forget_values, connection, oldest)
    yield partial(_forget_doings, connection, values_before)
    for (series,) in connection.execute("SELECT id FROM series").fetchall():
        yield partial(_forget_hours, connection, series, hours_bucket)


def _oldest_bucket(connection: sqlite3.Connection) -> int | None:
    (oldest,) = connection.execute("SELECT min(bucket) FROM readings").fetchone()
    return None if oldest is None else int(oldest)


def _forget_values(connection: sqlite3.Connection, bucket: int) -> int:
    while roll_up(connection, before_bucket=bucket + 1):
        pass
    return connection.execute("DELETE FROM readings WHERE bucket <= ?", (bucket,)).rowcount


def _forget_doings(connection: sqlite3.Connection, before: datetime) -> int:
    """What was judged, set aside and forecast in the same time."""
    gone = connection.execute("DELETE FROM crossings WHERE time < ?", (to_ms(before),)).rowcount
    gone += connection.execute("DELETE FROM set_aside WHERE received < ?", (to_ms(before),)).rowcount
    forget_forecasts(connection, before)
    return gone


def _forget_hours(connection: sqlite3.Connection, series: int, bucket: int) -> int:
    return connection.execute("DELETE FROM hours WHERE series = ? AND bucket < ?", (series, bucket)).rowcount
