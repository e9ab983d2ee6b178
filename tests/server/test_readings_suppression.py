"""What one cause has silenced is one alarm that names what it speaks for; what was measured is never silenced."""

from pathlib import Path

import pytest
from readings_room import START, Clock, Room, gauge, open_room, stage

from tabuah.operations.alarms.grouping import group_alarms
from tabuah.operations.alarms.suppressing import Why, suppressed

NUMBERS = range(100, 400)
QUIET = 45  # minutes, longer than any station may be silent


def send_all(room: Room, value: float = 1.0, *, source: str) -> None:
    room.send(*(stage(value, room.clock.now, n) for n in NUMBERS), source=source)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.mark.parametrize("source", ["gerbang-pupr", "mqtt/pupr"])
def test_three_hundred_stations_of_a_gateway_that_goes_quiet_are_one_alarm_that_names_them(
    tmp_path: Path, clock: Clock, source: str
):
    with open_room(tmp_path, clock) as room:
        room.register(*(gauge(n) for n in NUMBERS))
        send_all(room, source=source)
        for _ in range(QUIET):
            clock.go(1)
            room.look()
        (alarm,) = room.alarms()
        assert (alarm.rule, alarm.title, len(alarm.silenced)) == ("link", source, 300)
        quiet = suppressed(room.alarms(), (), clock.now)
        assert {(s.why, s.by) for s in quiet} == {(Why.LINK, alarm.id)}
        assert len({s.station for s in quiet}) == 300


def test_a_restart_in_the_silence_raises_nothing_more(tmp_path: Path, clock: Clock):
    with open_room(tmp_path, clock) as room:
        room.register(*(gauge(n) for n in NUMBERS))
        send_all(room, source="mqtt/pupr")
        clock.go(10)
        room.look()
        assert len(room.alarms()) == 1
    for _ in range(3):
        with open_room(tmp_path, clock) as room:
            for _ in range(QUIET):
                clock.go(1)
                room.look()
            assert [(a.rule, a.is_active) for a in room.alarms()] == [("link", True)]
    with open_room(tmp_path, clock) as room:
        send_all(room, source="mqtt/pupr")
        assert [(a.rule, a.is_active) for a in room.alarms()] == [("link", False)]


def test_a_server_that_was_down_for_hours_accuses_no_station(tmp_path: Path, clock: Clock):
    with open_room(tmp_path, clock) as room:
        room.register(*(gauge(n) for n in NUMBERS))
        send_all(room, source="mqtt/pupr")
    clock.go(300)
    with open_room(tmp_path, clock) as room:
        room.look()
        clock.go(1)
        send_all(room, source="mqtt/pupr")
        clock.go(4)
        room.look()
        assert room.alarms() == []


def test_an_alarm_that_was_measured_stands_beside_the_lost_link(tmp_path: Path, clock: Clock):
    with open_room(tmp_path, clock) as room:
        room.register(*(gauge(n) for n in NUMBERS))
        for _ in range(7):
            clock.go(1)
            readings = [stage(3.5 if n == 150 else 1.0, clock.now, n) for n in NUMBERS]
            room.send(*readings, source="mqtt/pupr")
        for _ in range(QUIET):
            clock.go(1)
            room.look()
        up = [alarm for alarm in room.alarms() if alarm.is_active]
        assert {alarm.rule for alarm in up} == {"link", "tma-siaga-1", "tma-siaga-2", "tma-siaga-3"}
        quiet = suppressed(up, (), clock.now)
        (worst,) = [alarm for alarm in up if alarm.rule == "tma-siaga-1"]
        assert worst.id not in {each.alarm for each in quiet}
        assert {each.by for each in quiet if each.why is Why.LADDER} == {worst.id}
        assert sorted(g.lead.rule for g in group_alarms(up, {})) == ["link", "tma-siaga-1"]


def test_of_two_gateways_one_is_lost_and_the_other_one_is_judged(tmp_path: Path, clock: Clock):
    near, far = range(100, 250), range(250, 400)
    with open_room(tmp_path, clock) as room:
        room.register(*(gauge(n) for n in NUMBERS))
        room.send(*(stage(1.0, START, n) for n in far), source="mqtt/jauh")
        for minute in range(QUIET):
            clock.go(1)
            living = [n for n in near if n != 120 or minute < 5]
            room.send(*(stage(1.0, clock.now, n) for n in living), source="mqtt/dekat")
        found = {(alarm.rule, alarm.station or alarm.title) for alarm in room.alarms()}
        assert found == {("link", "mqtt/jauh"), ("tanpa-data", "SLK-AWLR-120")}
