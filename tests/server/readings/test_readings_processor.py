"""Alarms from readings: one for each episode, also over restarts, crashes and full disks."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from support.readings_fixture import (
    START,
    Clock,
    ReadingsFixture,
    gateway_account,
    gauge,
    open_readings_fixture,
    stage,
)

from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.rules.default_rules import default_rules
from tabuah.server.errors import StorageFull
from tabuah.server.readings import processor as keeper_module
from tabuah.storage.journal.wire import decode_entry
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

FLOOD = (2.9, 3.3, 3.35, 3.4, 3.5, 3.4, 3.15, 3.0)
RULES = {rule.id: rule for rule in default_rules()}


@pytest.fixture
def room(tmp_path: Path):
    with open_readings_fixture(tmp_path) as room:
        room.register(gauge())
        yield room


def test_flood_raises_and_clears_each_level_once(room: ReadingsFixture):
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


def test_flood_alarms_follow_hysteresis(room: ReadingsFixture):
    room.stages(*FLOOD, 2.0, *FLOOD)
    assert len(room.alarms_of("tma-siaga-1")) == 2
    room.stages(3.3, 3.3, 3.3, *[3.15, 3.25] * 10)
    assert len(room.alarms_of("tma-siaga-1")) == 3


def test_late_and_repeated_readings_raise_nothing(room: ReadingsFixture):
    room.stages(*FLOOD)
    before = room.alarms()
    late = [stage(4.0, START - timedelta(minutes=m)) for m in range(30)]
    reply = room.send(*late, stage(3.0, room.clock.now))
    assert (reply.stored, reply.unchanged) == (30, 1)
    assert room.alarms() == before


def test_alarm_of_simulated_station_is_an_exercise(room: ReadingsFixture):
    room.register(gauge(7, exercise=True))
    room.stages(*FLOOD, number=7)
    assert {a.exercise for a in room.alarms()} == {True}
    assert all(r.quality == 4 for r in room.service.latest() if r.station == "SLK-AWLR-07")


def test_alarm_survives_restart_during_flood(tmp_path: Path):
    clock = Clock()
    for part in ((2.9, 3.3, 3.35), (3.4,), (3.5, 3.4, 3.15), (3.0, 2.9)):
        with open_readings_fixture(tmp_path, clock) as room:
            if not room.journal.states_of_kind("station"):
                room.register(gauge())
            room.stages(*part)
    with open_readings_fixture(tmp_path, clock) as room:
        (alarm,) = room.alarms_of("tma-siaga-1")
        assert alarm.onset_at == START + timedelta(minutes=2)
        assert alarm.cleared_at == START + timedelta(minutes=8)


def test_alarm_is_cleared_once_despite_crash(tmp_path: Path, monkeypatch):
    clock = Clock()
    with open_readings_fixture(tmp_path, clock) as room:
        room.register(gauge())
        room.stages(2.9, 3.3, 3.3, 3.3)
        monkeypatch.setattr(ReadingsStore, "drop_queued_drafts", lambda self, ids: None)
        room.stages(1.0)
        monkeypatch.undo()
    with open_readings_fixture(tmp_path, clock) as room:
        (alarm,) = room.alarms_of("tma-siaga-1")
        assert len(room.journal.records_of(f"alarm/{alarm.id}")) == 2


def test_batch_is_evaluated_in_time_order(room: ReadingsFixture):
    readings = [stage(v, START - timedelta(minutes=9 - m)) for m, v in enumerate((*FLOOD, 2.0))]
    room.send(*reversed(readings))
    (alarm,) = room.alarms_of("tma-siaga-1")
    assert (alarm.onset_at, alarm.cleared_at) == (readings[1].at, readings[7].at)


@pytest.mark.parametrize("after_writing", [False, True])
def test_alarm_is_journalled_once_despite_crash(tmp_path: Path, after_writing: bool, monkeypatch):
    """The readings are saved, and the process dies just before or just after the alarm is journalled."""
    clock = Clock()
    with open_readings_fixture(tmp_path, clock) as room:
        room.register(gauge())
        with monkeypatch.context() as patch:
            if after_writing:
                patch.setattr(ReadingsStore, "drop_queued_drafts", lambda self, ids: None)
            else:
                patch.setattr(keeper_module, "journal_pending_alarms", lambda store, journal: 0)
            room.stages(2.9, 3.3, 3.35, 3.4)
        assert len(room.alarms_of("tma-siaga-1")) == after_writing
    with ReadingsStore(tmp_path / FILE_NAME) as store:
        assert len(store.queued_drafts()) > 0
    with open_readings_fixture(tmp_path, clock) as room:
        assert len(room.alarms_of("tma-siaga-1")) == 1
        room.stages(3.4, 3.5, 3.0)
        (alarm,) = room.alarms_of("tma-siaga-1")
        assert (alarm.onset_at, alarm.is_active) == (START + timedelta(minutes=2), False)
        told = [decode_entry(r.text).kind for r in room.journal.records_of(f"alarm/{alarm.id}")]
        assert told == ["alarm.raised", "alarm.cleared"]


def test_rule_changes_apply_to_current_readings(room: ReadingsFixture):
    room.stages(2.9, 3.3, 3.3, 3.3)
    room.retire("tma-siaga-1")
    assert [a.is_active for a in room.alarms_of("tma-siaga-1")] == [False]
    room.write_rules(RULES["tma-siaga-1"])
    assert [a.is_active for a in room.alarms_of("tma-siaga-1")] == [False, True]


def test_raised_threshold_clears_alarm_with_next_reading(room: ReadingsFixture):
    room.stages(2.9, 3.3, 3.3, 3.3)
    room.change(gauge(), gauge(siaga_1_m=4.0))
    room.stages(3.3)
    assert [a.is_active for a in room.alarms_of("tma-siaga-1")] == [False]


def test_quarantined_readings_are_taken_after_registration(room: ReadingsFixture):
    times = [START - timedelta(minutes=m) for m in (5, 4, 3, 2)]
    reply = room.send(*(stage(3.4, at, 9) for at in times), stage(99, START, 9))
    assert [d.reason for d in reply.set_aside] == ["unknown_station"] * 5
    room.register(gauge(9))
    (alarm,) = room.alarms_of("tma-siaga-1")
    assert (alarm.station, alarm.onset_at) == ("SLK-AWLR-09", times[0])
    assert len(room.service.series("SLK-AWLR-09", "stage_m", times[0], START, points=10)) == 4


def test_full_disk_saves_nothing_and_recovers(room: ReadingsFixture, monkeypatch):
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


def test_silent_station_raises_alarm_until_next_reading(room: ReadingsFixture):
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


def test_silence_continues_over_restart(tmp_path: Path):
    clock = Clock()
    with open_readings_fixture(tmp_path, clock) as room:
        room.register(gauge())
        room.stages(1.0)
    clock.go(25)
    with open_readings_fixture(tmp_path, clock) as room:
        clock.go(29)
        room.catch_up()
        assert room.alarms() == []
        clock.go(1)
        room.catch_up()
        assert [a.rule for a in room.alarms()] == ["tanpa-data"]
    with open_readings_fixture(tmp_path, clock) as room:
        clock.go(1)
        room.catch_up()
        assert [(a.rule, a.is_active) for a in room.alarms()] == [("tanpa-data", True)]
        room.stages(1.0)
        assert [(a.rule, a.is_active) for a in room.alarms()] == [("tanpa-data", False)]


def test_lost_link_raises_one_alarm(room: ReadingsFixture):
    numbers = range(20, 60)
    room.register(*(gauge(n) for n in numbers))
    room.send(*(stage(1.0, START, n) for n in numbers))
    for _ in range(90):
        room.clock.go(1)
        room.catch_up()
    (alarm,) = room.alarms()
    assert (alarm.rule, alarm.station, alarm.title, alarm.cause) == ("link", "", "gerbang", "link/gerbang")
    assert alarm.onset_at == START
    room.send(stage(1.0, room.clock.now, 20))
    assert [a.is_active for a in room.alarms()] == [False]
    room.clock.go(20)
    room.send(*(stage(1.0, room.clock.now, n) for n in numbers))
    assert len(room.alarms()) == 1  # the stations have time to return one by one


def test_restart_neither_raises_nor_clears_silence(tmp_path: Path):
    clock = Clock()
    with open_readings_fixture(tmp_path, clock) as room:
        room.register(*(gauge(n) for n in (3, 4, 5)))
        room.send(*(stage(1.0, START, n) for n in (3, 4, 5)))
        clock.go(10)
        room.catch_up()
        assert [a.rule for a in room.alarms()] == ["link"]
    clock.go(60)
    with open_readings_fixture(tmp_path, clock) as room:
        room.catch_up()
        assert [(a.rule, a.is_active) for a in room.alarms()] == [("link", True)]
        room.send(*(stage(1.0, clock.now, n) for n in (3, 4, 5)))
        assert [(a.rule, a.is_active) for a in room.alarms()] == [("link", False)]


def test_ended_simulation_leaves_no_alarms(room: ReadingsFixture):
    numbers = (7, 8, 9)
    room.register(*(gauge(n, exercise=True) for n in numbers))
    for n in numbers:
        room.send(*(stage(v, START + timedelta(minutes=i), n) for i, v in enumerate((2.9, 3.3, 3.3, 3.3))))
    assert len([a for a in room.alarms_of("tma-siaga-1") if a.is_active]) == 3
    room.clock.go(6)
    room.catch_up()
    assert [a for a in room.alarms() if a.is_active] == []
    room.send(*(stage(v, START + timedelta(minutes=i), 7) for i, v in enumerate((2.9, 3.3, 3.3, 3.3))))
    assert [a.station for a in room.alarms_of("tma-siaga-1") if a.is_active] == ["SLK-AWLR-07"]


def test_every_crossing_is_stored(room: ReadingsFixture, tmp_path: Path):
    room.stages(3.3, 3.3, 3.3, *[3.15, 3.25] * 5, 3.0)
    with ReadingsStore(tmp_path / FILE_NAME) as store:
        crossings = store.crossings("SLK-AWLR-03", "stage_m", START, START + timedelta(hours=1))
    mine = [c.kind.value for c in crossings if c.rule == "tma-siaga-1"]
    assert (mine.count("reached"), mine.count("left")) == (6, 6)
    assert (mine.count("raised"), mine.count("cleared")) == (1, 1)


def test_stored_readings_are_published(tmp_path: Path):
    with open_readings_fixture(tmp_path) as room:
        room.register(gauge())
        room.send(stage(1.0, START), stage(99.0, START))
        listener, service = room.listener, room.service
    assert listener.heard == [stage(1.0, START)]
    with pytest.raises(Exception, match="berhenti"):
        service.submit(gateway_account(), []).result()


def test_latest_values_survive_restart(tmp_path: Path):
    with open_readings_fixture(tmp_path) as room:
        room.register(gauge())
        room.send(stage(1.0, START), stage(1.2, START + timedelta(minutes=1)))
    with open_readings_fixture(tmp_path) as room:
        assert [msgspec.to_builtins(r)[3] for r in room.service.latest()] == [1.2]
