"""Corrections: the old value and both accounts are kept, and old stores are migrated."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.sensor_samples import reading_correction

from tabuah.operations.readings.correction_history import shown_corrections
from tabuah.operations.readings.reading import ManualReading, Quality, Reading, ReadingCorrection
from tabuah.storage.readings import schema
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore, StoreResult
from tabuah.storage.readings.timestamps import to_ms

AT = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
LATER = AT + timedelta(hours=2)
DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReadingsStore]:
    with ReadingsStore(tmp_path / FILE_NAME) as store:
        yield store


def reading(value: float, quality: int = 0, minute: int = 0) -> Reading:
    return Reading("S-1", "stage_m", AT + timedelta(minutes=minute), value, quality)


def corrections(store: ReadingsStore) -> tuple[ReadingCorrection, ...]:
    return store.corrections.between("S-1", "stage_m", AT - DAY, AT + DAY)


def test_correction_keeps_old_value_and_accounts(store: ReadingsStore):
    assert store.store([reading(1.2), reading(1.3, minute=1)], account="pupr", now=AT) == StoreResult(2, 0)
    corrected = [reading(1.4, int(Quality.TYPED_IN)), reading(1.3, minute=1)]
    assert store.store(corrected, account="ani", now=LATER) == StoreResult(1, 1)
    expected = ReadingCorrection(
        station="S-1",
        parameter="stage_m",
        at=AT,
        old_value=1.2,
        old_quality=0,
        old_account="pupr",
        new_value=1.4,
        new_quality=int(Quality.TYPED_IN),
        new_account="ani",
        corrected_at=LATER,
    )
    assert corrections(store) == (expected,)


def test_repeated_correction_keeps_every_value(store: ReadingsStore):
    for minutes, (account, value) in enumerate([("pupr", 1.0), ("ani", 2.0), ("pupr", 1.0), ("pupr", 1.0)]):
        store.store([reading(value)], account=account, now=AT + timedelta(minutes=minutes))
    assert [(c.old_value, c.old_account, c.new_value, c.new_account) for c in corrections(store)] == [
        (1.0, "pupr", 2.0, "ani"),
        (2.0, "ani", 1.0, "pupr"),
    ]
    assert [c.corrected_at for c in corrections(store)] == [AT + timedelta(minutes=1), AT + timedelta(minutes=2)]


def test_same_value_of_another_account_changes_nothing(store: ReadingsStore):
    store.store([reading(1.0)], account="pupr")
    assert store.store([reading(1.0)], account="ani") == StoreResult(0, 1)
    store.store([reading(2.0)], account="bws")
    assert [c.old_account for c in corrections(store)] == ["pupr"]


def test_correction_keeps_its_reason(store: ReadingsStore):
    store.store([reading(1.0), reading(1.0, minute=1), reading(1.0, minute=2)])
    later = [reading(2.0), reading(2.0, minute=1), reading(1.0, minute=2)]
    store.store(later, account="ani", reason="koreksi", reasons=["salah baca", "", "tidak berubah"])
    store.store([reading(3.0, minute=2)], account="pupr")
    assert [c.reason for c in corrections(store)] == ["salah baca", "koreksi", ""]


def test_replaced_readings_have_another_value(store: ReadingsStore):
    store.store([reading(1.0), reading(1.0, minute=1)])
    given = [reading(1.0, int(Quality.TYPED_IN)), reading(2.0, minute=1), reading(3.0, minute=2)]
    assert list(store.corrections.replaced_by(given)) == [reading(1.0, minute=1)]


def fetched(minute: int, reason: str) -> ReadingCorrection:
    return reading_correction(
        station="S-1",
        at=AT + timedelta(minutes=minute),
        old_value=1.0,
        new_value=2.0,
        new_account="budi",
        corrected_at=LATER,
        reason=reason,
    )


def test_fetched_corrections_replace_known_ones(store: ReadingsStore):
    store.store([reading(1.0, minute=minute) for minute in range(3)])
    store.store([reading(2.0, minute=minute) for minute in range(2)])  # seen here, without author and reason
    store.store_manual_readings([ManualReading(reading(2.0, 8, minute=2), "ani", "papan", "salah baca")])
    for _again in range(2):
        with store.transaction():
            store.corrections.replace("S-1", "stage_m", AT, AT + DAY, [fetched(0, "a"), fetched(1, "b")], asked=LATER)
    assert [(c.new_account, c.reason) for c in corrections(store)] == [
        ("budi", "a"),
        ("budi", "b"),
        ("ani", "salah baca"),
    ]
    with store.transaction():
        store.corrections.replace("TIDAK-ADA", "stage_m", AT, AT + DAY, [fetched(0, "a")], asked=LATER)
    assert len(corrections(store)) == 3


def correct_by_hand(store: ReadingsStore, *, settled: datetime | None) -> None:
    """Store 1.0 as the server has it, and 2.0 as a person corrects it."""
    store.store([reading(1.0), reading(1.0, minute=1)])
    typed = ManualReading(reading(2.0, int(Quality.TYPED_IN)), "ani", "papan", "salah baca")
    store.store_manual_readings([typed])
    if settled is not None:
        store.settle_manual_readings([(typed, "")], now=settled)


@pytest.mark.parametrize("settled", [None, LATER])
def test_answer_from_before_a_correction_does_not_undo_it(store: ReadingsStore, settled: datetime | None):
    correct_by_hand(store, settled=settled)
    received = store.store_received([reading(1.0), reading(1.5, minute=1)], asked=LATER)
    assert [each.value for each in received.taken] == [1.5]
    assert [each.value for each in received.doubtful] == [1.0]
    assert store.store_received([reading(2.0)], asked=LATER).doubtful == ()
    for found in ([], [fetched(0, "lama")]):
        with store.transaction():
            store.corrections.replace("S-1", "stage_m", AT, AT + DAY, found, asked=LATER)
        marks = [(c.old_value, c.new_value, c.new_account, c.reason) for c in corrections(store)]
        assert marks == [(1.0, 2.0, "ani", "salah baca")]
    assert [each.value for each in store.between("S-1", "stage_m", AT, AT + DAY)] == [2.0, 1.5]


def test_later_value_of_the_server_replaces_a_manual_reading(store: ReadingsStore):
    correct_by_hand(store, settled=LATER)
    store.store_received([reading(1.0)], asked=LATER + timedelta(milliseconds=1))
    assert [each.value for each in store.between("S-1", "stage_m", AT, AT + DAY)] == [1.0, 1.0]


def test_last_other_value_of_a_reading_is_shown(store: ReadingsStore):
    for value, quality in ((1.0, 0), (2.0, 0), (3.0, 0), (3.0, 16)):
        store.store([reading(value, quality)])
    store.store([reading(1.0, 0, minute=1)])
    store.store([reading(1.0, 16, minute=1)])
    shown = shown_corrections(corrections(store))
    assert [(c.old_value, c.new_value) for c in shown] == [(2.0, 3.0)]


def test_corrections_are_pruned_with_the_values(store: ReadingsStore):
    store.store([reading(1.0)])
    store.store([reading(2.0)])
    store.prune_before(AT + timedelta(hours=2))
    assert corrections(store) == ()


def test_rolled_back_account_gets_its_number_again(store: ReadingsStore):
    def fail_after_storing() -> None:
        with store.transaction():
            store.store([reading(1.0)], account="pupr")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_storing()
    store.store([reading(1.0)], account="bws")
    store.store([reading(2.0)], account="pupr")
    assert [(c.old_account, c.new_account) for c in corrections(store)] == [("bws", "pupr")]


def test_older_store_gains_corrections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path, at_ms = tmp_path / FILE_NAME, to_ms(AT)
    with monkeypatch.context() as older, closing(sqlite3.connect(path, isolation_level=None)) as connection:
        older.setattr(schema, "NEWEST_VERSION", 5)
        schema.migrate(connection)
        connection.execute("INSERT INTO series VALUES (1, 'S-1', 'stage_m')")
        connection.execute("INSERT INTO readings VALUES (?, 1, ?, 1.5, 0)", (at_ms // schema.HOUR_MS, at_ms))
    with ReadingsStore(path) as store:
        store.store([reading(2.0)], account="ani", now=LATER)
        (found,) = corrections(store)
        assert (found.old_value, found.old_account, found.new_value, found.new_account) == (1.5, "", 2.0, "ani")


def test_older_correction_gains_empty_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / FILE_NAME
    with monkeypatch.context() as older, closing(sqlite3.connect(path, isolation_level=None)) as connection:
        older.setattr(schema, "NEWEST_VERSION", 6)
        schema.migrate(connection)
        connection.execute("INSERT INTO series VALUES (1, 'S-1', 'stage_m')")
        connection.execute(
            "INSERT INTO corrections VALUES (1, 1, ?, 1.0, 0, 0, 2.0, 0, 0, ?)", (to_ms(AT), to_ms(AT))
        )
        typed = (to_ms(AT), int(Quality.TYPED_IN))
        connection.execute("INSERT INTO typed_in VALUES ('S-1', 'stage_m', ?, 2.0, ?, 'ani', 'papan', NULL)", typed)
    with ReadingsStore(path) as store:
        assert [c.reason for c in corrections(store)] == [""]
        (manual,) = store.pending_manual_readings(5)
        assert (manual.person, manual.source, manual.reason) == ("ani", "papan", "")
