"""Roll-ups: one row per hour and per day, for charts of years and for the time after pruning.

An hour is always computed from its values, never incremented, so late and corrected values leave it
right. The table `stale` lists the hours to recompute and is written together with the values. Days
are computed from hours in the same way; triggers write `stale_days`.
"""

import sqlite3
from collections.abc import Iterable
from typing import Final

from tabuah.operations.readings.reading import SeriesSummary
from tabuah.storage.readings.schema import DAY_HOURS, HOUR_MS
from tabuah.storage.readings.timestamps import to_ms

_AT_ONCE: Final = 2_000

_MARK: Final = "INSERT OR IGNORE INTO stale VALUES (?, ?)"
_TAKE: Final = "CREATE TEMP TABLE IF NOT EXISTS taken (series INTEGER, bucket INTEGER)"
# A higher count is from a more complete source, or this hour's values were pruned: late values must not replace it.
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
    """Caches which hours are marked stale, as a series writes many times into one hour."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._marked: set[tuple[int, int]] = set()
        self._seen_version = 0

    def mark(self, hours: Iterable[tuple[int, int]]) -> None:
        """Mark pairs of series and hour whose values change; call inside the transaction that changes them."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if version != self._seen_version:  # another connection wrote, and may have rolled hours up
            self._marked.clear()
            self._seen_version = version
        fresh = set(hours) - self._marked
        if fresh:
            self._connection.executemany(_MARK, fresh)
            self._marked |= fresh

    def forget(self) -> None:
        """Clear the cache after a rollback or a roll-up."""
        self._marked.clear()


def roll_up(connection: sqlite3.Connection, *, before_bucket: int) -> int:
    """Roll up some of the stale hours that ended before `before_bucket`; needs an open transaction.

    Returns:
        The number of hours; 0 means that none is left.
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
    """Roll up some of the stale days that ended before `before_bucket`; needs an open transaction.

    Roll up their hours first.

    Returns:
        The number of days; 0 means that none is left.
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
    """Store hours that another store has rolled up; needs an open transaction."""
    connection.executemany(_KEEP, [_row(series, hour) for hour in hours])


def _row(series: int, hour: SeriesSummary) -> tuple[int, int, float, float, float, int, int]:
    bucket, newest = to_ms(hour.at) // HOUR_MS, to_ms(hour.newest_at)
    return series, bucket, hour.low, hour.high, hour.total, hour.count, newest - bucket * HOUR_MS
