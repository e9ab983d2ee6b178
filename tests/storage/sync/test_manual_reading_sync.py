"""Manual readings: stored on disk, pushed once, and reported with the reason if refused."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from support.console_stores import open_store
from support.console_sync import sync
from support.readings_fixture import gauge
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import (
    MAX_SOURCE_LENGTH,
    Doubt,
    ManualReading,
    Quality,
    Reading,
    make_manual_reading,
)
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.manual_readings import ManualReadingCounts
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import Offline
from tabuah.storage.sync.manual_readings import push_manual_readings
from tabuah.storage.sync.session import log_in

STATION = gauge()
NOW = datetime.now(UTC).replace(microsecond=0)
AGO = timedelta(minutes=10)
ALL_TIME = (NOW - timedelta(days=9), NOW + timedelta(days=1))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("budi", Role.FIELD)
        body = encode_body(StationRegistered(station=STATION))
        server.journal.append_drafts([Draft(subject=f"station/{STATION.code}", kind="station.registered", body=body)])
        server.service.readings.check_silence()
        yield server


@pytest.fixture
def posko(tmp_path: Path, server: RunningServer) -> Iterator[ConsoleStore]:
    with open_store(tmp_path / "posko") as store:
        log_in(store, url=server.url, user="budi", password=PASSWORD)
        yield store


def typed(
    value: float,
    *,
    minutes_ago: float = 10,
    source: str = "papan duga",
    station: str = STATION.code,
    reason: str = "",
) -> ManualReading:
    reading = Reading(station, "stage_m", NOW - timedelta(minutes=minutes_ago), value, int(Quality.TYPED_IN))
    return ManualReading(reading, "budi", source, reason)


def readings_of(store: ConsoleStore) -> ReadingsStore:
    return ReadingsStore(store.directory / FILE_NAME)


def type_at(store: ConsoleStore, *readings: ManualReading) -> None:
    with readings_of(store) as kept:
        kept.store_manual_readings(readings)


def kept_by(server: RunningServer) -> list[tuple[float, str, str]]:
    """Return value, author and source of the manual readings on the server."""
    with ReadingsStore(server.journal.directory.path / FILE_NAME) as readings:
        return [
            (found.manual.reading.value, found.manual.person, found.manual.source)
            for found in readings.manual_readings_between(None, *ALL_TIME)
        ]


def test_offline_manual_reading_keeps_its_source(server: RunningServer, posko: ConsoleStore):
    type_at(posko, typed(2.1, minutes_ago=30), typed(2.4, minutes_ago=15, source="radio wali nagari"))
    sync(posko)
    assert kept_by(server) == [(2.4, "budi", "radio wali nagari"), (2.1, "budi", "papan duga")]
    (latest,) = server.service.readings.latest()
    assert (latest.value, latest.quality) == (2.4, Quality.TYPED_IN)
    with readings_of(posko) as readings:
        assert readings.count_manual_readings() == ManualReadingCounts()


def unreachable(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("no route to host", request=request)


def test_manual_reading_is_pushed_once(server: RunningServer, posko: ConsoleStore):
    type_at(posko, typed(2.1))
    client = ServerClient(server.url, access_token=lambda: "token", transport=httpx2.MockTransport(unreachable))
    with client, pytest.raises(Offline):
        push_manual_readings(posko, client)
    with readings_of(posko) as readings:
        assert readings.count_manual_readings() == ManualReadingCounts(waiting=1)
        assert [found.waits for found in readings.manual_readings_between(STATION.code, *ALL_TIME)] == [True]
    sync(posko)
    sync(posko)
    assert len(kept_by(server)) == 1


def test_refused_manual_reading_shows_reason(server: RunningServer, posko: ConsoleStore):
    type_at(posko, typed(2.1), typed(1.0, station="TAK-ADA"))
    sync(posko)
    with readings_of(posko) as readings:
        assert readings.count_manual_readings() == ManualReadingCounts(refused=1)
        outcomes = {each.manual.reading.station: each for each in readings.manual_readings_between(None, *ALL_TIME)}
    assert outcomes["TAK-ADA"].refused == Doubt.UNKNOWN_STATION
    assert not outcomes[STATION.code].refused
    assert [value for value, _person, _source in kept_by(server)] == [2.1]


def test_corrected_manual_reading_replaces_value(server: RunningServer, posko: ConsoleStore):
    type_at(posko, typed(21.0 / 10))
    sync(posko)
    type_at(posko, typed(1.2, source="dibaca ulang"))
    with readings_of(posko) as readings:
        assert readings.count_manual_readings() == ManualReadingCounts(waiting=1)
    sync(posko)
    assert kept_by(server) == [(1.2, "budi", "dibaca ulang")]
    assert [reading.value for reading in server.service.readings.latest()] == [1.2]


def test_correction_before_the_first_push_reaches_server_with_its_reason(server: RunningServer, posko: ConsoleStore):
    for value, source, reason in ((2.1, "papan", ""), (2.2, "papan", "salah baca"), (1.2, "papan", "tertukar")):
        type_at(posko, typed(value, source=source, reason=reason))
    with readings_of(posko) as readings:
        assert readings.count_manual_readings() == ManualReadingCounts(waiting=1)
    sync(posko)
    series, at = (STATION.code, "stage_m"), typed(1.2).reading.at
    found = server.service.readings.read(lambda store: store.corrections.between(*series, at, at))
    assert [(c.old_value, c.new_value, c.reason) for c in found] == [(2.1, 2.2, "salah baca"), (2.2, 1.2, "tertukar")]
    with readings_of(posko) as readings:
        assert readings.pending_manual_readings(9) == readings.replaced_manual_readings() == []


def test_late_answer_does_not_settle_correction(posko: ConsoleStore):
    before, after = typed(2.1), typed(1.2)
    with readings_of(posko) as readings:
        readings.store_manual_readings([before])
        readings.store_manual_readings([after])
        assert readings.pending_manual_readings(9) == [before]
        readings.settle_manual_readings([(before, "")])
        assert readings.pending_manual_readings(9) == [after]


def test_forbidden_role_does_not_block_sync(server: RunningServer, tmp_path: Path):
    server.add_user("tamu", Role.VIEWER)
    with open_store(tmp_path / "tamu") as store:
        log_in(store, url=server.url, user="tamu", password=PASSWORD)
        type_at(store, typed(2.1))
        assert sync(store).head == server.journal.head().seq
        with readings_of(store) as readings:
            assert readings.count_manual_readings() == ManualReadingCounts(waiting=1)


def test_manual_readings_create_no_lost_link(server: RunningServer, posko: ConsoleStore):
    type_at(posko, typed(2.1))
    sync(posko)
    with ReadingsStore(server.journal.directory.path / FILE_NAME) as readings:
        assert readings.sources() == {}


@pytest.mark.parametrize(
    ("value", "ago", "station", "doubt"),
    [
        (99.0, AGO, STATION, Doubt.OUT_OF_RANGE),
        (float("nan"), AGO, STATION, Doubt.NOT_A_NUMBER),
        (1.0, -timedelta(hours=1), STATION, Doubt.IN_THE_FUTURE),
        (1.0, timedelta(days=20_000), STATION, Doubt.TOO_OLD),
        (1.0, AGO, None, Doubt.UNKNOWN_STATION),
    ],
)
def test_impossible_manual_reading_is_refused(value, ago, station, doubt):
    reading = Reading(STATION.code, "stage_m", NOW - ago, value)
    assert make_manual_reading(reading, station=station, person="budi", source="papan duga", now=NOW) == doubt


def test_manual_reading_is_marked_with_source():
    reading = Reading(STATION.code, "stage_m", NOW - AGO, 2.0)
    found = make_manual_reading(reading, station=STATION, person="budi", source="  a" * 300, now=NOW)
    assert isinstance(found, ManualReading)
    assert found.reading.quality == Quality.TYPED_IN
    assert len(found.source) == MAX_SOURCE_LENGTH
