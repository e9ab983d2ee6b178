"""The escalation scheduler: escalates unanswered alarms once, over restarts, and ends maintenance on time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import UNSET
from support.operator_device import OperatorDevice
from support.readings_fixture import START, Clock, gauge
from support.wait import wait_for_notification

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.drafts import (
    acknowledge_alarm,
    clear_alarm,
    escalate_alarm,
    raise_alarm,
    shelve_alarm,
    write_escalation_policy,
)
from tabuah.operations.alarms.entry_bodies import AlarmEscalated, AlarmRaised
from tabuah.operations.alarms.escalation_policy import EscalationPolicy, EscalationStep
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.entry_kinds import read_body
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.maintenance.drafts import end_maintenance, plan_maintenance
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import Role
from tabuah.operations.roster.drafts import ShiftRef, plan_shift
from tabuah.operations.roster.entry_bodies import Crew, ShiftTime
from tabuah.operations.roster.iso_week import IsoWeek
from tabuah.operations.roster.week_roster import PlannedCrew
from tabuah.server.alarms.escalation_scheduler import EscalationScheduler
from tabuah.server.errors import DraftRefused
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.journal.wire import decode_entry


class SchedulerSession:
    """A journal with an escalation scheduler that the test triggers."""

    def __init__(self, journal: ServerJournal, clock: Clock) -> None:
        self.journal, self.clock = journal, clock
        self.escalation_scheduler = EscalationScheduler(journal)
        self.escalation_scheduler.start()

    def go(self, minutes: float) -> None:
        self.clock.go(minutes)
        self.escalation_scheduler.write_due()

    def write(self, *drafts: Draft) -> None:
        self.journal.append_drafts(drafts)
        wait_for_notification(self.journal)

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
        """The escalations of an alarm in the journal, with minutes after the start."""
        entries = [decode_entry(record.text) for record in self.journal.records_of(f"alarm/{alarm_id}")]
        told = [(e, read_body(e, AlarmEscalated)) for e in entries if e.kind == "alarm.escalated"]
        return [(body.step, body.to, (entry.at - START).total_seconds() / 60) for entry, body in told]


@contextmanager
def open_post(directory: Path, clock: Clock) -> Iterator[SchedulerSession]:
    with ServerJournal.open(directory, clock=clock) as journal:
        post = SchedulerSession(journal, clock)
        try:
            yield post
        finally:
            post.escalation_scheduler.stop()


@pytest.fixture
def post(tmp_path: Path) -> Iterator[SchedulerSession]:
    with open_post(tmp_path, Clock()) as post:
        yield post


def test_escalation_steps_are_written_once_on_time(post: SchedulerSession):
    alarm = post.raise_one()
    for _ in range(40):
        post.go(0.25)
    assert post.asked(alarm) == [(1, "Penyelia piket", 2.0), (2, "Kalaksa BPBD", 5.0)]
    assert [asked.role for asked in post.alarm(alarm).escalations] == [Role.SUPERVISOR, Role.SUPERVISOR]


@pytest.mark.parametrize("stop", ["acknowledged", "cleared", "shelved"])
def test_escalation_stops_after_acknowledgement_end_or_shelving(post: SchedulerSession, stop: str):
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
        assert OperatorDevice(post.journal).push(drafts[stop]) == [(Verdict.ACCEPTED, "")]
    for _ in range(10):
        post.go(1)
    assert [step for step, _to, _at in post.asked(alarm)] == [1]


@pytest.mark.parametrize("restarts", [False, True])
def test_escalation_names_the_supervisor_on_duty(tmp_path: Path, restarts: bool):
    clock = Clock()
    with open_post(tmp_path, clock) as post:
        rina = OperatorDevice(post.journal, user="rina", role=Role.SUPERVISOR)
        shift = ShiftRef(IsoWeek(2026, 48), ShiftTime(day=2, start="08:00"))  # 24 November 2026
        planned = PlannedCrew(crew=Crew(name="Regu B", supervisor="rina"))
        assert rina.push(plan_shift({}, shift, planned)) == [(Verdict.ACCEPTED, "")]
        wait_for_notification(post.journal)
        alarm = post.raise_one()
        if not restarts:
            post.go(6)
    if restarts:
        with open_post(tmp_path, clock) as post:
            post.go(6)
    with open_post(tmp_path, clock) as post:
        found = [(each.to, each.person, each.crew) for each in post.alarm(alarm).escalations]
    assert found == [("Penyelia piket", "rina", "Regu B"), ("Kalaksa BPBD", UNSET, UNSET)]


def test_escalation_survives_restart(tmp_path: Path):
    clock = Clock()
    with open_post(tmp_path, clock) as post:
        alarm = post.raise_one()
        post.go(3)
    for minutes in (1, 1, 0.5, 30):
        with open_post(tmp_path, clock) as post:
            post.go(minutes)
    with open_post(tmp_path, clock) as post:
        assert [step for step, _to, _at in post.asked(alarm)] == [1, 2]


def test_two_servers_escalate_once(tmp_path: Path):
    clock = Clock()
    with open_post(tmp_path, clock) as one, open_post(tmp_path, clock) as other:
        alarm = one.raise_one()
        other.journal.catch_up()
        clock.go(6)
        for _ in range(3):
            one.escalation_scheduler.write_due()
            other.escalation_scheduler.write_due()
        assert [step for step, _to, _at in one.asked(alarm)] == [1, 2]


def test_escalation_by_outdated_server_is_refused(tmp_path: Path):
    """The scheduler has not received the other server's entries, but the journal has them."""
    clock = Clock()
    with open_post(tmp_path, clock) as one, open_post(tmp_path, clock) as deaf:
        alarm = one.raise_one()
        deaf.journal.catch_up()
        deaf.escalation_scheduler.write_due()
        deaf.escalation_scheduler._unsubscribe()
        clock.go(6)
        assert one.escalation_scheduler.write_due() == 2
        assert deaf.escalation_scheduler.write_due() == 0
        assert deaf.escalation_scheduler.write_due() == 0
        assert [step for step, _to, _at in one.asked(alarm)] == [1, 2]


