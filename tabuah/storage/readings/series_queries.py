"""Queries on one series in a time range: every reading if they fit, otherwise spans with mean, low, high.

Complete hours come from the table `hours`, one row each. Hours that the range cuts, or whose values
have changed since, are computed from the values. Where days are fine enough, complete days come from
`days` in the same way, and hours only where a day is cut or has changed. The result is the same as
from the values, only faster.
"""

import sqlite3
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Final

import numpy as np

from tabuah.operations.bounds import LARGEST_QUANTITY
from tabuah.operations.readings.reading import SeriesPoint, SeriesSummary
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.storage.readings.schema import DAY_HOURS, HOUR_MS
from tabuah.storage.readings.timestamps import from_ms, to_ms

# Values from before readings were bounded are read as the nearest value that programs can compute with.
INSIDE: Final = f"max(min({{}}, {LARGEST_QUANTITY!r}), {-LARGEST_QUANTITY!r})"
_VALUE: Final = INSIDE.format("r.value")
# One index look-up per hour; the cross join keeps SQLite from scanning the hours of other series.
# `_COLUMNS` selects whole hours: slicing two edges off an array is faster than comparing each row.
_VALUES: Final = f"""
    WITH RECURSIVE asked (bucket) AS (
        SELECT :first UNION ALL SELECT bucket + 1 FROM asked WHERE bucket < :last
    )
    SELECT r.time, {_VALUE}, r.quality
    FROM asked CROSS JOIN readings AS r ON r.bucket = asked.bucket AND r.series = :series
    WHERE r.time BETWEEN :since AND :until
    LIMIT :most
"""  # noqa: S608 - our own text
_OLDEST: Final = _VALUES.replace("LIMIT", "ORDER BY r.time LIMIT")
_COLUMNS: Final = f"""
    WITH RECURSIVE asked (bucket) AS (
        SELECT :first UNION ALL SELECT bucket + 1 FROM asked WHERE bucket < :last
    )
    SELECT r.time / 1000.0, {_VALUE}
    FROM asked CROSS JOIN readings AS r ON r.bucket = asked.bucket AND r.series = :series
"""  # noqa: S608 - likewise
_QUALITIES: Final = """
    WITH RECURSIVE asked (bucket) AS (
        SELECT :first UNION ALL SELECT bucket + 1 FROM asked WHERE bucket < :last
    )
    SELECT r.quality, count(*)
    FROM asked CROSS JOIN readings AS r ON r.bucket = asked.bucket AND r.series = :series
    WHERE r.time BETWEEN :since AND :until
    GROUP BY r.quality
"""
_SPANS: Final = """
    SELECT part, sum(total) / sum(count), min(low), max(high), sum(count), sum(total), max(newest) FROM (
        {whole}
        SELECT (r.time - :origin) / :width AS part, {value} AS low, {value} AS high, {value} AS total, 1 AS count,
               r.time AS newest
        FROM ({single}) AS asked CROSS JOIN readings AS r ON r.bucket = asked.bucket AND r.series = :series
        WHERE r.time BETWEEN :since AND :until
    ) GROUP BY part ORDER BY part
"""
_ALL_SINGLE: Final = """
    WITH RECURSIVE asked (bucket) AS (
        SELECT :first UNION ALL SELECT bucket + 1 FROM asked WHERE bucket < :last
    ) SELECT bucket FROM asked
"""
_WHOLE: Final = """
    SELECT (bucket * :hour - :origin) / :width AS part, low, high, total, count,
           bucket * :hour + newest AS newest
    FROM hours WHERE series = :series AND bucket BETWEEN :first AND :last
    AND bucket * :hour >= :since AND (bucket + 1) * :hour - 1 <= :until
    AND NOT EXISTS (SELECT 1 FROM stale WHERE stale.series = :series AND stale.bucket = hours.bucket)
    UNION ALL
"""
# Days to be assembled from hours: cut by an edge, or with an hour or a value that changed since.
_SPLIT_DAYS: Final = """
    WITH apart (day) AS (
        SELECT day FROM stale_days WHERE series = :series AND day BETWEEN :first / :day_hours AND :last / :day_hours
        UNION SELECT bucket / :day_hours FROM stale WHERE series = :series AND bucket BETWEEN :first AND :last
        UNION SELECT :since / :day WHERE :since % :day != 0
        UNION SELECT :until / :day WHERE (:until + 1) % :day != 0
    )
"""
_WHOLE_DAYS: Final = """
    SELECT (day * :day - :origin) / :width AS part, low, high, total, count, day * :day + newest AS newest
    FROM days WHERE series = :series AND day BETWEEN :first / :day_hours AND :last / :day_hours
    AND day NOT IN (SELECT day FROM apart)
    UNION ALL
    SELECT (h.bucket * :hour - :origin) / :width, h.low, h.high, h.total, h.count, h.bucket * :hour + h.newest
    FROM apart CROSS JOIN hours AS h ON h.series = :series
        AND h.bucket BETWEEN apart.day * :day_hours AND (apart.day + 1) * :day_hours - 1
    WHERE h.bucket * :hour >= :since AND (h.bucket + 1) * :hour - 1 <= :until
    AND NOT EXISTS (SELECT 1 FROM stale WHERE stale.series = :series AND stale.bucket = h.bucket)
    UNION ALL
"""
_NOT_WHOLE: Final = """
    SELECT bucket FROM stale WHERE series = :series AND bucket BETWEEN :first AND :last
    UNION SELECT :first WHERE :first * :hour < :since
    UNION SELECT :last WHERE (:last + 1) * :hour - 1 > :until
"""
_EXTENT: Final = """
    SELECT (SELECT min(bucket) FROM readings), (SELECT max(bucket) FROM readings),
           (SELECT min(bucket) FROM hours WHERE series = ?), (SELECT max(bucket) FROM hours WHERE series = ?)
"""
_BY_HOURS: Final = _SPANS.format(whole=_WHOLE, single=_NOT_WHOLE, value=_VALUE)
_BY_DAYS: Final = _SPLIT_DAYS + _SPANS.format(whole=_WHOLE_DAYS, single=_NOT_WHOLE, value=_VALUE)
LARGEST_TOTAL: Final = 1e15
_DAY_MS: Final = DAY_HOURS * HOUR_MS
_SHORT_RANGE_MS: Final = 2 * _DAY_MS  # below this, scanning the range is faster than querying the store's extent
_BY_VALUES: Final = _SPANS.format(whole="", single=_ALL_SINGLE, value=_VALUE)


