"""Measuring what a readings store holds, and what of it would go by a setting."""

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Final

from tabuah.operations.stations.keeping import Kept
from tabuah.storage.readings.moments import from_ms, to_ms
from tabuah.storage.readings.schema import HOUR_MS

_SIDE_FILES: Final = ("", "-wal", "-shm")
_OLDEST_VALUE: Final = "SELECT min(time) FROM readings WHERE bucket = (SELECT min(bucket) FROM readings)"


def measure_kept(
    connection: sqlite3.Connection, path: Path, *, values_before: datetime, hours_before: datetime
) -> Kept:
    """Count rows, and those that `forgetting` would take by the same two moments; reads the whole index once."""

    def number(query: str, *values: int) -> int | None:
        found: int | None = connection.execute(query, values).fetchone()[0]
        return found

    values_bucket, hours_bucket = to_ms(values_before) // HOUR_MS, to_ms(hours_before) // HOUR_MS
    oldest_value, oldest_hour = number(_OLDEST_VALUE), number("SELECT min(bucket) FROM hours")
    free_pages = number("PRAGMA freelist_count") or 0
    return Kept(
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
