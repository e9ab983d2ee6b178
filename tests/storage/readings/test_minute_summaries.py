"""Summaries by minute of a fast series keep every peak."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tabuah.operations.readings.reading import Reading
from tabuah.operations.readings.roll_up_spans import RollUpSpan, roll_up_age
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
    """Two hours of 1 Hz with one high and one low outlier."""
    with ReadingsStore(tmp_path / "readings.db") as store:
        store.store([tilt(second) for second in range(7200)])
        yield store


@pytest.mark.parametrize("rolled_up", [False, True])
def test_minute_summary_has_extremes_and_count(store: ReadingsStore, *, rolled_up: bool) -> None:
    if rolled_up:
        store.roll_up(START + timedelta(hours=3))
    minutes = store.summaries(*SERIES, START, LAST, RollUpSpan.MINUTE.length)
    assert [minute.count for minute in minutes] == [60] * 120
    assert (minutes[PEAK_S // 60].high, minutes[TROUGH_S // 60].low) == (9.0, -9.0)
    assert sum(minute.total for minute in minutes) == pytest.approx(sum(tilt(s).value for s in range(7200)))
    assert {minute.newest_at - minute.at for minute in minutes} == {timedelta(seconds=59)}


def test_coarse_chart_keeps_both_peaks(store: ReadingsStore) -> None:
    points = store.series(*SERIES, START, LAST, points=120)
    assert len(points) == 120
    assert (max(p.high for p in points), min(p.low for p in points)) == (9.0, -9.0)


def test_late_value_is_in_its_minute(store: ReadingsStore) -> None:
    store.roll_up(START + timedelta(hours=3))
    store.store([Reading(*SERIES, START + timedelta(seconds=s), 20.0) for s in (30, 30.5)])
    first, second, *_others = store.summaries(*SERIES, START, LAST, RollUpSpan.MINUTE.length)
    assert (first.high, first.count, second.count) == (20.0, 61, 60)


def test_stored_values_begin_is_known(store: ReadingsStore) -> None:
    assert store.values_from() == START
    store.prune_before(START + timedelta(hours=1))
    assert store.values_from() == START + timedelta(hours=1)
    assert len(store.summaries(*SERIES, START, LAST, RollUpSpan.MINUTE.length)) == 60
    assert [s.count for s in store.summaries(*SERIES, START, LAST, RollUpSpan.HOUR.length)] == [3600, 3600]


def test_summary_age_is_at_span_end(store: ReadingsStore) -> None:
    (hour, _next) = store.summaries(*SERIES, START, LAST, RollUpSpan.HOUR.length)
    assert roll_up_age(hour, RollUpSpan.HOUR, now=LAST) == timedelta(seconds=1)
    assert roll_up_age(hour, RollUpSpan.HOUR, now=START + timedelta(minutes=59, seconds=59.5)) == timedelta(
        seconds=0.5
    )
    assert roll_up_age(hour, RollUpSpan.HOUR, now=START) == timedelta()


def test_minutes_without_values_have_no_row(tmp_path: Path) -> None:
    with ReadingsStore(tmp_path / "empty.db") as store:
        assert store.values_from() is None
        assert store.summaries(*SERIES, START, LAST, RollUpSpan.MINUTE.length) == ()
