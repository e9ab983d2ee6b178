"""Whose readings a station accepts, how old they may be, and the quarantine of all others."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from support.operator_device import OperatorDevice
from support.readings_fixture import START, ReadingsFixture, gauge, open_readings_fixture, stage

from tabuah.operations.exercises.drafts import start_exercise
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.authorship import ReadingAuthor
from tabuah.operations.readings.reading import PostedReading, Quality, Reading
from tabuah.operations.stations.drafts import register_station, station_in_exercise
from tabuah.operations.stations.station import Station
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

CODE = gauge().code


@pytest.fixture
def room(tmp_path: Path):
    with open_readings_fixture(tmp_path) as room:
        yield room


def author(account: str, role: Role = Role.GATEWAY, reason: str = "") -> ReadingAuthor:
    return ReadingAuthor(account=account, role=role, reason=reason)


def send(room: ReadingsFixture, by: ReadingAuthor, *readings: Reading, source: str = "") -> list[str]:
    """Send readings; return the reasons for which they were quarantined."""
    reply = room.service.submit(by, [PostedReading(reading, source=source) for reading in readings]).result()
    room.catch_up()
    return [notice.reason for notice in reply.set_aside]


def stored(room: ReadingsFixture, code: str = CODE) -> list[float]:
    with ReadingsStore(room.journal.directory.path / FILE_NAME) as store:
        found = store.between(code, "stage_m", START - timedelta(days=400), START + timedelta(days=1))
    return [reading.value for reading in found]


def register(room: ReadingsFixture, station: Station, actor: OperatorDevice | None = None) -> None:
    draft = register_station(station)
    if actor is None:
        room.journal.append_drafts([draft])
    else:
        actor.push(draft)
    room.catch_up()


def test_other_gateway_cannot_overwrite_readings(room: ReadingsFixture):
    register(room, gauge(gateway="pupr"))
    assert send(room, author("pupr"), stage(1.2)) == []
    assert send(room, author("bws"), stage(9.9)) == ["not_your_station"]
    assert send(room, author("mqtt/tabuah"), stage(9.9)) == ["not_your_station"]
    assert stored(room) == [1.2]


def test_unassigned_real_station_accepts_no_gateway(room: ReadingsFixture):
    register(room, gauge(gateway=""))
    assert send(room, author("pupr"), stage(1.2)) == ["not_your_station"]
    assert send(room, author("bws"), stage(9.9, START - timedelta(minutes=1))) == ["not_your_station"]
    assert (stored(room), room.service.quarantined()) == ([], {"not_your_station": 2})
    room.assign(gauge(gateway=""), "pupr")
    assert (stored(room), room.service.quarantined()) == ([1.2], {"not_your_station": 1})


def test_unassigned_drill_station_accepts_its_registrant(room: ReadingsFixture):
    simulator = OperatorDevice(room.journal, user="simulator", role=Role.GATEWAY)
    room.journal.append_drafts([start_exercise("Gempa", known=(), suffix="1")])
    drill = station_in_exercise(gauge(gateway=""), "gempa-1")
    register(room, drill, simulator)

    def of_drill(value: float, at: datetime = START) -> Reading:
        return msgspec.structs.replace(stage(value, at), station=drill.code)

    assert send(room, author("simulator"), of_drill(1.2)) == []
    assert send(room, author("mqtt/tabuah"), of_drill(1.3, START - timedelta(minutes=1))) == []
    assert send(room, author("bws"), of_drill(9.9)) == ["not_your_station"]
    assert stored(room, drill.code) == [1.3, 1.2]


@pytest.mark.parametrize("role", [Role.FIELD, Role.OPERATOR, Role.SUPERVISOR])
def test_manual_reading_needs_no_assignment(room: ReadingsFixture, role: Role):
    register(room, gauge(gateway="pupr"))
    typed = msgspec.structs.replace(stage(1.4), quality=int(Quality.TYPED_IN))
    assert send(room, author("budi", role), typed, source="papan duga") == []
    assert stored(room) == [1.4]


@pytest.mark.parametrize(
    ("by", "days", "reasons"),
    [
        (author("pupr"), 6.9, []),
        (author("pupr"), 7.1, ["too_late"]),
        (author("pupr", reason="terlambat"), 300, ["too_late"]),
        (author("budi", Role.FIELD), 30, []),
        (author("budi", Role.FIELD, "koreksi"), 32, ["too_late"]),
        (author("ani", Role.SUPERVISOR), 32, ["too_late"]),
        (author("ani", Role.SUPERVISOR, "koreksi papan duga"), 300, []),
    ],
)
def test_old_readings_are_limited_by_author(
    room: ReadingsFixture, by: ReadingAuthor, days: float, reasons: list[str]
):
    register(room, gauge(gateway="pupr"))
    assert send(room, by, stage(1.1), stage(1.2, START - timedelta(days=days))) == reasons
    assert len(stored(room)) == 2 - len(reasons), "the rest of the batch is stored"


def test_drill_readings_may_be_old(room: ReadingsFixture):
    register(room, gauge(exercise=True, gateway="simulator"))
    assert send(room, author("simulator"), stage(1.2, START - timedelta(days=300))) == []


def test_manual_source_explains_old_reading(room: ReadingsFixture):
    register(room, gauge(gateway="pupr"))
    old = msgspec.structs.replace(stage(1.2, START - timedelta(days=90)), quality=int(Quality.TYPED_IN))
    assert send(room, author("ani", Role.SUPERVISOR), old, source="buku pos") == []
    assert send(room, author("budi", Role.OPERATOR), old, source="buku pos") == ["too_late"]


def test_correction_keeps_the_reason_of_its_author(room: ReadingsFixture):
    register(room, gauge(gateway="pupr"))
    older = START - timedelta(minutes=5)
    assert send(room, author("pupr"), stage(1.2), stage(1.2, older)) == []
    typed = msgspec.structs.replace(stage(1.4), quality=int(Quality.TYPED_IN))
    posted = [PostedReading(typed, source="papan duga", reason="salah baca")]
    room.service.submit(author("budi", Role.FIELD), posted).result()
    assert send(room, author("ani", Role.SUPERVISOR, "alat bergeser"), stage(1.3, older)) == []
    with ReadingsStore(room.journal.directory.path / FILE_NAME) as store:
        found = store.corrections.between(CODE, "stage_m", older, START)
    assert [(c.new_account, c.reason) for c in found] == [("ani", "alat bergeser"), ("budi", "salah baca")]
