"""Hourly roll-ups: the same results as from the values, also with late values and after pruning."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabuah.operations.readings.reading import Reading, SeriesSummary
from tabuah.storage.readings.schema import _STEPS
from tabuah.storage.readings.store import ReadingsStore

START = datetime(2026, 11, 24, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def rain(minute: float, value: float) -> Reading:
    return Reading("SLK-ARR-07", "rain_mm", START + timedelta(minutes=minute), value)


def worked_out(readings: dict[datetime, float], since: datetime, until: datetime, span: timedelta):
    """The model: the spans computed in Python."""
    parts: dict[datetime, list[tuple[datetime, float]]] = {}
    for at, value in sorted(readings.items()):
        if since <= at <= until:
            epoch = datetime(1970, 1, 1, tzinfo=UTC)
            parts.setdefault(epoch + (at - epoch) // span * span, []).append((at, value))
    return [
        SeriesSummary(
            at=start, low=min(v for _t, v in part), high=max(v for _t, v in part),
            total=pytest.approx(sum(v for _t, v in part)), count=len(part), newest_at=part[-1][0],
        )
        for start, part in parts.items()
    ]  # fmt: skip


def summaries(store: ReadingsStore, since: datetime, until: datetime, span: timedelta) -> list[SeriesSummary]:
    return list(store.summaries("SLK-ARR-07", "rain_mm", since, until, span))


STEPS = st.lists(
    st.one_of(
        st.lists(st.tuples(st.integers(0, 3 * 1440), st.integers(0, 50)), min_size=1, max_size=12),
        st.integers(0, 4 * 24),  # roll up the hours that ended before this one
    ),
    max_size=12,
)


@settings(max_examples=60)
@given(
    steps=STEPS,
    since=st.integers(-60, 4000),
    length=st.integers(0, 5000),
    span=st.sampled_from((MINUTE, HOUR, DAY, 2 * DAY)),
)
def test_summaries_equal_values_in_any_order(steps: list, since: int, length: int, span: timedelta):
    model: dict[datetime, float] = {}
    with ReadingsStore(Path(":memory:")) as store:
        for step in steps:
            if isinstance(step, int):
                store.roll_up(START + timedelta(hours=step))
            else:
                store.store([rain(minute, value) for minute, value in step])
                model.update((rain(minute, 0).at, float(value)) for minute, value in step)
        asked = START + timedelta(minutes=since), START + timedelta(minutes=since + length)
        assert summaries(store, *asked, span) == worked_out(model, *asked, span)


@pytest.fixture
def store(tmp_path: Path):
    with ReadingsStore(tmp_path / "readings.db") as store:
        yield store


def hours_kept(store: ReadingsStore) -> int:
    return int(store._connection.execute("SELECT count(*) FROM hours").fetchone()[0])


def test_late_value_recomputes_its_hour(store: ReadingsStore):
    store.store([rain(10, 1), rain(20, 2)])
    store.roll_up(START + 2 * HOUR)
    store.store([rain(30, 5), rain(20, 3)])
    assert [s.total for s in summaries(store, START, START + HOUR, HOUR)] == [9]
    store.roll_up(START + 2 * HOUR)
    (hour,) = summaries(store, START, START + HOUR, HOUR)
    assert (hour.total, hour.high, hour.count, hour.newest_at) == (9, 5, 3, START + timedelta(minutes=30))
    assert hour.mean == 3


def test_repeated_values_make_nothing_stale(store: ReadingsStore):
    store.store([rain(10, 1)])
    store.roll_up(START + 2 * HOUR)
    store.store([rain(10, 1)])
    assert store._connection.execute("SELECT count(*) FROM stale").fetchone() == (0,)


def test_rolled_back_hours_are_marked_again(store: ReadingsStore):
    def write_and_fail() -> None:
        with store.transaction():
            store.store([rain(10, 1)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    store.store([rain(10, 2)])
    store.roll_up(START + 2 * HOUR)
    assert [s.total for s in summaries(store, START, START + HOUR, HOUR)] == [2]
    assert hours_kept(store) == 1


def test_hours_rolled_up_elsewhere_are_marked(store: ReadingsStore):
    store.store([rain(10, 1)])
    with ReadingsStore(store.path) as beside:
        beside.roll_up(START + 2 * HOUR)
    store.store([rain(20, 2)])
    assert [s.total for s in summaries(store, START, START + HOUR, HOUR)] == [3]


def test_current_hour_is_not_rolled_up(store: ReadingsStore):
    store.store([rain(10, 1), rain(70, 1)])
    store.roll_up(START + timedelta(minutes=75))
    assert hours_kept(store) == 1


def test_hours_outlive_their_values(store: ReadingsStore):
    store.store([rain(minute, 1) for minute in range(0, 48 * 60, 10)])
    store.prune_before(START + DAY)
    assert store.between("SLK-ARR-07", "rain_mm", START, START + DAY - MINUTE) == ()
    assert [s.total for s in summaries(store, START, START + 2 * DAY, DAY)] == [144, 144]
    points = store.series("SLK-ARR-07", "rain_mm", START, START + 2 * DAY, points=500)
    assert len(points) == 24 + 144
    assert sum(point.count for point in points) == 288


def test_long_series_is_charted_by_hours(store: ReadingsStore):
    store.store([rain(minute, minute % 7) for minute in range(20 * 1440)])
    store.roll_up(START + 30 * DAY)
    by_hours = store.series("SLK-ARR-07", "rain_mm", START, START + 20 * DAY, points=200)
    assert len(by_hours) <= 200
    assert sum(point.count for point in by_hours) == 20 * 1440
    assert (min(p.low for p in by_hours), max(p.high for p in by_hours)) == (0, 6)


def test_first_version_file_gets_hours(tmp_path: Path):
    path = tmp_path / "readings.db"
    old = sqlite3.connect(path)
    old.executescript(f"PRAGMA journal_mode = WAL; {_STEPS[0]} PRAGMA user_version = 1;")
    old.execute("INSERT INTO series VALUES (1, 'SLK-ARR-07', 'rain_mm')")
    at_ms = int(START.timestamp()) * 1000
    old.execute("INSERT INTO readings VALUES (?, 1, ?, 4.5, 0)", (at_ms // 3_600_000, at_ms))
    old.commit()
    old.close()
    with ReadingsStore(path) as store:
        store.roll_up(START + 2 * HOUR)
        assert hours_kept(store) == 1
        assert [s.total for s in summaries(store, START, START + HOUR, HOUR)] == [4.5]
