"""Benchmark of console readings: the last day of one series and the newest of all, among ten million readings.

Run with `python benchmarks/bench_console_readings.py`. The file is filled by SQL in the store's own
tables: 2,000 series with a reading a minute over 84 hours. The queries are those of the window,
each on another series; the store is reopened in each round, because SQLite's cache would make it
faster.
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final

from goals import ResultLine, save_results, show_results

from tabuah.storage.readings.schema import HOUR_MS
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.readings.timestamps import to_ms

SERIES: Final = 2_000
HOURS: Final = 84
NOW: Final = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
DAY: Final = timedelta(days=1)
ASKED_DAY_MS: Final = 1.0
ASKED_LATEST_MS: Final = 5.0
QUESTIONS: Final = 101  # in a round
ROUNDS: Final = 9
_FILL: Final = """
    WITH RECURSIVE minutes (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM minutes WHERE n < 59)
    INSERT INTO readings
    SELECT ?1, id, ?1 * 3600000 + n * 60000, 1.0 + (n * id % 97) / 50.0, 0, 0 FROM series CROSS JOIN minutes
"""
_LATEST: Final = """
    INSERT INTO latest SELECT series, time, value, quality FROM readings
    WHERE bucket = (SELECT max(bucket) FROM readings) GROUP BY series HAVING time = max(time)
"""


def fill(path: Path) -> int:
    """Write ten million readings and return their exact number."""
    ReadingsStore(path).close()  # creates the tables; single inserts would take minutes
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO series (station, parameter) VALUES (?, 'stage_m')", [(code(n),) for n in range(SERIES)]
        )
        last = to_ms(NOW) // HOUR_MS
        for bucket in range(last - HOURS, last):
            connection.execute(_FILL, (bucket,))
        connection.execute(_LATEST)
        connection.execute("COMMIT")
        connection.execute("ANALYZE")
        return int(connection.execute("SELECT count(*) FROM readings").fetchone()[0])


def code(number: int) -> str:
    """Return the code of a station."""
    return f"B-{number:04d}"


def median_ms(path: Path, ask: Callable[[ReadingsStore, int], object]) -> float:
    """Return the median of the rounds' median query times."""
    return median(_round_ms(path, ask) for _ in range(ROUNDS))


def _round_ms(path: Path, ask: Callable[[ReadingsStore, int], object]) -> float:
    took: list[float] = []
    with ReadingsStore(path) as store:
        for n in range(QUESTIONS):
            began_s = time.perf_counter()
            ask(store, n * 37 % SERIES)
            took.append((time.perf_counter() - began_s) * 1000)
    return median(took)


def main() -> None:
    """Measure, print and save the table."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-console-readings-") as folder:
        path = Path(folder) / FILE_NAME
        count = fill(path)
        with ReadingsStore(path) as store:
            found = len(store.time_series(code(0), "stage_m", NOW - DAY, NOW))
        day_ms = median_ms(path, lambda store, n: store.time_series(code(n), "stage_m", NOW - DAY, NOW))
        latest_ms = median_ms(path, lambda store, _n: store.latest())
    lines = [
        ResultLine(
            f"{count:,} rows on a console: last 24 h of one series ({found:,} readings)",
            f"≤ {ASKED_DAY_MS:.0f} ms",
            f"{day_ms:.2f} ms",
            day_ms <= ASKED_DAY_MS,
        ),
        ResultLine(
            f"  the newest of {SERIES:,} stations",
            f"≤ {ASKED_LATEST_MS:.0f} ms",
            f"{latest_ms:.2f} ms",
            latest_ms <= ASKED_LATEST_MS,
        ),
    ]
    show_results(lines)
    save_results("console-readings", lines)


if __name__ == "__main__":
    main()
