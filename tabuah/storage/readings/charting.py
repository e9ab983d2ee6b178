"""One series between two moments: every reading where they fit, else buckets with mean, smallest and largest."""

import sqlite3
from datetime import datetime
from typing import Final

from tabuah.operations.stations.readings import SeriesPoint
from tabuah.storage.readings.moments import from_ms, to_ms
from tabuah.storage.readings.schema import HOUR_MS

# One look into the tree for every hour; the cross join keeps SQLite from scanning the hours of other series.
_IN_RANGE: Final = """
    WITH RECURSIVE hours (bucket) AS (
        SELECT :first UNION ALL SELECT bucket + 1 FROM hours WHERE bucket < :last
    )
    SELECT {columns}
    FROM hours CROSS JOIN readings AS r ON r.bucket = hours.bucket AND r.series = :series
    WHERE r.time BETWEEN :since AND :until
"""
_VALUES: Final = _IN_RANGE.format(columns="r.time, r.value, r.quality") + " LIMIT :most"
_BUCKETS: Final = (
    _IN_RANGE.format(columns="(r.time - :since) / :width AS part, avg(value), min(value), max(value), count(*)")
    + " GROUP BY part ORDER BY part"
)


def rows_between(
    connection: sqlite3.Connection, series: int, since_ms: int, until_ms: int, *, most: int = -1
) -> list[tuple[int, float, int]]:
    """Time (ms), value and quality of the readings from `since_ms` to `until_ms`, both included, oldest first."""
    hours = _hours_kept(connection, since_ms, until_ms)
    if hours is None:
        return []
    asked = {
        "series": series,
        "since": since_ms,
        "until": until_ms,
        "first": hours[0],
        "last": hours[1],
        "most": most,
    }
    return sorted(connection.execute(_VALUES, asked))


def points_between(
    connection: sqlite3.Connection, series: int, since: datetime, until: datetime, *, points: int
) -> list[SeriesPoint]:
    """At most `points` points from `since` to `until`, both included, oldest first."""
    since_ms, until_ms = to_ms(since), to_ms(until)
    rows = rows_between(connection, series, since_ms, until_ms, most=points + 1)
    if len(rows) <= points:
        return [SeriesPoint(from_ms(time), value, value, value, 1) for time, value, _quality in rows]
    hours = _hours_kept(connection, since_ms, until_ms) or (0, 0)
    width_ms = (until_ms - since_ms) // points + 1
    asked = {"series": series, "since": since_ms, "until": until_ms, "width": width_ms}
    buckets = connection.execute(_BUCKETS, asked | {"first": hours[0], "last": hours[1]})
    return [
        SeriesPoint(from_ms(since_ms + part * width_ms), mean, low, high, count)
        for part, mean, low, high, count in buckets
    ]


def _hours_kept(connection: sqlite3.Connection, since_ms: int, until_ms: int) -> tuple[int, int] | None:
    """The hours asked for, as far as the store reaches; a question about a century costs nothing."""
    oldest, newest = connection.execute(
        "SELECT (SELECT min(bucket) FROM readings), (SELECT max(bucket) FROM readings)"
    ).fetchone()
    if oldest is None:
        return None
    first, last = max(oldest, since_ms // HOUR_MS), min(newest, until_ms // HOUR_MS)
    return (first, last) if first <= last else None
