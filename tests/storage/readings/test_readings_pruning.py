"""Pruning and retention: small steps, hours outlive their values, hours from the server."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tabuah.operations.readings.reading import ManualReading, Reading, SeriesSummary
from tabuah.operations.readings.retention import Retention
from tabuah.storage.readings.errors import UnusableRetention
from tabuah.storage.readings.retention_file import FILE_NAME, read_retention
from tabuah.storage.readings.store import ReadingsStore

START = datetime(2026, 11, 20, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STATIONS = ("SLK-ARR-01", "SLK-ARR-02")


@pytest.fixture
def store(tmp_path: Path):
    """Two stations with a reading every ten minutes for two days."""
    with ReadingsStore(tmp_path / "readings.db") as store:
        store.store([Reading(code, "rain_mm", START + n * 10 * MINUTE, 0.5) for code in STATIONS for n in range(288)])
        yield store


def values(store: ReadingsStore, since: datetime = START, until: datetime = START + 9 * DAY) -> int:
    return sum(len(store.between(code, "rain_mm", since, until)) for code in STATIONS)


def hours(store: ReadingsStore, station: str = STATIONS[0]) -> list[SeriesSummary]:
    return list(store.summaries(station, "rain_mm", START - DAY, START + 9 * DAY, HOUR))


def summary(at: datetime, count: int, total: float) -> SeriesSummary:
    return SeriesSummary(at=at, low=0.0, high=2.0, total=total, count=count, newest_at=at + 50 * MINUTE)


def test_pruning_step_keeps_long_charts(store: ReadingsStore):
    before = hours(store)
    steps = store.prune(values_before=START + DAY, hours_before=START)
    assert next(steps) == 12  # six values of each of two stations
    assert values(store) == 2 * 288 - 12
    assert sum(steps) == 2 * 144 - 12
    assert values(store) == 288
    assert hours(store) == before


def test_value_written_between_pruning_steps_stays(store: ReadingsStore):
    steps = store.prune(values_before=START + DAY, hours_before=START)
    next(steps)
    late = Reading(STATIONS[0], "rain_mm", START + 5 * MINUTE, 7.0)
    store.store([late])
    for _gone in steps:
        pass
    assert values(store) == 288
    assert hours(store)[0].count == 6  # its hour is pruned, and one more value does not change it
    assert hours(store)[1].count == 6


def test_old_hours_are_pruned(store: ReadingsStore):
    for _gone in store.prune(values_before=START + DAY, hours_before=START + DAY):
        pass
    assert hours(store)[0].at == START + DAY


def test_pruning_keeps_pending_manual_readings(store: ReadingsStore):
    old = Reading(STATIONS[0], "rain_mm", START + 3 * MINUTE, 4.0)
    store.store_manual_readings([ManualReading(old, "ani", "penakar manual")])
    for _gone in store.prune(values_before=START + DAY, hours_before=START):
        pass
    assert [each.reading.value for each in store.pending_manual_readings(10)] == [4.0]


def test_interrupted_pruning_continues_next_time(store: ReadingsStore):
    steps = store.prune(values_before=START + DAY, hours_before=START)
    next(steps)
    del steps
    assert sum(store.prune(values_before=START + DAY, hours_before=START)) == 2 * 144 - 12


def test_writer_gets_lock_between_pruning_steps(store: ReadingsStore):
    steps = store.prune(values_before=START + DAY, hours_before=START)
    next(steps)
    with closing(sqlite3.connect(store.path, timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.rollback()


def test_server_hours_are_stored_like_own(store: ReadingsStore):
    long_ago = START - 100 * DAY
    store.keep_hours(STATIONS[0], "rain_mm", [summary(long_ago, 6, 9.0)])
    found = store.summaries(STATIONS[0], "rain_mm", long_ago, START, DAY)
    assert (found[0].at, found[0].total, found[0].count) == (long_ago, 9.0, 6)
    points = store.series(STATIONS[0], "rain_mm", long_ago, START, points=100)
    assert points[0].total == 9.0


def test_hour_with_more_values_is_kept(store: ReadingsStore):
    store.roll_up(START + 9 * DAY)
    store.keep_hours(STATIONS[0], "rain_mm", [summary(START, 5, 99.0), summary(START + HOUR, 12, 99.0)])
    assert [hour.total for hour in hours(store)[:2]] == [3.0, 99.0]
    store.store([Reading(STATIONS[0], "rain_mm", START + HOUR + 5 * MINUTE, 0.5)])
    store.roll_up(START + 9 * DAY)
    assert [hour.total for hour in hours(store)[:2]] == [3.0, 99.0]  # 7 values here, 12 there


def test_corrected_value_corrects_its_hour(store: ReadingsStore):
    store.roll_up(START + 9 * DAY)
    store.store([Reading(STATIONS[0], "rain_mm", START, 4.5)])
    store.roll_up(START + 9 * DAY)
    assert hours(store)[0].total == 7.0


def test_oldest_values_come_first_within_limit(store: ReadingsStore):
    found = store.oldest_between(STATIONS[0], "rain_mm", START + HOUR, START + DAY, most=3)
    assert [reading.at for reading in found] == [START + HOUR + n * 10 * MINUTE for n in range(3)]


def test_quality_marks_are_counted(store: ReadingsStore):
    store.store([Reading(STATIONS[0], "rain_mm", START, 0.5, 8)])
    assert store.count_qualities(STATIONS[0], "rain_mm", START, START + HOUR - MINUTE) == {0: 5, 8: 1}
    assert store.count_qualities("SLK-ARR-99", "rain_mm", START, START + HOUR) == {}


def test_first_hour_is_known_before_roll_up(store: ReadingsStore):
    assert store.first_at(STATIONS[0], "rain_mm") == START
    store.roll_up(START + 9 * DAY)
    assert store.first_at(STATIONS[0], "rain_mm") == START
    assert store.first_at("SLK-ARR-99", "rain_mm") is None


def test_retention_defaults_without_file(tmp_path: Path):
    keeping = read_retention(tmp_path)
    assert keeping == Retention()
    assert keeping.values_before(START) == START - 30 * DAY
    assert keeping.hours_before(START) < START - 1800 * DAY


def test_retention_file_sets_days_and_years(tmp_path: Path):
    (tmp_path / FILE_NAME).write_text("values_days = 90\nhours_years = 1\n", "utf-8")
    assert read_retention(tmp_path) == Retention(values_days=90, hours_years=1)


def test_hours_are_never_pruned_before_values():
    keeping = Retention(values_days=3_000, hours_years=1)
    assert keeping.hours_before(START) == keeping.values_before(START)


@pytest.mark.parametrize("text", ["values_days = 3", "values_days = 'all'", "days = 30", "values_days =", "\udcff"])
def test_invalid_retention_file_is_reported(tmp_path: Path, text: str):
    (tmp_path / FILE_NAME).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UnusableRetention, match=r"keeping\.toml"):
        read_retention(tmp_path)
