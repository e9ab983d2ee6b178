"""Readings become alarms in the journal: one an episode, whatever happens to the server in between."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from readings_room import START, Clock, Room, gauge, open_room, stage

from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.rules.defaults import default_rules
from tabuah.server.errors import StorageFull
from tabuah.server.readings import keeper as keeper_module
from tabuah.storage.journal.wire import decode_entry
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

FLOOD = (2.9, 3.3, 3.35, 3.4, 3.5, 3.4, 3.15, 3.0)
RULES = {rule.id: rule for rule in default_rules()}


@pytest.fixture
def room(tmp_path: Path):
    with open_room(tmp_path) as room:
        room.register(gauge())
        yield room


def test_a_flood_raises_one_alarm_for_each_level_and_clears_each_once(room: Room):
    room.stages(1.5, *FLOOD, 2.4, 1.8, 1.5)
    assert [(a.rule, a.is_active) for a in room.alarms()] == [
        ("tma-siaga-2", False),
        ("tma-siaga-3", False),
        ("tma-siaga-1", False),
    ]
    (worst,) = room.alarms_of("tma-siaga-1")
    assert (worst.onset_at, worst.value, worst.limit) == (START + timedelta(minutes=3), 3.4, 3.2)
    assert (worst.severity, worst.cause, worst.title) == (AlarmSeverity.CRITICAL, "stage/SLK-AWLR-03", "AWLR 3")
    assert worst.cleared_at == START + timedelta(minutes=9)
    assert {a.cause for a in room.alarms()} == {worst.cause}


def test_two_floods_are_two_alarms_and_a_stage_that_wavers_in_the_band_is_one(room: Room):
    room.stages(*FLOOD, 2.0, *FLOOD)
    assert len(room.alarms_of("tma-siaga-1")) == 2
    room.stages(3.3, 3.3, 3.3, *[3.15, 3.25] * 10)
    assert len(room.alarms_of("tma-siaga-1")) == 3


def test_late_and_repeated_readings_raise_nothing_anew(room: Room):
    room.stages(*FLOOD)
    before = room.alarms()
    late = [stage(4.0, START - timedelta(minutes=m)) for m in range(30)]
    reply = room.send(*late, stage(3.0, room.clock.now))
    assert (reply.stored, reply.unchanged) == (30, 1)
    assert room.alarms() == before


def test_an_alarm_of_a_simulated_station_is_marked_as_exercise(room: Room):
    room.register(gauge(7, exercise=True))
    room.stages(*FLOOD, number=7)
    assert {a.exercise for a in room.alarms()} == {True}
    assert all(r.quality == 4 for r in room.service.latest() if r.station == "SLK-AWLR-07")


def test_a_restart_in_the_middle_of_a_flood_neither_doubles_nor_loses_the_alarm(tmp_path: Path):
    clock = Clock()
    for part in ((2.9, 3.3, 3.35), (3.4,), (3.5, 3.4, 3.15), (3.0, 2.9)):
        with open_room(tmp_path, clock) as room:
            if not room.journal.states_of_kind("station"):
                room.register(gauge())
            room.stages(*part)
    with open_room(tmp_path, clock) as room:
        (alarm,) = room.alarms_of("tma-siaga-1")
        assert alarm.onset_at == START + timedelta(minutes=2)
        assert alarm.cleared_at == START + timedelta(minutes=8)


def test_a_crash_after_clearing_clears_no_second_time(tmp_path: Path, monkeypatch):
    clock = Clock()
    with open_room(tmp_path, clock) as room:
        room.register(gauge())
        room.stages(2.9, 3.3, 3.3, 3.3)
        monkeypatch.setattr(ReadingsStore, "drop_announcements", lambda self, ids: None)
        room.stages(1.0)
        monkeypatch.undo()
    with open_room(tmp_path, clock) as room:
        (alarm,) = room.alarms_of("tma-siaga-1")
        assert len(room.journal.records_of(f"alarm/{alarm.id}")) == 2


def test_a_batch_is_judged_in_the_order_of_time_however_it_is_written(room: Room):
    readings = [stage(v, START - timedelta(minutes=9 - m)) for m, v in enumerate((*FLOOD, 2.0))]
    room.send(*reversed(readings))
    (alarm,) = room.alarms_of("tma-siaga-1")
    assert (alarm.onset_at, alarm.cleared_at) == (readings[1].at, readings[7].at)


@pytest.mark.parametrize("after_writing", [False, True])
def test_a_crash_between_the_two_stores_announces_each_alarm_once(tmp_path: Path, after_writing: bool, monkeypatch):
    """The readings are saved, and the process dies before the journal has the alarm, or just after."""
    clock = Clock()
    with open_room(tmp_path, clock) as room:
        room.register(gauge())
        with monkeypatch.context() as patch:
            if after_writing:
                patch.setattr(ReadingsStore, "drop_announcements", lambda self, ids: None)
            else:
                patch.setattr(keeper_module, "announce_waiting", lambda store, journal: 0)
            room.stages(2.9, 3.3, 3.35, 3.4)
        assert len(room.alarms_of("tma-siaga-1")) == after_writing
    with ReadingsStore(tmp_path / FILE_NAME) as store:
        assert len(store.announcements()) > 0
    with open_room(tmp_path, clock) as room:
        assert len(room.alarms_of("tma-siaga-1")) == 1
        room.stages(3.4, 3.5, 3.0)
        (alarm,) = room.alarms_of("tma-siaga-1")
        assert (alarm.onset_at, alarm.is_active) == (START + timedelta(minutes=2), False)
        told = [decode_entry(r.text).kind for r in room.journal.records_of(f"alarm/{alarm.id}")]
        assert told == ["alarm.raised", "alarm.cleared"]


def test_a_retired_rule_clears_its_alarms_and_a_new_one_sees_the_present(room: Room):
    room.stages(2.9, 3.3, 3.3, 3.3)
    room.retire("tma-siaga-1")
    assert [a.is_active for a in room.alarms_of("tma-siaga-1")] == [False]
    room.write_rules(RULES["tma-siaga-1"])
    assert [a.is_active for a in room.alarms_of("tma-siaga-1")] == [False, True]


def test_a_raised_threshold_lets_go_with_the_next_reading(room: Room):
    room.stages(2.9, 3.3, 3.3, 3.3)
    room.register(gauge(siaga_1_m=4.0), kind="station.edited")
    room.stages(3.3)
    assert [a.is_active for a in room.alarms_of("tma-siaga-1")] == [False]


def test_readings_that_came_before_their_station_are_taken_when_it_is_registered(room: Room):
    times = [START - timedelta(minutes=m) for m in (5, 4, 3, 2)]
    reply = room.send(*(stage(3.4, at, 9) for at in times), stage(99, START, 9))
    assert [d.reason for d in reply.set_aside] == ["unknown_station"] * 5
    room.register(gauge(9))
    (alarm,) = room.alarms_of("tma-siaga-1")
    assert (alarm.station, alarm.onset_at) == ("SLK-AWLR-09", times[0])
    assert len(room.service.series("SLK-AWLR-09", "stage_m", times[0], START, points=10)) == 4


def test_a_full_disk_saves_nothing_raises_nothing_and_recovers(room: Room, monkeypatch):
    def full(*_args: object) -> None:
        import sqlite3

        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    readings = [stage(3.4, START - timedelta(minutes=m)) for m in (3, 2, 1, 0)]
    with monkeypatch.context() as patch:
        patch.setattr(ReadingsStore, "keep_crossings", full)
        with pytest.raises(StorageFull, match="tidak ada yang disimpan"):
            room.send(*readings)
    assert (room.service.latest(), room.alarms()) == ((), [])
    assert room.send(*readings).stored == 4
    assert len(room.alarms_of("tma-siaga-1")) == 1


def test_silence_of_one_station_is_an_alarm_until_it_speaks_again(room: Room):
    room.register(*(gauge(n) for n in (11, 12)))
    for _ in range(40):
        room.clock.go(1)
        room.send(*(stage(1.0, room.clock.now, n) for n in (11, 12)))
    assert room.alarms() == []  # a station that never sent is not missed
    room.stages(1.0)
    for _ in range(31):
        room.clock.go(1)
        room.send(*(stage(1.0, room.clock.now, n) for n in (11, 12)))
    (alarm,) = room.alarms()
    assert (alarm.rule, alarm.station, alarm.onset_at) == ("tanpa-data", "SLK-AWLR-03", START + timedelta(minutes=41))
    room.stages(1.0)
    assert [a.is_active for a in room.alarms()] == [False]


def test_a_station_that_is_silent_over_a_restart_is_missed_after_it_and_stays_missed(tmp_path: Path):
    clock = Clock()
    with open_room(tmp_path, clock) as room:
        room.register(gauge())
        room.stages(1.0)
    clock.go(25)
    with open_room(tmp_path, clock) as room:
        clock.go(29)
        room.look()
        assert room.alarms() == []
        clock.go(1)
        room.look()
        assert [a.rule for a in room.alarms()] == ["tanpa-data"]
    with open_room(tmp_path, clock) as room:
        clock.go(1)
        room.look()
        assert [(a.rule, a.is_active) for a in room.alarms()] == [("tanpa-data", True)]
        room.stages(1.0)
        assert [(a.rule, a.is_active) for a in room.alarms()] == [("tanpa-data", False)]


def test_a_lost_link_is_one_alarm_and_not_three_hundred(room: Room):
    numbers = range(20, 60)
    room.register(*(gauge(n) for n in numbers))
    room.send(*(stage(1.0, START, n) for n in numbers))
    for _ in range(90):
        room.clock.go(1)
        room.look()
    (alarm,) = room.alarms()
    assert (alarm.rule, alarm.station, alarm.title, alarm.cause) == ("link", "", "gerbang-pupr", "link/gerbang-pupr")
    assert alarm.onset_at == START
    room.send(stage(1.0, room.clock.now, 20))
    assert [a.is_active for a in room.alarms()] == [False]
    room.clock.go(20)
    room.send(*(stage(1.0, room.clock.now, n) for n in numbers))
    assert len(room.alarms()) == 1  # they had time to come back one by one


def test_a_restart_is_nobodys_silence_and_ends_none(tmp_path: Path):
    clock = Clock()
    with open_room(tmp_path, clock) as room:
        room.register(*(gauge(n) for n in (3, 4, 5)))
        room.send(*(stage(1.0, START, n) for n in (3, 4, 5)))
        clock.go(10)
        room.look()
        assert [a.rule for a in room.alarms()] == ["link"]
    clock.go(60)
    with open_room(tmp_path, clock) as room:
        room.look()
        assert [(a.rule, a.is_active) for a in room.alarms()] == [("link", True)]
        room.send(*(stage(1.0, clock.now, n) for n in (3, 4, 5)))
        assert [(a.rule, a.is_active) for a in room.alarms()] == [("link", False)]


def test_a_simulation_that_ended_leaves_no_alarm_behind_and_can_be_played_again(room: Room):
    numbers = (7, 8, 9)
    room.register(*(gauge(n, exercise=True) for n in numbers))
    for n in numbers:
        room.send(*(stage(v, START + timedelta(minutes=i), n) for i, v in enumerate((2.9, 3.3, 3.3, 3.3))))
    assert len([a for a in room.alarms_of("tma-siaga-1") if a.is_active]) == 3
    room.clock.go(6)
    room.look()
    assert [a for a in room.alarms() if a.is_active] == []
    room.send(*(stage(v, START + timedelta(minutes=i), 7) for i, v in enumerate((2.9, 3.3, 3.3, 3.3))))
    assert [a.station for a in room.alarms_of("tma-siaga-1") if a.is_active] == ["SLK-AWLR-07"]


def test_every_crossing_is_kept_while_the_journal_has_one_pair(room: Room, tmp_path: Path):
    room.stages(3.3, 3.3, 3.3, *[3.15, 3.25] * 5, 3.0)
    with ReadingsStore(tmp_path / FILE_NAME) as store:
        crossings = store.crossings("SLK-AWLR-03", "stage_m", START, START + timedelta(hours=1))
    mine = [c.kind.value for c in crossings if c.rule == "tma-siaga-1"]
    assert (mine.count("reached"), mine.count("left")) == (6, 6)
    assert (mine.count("raised"), mine.count("cleared")) == (1, 1)


def test_consoles_are_told_what_was_stored_and_a_stopped_service_says_so(tmp_path: Path):
    with open_room(tmp_path) as room:
        room.register(gauge())
        room.send(stage(1.0, START), stage(99.0, START))
        listener, service = room.listener, room.service
    assert listener.heard == [stage(1.0, START)]
    with pytest.raises(Exception, match="berhenti"):
        service.submit("x", []).result()


def test_the_newest_value_is_known_again_after_a_restart(tmp_path: Path):
    with open_room(tmp_path) as room:
        room.register(gauge())
        room.send(stage(1.0, START), stage(1.2, START + timedelta(minutes=1)))
    with open_room(tmp_path) as room:
        assert [msgspec.to_builtins(r)[3] for r in room.service.latest()] == [1.2]