def rows_between(
    connection: sqlite3.Connection, series: int, since_ms: int, until_ms: int, *, most: int = -1
) -> list[tuple[int, float, int]]:
    """Return time (ms), value and quality of the readings in [`since_ms`, `until_ms`], oldest first."""
    hours = _hours_kept(connection, series, since_ms, until_ms)
    if hours is None:
        return []
    asked = _query_parameters(series, since_ms, until_ms, hours) | {"most": most}
    return sorted(connection.execute(_VALUES, asked))


def oldest_between(
    connection: sqlite3.Connection, series: int, since_ms: int, until_ms: int, *, most: int
) -> list[tuple[int, float, int]]:
    """Return at most `most` of the oldest readings in [`since_ms`, `until_ms`], like `rows_between`."""
    hours = _hours_kept(connection, series, since_ms, until_ms)
    if hours is None:
        return []
    return connection.execute(
        _OLDEST, _query_parameters(series, since_ms, until_ms, hours) | {"most": most}
    ).fetchall()


def columns_between(connection: sqlite3.Connection, series: int, since_ms: int, until_ms: int) -> TimeSeries:
    """Return the readings as arrays without quality.

    This takes a third of the time of `rows_between`, as no object is created per reading.
    """
    hours = _hours_kept(connection, series, since_ms, until_ms)
    if hours is None:
        return TimeSeries()
    rows = connection.execute(_COLUMNS, _query_parameters(series, since_ms, until_ms, hours))
    columns = np.fromiter(chain.from_iterable(rows), np.float64).reshape(-1, 2)  # no row outlives the next one
    times_s, values = columns[:, 0].copy(), columns[:, 1].copy()
    if (times_s[1:] < times_s[:-1]).any():  # SQLite does not guarantee this order, but usually has it
        order = np.argsort(times_s, kind="stable")
        times_s, values = times_s[order], values[order]
    first, last = times_s.searchsorted(since_ms / 1000), times_s.searchsorted(until_ms / 1000, side="right")
    return TimeSeries(times_s=times_s[first:last], values=values[first:last])


def count_qualities(connection: sqlite3.Connection, series: int, since_ms: int, until_ms: int) -> dict[int, int]:
    """Count the readings in [`since_ms`, `until_ms`] by quality."""
    hours = _hours_kept(connection, series, since_ms, until_ms)
    if hours is None:
        return {}
    return dict(connection.execute(_QUALITIES, _query_parameters(series, since_ms, until_ms, hours)).fetchall())


def first_hour_ms(connection: sqlite3.Connection, series: int) -> int | None:
    """Return the start of the first hour with data, None where there is none."""
    query = """SELECT min(bucket) FROM (SELECT min(bucket) AS bucket FROM hours WHERE series = ?1
        UNION ALL SELECT min(bucket) FROM stale WHERE series = ?1)"""
    (bucket,) = connection.execute(query, (series,)).fetchone()
    return None if bucket is None else int(bucket) * HOUR_MS


