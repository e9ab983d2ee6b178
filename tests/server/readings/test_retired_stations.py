"""A retired station: no alarms, and its readings wait in quarantine until it is restored."""

from pathlib import Path

import msgspec
import pytest
from support.readings_fixture import GATEWAY, Clock, ReadingsFixture, gauge, open_readings_fixture

from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.stations.drafts import restore_station, retire_station
from tabuah.operations.stations.station import Station

OVER = 9.0  # m, above every threshold


@pytest.fixture
def room(tmp_path: Path):
    with open_readings_fixture(tmp_path, Clock()) as fixture:
        fixture.register(gauge())
        fixture.write_rules(*default_rules())
        yield fixture


def station_now(room: ReadingsFixture) -> Station:
    (state,) = room.journal.states_of_kind("station").values()
    assert isinstance(state.value, Station)
    return state.value


def test_retirement_ends_alarms_and_quarantines_readings(room: ReadingsFixture):
    room.stages(OVER, OVER, OVER, OVER)
    assert any(alarm.is_active for alarm in room.alarms())
    room.write(retire_station(station_now(room), reason="hanyut"))
    assert not any(alarm.is_active for alarm in room.alarms())
    reply = room.stages(OVER)
    assert [notice.reason for notice in reply.set_aside] == ["retired_station"]
    room.clock.go(24 * 60)
    room.catch_up()
    assert not any(alarm.is_active for alarm in room.alarms())


def test_restored_station_takes_its_quarantined_readings(room: ReadingsFixture):
    room.write(retire_station(station_now(room), reason="hanyut"))
    room.stages(1.0, 1.1)
    assert room.service.quarantined() == {"retired_station": 2}
    room.write(restore_station(station_now(room), reason="dipasang lagi"))
    assert room.service.quarantined() == {}
    assert [(reading.station, reading.value) for reading in room.service.latest()] == [(gauge().code, 1.1)]


def test_change_of_a_retired_station_keeps_it_retired(room: ReadingsFixture):
    room.write(retire_station(station_now(room), reason="hanyut"))
    before = station_now(room)
    room.change(before, msgspec.structs.replace(before, name="Baru"))
    assert station_now(room).retired is not None
    assert station_now(room).gateway == GATEWAY
    assert [notice.reason for notice in room.stages(1.0).set_aside] == ["retired_station"]
