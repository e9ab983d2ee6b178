"""Series health, missing spans and river courses."""

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest

from tabuah.operations.readings.reading import Quality, Reading, SeriesSummary
from tabuah.operations.readings.roll_up_spans import MissingSpan, find_missing_spans
from tabuah.operations.stations.freshness import Freshness
from tabuah.operations.stations.health import Gap, find_gaps, health_of
from tabuah.operations.stations.river_course import course_of
from tabuah.operations.stations.station import Parameter, River, Station, StationKind

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
STAGE = Parameter(code="stage_m", unit="m", expected_interval_s=600, valid_min=-1, valid_max=15)
HOUR = timedelta(hours=1)


def every(minutes: float, since: datetime, until: datetime) -> np.ndarray:
    return np.arange(since.timestamp(), until.timestamp(), minutes * 60)


def gauge(code: str, downstream: str = "", lag_s: float = 0.0) -> Station:
    return Station(
        code=code,
        name=code,
        kind=StationKind.RIVER,
        lon_deg=100.6,
        lat_deg=-0.8,
        parameters=(STAGE,),
        river=River(name="Batang Lembang", downstream=downstream, lag_s=lag_s),
    )


def summary(hour: int, count: int) -> SeriesSummary:
    at = NOW + hour * HOUR
    return SeriesSummary(at=at, low=1.0, high=1.0, total=float(count), count=count, newest_at=at)


def test_gaps_are_empty_for_a_full_series():
    assert find_gaps(every(10, NOW - HOUR, NOW), since=NOW - HOUR, until=NOW, expected_interval_s=600) == ()


def test_gap_needs_two_missing_values():
    times_s = every(10, NOW - 6 * HOUR, NOW)
    since = NOW - 6 * HOUR
    assert find_gaps(np.delete(times_s, 10), since=since, until=NOW, expected_interval_s=600) == ()
    (gap,) = find_gaps(np.delete(times_s, [10, 11]), since=since, until=NOW, expected_interval_s=600)
    assert gap == Gap(since + timedelta(minutes=90), since + timedelta(minutes=120))


def test_gap_of_silent_station_lasts_until_now():
    (gap,) = find_gaps(
        every(10, NOW - 3 * HOUR, NOW - HOUR), since=NOW - 3 * HOUR, until=NOW, expected_interval_s=600
    )
    assert (gap.until, gap.length) == (NOW, timedelta(minutes=70))


def test_empty_series_is_one_gap():
    assert find_gaps(np.empty(0), since=NOW - HOUR, until=NOW, expected_interval_s=600) == (Gap(NOW - HOUR, NOW),)


def test_health_counts_received_expected_and_marks():
    since = NOW - timedelta(days=1)
    times_s = every(10, since, NOW)[:72]
    newest = Reading("SLK-AWLR-03", "stage_m", NOW - 12 * HOUR, 2.4, 0)
    marks = {0: 60, int(Quality.TYPED_IN): 2, int(Quality.SIMULATED | Quality.MAINTENANCE): 10}
    health = health_of(STAGE, times_s, newest=newest, qualities=marks, since=since, now=NOW)
    assert (health.received, health.expected) == (72, 143)
    assert health.share == pytest.approx(72 / 143)
    assert health.freshness is Freshness.SILENT
    assert health.longest_gap is not None
    assert health.longest_gap.until == NOW
    assert health.marks == {Quality.TYPED_IN: 2, Quality.SIMULATED: 10, Quality.MAINTENANCE: 10}


def test_health_of_unknown_series_has_no_share():
    health = health_of(STAGE, np.empty(0), newest=None, qualities={}, since=NOW, now=NOW)
    assert (health.share, health.gaps, health.longest_gap) == (None, (), None)


def test_missing_spans_join_neighbouring_hours():
    theirs = [summary(n, 6) for n in range(6)]
    ours = [summary(0, 6), summary(1, 5), summary(4, 7)]
    found = find_missing_spans(theirs, ours, span=HOUR, longest=2 * HOUR)
    assert found == (
        MissingSpan(NOW + HOUR, NOW + 3 * HOUR),
        MissingSpan(NOW + 3 * HOUR, NOW + 4 * HOUR),
        MissingSpan(NOW + 5 * HOUR, NOW + 6 * HOUR),
    )


def test_missing_spans_are_empty_with_equal_counts():
    both = [summary(n, 6) for n in range(6)]
    assert find_missing_spans(both, both, span=HOUR, longest=HOUR) == ()


def test_river_course_lists_both_sides_nearest_first():
    stations = {g.code: g for g in (gauge("A", "B", 1800), gauge("B", "C", 600), gauge("D", "C", 300), gauge("C"))}
    course = course_of(stations["C"], stations)
    assert [(each.station.code, each.lag_s) for each in course.above] == [("D", 300), ("B", 600), ("A", 2400)]
    assert [(each.station.code, each.lag_s) for each in course_of(stations["A"], stations).below] == [
        ("B", 1800),
        ("C", 2400),
    ]


def test_river_course_ends_in_a_circle():
    stations = {g.code: g for g in (gauge("A", "B", 60), gauge("B", "A", 60))}
    course = course_of(stations["A"], stations)
    assert [each.station.code for each in course.below] == ["B"]
    assert course.above == ()


def test_river_course_is_empty_without_a_river():
    plain = msgspec.structs.replace(gauge("A"), river=None)
    assert course_of(plain, {"A": plain}).above == ()
