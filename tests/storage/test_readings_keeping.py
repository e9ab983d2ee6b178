"""What is too old goes in small steps, hours outlive their values, and hours that others worked out are kept."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tabuah.operations.stations.keeping import Keeping
from tabuah.operations.stations.readings import Reading, SeriesSummary
from tabuah.operations.stations.typing_in import TypedReading
from tabuah.storage.readings.errors import UnusableKeeping
from tabuah.storage.readings.keeping_file import FILE_NAME, read_keeping
from tabuah.storage.readings.store import ReadingsStore

START = datetime(2026, 11, 20, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STATIONS = ("SLK-ARR-01", "SLK-ARR-02")


@pytest.fixture
def store(tmp_path: Path):
    """Two stations that measured every ten minutes for two days."""
    with ReadingsStore(tmp_path / "readings.db") as store:
        store.store([Reading(code, "rain_mm", START + n * 10 * MINUTE, 0.5) for code in STATIONS for n in range(288)])
        yield store


def values(store: ReadingsStore, since: datetime = START, until: datetime = START + 9 * DAY) -> int:
    return sum(len(store.between(code, "rain_mm", since, until)) for code in STATIONS)


def hours(store: ReadingsStore, station: str = STATIONS[0]) -> list[SeriesSummary]:
    return list(store.summaries(station, "rain_mm", START - DAY, START + 9 * DAY, HOUR))


def summary(at: datetime, count: int, total: float) -> SeriesSummary:
    return SeriesSummary(at=at, low=0.0, high=2.0, total=total, count=count, newest_at=at + 50 * MINUTE)


def test_each_step_lets_go_of_one_hour_and_charts_of_years_miss_nothing(store: ReadingsStore):
    before = hours(store)
    steps = store.forgetting(values_before=START + DAY, hours_before=START)
    assert next(steps) == 12  # six values of each of two stations
    assert values(store) == 2 * 288 - 12
    assert sum(steps) == 2 * 144 - 12
    assert values(store) == 288
    assert hours(store) == before


def test_what_is_written_between_two_steps_stays(store: ReadingsStore):
    steps = store.forgetting(values_before=START + DAY, hours_before=START)
    next(steps)
    late = Reading(STATIONS[0], "rain_mm", START + 5 * MINUTE, 7.0)
    store.store([late])
    for _gone in steps:
        pass
    assert values(store) == 288
    assert hours(store)[0].count == 6  # its hour is done with, and one value more does not undo it
    assert hours(store)[1].count == 6


def test_hours_go_when_they_are_too_old_themselves(store: ReadingsStore):
    for _gone in store.forgetting(values_before=START + DAY, hours_before=START + DAY):
        pass
    assert hours(store)[0].at == START + DAY


def test_a_value_that_waits_for_the_server_still_waits(store: ReadingsStore):
    old = Reading(STATIONS[0], "rain_mm", START + 3 * MINUTE, 4.0)
    store.type_in([TypedReading(old, "ani", "penakar manual")])
    for _gone in store.forgetting(values_before=START + DAY, hours_before=START):
        pass
    assert [each.reading.value for each in store.waiting_typed(10)] == [4.0]


def test_steps_that_are_broken_off_leave_the_rest_for_the_next_time(store: ReadingsStore):
    steps = store.forgetting(values_before=START + DAY, hours_before=START)
    next(steps)
    del steps
    assert sum(store.forgetting(values_before=START + DAY, hours_before=START)) == 2 * 144 - 12


def test_a_writer_beside_comes_between_two_steps(store: ReadingsStore):
    steps = store.forgetting(values_before=START + DAY, hours_before=START)
    next(steps)
    with closing(sqlite3.connect(store.path, timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.rollback()


def test_hours_of_the_server_are_kept_and_told_like_own_ones(store: ReadingsStore):
    long_ago = START - 100 * DAY
    store.keep_hours(STATIONS[0], "rain_mm", [summary(long_ago, 6, 9.0)])
    found = store.summaries(STATIONS[0], "rain_mm", long_ago, START, DAY)
    assert (found[0].at, found[0].total, found[0].count) == (long_ago, 9.0, 6)
    points = store.series(STATIONS[0], "rain_mm", long_ago, START, points=100)
    assert points[0].total == 9.0


def test_of_an_hour_the_one_stays_that_counts_more(store: ReadingsStore):
    store.roll_up(START + 9 * DAY)
    store.keep_hours(STATIONS[0], "rain_mm", [summary(START, 5, 99.0), summary(START + HOUR, 12, 99.0)])
    assert [hour.total for hour in hours(store)[:2]] == [3.0, 99.0]
    store.store([Reading(STATIONS[0], "rain_mm", START + HOUR + 5 * MINUTE, 0.5)])
    store.roll_up(START + 9 * DAY)
    assert [hour.total for hour in hours(store)[:2]] == [3.0, 99.0]  # 7 values here, 12 there


def test_a_corrected_value_corrects_its_hour(store: ReadingsStore):
    store.roll_up(START + 9 * DAY)
    store.store([Reading(STATIONS[0], "rain_mm", START, 4.5)])
    store.roll_up(START + 9 * DAY)
    assert hours(store)[0].total == 7.0


def test_the_oldest_values_come_first_and_only_so_many(store: ReadingsStore):
    found = store.oldest_between(STATIONS[0], "rain_mm", START + HOUR, START + DAY, most=3)
    assert [reading.at for reading in found] == [START + HOUR + n * 10 * MINUTE for n in range(3)]


def test_marks_are_counted_by_quality(store: ReadingsStore):
    store.store([Reading(STATIONS[0], "rain_mm", START, 0.5, 8)])
    assert store.count_qualities(STATIONS[0], "rain_mm", START, START + HOUR - MINUTE) == {0: 5, 8: 1}
    assert store.count_qualities("SLK-ARR-99", "rain_mm", START, START + HOUR) == {}


def test_the_first_hour_is_known_before_and_after_it_is_worked_out(store: ReadingsStore):
    assert store.first_at(STATIONS[0], "rain_mm") == START
    store.roll_up(START + 9 * DAY)
    assert store.first_at(STATIONS[0], "rain_mm") == START
    assert store.first_at("SLK-ARR-99", "rain_mm") is None


def test_without_a_file_values_are_kept_for_a_month_and_hours_for_years(tmp_path: Path):
    keeping = read_keeping(tmp_path)
    assert keeping == Keeping()
    assert keeping.values_before(START) == START - 30 * DAY
    assert keeping.hours_before(START) < START - 1800 * DAY


def test_the_file_says_how_long(tmp_path: Path):
    (tmp_path / FILE_NAME).write_text("values_days = 90\nhours_years = 1\n", "utf-8")
    assert read_keeping(tmp_path) == Keeping(values_days=90, hours_years=1)


def test_hours_are_never_let_go_of_before_their_values():
    keeping = Keeping(values_days=3_000, hours_years=1)
    assert keeping.hours_before(START) == keeping.values_before(START)


@pytest.mark.parametrize("text", ["values_days = 3", "values_days = 'all'", "days = 30", "values_days =", "\udcff"])
def test_a_file_that_cannot_be_followed_is_told_and_not_guessed(tmp_path: Path, text: str):
    (tmp_path / FILE_NAME).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UnusableKeeping, match=r"keeping\.toml"):
        read_keeping(tmp_path)
