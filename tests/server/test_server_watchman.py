"""The server asks somebody higher when nobody answers, once, whatever happens to it; and ends maintenance in time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from desk_device import DeskDevice
from readings_room import START, Clock, gauge
from waiting import until_told

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.bodies import AlarmEscalated, AlarmRaised
from tabuah.operations.alarms.escalation_policy import EscalationPolicy, EscalationStep
from tabuah.operations.alarms.gestures import (
    acknowledge_alarm,
    clear_alarm,
    escalate_alarm,
    raise_alarm,
    shelve_alarm,
    write_escalation,
)
from tabuah.operations.authority.roles import Role, may_write
from tabuah.operations.bodies import read_body
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.maintenance.gestures import end_maintenance, plan_maintenance
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.server.alarms.watchman import Watchman
from tabuah.server.errors import DraftRefused
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.journal.wire import decode_entry


class Post:
    """A journal with a watchman that is told when to look."""

    def __init__(self, journal: ServerJournal, clock: Clock) -> None:
        self.journal, self.clock = journal, clock
        self.watchman = Watchman(journal)
        self.watchman.start()

    def go(self, minutes: float) -> None:
        self.clock.go(minutes)
        self.watchman.look()

    def write(self, *drafts: Draft) -> None:
        self.journal.append_own(drafts)
        until_told(self.journal)

    def raise_one(self, severity: AlarmSeverity = AlarmSeverity.CRITICAL, **fields: object) -> str:
        alarm_id = new_uuid(self.clock.now)
        known = {
            "rule": "tma-siaga-1",
            "station": "SLK-AWLR-03",
            "parameter": "stage_m",
            "cause": "stage/SLK-AWLR-03",
        }
        body = AlarmRaised(severity=severity, onset_at=self.clock.now, **(known | fields))
        self.write(raise_alarm(alarm_id, body, exercise=False))
        return alarm_id

    def alarm(self, alarm_id: str) -> Alarm:
        found = self.journal.state_of(f"alarm/{alarm_id}").value
        assert isinstance(found, Alarm)
        return found

    def asked(self, alarm_id: str) -> list[tuple[int, str, float]]:
        """What the journal says of who was asked, and minutes after the start."""
        entries = [decode_entry(record.text) for record in self.journal.records_of(f"alarm/{alarm_id}")]
        told = [(e, read_body(e, AlarmEscalated)) for e in entries if e.kind == "alarm.escalated"]
        return [(body.step, body.to, (entry.at - START).total_seconds() / 60) for entry, body in told]


@contextmanager
def open_post(directory: Path, clock: Clock) -> Iterator[Post]:
    with ServerJournal.open(directory, clock=clock) as journal:
        post = Post(journal, clock)
        try:
            yield post
        finally:
            post.watchman.stop()


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    with open_post(tmp_path, Clock()) as post:
        yield post


def test_each_step_is_written_once_when_its_time_has_come(post: Post):
    alarm = post.raise_one()
    for _ in range(40):
        post.go(0.25)
    assert post.asked(alarm) == [(1, "Penyelia piket", 2.0), (2, "Kalaksa BPBD", 5.0)]
    assert [asked.role for asked in post.alarm(alarm).escalations] == [Role.SUPERVISOR, Role.SUPERVISOR]


@pytest.mark.parametrize("stop", ["acknowledged", "cleared", "shelved"])
def test_an_answer_an_end_or_a_shelving_stops_it(post: Post, stop: str):
    alarm = post.raise_one()
    post.go(2)
    now = post.clock.now
    drafts = {
        "acknowledged": acknowledge_alarm(post.alarm(alarm)),
        "cleared": clear_alarm(alarm, cleared_at=now, value=1.0, exercise=False),
        "shelved": shelve_alarm(post.alarm(alarm), until=now + timedelta(hours=2), reason="diperiksa", now=now),
    }
    if stop == "cleared":
        post.write(drafts[stop])
    else:
        assert DeskDevice(post.journal).push(drafts[stop]) == [(Verdict.ACCEPTED, "")]
    for _ in range(10):
        post.go(1)
    assert [step for step, _to, _at in post.asked(alarm)] == [1]


def test_a_restart_neither_repeats_nor_forgets_a_step(tmp_path: Path):
    clock = Clock()
    with open_post(tmp_path, clock) as post:
        alarm = post.raise_one()
        post.go(3)
    for minutes in (1, 1, 0.5, 30):
        with open_post(tmp_path, clock) as post:
            post.go(minutes)
    with open_post(tmp_path, clock) as post:
        assert [step for step, _to, _at in post.asked(alarm)] == [1, 2]


def test_two_servers_over_one_journal_ask_once(tmp_path: Path):
    clock = Clock()
    with open_post(tmp_path, clock) as one, open_post(tmp_path, clock) as other:
        alarm = one.raise_one()
        other.journal.catch_up()
        clock.go(6)
        for _ in range(3):
            one.watchman.look()
            other.watchman.look()
        assert [step for step, _to, _at in one.asked(alarm)] == [1, 2]


def test_a_server_that_has_not_heard_of_the_other_is_refused_and_learns(tmp_path: Path):
    """The other one's entries have not come when it looks; the journal itself knows them."""
    clock = Clock()
    with open_post(tmp_path, clock) as one, open_post(tmp_path, clock) as deaf:
        alarm = one.raise_one()
        deaf.journal.catch_up()
        deaf.watchman.look()
        deaf.watchman._unsubscribe()
        clock.go(6)
        assert one.watchman.look() == 2
        assert deaf.watchman.look() == 0
        assert deaf.watchman.look() == 0
        assert [step for step, _to, _at in one.asked(alarm)] == [1, 2]


