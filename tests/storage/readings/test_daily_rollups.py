"""Daily roll-ups: a chart of ten years reads them and equals the result from hours and values."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabuah.operations.readings.reading import Reading
from tabuah.storage.readings.schema import _STEPS
from tabuah.storage.readings.store import ReadingsStore

START = datetime(2026, 11, 24, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SERIES = ("SLK-AWLR-03", "stage_m")


def stage(hour: float, value: float) -> Reading:
    return Reading(*SERIES, START + timedelta(hours=hour), value)


def totals(store: ReadingsStore, days: int) -> list[float]:
    return [s.total for s in store.summaries(*SERIES, START, START + days * DAY - timedelta(milliseconds=1), DAY)]


def days_kept(store: ReadingsStore) -> list[tuple[int, float]]:
    return store._connection.execute("SELECT count, total FROM days ORDER BY day").fetchall()


@pytest.fixture
def store(tmp_path: Path):
    with ReadingsStore(tmp_path / "readings.db") as store:
        yield store


def test_completed_day_has_one_row(store: ReadingsStore):
    store.store([stage(hour, hour % 5) for hour in range(30)])
    store.roll_up(START + timedelta(hours=31))
    assert days_kept(store) == [(24, 46)]
    assert totals(store, 2) == [46, sum(hour % 5 for hour in range(24, 30))]


def test_late_value_recomputes_its_day(store: ReadingsStore):
    store.store([stage(1, 1), stage(5, 2)])
    store.roll_up(START + 2 * DAY)
    store.store([stage(5, 7), stage(9.5, 3)])
    assert totals(store, 1) == [11]  # from the values, until the hours are rolled up
    store.roll_up(START + 2 * DAY)
    assert days_kept(store) == [(3, 11)]


def test_server_hours_recompute_their_day(store: ReadingsStore):
    store.store([stage(1, 1)])
    store.roll_up(START + 2 * DAY)
    with ReadingsStore(Path(":memory:")) as other:
        other.store([stage(hour, 2) for hour in range(4, 8)])
        hours = other.summaries(*SERIES, START, START + DAY, HOUR)
    store.keep_hours(*SERIES, hours)
    assert totals(store, 1) == [9]
    store.roll_up(START + 2 * DAY)
    assert days_kept(store) == [(5, 9)]


def test_day_is_pruned_with_its_hours(store: ReadingsStore):
    store.store([stage(hour, 1) for hour in range(72)])
    store.roll_up(START + 4 * DAY)
    for _gone in store.prune(values_before=START + 3 * DAY, hours_before=START + timedelta(hours=36)):
        pass
    assert totals(store, 3) == [12, 24]
    store.roll_up(START + 4 * DAY)
    assert days_kept(store) == [(12, 12), (24, 24)]


def test_long_chart_reads_days_short_hours(store: ReadingsStore):
    store.store([stage(hour, 1) for hour in range(400 * 24)])
    store.roll_up(START + 401 * DAY)
    store._connection.execute("UPDATE days SET high = 9")
    wide = store.series(*SERIES, START, START + 400 * DAY, points=200)
    assert {point.high for point in wide} == {9}
    fine = store.series(*SERIES, START, START + 400 * DAY, points=2_000)
    assert {point.high for point in fine} == {1}


@settings(max_examples=40, deadline=None)
@given(
    hours=st.lists(st.integers(0, 12 * 24), min_size=8, max_size=80, unique=True),
    late=st.lists(st.integers(0, 12 * 24), max_size=5),
    since=st.integers(-30, 6 * 24),
    days=st.integers(2, 14),
    points=st.integers(1, 7),
)
def test_chart_from_days_equals_values(hours: list[int], late: list[int], since: int, days: int, points: int):
    values = {hour: float(hour % 11) for hour in hours} | dict.fromkeys(late, 50.0)
    with ReadingsStore(Path(":memory:")) as store:
        store.store([stage(hour, hour % 11) for hour in hours])
        store.roll_up(START + 10 * DAY)
        store.store([stage(hour, 50) for hour in late])
        first, last = since + 0.5, since + days * 24
        found = store.series(*SERIES, START + first * HOUR, START + last * HOUR, points=points)
    wanted = [value for hour, value in values.items() if first <= hour <= last]
    assert len(found) <= points
    assert sum(point.count for point in found) == len(wanted)
    assert sum(point.mean * point.count for point in found) == pytest.approx(sum(wanted))
    assert max((point.high for point in found), default=None) == max(wanted, default=None)
    assert all(START + first * HOUR <= point.at <= START + last * HOUR for point in found)


def test_older_readings_file_gets_days(tmp_path: Path):
    path = tmp_path / "readings.db"
    old = sqlite3.connect(path)
    old.executescript("PRAGMA journal_mode = WAL;")
    for version, step in enumerate(_STEPS[:4], 1):
        old.executescript(f"{step} PRAGMA user_version = {version};")
    old.execute("INSERT INTO series VALUES (1, ?, ?)", SERIES)
    bucket = int(START.timestamp()) // 3_600
    old.executemany("INSERT INTO hours VALUES (1, ?, 1, 3, 120, 60, 3540000)", [(bucket + n,) for n in range(48)])
    old.commit()
    old.close()
    with ReadingsStore(path) as store:
        assert totals(store, 2) == [24 * 120] * 2
        store.roll_up(START + 2 * DAY)
        assert days_kept(store) == [(24 * 60, 24 * 120)] * 2
        assert totals(store, 2) == [24 * 120] * 2
