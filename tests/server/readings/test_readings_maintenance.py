"""Maintenance: readings are stored but raise no alarm; afterwards the station is evaluated from new readings."""

from datetime import timedelta
from pathlib import Path

import pytest
from support.readings_fixture import START, Clock, ReadingsFixture, gauge, open_readings_fixture, stage

from tabuah.operations.maintenance.drafts import end_maintenance, plan_maintenance
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.readings.reading import Quality, Reading
from tabuah.operations.rules.crossings import CrossingKind
from tabuah.operations.stations.station import Parameter, Station, StationKind
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

FLOOD = (2.9, 3.3, 3.35, 3.4, 3.5, 3.4)
RAIN = Station(
    code="SLK-ARR-01",
    name="ARR 1",
    kind=StationKind.RAIN,
    lon_deg=100.7,
    lat_deg=-1.08,
    parameters=(Parameter(code="rain_mm", unit="mm", expected_interval_s=60, valid_min=0, valid_max=50),),
)


@pytest.fixture
def room(tmp_path: Path):
    with open_readings_fixture(tmp_path) as room:
        room.register(gauge(), RAIN)
        yield room


def work_on(room: ReadingsFixture, *stations: Station, minutes: float = 60, begins: float = 0) -> str:
    """Plan maintenance of stations; return its id."""
    now = room.clock.now
    window_id, since = new_uuid(now), now + timedelta(minutes=begins)
    until = since + timedelta(minutes=minutes)
    room.journal.append_drafts(
        [plan_maintenance(window_id, stations, since=since, until=until, reason="kalibrasi", now=now)]
    )
    room.catch_up()
    return window_id


def finish(room: ReadingsFixture, window_id: str) -> None:
    window = room.journal.state_of(f"maintenance/{window_id}").value
    assert isinstance(window, MaintenanceWindow)
    room.journal.append_drafts([end_maintenance(window, ended_at=room.clock.now)])
    room.catch_up()


def kinds(directory: Path, rule: str = "tma-siaga-1") -> list[CrossingKind]:
    with ReadingsStore(directory / FILE_NAME) as store:
        crossings = store.crossings("SLK-AWLR-03", "stage_m", START, START + timedelta(days=1))
    return [crossing.kind for crossing in crossings if crossing.rule == rule]


def test_maintenance_readings_are_marked_without_alarm(room: ReadingsFixture, tmp_path: Path):
    work_on(room, gauge())
    room.stages(*FLOOD, 1.5)
    assert room.alarms() == []
    with ReadingsStore(tmp_path / FILE_NAME) as store:
        readings = store.between("SLK-AWLR-03", "stage_m", START, room.clock.now)
    assert [reading.value for reading in readings] == [*FLOOD, 1.5]
    assert {Quality(reading.quality) for reading in readings} == {Quality.MAINTENANCE}
    assert kinds(tmp_path) == [CrossingKind.SUPPRESSED, CrossingKind.SUPPRESSED_LEFT]


def test_maintenance_leaves_other_stations_evaluated(room: ReadingsFixture):
    room.register(gauge(4))
    work_on(room, gauge())
    for value in FLOOD:
        room.clock.go(1)
        room.send(stage(value, room.clock.now, 3), stage(value, room.clock.now, 4))
    assert {alarm.station for alarm in room.alarms()} == {"SLK-AWLR-04"}


def test_maintenance_readings_never_count_afterwards(room: ReadingsFixture):
    work_on(room, gauge(), minutes=6.5)
    room.stages(*FLOOD)
    room.stages(3.4)
    assert room.alarms_of("tma-siaga-1") == []
    room.stages(3.4, 3.5)
    (alarm,) = room.alarms_of("tma-siaga-1")
    assert alarm.onset_at == START + timedelta(minutes=7)


def test_maintenance_water_is_not_counted_as_rain(room: ReadingsFixture):
    work_on(room, RAIN, minutes=10)
    for _ in range(8):
        room.clock.go(1)
        room.send(Reading(RAIN.code, "rain_mm", room.clock.now, 10.0))
    room.clock.go(5)
    room.send(Reading(RAIN.code, "rain_mm", room.clock.now, 0.2))
    assert room.alarms() == []


def test_maintenance_keeps_open_alarms_unchanged(room: ReadingsFixture):
    room.stages(*FLOOD)
    window = work_on(room, gauge())
    room.stages(0.0, 0.0, 9.0)
    assert [alarm.is_active for alarm in room.alarms_of("tma-siaga-1")] == [True]
    finish(room, window)
    room.stages(3.4)
    assert [alarm.is_active for alarm in room.alarms_of("tma-siaga-1")] == [True]
    room.stages(1.0)
    assert [alarm.is_active for alarm in room.alarms_of("tma-siaga-1")] == [False]


def test_maintenance_suspends_the_silence_alarm(room: ReadingsFixture):
    room.register(gauge(4))
    room.stages(1.0)
    work_on(room, gauge(), minutes=120)
    for _ in range(12):
        room.clock.go(10)
        room.send(stage(1.0, room.clock.now, 4))
    assert room.alarms() == []
    for _ in range(2):
        room.clock.go(14)
        room.send(stage(1.0, room.clock.now, 4))
    assert room.alarms() == []
    room.clock.go(4)
    room.send(stage(1.0, room.clock.now, 4))
    assert [(a.rule, a.station) for a in room.alarms()] == [("tanpa-data", "SLK-AWLR-03")]


def test_maintenance_of_all_stations_loses_no_link(room: ReadingsFixture):
    stations = [gauge(n) for n in range(20, 30)]
    room.register(*stations)
    room.send(*(stage(1.0, START, n) for n in range(20, 30)))
    work_on(room, *stations, minutes=90)
    for _ in range(9):
        room.clock.go(9)
        room.catch_up()
    assert room.alarms() == []


def test_maintenance_survives_restart(tmp_path: Path):
    clock = Clock()
    with open_readings_fixture(tmp_path, clock) as room:
        room.register(gauge())
        work_on(room, gauge(), minutes=30)
        room.stages(*FLOOD)
    with open_readings_fixture(tmp_path, clock) as room:
        room.stages(3.6, 3.6, 3.6)
        assert room.alarms() == []
        clock.go(30)
        room.catch_up()
    with open_readings_fixture(tmp_path, clock) as room:
        assert room.alarms_of("tma-siaga-1") == []
        room.stages(3.6, 3.6, 3.6)
        assert len(room.alarms_of("tma-siaga-1")) == 1


def test_planned_maintenance_starts_by_itself(room: ReadingsFixture):
    work_on(room, gauge(), begins=10, minutes=60)
    room.stages(*FLOOD, 1.0)
    assert len(room.alarms_of("tma-siaga-1")) == 1
    room.clock.go(10)
    room.stages(*FLOOD)
    assert len(room.alarms_of("tma-siaga-1")) == 1