def test_the_journal_itself_refuses_a_step_twice_and_one_after_an_answer(post: Post):
    alarm = post.raise_one()
    step = escalate_alarm(post.alarm(alarm), AlarmEscalated(step=1, to="x", waited_s=1.0))
    post.write(step)
    with pytest.raises(DraftRefused, match="already_escalated"):
        post.write(step)
    DeskDevice(post.journal).push(acknowledge_alarm(post.alarm(alarm)))
    with pytest.raises(DraftRefused, match="no_longer_waiting"):
        post.write(escalate_alarm(post.alarm(alarm), AlarmEscalated(step=2, to="x", waited_s=1.0)))


def test_only_the_server_escalates_and_only_a_supervisor_or_the_administration_says_how():
    writers = {role for role in Role if may_write(role, "alarm.escalated")}
    assert writers == {Role.SERVER}
    assert {role for role in Role if may_write(role, "escalation.written")} == {
        Role.SUPERVISOR,
        Role.ADMIN,
        Role.SERVER,
    }


def test_another_policy_counts_from_when_it_is_written(post: Post):
    high = post.raise_one(AlarmSeverity.HIGH)
    post.go(5)
    assert post.asked(high) == []
    steps = {AlarmSeverity.HIGH: (EscalationStep(after_s=60, to="Kepala seksi"),)}
    post.write(write_escalation(EscalationPolicy(steps=steps)))
    post.go(0.1)
    assert [to for _step, to, _at in post.asked(high)] == ["Kepala seksi"]


def test_a_storm_asks_once_for_all_its_alarms(post: Post):
    alarms = [post.raise_one(station=f"S-{n}", cause=f"stage/S-{n}") for n in range(3)]
    shaken = [
        post.raise_one(station=f"A-{n}", cause=f"shaking/A-{n}", parameter="pga_g", rule="gempa-kuat")
        for n in range(30)
    ]
    post.go(3)
    assert sum(len(post.asked(alarm)) for alarm in shaken) == 1
    assert sum(len(post.asked(alarm)) for alarm in alarms) == 3  # three gauges without a river are three causes


def test_maintenance_ends_by_the_clock_and_is_told_once(post: Post):
    window_id, now = new_uuid(post.clock.now), post.clock.now
    post.write(
        plan_maintenance(
            window_id, [gauge()], since=now, until=now + timedelta(minutes=30), reason="kalibrasi", now=now
        )
    )
    post.go(29)
    post.go(2)
    post.go(2)
    window = post.journal.state_of(f"maintenance/{window_id}").value
    assert isinstance(window, MaintenanceWindow)
    assert (window.ended_at, window.ended_by) == (now + timedelta(minutes=30), "server")
    assert len(post.journal.records_of(f"maintenance/{window_id}")) == 2


def test_an_alarm_of_a_station_that_is_worked_on_asks_nobody(post: Post):
    alarm, now = post.raise_one(), post.clock.now
    window_id = new_uuid(now)
    post.write(
        plan_maintenance(window_id, [gauge()], since=now, until=now + timedelta(hours=1), reason="kalibrasi", now=now)
    )
    post.go(10)
    assert post.asked(alarm) == []
    found = post.journal.state_of(f"maintenance/{window_id}").value
    assert isinstance(found, MaintenanceWindow)
    post.write(end_maintenance(found, ended_at=post.clock.now))
    post.go(0.1)
    assert [step for step, _to, _at in post.asked(alarm)] == [1, 2]


def test_an_alarm_that_comes_hours_late_from_an_office_without_a_line_waits_from_when_it_came(tmp_path: Path):
    clock = Clock()
    with open_post(tmp_path, clock) as post:
        posko = DeskDevice(post.journal, user="posko", role=Role.FIELD)
        alarm_id, then = new_uuid(clock.now), clock.now
        body = AlarmRaised(
            rule="tma-siaga-1",
            station="SLK-AWLR-03",
            parameter="stage_m",
            severity=AlarmSeverity.CRITICAL,
            onset_at=then,
            cause="stage/SLK-AWLR-03",
        )
        clock.go(300)
        assert posko.push(raise_alarm(alarm_id, body, exercise=False), at=then) == [(Verdict.ACCEPTED, "")]
        post.go(1.9)
        assert post.asked(alarm_id) == []
    with open_post(tmp_path, clock) as post:
        post.go(0.2)
        assert [step for step, _to, _at in post.asked(alarm_id)] == [1]
