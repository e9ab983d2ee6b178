"""The readings store: each reading once, charts, and atomic changes."""

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.operations.entries import Draft
from tabuah.operations.readings.reading import Doubt, Reading
from tabuah.operations.rules.crossings import Crossing, CrossingKind
from tabuah.storage.readings.errors import DamagedReadings, NewerReadings, ReadingsNotSaved
from tabuah.storage.readings.quarantine import FIRST_PLACE, QuarantinedReading
from tabuah.storage.readings.store import ReadingsStore, StoreResult
from tabuah.storage.readings.timestamps import from_ms, to_ms

START = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def at(n: float) -> datetime:
    return START + timedelta(minutes=n)


def reading(minute: float = 0, value: float = 1.0, station: str = "S-1", parameter: str = "stage_m") -> Reading:
    return Reading(station, parameter, at(minute), value)


def draft(n: int) -> Draft:
    return Draft(subject=f"alarm/{n}", kind="alarm.raised", body=msgspec.Raw(b'{"x":1}'))


@pytest.fixture
def store(tmp_path: Path):
    with ReadingsStore(tmp_path / "readings.db") as store:
        yield store


def test_reading_is_stored_once(store: ReadingsStore):
    batch = [reading(m, m / 10) for m in range(100)]
    assert store.store(batch) == StoreResult(100, 0)
    assert store.store(batch) == StoreResult(0, 100)
    assert store.between("S-1", "stage_m", at(0), at(99)) == tuple(batch)


@given(minutes=st.lists(st.integers(0, 400), unique=True), since=st.integers(-10, 410), length=st.integers(0, 420))
def test_arrays_equal_single_readings(minutes: list[int], since: int, length: int):
    with ReadingsStore(Path(":memory:")) as store:
        store.store([reading(0, 5.0, station="S-2"), *(reading(minute, minute / 7) for minute in minutes)])
        one_by_one = store.between("S-1", "stage_m", at(since), at(since + length))
        arrays = store.time_series("S-1", "stage_m", at(since), at(since + length))
    assert arrays.times_s.tolist() == [found.at.timestamp() for found in one_by_one]
    assert arrays.values.tolist() == [found.value for found in one_by_one]
    assert len(arrays) == len(one_by_one)


def test_query_outside_range_is_empty(store: ReadingsStore):
    store.store([reading(0), reading(60)])
    for since, until in ((-9 * DAY, -8 * DAY), (8 * DAY, 9 * DAY), (DAY, -DAY), (-900 * DAY, -1 * DAY)):
        asked = ("S-1", "stage_m", START + since, START + until)
        assert store.between(*asked) == ()
        assert len(store.time_series(*asked)) == 0
        assert store.series(*asked, points=10) == ()
    assert len(store.time_series("S-1", "stage_m", START - 900 * DAY, START + 900 * DAY)) == 2


def test_different_value_at_same_time_corrects(store: ReadingsStore):
    store.store([reading(0, 1.0)])
    assert store.store([reading(0, 1.5)]) == StoreResult(1, 0)
    assert [r.value for r in store.between("S-1", "stage_m", at(0), at(0))] == [1.5]
    assert [r.value for r in store.latest()] == [1.5]


def test_late_reading_does_not_replace_latest(store: ReadingsStore):
    store.store([reading(10, 2.0), reading(3, 9.0)])
    store.store([reading(5, 1.0), reading(7, 3.0, parameter="battery_v")])
    assert store.latest() == (reading(7, 3.0, parameter="battery_v"), reading(10, 2.0))
    assert store.latest("S-2") == ()


def test_series_do_not_mix(store: ReadingsStore):
    store.store([reading(m, station=s) for m in range(0, 600, 10) for s in ("S-1", "S-2")])
    assert len(store.between("S-1", "stage_m", at(60), at(120))) == 7
    assert store.between("S-3", "stage_m", at(0), at(600)) == ()


def test_long_series_comes_in_spans(store: ReadingsStore):
    store.store([reading(m, float(m)) for m in range(1440)])
    few = store.series("S-1", "stage_m", at(0), at(9), points=10)
    assert [(p.at, p.mean, p.count) for p in few] == [(at(m), float(m), 1) for m in range(10)]
    many = store.series("S-1", "stage_m", at(0), at(1439), points=24)
    assert len(many) == 24
    assert (many[0].low, many[0].mean, many[0].high, many[0].count) == (0.0, 29.5, 59.0, 60)
    assert sum(p.count for p in many) == 1440
    assert sum(p.total for p in many) == pytest.approx(sum(range(1440)))


@given(
    minutes=st.lists(st.integers(min_value=-100, max_value=5000), unique=True, max_size=60),
    points=st.integers(min_value=1, max_value=50),
)
def test_chart_respects_point_limit(minutes: list[int], points: int):
    with ReadingsStore(Path(":memory:")) as store:
        store.store([reading(m, float(m)) for m in minutes])
        chart = store.series("S-1", "stage_m", at(0), at(4000), points=points)
        inside = [m for m in minutes if 0 <= m <= 4000]
        assert len(chart) <= points
        assert sum(p.count for p in chart) == len(inside)
        assert [p.at for p in chart] == sorted(p.at for p in chart)
        if inside:
            assert (min(p.low for p in chart), max(p.high for p in chart)) == (min(inside), max(inside))


def test_query_over_millennia_is_answered(store: ReadingsStore):
    store.store([reading(0)])
    ages = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
    assert len(store.series("S-1", "stage_m", *ages, points=10)) == 1


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001
def test_timestamp_survives_to_the_millisecond(moment: datetime):
    assert from_ms(to_ms(moment)) == moment - timedelta(microseconds=moment.microsecond % 1000)


