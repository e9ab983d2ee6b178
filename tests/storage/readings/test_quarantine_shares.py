"""The limits of the quarantine: one sender cannot displace the readings of another."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.operations.readings.reading import Doubt, Reading
from tabuah.storage.readings.quarantine import Quarantine, QuarantinedReading, fair_share
from tabuah.storage.readings.store import ReadingsStore

START = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
MOST = 10


@pytest.fixture
def quarantine(tmp_path: Path):
    path = tmp_path / "readings.db"
    ReadingsStore(path).close()
    connection = sqlite3.connect(path)
    yield Quarantine(connection, path, most=MOST)
    connection.close()


def unknown(source: str, minute: int, station: str = "") -> QuarantinedReading:
    reading = Reading(station or f"{source}-1", "stage_m", START + timedelta(minutes=minute), 1.0)
    return QuarantinedReading(doubt=Doubt.UNKNOWN_STATION, received_at=START, source=source, reading=reading)


def minutes(quarantine: Quarantine, station: str) -> list[int]:
    """Return the times of the waiting readings of a station, in minutes after the start."""
    found = [waiting.reading for _place, waiting in quarantine.curable(station)]
    return [int((reading.at - START).total_seconds()) // 60 for reading in found if reading is not None]


def test_flood_of_one_sender_leaves_readings_of_others(quarantine: Quarantine):
    quarantine.add([unknown("bmkg", minute) for minute in range(4)])
    for start in range(0, 35, 7):
        quarantine.add([unknown("bws", minute) for minute in range(start, start + 7)])
    assert minutes(quarantine, "bmkg-1") == [0, 1, 2, 3]
    assert minutes(quarantine, "bws-1") == [29, 30, 31, 32, 33, 34]


def test_sender_above_its_share_loses_its_own_oldest_readings(quarantine: Quarantine):
    quarantine.add([unknown("bws", minute) for minute in range(9)])
    quarantine.add([unknown("bmkg", minute) for minute in range(4)])
    assert minutes(quarantine, "bmkg-1") == [0, 1, 2, 3]
    assert minutes(quarantine, "bws-1") == [3, 4, 5, 6, 7, 8]


def test_single_sender_may_use_the_whole_quarantine(quarantine: Quarantine):
    quarantine.add([unknown("bws", minute) for minute in range(MOST)])
    assert minutes(quarantine, "bws-1") == list(range(MOST))


def test_cut_list_of_unregistered_series_has_a_share_for_each_sender(quarantine: Quarantine):
    quarantine.add([unknown("bws", 0, station=f"A-{n}") for n in range(6)])
    quarantine.add([unknown("bmkg", 0, station="Z-1")])
    found = quarantine.unregistered(most=3)
    assert [(each.code, each.account) for each in found] == [("A-0", "bws"), ("A-1", "bws"), ("Z-1", "bmkg")]
    assert [each.station for each in quarantine.groups(most=3)] == ["A-0", "A-1", "Z-1"]


@given(counts=st.lists(st.integers(1, 50), min_size=1, max_size=8), most=st.integers(1, 200))
def test_fair_share_fits_and_leaves_no_room_for_a_larger_one(counts: list[int], most: int):
    share = fair_share(counts, most)
    assert sum(min(count, share) for count in counts) <= most
    is_larger_possible = sum(min(count, share + 1) for count in counts) <= most
    assert not is_larger_possible or sum(counts) <= most
