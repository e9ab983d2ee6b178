"""Hours and days in one row each: what a chart of years reads, and what is kept when the values are gone.

An hour is worked out from its values, never added to, so late and corrected values leave it right. Which hours must
be worked out anew stands in `stale`, written together with the values. Days are worked out from hours in the same
way; `stale_days` is written by triggers.
"""

import sqlite3
from collections.abc import Iterable
from typing import Final

from tabuah.operations.stations.readings import SeriesSummary
from tabuah.storage.readings.moments import to_ms
from tabuah.storage.readings.schema import DAY_HOURS, HOUR_MS

_AT_ONCE: Final = 2_000

_MARK: Final = "INSERT OR IGNORE INTO stale VALUES (?, ?)"
_TAKE: Final = "CREATE TEMP TABLE IF NOT EXISTS taken (series INTEGER, bucket INTEGER)"
# An hour that counts more is from who had more of it, or its values are forgotten: what came late adds nothing to it.
_UNLESS_MORE: Final = """
    ON CONFLICT (series, bucket) DO UPDATE SET low = excluded.low, high = excluded.high, total = excluded.total,
        count = excluded.count, newest = excluded.newest
    WHERE excluded.count >= count
"""
_WORK_OUT: Final = f"""
    INSERT INTO hours
    SELECT t.series, t.bucket, min(r.value), max(r.value), sum(r.value), count(*), max(r.time) - t.bucket * ?
    FROM temp.taken AS t CROSS JOIN readings AS r ON r.bucket = t.bucket AND r.series = t.series
    WHERE true GROUP BY t.series, t.bucket {_UNLESS_MORE}
"""  # noqa: S608 - nothing from outside is put in
_TAKE_DAYS: Final = "CREATE TEMP TABLE IF NOT EXISTS taken_days (series INTEGER, day INTEGER)"
_WORK_OUT_DAYS: Final = """
    INSERT INTO days
    SELECT t.series, t.day, min(h.low), max(h.high), sum(h.total), sum(h.count),
           max((h.bucket - t.day * :hours) * :hour_ms + h.newest)
    FROM temp.taken_days AS t CROSS JOIN hours AS h
        ON h.series = t.series AND h.bucket BETWEEN t.day * :hours AND (t.day + 1) * :hours - 1
    GROUP BY t.series, t.day
"""
_KEEP: Final = f"INSERT INTO hours VALUES (?, ?, ?, ?, ?, ?, ?) {_UNLESS_MORE}"  # noqa: S608


class StaleHours:
    """Remembers what is marked already, as a series writes many times into one hour; belongs to its connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._marked: set[tuple[int, int]] = set()
        self._seen_version = 0

    def mark(self, hours: Iterable[tuple[int, int]]) -> None:
        """Note pairs of series and hour whose values have changed; inside the transaction that changes them."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if version != self._seen_version:  # somebody else has written, and may have worked hours out
            self._marked.clear()
            self._seen_version = version
        fresh = set(hours) - self._marked
        if fresh:
            self._connection.executemany(_MARK, fresh)
            self._marked |= fresh

    def forget(self) -> None:
        """Ask the file again: a transaction was undone, or hours were worked out."""
        self._marked.clear()


def roll_up(connection: sqlite3.Connection, *, before_bucket: int) -> int:
    """Work out some of the stale hours that ended before `before_bucket`; inside a transaction.

    Returns:
        How many; fewer than asked for at once means that none is left.
    """
    connection.execute(_TAKE)
    connection.execute("DELETE FROM temp.taken")
    connection.execute(
        "INSERT INTO temp.taken SELECT series, bucket FROM stale WHERE bucket < ? LIMIT ?", (before_bucket, _AT_ONCE)
    )
    connection.execute(_WORK_OUT, (HOUR_MS,))
    connection.execute("DELETE FROM stale WHERE (series, bucket) IN (SELECT series, bucket FROM temp.taken)")
    return int(connection.execute("SELECT count(*) FROM temp.taken").fetchone()[0])


def roll_up_days(connection: sqlite3.Connection, *, before_bucket: int) -> int:
    """Work out some of the stale days that ended before `before_bucket`, after their hours; inside a transaction.

    Returns:
        How many; 0 means that none is left.
    """
    connection.execute(_TAKE_DAYS)
    connection.execute("DELETE FROM temp.taken_days")
    connection.execute(
        "INSERT INTO temp.taken_days SELECT series, day FROM stale_days WHERE day < ? LIMIT ?",
        (before_bucket // DAY_HOURS, _AT_ONCE),
    )
    for table in ("days", "stale_days"):
        connection.execute(f"DELETE FROM {table} WHERE (series, day) IN (SELECT series, day FROM temp.taken_days)")  # noqa: S608
    connection.execute(_WORK_OUT_DAYS, {"hours": DAY_HOURS, "hour_ms": HOUR_MS})
    return int(connection.execute("SELECT count(*) FROM temp.taken_days").fetchone()[0])


def keep_hours(connection: sqlite3.Connection, series: int, hours: Iterable[SeriesSummary]) -> None:
    """Keep hours that somebody else has worked out, inside a transaction."""
    connection.executemany(_KEEP, [_row(series, hour) for hour in hours])


def _row(series: int, hour: SeriesSummary) -> tuple[int, int, float, float, float, int, int]:
    bucket, newest = to_ms(hour.at) // HOUR_MS, to_ms(hour.newest_at)
    return series, bucket, hour.low, hour.high, hour.total, hour.count, newest - bucket * HOUR_MS
