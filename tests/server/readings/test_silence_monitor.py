"""Suppression: one cause of silence is one alarm that names its stations; measured alarms are never suppressed."""

from pathlib import Path

import pytest
from support.readings_fixture import START, Clock, ReadingsFixture, gauge, open_readings_fixture, stage

from tabuah.operations.alarms.alarm_groups import group_alarms
from tabuah.operations.alarms.suppression import SuppressionCause, find_suppressed

NUMBERS = range(100, 400)
QUIET = 45  # minutes, longer than any station may be silent


def send_all(room: ReadingsFixture, value: float = 1.0, *, source: str) -> None:
    room.send(*(stage(value, room.clock.now, n) for n in NUMBERS), source=source)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.mark.parametrize("source", ["gerbang-pupr", "mqtt/pupr"])
def test_silent_gateway_raises_one_alarm_naming_stations(tmp_path: Path, clock: Clock, source: str):
    with open_readings_fixture(tmp_path, clock) as room:
        room.register(*(gauge(n) for n in NUMBERS))
        send_all(room, source=source)
        for _ in range(QUIET):
            clock.go(1)
            room.catch_up()
        (alarm,) = room.alarms()
        assert (alarm.rule, alarm.title, len(alarm.silenced)) == ("link", source, 300)
        quiet = find_suppressed(room.alarms(), (), clock.now)
        assert {(s.why, s.by) for s in quiet} == {(SuppressionCause.LINK, alarm.id)}
        assert len({s.station for s in quiet}) == 300


def test_silent_gateway_alarm_survives_restart(tmp_path: Path, clock: Clock):
    with open_readings_fixture(tmp_path, clock) as room:
        room.register(*(gauge(n) for n in NUMBERS))
        send_all(room, source="mqtt/pupr")
        clock.go(10)
        room.catch_up()
        assert len(room.alarms()) == 1
    for _ in range(3):
        with open_readings_fixture(tmp_path, clock) as room:
            for _ in range(QUIET):
                clock.go(1)
                room.catch_up()
            assert [(a.rule, a.is_active) for a in room.alarms()] == [("link", True)]
    with open_readings_fixture(tmp_path, clock) as room:
        send_all(room, source="mqtt/pupr")
        assert [(a.rule, a.is_active) for a in room.alarms()] == [("link", False)]


def test_server_downtime_raises_no_silence_alarm(tmp_path: Path, clock: Clock):
    with open_readings_fixture(tmp_path, clock) as room:
        room.register(*(gauge(n) for n in NUMBERS))
        send_all(room, source="mqtt/pupr")
    clock.go(300)
    with open_readings_fixture(tmp_path, clock) as room:
        room.catch_up()
        clock.go(1)
        send_all(room, source="mqtt/pupr")
        clock.go(4)
        room.catch_up()
        assert room.alarms() == []


def test_measured_alarm_is_not_suppressed(tmp_path: Path, clock: Clock):
    with open_readings_fixture(tmp_path, clock) as room:
        room.register(*(gauge(n) for n in NUMBERS))
        for _ in range(7):
            clock.go(1)
            readings = [stage(3.5 if n == 150 else 1.0, clock.now, n) for n in NUMBERS]
            room.send(*readings, source="mqtt/pupr")
        for _ in range(QUIET):
            clock.go(1)
            room.catch_up()
        up = [alarm for alarm in room.alarms() if alarm.is_active]
        assert {alarm.rule for alarm in up} == {"link", "tma-siaga-1", "tma-siaga-2", "tma-siaga-3"}
        quiet = find_suppressed(up, (), clock.now)
        (worst,) = [alarm for alarm in up if alarm.rule == "tma-siaga-1"]
        assert worst.id not in {each.alarm for each in quiet}
        assert {each.by for each in quiet if each.why is SuppressionCause.LADDER} == {worst.id}
        assert sorted(g.lead.rule for g in group_alarms(up, {})) == ["link", "tma-siaga-1"]


def test_lost_gateway_does_not_affect_another(tmp_path: Path, clock: Clock):
    near, far = range(100, 250), range(250, 400)
    with open_readings_fixture(tmp_path, clock) as room:
        room.register(*(gauge(n) for n in NUMBERS))
        room.send(*(stage(1.0, START, n) for n in far), source="mqtt/jauh")
        for minute in range(QUIET):
            clock.go(1)
            living = [n for n in near if n != 120 or minute < 5]
            room.send(*(stage(1.0, clock.now, n) for n in living), source="mqtt/dekat")
        found = {(alarm.rule, alarm.station or alarm.title) for alarm in room.alarms()}
        assert found == {("link", "mqtt/jauh"), ("tanpa-data", "SLK-AWLR-120")}
