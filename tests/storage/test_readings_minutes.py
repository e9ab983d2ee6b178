"""A series faster than a minute is told by minutes without a peak lost, from no more rows than it takes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tabuah.operations.stations.readings import Reading
from tabuah.operations.stations.spans import Span, age_of
from tabuah.storage.readings.store import ReadingsStore

START = datetime(2026, 11, 24, tzinfo=UTC)
LAST = START + timedelta(hours=2) - timedelta(milliseconds=1)
SERIES = ("SLK-TLT-01", "tilt_deg")
PEAK_S, TROUGH_S = 3671, 4003


def tilt(second: float) -> Reading:
    value = {PEAK_S: 9.0, TROUGH_S: -9.0}.get(int(second), second % 7 / 10)
    return Reading(*SERIES, START + timedelta(seconds=second), value)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReadingsStore]:
    """Two hours of 1 Hz, with one second far up and another far down."""
    with ReadingsStore(tmp_path / "readings.db") as store:
        store.store([tilt(second) for second in range(7200)])
        yield store


@pytest.mark.parametrize("rolled_up", [False, True])
def test_every_minute_has_its_extremes_sum_and_count(store: ReadingsStore, *, rolled_up: bool) -> None:
    if rolled_up:
        store.roll_up(START + timedelta(hours=3))
    minutes = store.summaries(*SERIES, START, LAST, Span.MINUTE.length)
    assert [minute.count for minute in minutes] == [60] * 120
    assert (minutes[PEAK_S // 60].high, minutes[TROUGH_S // 60].low) == (9.0, -9.0)
    assert sum(minute.total for minute in minutes) == pytest.approx(sum(tilt(s).value for s in range(7200)))
    assert {minute.newest_at - minute.at for minute in minutes} == {timedelta(seconds=59)}


def test_a_chart_of_few_points_keeps_both_peaks(store: ReadingsStore) -> None:
    points = store.series(*SERIES, START, LAST, points=120)
    assert len(points) == 120
    assert (max(p.high for p in points), min(p.low for p in points)) == (9.0, -9.0)


def test_a_late_and_a_corrected_value_are_in_their_minute_at_once(store: ReadingsStore) -> None:
    store.roll_up(START + timedelta(hours=3))
    store.store([Reading(*SERIES, START + timedelta(seconds=s), 20.0) for s in (30, 30.5)])
    first, second, *_others = store.summaries(*SERIES, START, LAST, Span.MINUTE.length)
    assert (first.high, first.count, second.count) == (20.0, 61, 60)


def test_values_are_told_from_when_on_they_are_kept(store: ReadingsStore) -> None:
    assert store.values_from() == START
    store.forget_before(START + timedelta(hours=1))
    assert store.values_from() == START + timedelta(hours=1)
    assert len(store.summaries(*SERIES, START, LAST, Span.MINUTE.length)) == 60
    assert [s.count for s in store.summaries(*SERIES, START, LAST, Span.HOUR.length)] == [3600, 3600]


def test_the_age_is_that_at_the_end_of_the_span_or_of_now(store: ReadingsStore) -> None:
    (hour, _next) = store.summaries(*SERIES, START, LAST, Span.HOUR.length)
    assert age_of(hour, Span.HOUR, now=LAST) == timedelta(seconds=1)
    assert age_of(hour, Span.HOUR, now=START + timedelta(minutes=59, seconds=59.5)) == timedelta(seconds=0.5)
    assert age_of(hour, Span.HOUR, now=START) == timedelta()


def test_nothing_is_kept_where_nothing_came(tmp_path: Path) -> None:
    with ReadingsStore(tmp_path / "empty.db") as store:
        assert store.values_from() is None
        assert store.summaries(*SERIES, START, LAST, Span.MINUTE.length) == ()