def points_between(
    connection: sqlite3.Connection, series: int, since: datetime, until: datetime, *, points: int
) -> list[SeriesPoint]:
    """Return at most `points` points in [`since`, `until`], oldest first.

    Where only hours are kept, each hour is a point, even if that is coarser than requested.
    """
    since_ms, until_ms = to_ms(since), to_ms(until)
    width_ms = (until_ms - since_ms) // points + 1
    if width_ms >= HOUR_MS:
        origin_ms, wide_ms = _whole_days(since_ms, until_ms, points) or (since_ms, width_ms)
        found = _points(connection, series, since_ms, until_ms, wide_ms, origin_ms=origin_ms)
        if sum(point.count for point in found) > points:
            return found
    values_from_ms = oldest_value_ms(connection) or 0
    early_until_ms = min(until_ms, values_from_ms - 1)
    early = _points(connection, series, since_ms, early_until_ms, max(width_ms, HOUR_MS))
    rows = rows_between(connection, series, max(since_ms, values_from_ms), until_ms, most=points + 1)
    if len(rows) <= points:
        return early + [SeriesPoint(from_ms(time), value, value, value, 1) for time, value, _quality in rows]
    return early + _points(connection, series, max(since_ms, values_from_ms), until_ms, width_ms)


def _whole_days(since_ms: int, until_ms: int, points: int) -> tuple[int, int] | None:
    """Return origin and width (ms) of at most `points` spans of whole days; None if a day is too wide."""
    origin_ms = since_ms - since_ms % _DAY_MS
    width_ms = (until_ms - origin_ms) // points + 1
    return (origin_ms, -(-width_ms // _DAY_MS) * _DAY_MS) if width_ms >= _DAY_MS else None


def _points(
    connection: sqlite3.Connection,
    series: int,
    since_ms: int,
    until_ms: int,
    width_ms: int,
    *,
    origin_ms: int | None = None,
) -> list[SeriesPoint]:
    origin_ms = since_ms if origin_ms is None else origin_ms
    found = _spans(connection, series, since_ms, until_ms, origin_ms=origin_ms, width_ms=width_ms)
    return [
        SeriesPoint(from_ms(max(origin_ms + part * width_ms, since_ms)), mean, low, high, count)
        for part, mean, low, high, count, _total, _newest in found
    ]


def summaries_between(
    connection: sqlite3.Connection, series: int, since: datetime, until: datetime, span: timedelta
) -> list[SeriesSummary]:
    """Return the summaries of spans aligned to 1970 UTC that have values in [`since`, `until`]."""
    width_ms = span // timedelta(milliseconds=1)
    found = _spans(connection, series, to_ms(since), to_ms(until), origin_ms=0, width_ms=width_ms)
    return [
        SeriesSummary(
            at=from_ms(part * width_ms), low=low, high=high, total=total, count=count, newest_at=from_ms(newest)
        )
        for part, _mean, low, high, count, total, newest in found
    ]


def _spans(
    connection: sqlite3.Connection, series: int, since_ms: int, until_ms: int, *, origin_ms: int, width_ms: int
) -> list[tuple[int, float, float, float, int, float, int]]:
    """Return part, mean, low, high, count, total and newest (ms) of each span that has values."""
    hours = _hours_kept(connection, series, since_ms, until_ms)
    if hours is None:
        return []
    asked = _query_parameters(series, since_ms, until_ms, hours) | {"origin": origin_ms, "width": width_ms}
    rows = connection.execute(_query_of(origin_ms, width_ms), asked)
    return [
        (part, _inside(mean), _inside(low), _inside(high), count, _inside(total, LARGEST_TOTAL), newest)
        for part, mean, low, high, count, total, newest in rows
    ]


def _inside(value: float | None, largest: float = LARGEST_QUANTITY) -> float:
    """Return a stored sum or extreme inside the bounds; an undefined one (inf − inf) as 0."""
    return 0.0 if value is None else max(min(value, largest), -largest)


def _query_of(origin_ms: int, width_ms: int) -> str:
    if width_ms % _DAY_MS == 0 and origin_ms % _DAY_MS == 0:
        return _BY_DAYS
    fits = width_ms >= HOUR_MS and (width_ms % HOUR_MS == 0 or origin_ms != 0)
    return _BY_HOURS if fits else _BY_VALUES


def _query_parameters(series: int, since_ms: int, until_ms: int, hours: tuple[int, int]) -> dict[str, Any]:
    first, last = hours
    return {
        "series": series,
        "since": since_ms,
        "until": until_ms,
        "first": first,
        "last": last,
        "hour": HOUR_MS,
        "day": _DAY_MS,
        "day_hours": DAY_HOURS,
    }


def _hours_kept(connection: sqlite3.Connection, series: int, since_ms: int, until_ms: int) -> tuple[int, int] | None:
    """Return the requested hours, clipped to the extent of the store.

    Without clipping, a query over a century would enumerate every hour of it.
    """
    if 0 <= until_ms - since_ms <= _SHORT_RANGE_MS:
        return since_ms // HOUR_MS, until_ms // HOUR_MS
    reach = connection.execute(_EXTENT, (series, series)).fetchone()
    known = [hour for hour in reach if hour is not None]
    if not known:
        return None
    first, last = max(min(known), since_ms // HOUR_MS), min(max(known), until_ms // HOUR_MS)
    return (first, last) if first <= last else None


def oldest_value_ms(connection: sqlite3.Connection) -> int | None:
    """Return when the stored values begin, None where there are none; before that only hours exist."""
    (oldest,) = connection.execute("SELECT min(bucket) FROM readings").fetchone()
    return None if oldest is None else int(oldest) * HOUR_MS