def test_journal_refuses_repeated_escalation(post: SchedulerSession):
    alarm = post.raise_one()
    step = escalate_alarm(post.alarm(alarm), AlarmEscalated(step=1, to="x", waited_s=1.0))
    post.write(step)
    with pytest.raises(DraftRefused, match="already_escalated"):
        post.write(step)
    OperatorDevice(post.journal).push(acknowledge_alarm(post.alarm(alarm)))
    with pytest.raises(DraftRefused, match="no_longer_waiting"):
        post.write(escalate_alarm(post.alarm(alarm), AlarmEscalated(step=2, to="x", waited_s=1.0)))


def test_escalation_roles_are_enforced():
    writers = {role for role in Role if may_write(role, "alarm.escalated")}
    assert writers == {Role.SERVER}
    assert {role for role in Role if may_write(role, "escalation.written")} == {
        Role.SUPERVISOR,
        Role.ADMIN,
        Role.SERVER,
    }


def test_escalation_policy_applies_from_its_entry(post: SchedulerSession):
    high = post.raise_one(AlarmSeverity.HIGH)
    post.go(5)
    assert post.asked(high) == []
    steps = {AlarmSeverity.HIGH: (EscalationStep(after_s=60, to="Kepala seksi"),)}
    post.write(write_escalation_policy(EscalationPolicy(steps=steps)))
    post.go(0.1)
    assert [to for _step, to, _at in post.asked(high)] == ["Kepala seksi"]


def test_escalation_of_an_alarm_group_happens_once(post: SchedulerSession):
    alarms = [post.raise_one(station=f"S-{n}", cause=f"stage/S-{n}") for n in range(3)]
    shaken = [
        post.raise_one(station=f"A-{n}", cause=f"shaking/A-{n}", parameter="pga_g", rule="gempa-kuat")
        for n in range(30)
    ]
    post.go(3)
    assert sum(len(post.asked(alarm)) for alarm in shaken) == 1
    assert sum(len(post.asked(alarm)) for alarm in alarms) == 3  # three gauges without a river: three causes


def test_maintenance_end_is_journalled_once(post: SchedulerSession):
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


def test_escalation_skips_stations_under_maintenance(post: SchedulerSession):
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


def test_escalation_counts_from_reception_of_the_alarm(tmp_path: Path):
    clock = Clock()
    with open_post(tmp_path, clock) as post:
        posko = OperatorDevice(post.journal, user="posko", role=Role.FIELD)
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
