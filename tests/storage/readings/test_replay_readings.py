"""Replay readings: at every moment the latest value, never a later one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tabuah.operations.readings.reading import Reading
from tabuah.storage.readings.replay_readings import FRAME_COUNT, LOOK_BACK_H
from tabuah.storage.readings.store import ReadingsStore

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
A, B = ("SLK-01", "stage_m"), ("SLK-02", "rain_mm")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReadingsStore]:
    with ReadingsStore(tmp_path / "readings.db") as opened:
        yield opened


def minutes(series: tuple[str, str], *pairs: tuple[float, float]) -> list[Reading]:
    return [Reading(*series, NOON + timedelta(minutes=minute), value) for minute, value in pairs]


def test_replay_shows_latest_value_before_moment(store: ReadingsStore) -> None:
    store.store([*minutes(A, (-200, 9), (-30, 1), (5, 2), (50, 3)), *minutes(B, (10, 7))])
    film = store.replay((A, B), NOON, NOON + timedelta(hours=1))
    assert film is not None
    assert {key: r.value for key, r in film.latest_at(NOON).items()} == {A: 1}
    assert {key: r.value for key, r in film.latest_at(NOON + timedelta(minutes=20)).items()} == {A: 2, B: 7}
    assert film.latest_at(NOON + timedelta(minutes=20))[B].at == NOON + timedelta(minutes=10)
    assert {key: r.value for key, r in film.latest_at(NOON + timedelta(hours=1)).items()} == {A: 3, B: 7}


def test_replay_ignores_too_old_values(store: ReadingsStore) -> None:
    store.store(minutes(A, (-60 * (LOOK_BACK_H + 1) - 1, 9)))
    film = store.replay((A,), NOON, NOON + timedelta(hours=1))
    assert film is not None
    assert film.latest_at(NOON + timedelta(hours=1)) == {}


def test_replay_read_can_be_cancelled(store: ReadingsStore) -> None:
    assert store.replay((A,), NOON, NOON + timedelta(hours=72), is_cancelled=lambda: True) is None
    film = store.replay((A, B), NOON, NOON + timedelta(hours=72))
    assert film is not None
    assert film.latest_at(NOON + timedelta(hours=5)) == {}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    times=st.lists(st.integers(-LOOK_BACK_H * 3600, 6 * 3600), min_size=1, max_size=60, unique=True),
    asked=st.lists(st.integers(0, 6 * 3600), min_size=1, max_size=8),
)
def test_replay_value_is_within_one_frame(store: ReadingsStore, times: list[int], asked: list[int]) -> None:
    with store.transaction():
        store._connection.execute("DELETE FROM readings")
    store.store([Reading(*A, NOON + timedelta(seconds=s), float(s)) for s in times])
    film = store.replay((A,), NOON, NOON + timedelta(hours=6))
    assert film is not None
    assert film.width_ms == 6 * 3_600_000 // FRAME_COUNT
    for s in [*asked, *reversed(asked)]:
        moment = NOON + timedelta(seconds=s)
        found = film.latest_at(moment)
        newest = max((t for t in times if t <= s), default=None)
        settled = max((t for t in times if t <= s - film.width_ms / 1000), default=None)
        if found:
            assert found[A].at <= moment
            assert newest is not None
            assert found[A].value <= newest
            assert settled is None or found[A].value >= settled
        else:
            assert settled is None
    at_end = film.latest_at(film.until)
    assert at_end[A].value == max(times)