def test_pruning_keeps_latest_value(store: ReadingsStore):
    store.store([reading(-10 * 1440), reading(0)])
    store.prune_before(START - 5 * DAY)
    assert len(store.between("S-1", "stage_m", START - 20 * DAY, START)) == 1
    assert store.latest() == (reading(0),)


def test_quarantined_reading_is_stored_once(store: ReadingsStore):
    def set_aside(doubt: Doubt, some: Reading | None, raw: str = "") -> QuarantinedReading:
        return QuarantinedReading(doubt=doubt, received_at=START, source="gerbang", reading=some, raw=raw)

    asides = [
        set_aside(Doubt.UNKNOWN_STATION, reading(1, station="S-9")),
        set_aside(Doubt.IN_THE_FUTURE, reading(2, station="S-9")),
        set_aside(Doubt.NOT_A_NUMBER, reading(3, float("nan"), station="S-9")),
        set_aside(Doubt.MALFORMED, None, raw="\ud800" + "x" * 1000),
    ]
    store.quarantine.add(asides)
    store.quarantine.add(asides)
    assert sum(store.quarantine.count().values()) == 4
    ((place, found),) = store.quarantine.curable("S-9")
    assert (found.reading, found.doubt, found.source) == (reading(1, station="S-9"), Doubt.UNKNOWN_STATION, "gerbang")
    store.quarantine.drop([place.id])
    assert store.quarantine.count("S-9") == {Doubt.IN_THE_FUTURE: 1, Doubt.NOT_A_NUMBER: 1}


def test_quarantine_is_read_in_pages_in_the_order_of_time(store: ReadingsStore):
    store.quarantine.add(
        QuarantinedReading(
            doubt=Doubt.UNKNOWN_STATION, received_at=START, source=source, reading=reading(n, station="S-9")
        )
        for n in (3, 1, 2)
        for source in ("bws", "pupr")
    )
    after, found = FIRST_PLACE, []
    while page := store.quarantine.curable("S-9", after=after, most=4):
        after = page[-1][0]
        found += [(quarantined.reading, quarantined.source) for _place, quarantined in page]
    assert found == [(reading(n, station="S-9"), source) for n in (1, 2, 3) for source in ("bws", "pupr")]


def test_sources_crossings_and_drafts_keep_order(store: ReadingsStore):
    crossing = Crossing(
        kind=CrossingKind.RAISED, rule="r", station="S-1", parameter="stage_m", at=at(3), onset_at=at(1), value=3.3
    )
    store.keep_crossings([crossing, crossing])
    store.queue_drafts(map(draft, range(3)))
    store.remember_sources({"S-1": "a"})
    store.remember_sources({"S-1": "b"})
    assert store.crossings("S-1", "stage_m", at(0), at(9)) == [crossing]
    assert store.sources() == {"S-1": "b"}
    assert [d.subject for _, d in store.queued_drafts()] == ["alarm/0", "alarm/1", "alarm/2"]
    store.drop_queued_drafts([number for number, _ in store.queued_drafts()][:2])
    assert [bytes(d.body) for _, d in store.queued_drafts()] == [b'{"x":1}']


def test_failed_transaction_saves_nothing(store: ReadingsStore):
    def fail_in_the_middle() -> None:
        with store.transaction():
            store.store([reading(0)])
            store.queue_drafts([draft(1)])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_in_the_middle()
    assert (store.latest(), store.queued_drafts()) == ((), [])
    assert store.store([reading(0)]) == StoreResult(1, 0)


def test_full_disk_is_reported_and_store_recovers(store: ReadingsStore):
    connection = store._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(ReadingsNotSaved, match="tidak ada yang disimpan"):
        store.store([reading(m) for m in range(5000)])
    assert store.latest() == ()
    connection.execute("PRAGMA max_page_count = 1000000")
    assert store.store([reading(m) for m in range(5000)]) == StoreResult(5000, 0)


def test_foreign_broken_and_newer_files_are_refused(tmp_path: Path):
    broken, foreign, newer = (tmp_path / name for name in ("broken.db", "foreign.db", "newer.db"))
    broken.write_bytes(b"not a database at all" * 100)
    for path, statement in ((foreign, "CREATE TABLE cats (name)"), (newer, "PRAGMA user_version = 99")):
        connection = sqlite3.connect(path)
        connection.execute(statement)
        connection.commit()
        connection.close()
    with pytest.raises(DamagedReadings, match="insiden"):
        ReadingsStore(broken)
    with pytest.raises(DamagedReadings):
        ReadingsStore(foreign)
    with pytest.raises(NewerReadings):
        ReadingsStore(newer)


KILLED = """
import os, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tabuah.operations.readings.reading import Reading
from tabuah.storage.readings.store import ReadingsStore
store = ReadingsStore(Path(sys.argv[1]), durable=True)
start = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
for n in range(40):
    store.store([Reading("S-1", "stage_m", start + timedelta(seconds=n * 50 + i), 1.0) for i in range(50)])
    print(n, flush=True)
    if n == 20:
        os._exit(9)
"""


def test_acknowledged_readings_survive_process_death(tmp_path: Path):
    path = tmp_path / "readings.db"
    run = subprocess.run([sys.executable, "-c", KILLED, str(path)], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (9, "")
    with ReadingsStore(path) as store:
        assert len(store.between("S-1", "stage_m", START, START + DAY)) == 21 * 50
