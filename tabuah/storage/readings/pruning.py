"""Pruning of old readings in small steps, deletion of those of an exercise, and measurement of the space used."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from tabuah.operations.exercises.scope import SEPARATOR
from tabuah.operations.readings.retention import RetentionUsage
from tabuah.storage.readings.forecasts import delete_forecasts_before
from tabuah.storage.readings.rollups import roll_up
from tabuah.storage.readings.schema import HOUR_MS
from tabuah.storage.readings.timestamps import from_ms, to_ms

PruningStep = Callable[[], int]


def pruning_steps(
    connection: sqlite3.Connection, *, values_before: datetime, hours_before: datetime
) -> Iterator[PruningStep]:
    """Yield the steps; run each in a transaction of its own. A step returns the number of deleted rows.

    An hour is rolled up before its values are deleted, so charts of years lose nothing.
    """
    values_bucket, hours_bucket = to_ms(values_before) // HOUR_MS, to_ms(hours_before) // HOUR_MS
    while (oldest := _oldest_bucket(connection)) is not None and oldest < values_bucket:
        yield partial(_prune_values, connection, oldest)
    yield partial(prune_events, connection, values_before)
    for (series,) in connection.execute("SELECT id FROM series").fetchall():
        yield partial(_prune_hours, connection, series, hours_bucket)


def _oldest_bucket(connection: sqlite3.Connection) -> int | None:
    (oldest,) = connection.execute("SELECT min(bucket) FROM readings").fetchone()
    return None if oldest is None else int(oldest)


def _prune_values(connection: sqlite3.Connection, bucket: int) -> int:
    while roll_up(connection, before_bucket=bucket + 1):
        pass
    return connection.execute("DELETE FROM readings WHERE bucket <= ?", (bucket,)).rowcount


def prune_events(connection: sqlite3.Connection, before: datetime) -> int:
    """Delete crossings, corrections, quarantined readings and forecasts of the same age."""
    gone = connection.execute("DELETE FROM crossings WHERE time < ?", (to_ms(before),)).rowcount
    gone += connection.execute("DELETE FROM corrections WHERE time < ?", (to_ms(before),)).rowcount
    gone += connection.execute("DELETE FROM set_aside WHERE received < ?", (to_ms(before),)).rowcount
    delete_forecasts_before(connection, before)
    return gone


def _prune_hours(connection: sqlite3.Connection, series: int, bucket: int) -> int:
    return connection.execute("DELETE FROM hours WHERE series = ? AND bucket < ?", (series, bucket)).rowcount


_OF_SERIES: Final = ("readings", "latest", "hours", "stale", "days", "stale_days", "corrections")
_OF_STATION: Final = (
    "sources",
    "set_aside",
    "crossings",
    "typed_in",
    "typed_in_replaced",
    "forecasts",
    "forecast_models",
)
_PREFIX: Final = "station >= ? AND station < ?"


def delete_readings_of_exercise(connection: sqlite3.Connection, exercise_id: str) -> None:
    """Delete values, summaries, forecasts and quarantined readings of an exercise; needs an open transaction.

    The codes of its stations name the exercise. Drills of no named exercise have no codes of their own and stay.
    """
    if not exercise_id:
        return
    begin = f"{exercise_id}{SEPARATOR}"
    codes = (begin, f"{begin}\N{DELETE}")
    for table in _OF_SERIES:
        series = f"SELECT id FROM series WHERE {_PREFIX}"  # noqa: S608 - our own names
        connection.execute(f"DELETE FROM {table} WHERE series IN ({series})", codes)  # noqa: S608 - likewise
    for table in _OF_STATION:
        connection.execute(f"DELETE FROM {table} WHERE {_PREFIX}", codes)  # noqa: S608 - likewise


_SIDE_FILES: Final = ("", "-wal", "-shm")
_OLDEST_VALUE: Final = "SELECT min(time) FROM readings WHERE bucket = (SELECT min(bucket) FROM readings)"


def measure_usage(
    connection: sqlite3.Connection, path: Path, *, values_before: datetime, hours_before: datetime
) -> RetentionUsage:
    """Measure the store's size, and the rows that `pruning_steps` would delete at the same two moments.

    Reads the whole index once.
    """

    def number(query: str, *values: int) -> int | None:
        found: int | None = connection.execute(query, values).fetchone()[0]
        return found

    values_bucket, hours_bucket = to_ms(values_before) // HOUR_MS, to_ms(hours_before) // HOUR_MS
    oldest_value, oldest_hour = number(_OLDEST_VALUE), number("SELECT min(bucket) FROM hours")
    free_pages = number("PRAGMA freelist_count") or 0
    return RetentionUsage(
        size_bytes=sum(_size_bytes(path.with_name(path.name + end)) for end in _SIDE_FILES),
        free_bytes=free_pages * (number("PRAGMA page_size") or 0),
        values=number("SELECT count(*) FROM readings") or 0,
        hours=number("SELECT count(*) FROM hours") or 0,
        oldest_value_at=None if oldest_value is None else from_ms(oldest_value),
        oldest_hour_at=None if oldest_hour is None else from_ms(oldest_hour * HOUR_MS),
        values_going=number("SELECT count(*) FROM readings WHERE bucket < ?", values_bucket) or 0,
        hours_going=number("SELECT count(*) FROM hours WHERE bucket < ?", hours_bucket) or 0,
    )


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
