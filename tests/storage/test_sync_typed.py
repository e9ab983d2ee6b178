"""What people type in waits on the disk, reaches the server once, and is told with its reason if it is not taken."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from consoles import open_store
from readings_room import gauge
from running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.authority.roles import Role
from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft
from tabuah.operations.stations.bodies import StationRegistered
from tabuah.operations.stations.quality import Doubt
from tabuah.operations.stations.readings import Quality, Reading
from tabuah.operations.stations.typing_in import MAX_SOURCE_LENGTH, TypedReading, type_in
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.storage.readings.typed import TypedCounts
from tabuah.storage.sync.errors import Offline
from tabuah.storage.sync.once import SyncResult, sync_once
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.typed import push_typed

STATION = gauge()
NOW = datetime.now(UTC).replace(microsecond=0)
AGO = timedelta(minutes=10)
ALL_TIME = (NOW - timedelta(days=9), NOW + timedelta(days=1))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("budi", Role.FIELD)
        body = encode_body(StationRegistered(station=STATION))
        server.journal.append_own([Draft(subject=f"station/{STATION.code}", kind="station.registered", body=body)])
        server.service.readings.look()
        yield server


@pytest.fixture
def posko(tmp_path: Path, server: RunningServer) -> Iterator[ConsoleStore]:
    with open_store(tmp_path / "posko") as store:
        log_in(store, url=server.url, user="budi", password=PASSWORD)
        yield store


def typed(value: float, *, minutes_ago: float = 10, source: str = "papan duga", station: str = STATION.code):
    reading = Reading(station, "stage_m", NOW - timedelta(minutes=minutes_ago), value, int(Quality.TYPED_IN))
    return TypedReading(reading, "budi", source)


def readings_of(store: ConsoleStore) -> ReadingsStore:
    return ReadingsStore(store.directory / FILE_NAME)


def type_at(store: ConsoleStore, *readings: TypedReading) -> None:
    with readings_of(store) as kept:
        kept.type_in(readings)


def sync(store: ConsoleStore) -> SyncResult:
    session = ConsoleSession(store)
    with session.client:
        return sync_once(store, session)


def kept_by(server: RunningServer) -> list[tuple[float, str, str]]:
    """Value, person and source of what the server has been told by people."""
    with ReadingsStore(server.journal.directory.path / FILE_NAME) as readings:
        return [
            (found.typed.reading.value, found.typed.person, found.typed.source)
            for found in readings.typed_between(None, *ALL_TIME)
        ]


def test_what_was_typed_in_offline_reaches_the_server_with_its_source(server: RunningServer, posko: ConsoleStore):
    type_at(posko, typed(2.1, minutes_ago=30), typed(2.4, minutes_ago=15, source="radio wali nagari"))
    sync(posko)
    assert kept_by(server) == [(2.4, "budi", "radio wali nagari"), (2.1, "budi", "papan duga")]
    (latest,) = server.service.readings.latest()
    assert (latest.value, latest.quality) == (2.4, Quality.TYPED_IN)
    with readings_of(posko) as readings:
        assert readings.count_typed() == TypedCounts()


def test_it_waits_as_long_as_there_is_no_line_and_is_sent_once(server: RunningServer, posko: ConsoleStore):
    type_at(posko, typed(2.1))
    address, server_url = posko.identity, server.url
    assert address is not None
    session = ConsoleSession(posko)
    with session.client as client:
        client.close()
        with pytest.raises((Offline, RuntimeError)):
            push_typed(posko, client)
    with readings_of(posko) as readings:
        assert readings.count_typed() == TypedCounts(waiting=1)
        assert [found.waits for found in readings.typed_between(STATION.code, *ALL_TIME)] == [True]
    assert server_url == address.server_url
    sync(posko)
    sync(posko)
    assert len(kept_by(server)) == 1


def test_what_the_server_cannot_take_is_told_with_its_reason(server: RunningServer, posko: ConsoleStore):
    type_at(posko, typed(2.1), typed(1.0, station="TAK-ADA"))
    sync(posko)
    with readings_of(posko) as readings:
        assert readings.count_typed() == TypedCounts(refused=1)
        outcomes = {each.typed.reading.station: each for each in readings.typed_between(None, *ALL_TIME)}
    assert outcomes["TAK-ADA"].refused == Doubt.UNKNOWN_STATION
    assert not outcomes[STATION.code].refused
    assert [value for value, _person, _source in kept_by(server)] == [2.1]


def test_a_correction_is_sent_and_replaces_the_value(server: RunningServer, posko: ConsoleStore):
    type_at(posko, typed(21.0 / 10))
    sync(posko)
    type_at(posko, typed(1.2, source="dibaca ulang"))
    with readings_of(posko) as readings:
        assert readings.count_typed() == TypedCounts(waiting=1)
    sync(posko)
    assert kept_by(server) == [(1.2, "budi", "dibaca ulang")]
    assert [reading.value for reading in server.service.readings.latest()] == [1.2]


def test_an_answer_to_what_was_corrected_meanwhile_does_not_settle_the_correction(posko: ConsoleStore):
    before, after = typed(2.1), typed(1.2)
    with readings_of(posko) as readings:
        readings.type_in([before])
        readings.type_in([after])
        readings.settle_typed([(before, "")])
        assert readings.waiting_typed(9) == [after]


def test_a_role_that_may_not_send_holds_up_nothing_else(server: RunningServer, tmp_path: Path):
    server.add_user("tamu", Role.VIEWER)
    with open_store(tmp_path / "tamu") as store:
        log_in(store, url=server.url, user="tamu", password=PASSWORD)
        type_at(store, typed(2.1))
        assert sync(store).head == server.journal.head().seq
        with readings_of(store) as readings:
            assert readings.count_typed() == TypedCounts(waiting=1)


def test_typed_readings_do_not_make_a_person_a_link_that_could_be_lost(server: RunningServer, posko: ConsoleStore):
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
def test_what_cannot_be_true_is_told_before_anything_is_kept(value, ago, station, doubt):
    reading = Reading(STATION.code, "stage_m", NOW - ago, value)
    assert type_in(reading, station=station, person="budi", source="papan duga", now=NOW) == doubt


def test_what_is_typed_in_is_marked_and_its_source_is_not_longer_than_may_be_sent():
    reading = Reading(STATION.code, "stage_m", NOW - AGO, 2.0)
    found = type_in(reading, station=STATION, person="budi", source="  a" * 300, now=NOW)
    assert isinstance(found, TypedReading)
    assert found.reading.quality == Quality.TYPED_IN
    assert len(found.source) == MAX_SOURCE_LENGTH
