"""Notices of time limits that have run out: once each, none at a start, and withdrawn when they run no more."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from support.readings_fixture import Clock
from support.work_session import CREW, HEAD, PUPR, WorkSession, work_settings

from tabuah.operations.codes import Hazard, Status
from tabuah.operations.incidents.drafts import edit_incident, move_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.tasks.drafts import change_task, finish_task, receive_task
from tabuah.operations.tasks.task import TaskKind
from tabuah.resources.fault_isolation import take_faults
from tabuah.server.journal import ServerJournal

DUE = ("due",)
WATCH = '[[recipient]]\nname = "penyelia"\nchannels = ["surel"]\noccasions = ["due"]\nfunctions = ["head"]\n'


@pytest.fixture
def session(tmp_path: Path) -> Iterator[WorkSession]:
    clock = Clock()
    with ServerJournal.open(tmp_path, clock=clock) as journal:
        session = WorkSession(journal, clock, work_settings(occasions=DUE))
        session.run()  # the first look
        yield session
        session.queue.close()


def give_due(session: WorkSession, minutes: float = 30, **fields: Any) -> str:
    due_at = session.clock.now + timedelta(minutes=minutes)
    return session.give(session.report(), due_at=due_at, **({"kind": TaskKind.ACTION} | fields))


def test_limit_of_a_task_notifies_its_owner_once(session: WorkSession):
    give_due(session)
    session.clock.go(30)
    assert session.new() == []
    session.clock.go(1)
    assert session.new() == [(PUPR.name, "due", "waiting")]
    (found,) = session.queue.deliveries()
    assert found.title == "Batas waktu lewat: penyelesaian tugas · Banjir, Nagari Koto Baru"
    assert "penyelesaian tugas: paling lambat 24 Nov 2026 15.00 WIB" in found.text
    assert "pasang rambu" in found.text
    session.clock.go(60)
    session.queue.close()
    session.restart()
    assert session.new() == []


def test_limits_that_ran_out_before_the_first_look_notify_nobody(session: WorkSession):
    for _number in range(30):
        give_due(session)
    session.queue.close()
    (session.journal.directory.path / "notices.db").unlink()  # as after a restore
    session.clock.go(60)
    session.restart()
    assert session.new() == []
    give_due(session)
    session.clock.go(31)
    assert session.new() == [(PUPR.name, "due", "waiting")]


def test_queue_of_a_longer_journal_knows_no_limit(session: WorkSession):
    give_due(session)
    with session.queue.transaction():
        session.queue.take((), until_seq=10_000)  # the journal was restored to an earlier time
    session.clock.go(60)
    session.queue.close()
    session.restart()
    assert session.new() == []


def test_rule_that_is_added_later_does_not_notify_of_the_past(session: WorkSession):
    give_due(session)
    session.restart_with(work_settings())
    session.run()
    session.clock.go(60)
    session.restart_with(work_settings(occasions=DUE))
    assert session.new() == []


def test_limit_that_was_put_off_notifies_again(session: WorkSession):
    task = give_due(session)
    session.clock.go(31)
    assert session.new() == [(PUPR.name, "due", "waiting")]
    session.append(change_task(session.value(task), due_at=session.clock.now + timedelta(minutes=10)))
    assert [each.state for each in session.run()] == ["cancelled"]  # it runs again
    session.clock.go(11)
    assert session.new() == [(PUPR.name, "due", "waiting")]


@pytest.mark.parametrize("is_written", [False, True])
def test_limit_of_an_ended_task_is_withdrawn_with_the_reason(session: WorkSession, is_written: bool):
    task = give_due(session)
    session.clock.go(31)
    if is_written:
        session.run()
    else:
        session.planner.take_entries()
        session.planner.take_limits()
    session.append(finish_task(session.value(task)))
    assert [(each.state, "sudah ditutup" in each.error) for each in session.run()] == [("cancelled", True)]


def test_receipt_and_end_of_a_disposition_are_two_limits(session: WorkSession):
    receipt_at = session.clock.now + timedelta(minutes=5)
    task = give_due(session, kind=TaskKind.DISPOSITION, receipt_due_at=receipt_at)
    session.clock.go(6)
    assert session.new() == [(PUPR.name, "due", "waiting")]
    assert "penerimaan disposisi" in session.queue.deliveries()[0].title
    session.append(receive_task(session.value(task), name="Budi"))
    session.clock.go(30)
    assert [(each.state, each.title.partition(" · ")[0]) for each in session.run()] == [
        ("cancelled", "Batas waktu lewat: penerimaan disposisi"),
        ("waiting", "Batas waktu lewat: penyelesaian disposisi"),
    ]


def test_limit_of_an_incident_notifies_the_assigned_crew_until_it_arrives(session: WorkSession):
    incident = session.report(hazard=Hazard.FIRE)
    session.append(edit_incident(incident, IncidentEdited(assignment=("TRC-1",))))
    session.clock.go(60)
    session.run()
    (found,) = session.queue.deliveries()
    assert (found.contact, found.state) == (CREW.id, "waiting")
    assert "Ditujukan kepada: TRC-1" in found.text
    incident = session.value(f"incident/{incident.id}")
    session.append(move_incident(incident, Status.ON_SCENE))
    assert [each.state for each in session.run()] == ["cancelled"]


def test_incident_assigned_to_nobody_reaches_those_who_watch(session: WorkSession):
    session.restart_with(work_settings(WATCH, occasions=DUE))
    session.report(hazard=Hazard.FIRE)
    session.clock.go(60)
    assert sorted(session.new()) == [(PUPR.name, "due", "waiting"), (HEAD.name, "due", "waiting")]


def test_limit_that_ran_out_while_the_server_was_off_is_listed_and_not_sent(session: WorkSession):
    give_due(session)
    session.clock.go(8 * 60)
    assert session.new() == [(PUPR.name, "due", "cancelled")]
    assert "terlalu lama" in session.queue.deliveries()[0].error


def test_many_limits_at_once_stay_within_the_limit_of_messages(session: WorkSession):
    for _number in range(40):
        give_due(session)
    session.clock.go(31)
    session.run()
    session.clock.go(2)
    found = session.run()
    assert len(found) == 10
    assert "hal lain" in found[-1].title
    assert sum(each.text.count("Kejadian: ") for each in found) == 40


def test_limits_of_an_exercise_notify_test_contacts_only(session: WorkSession):
    incident = session.report(exercise=True)
    due_at = session.clock.now + timedelta(minutes=5)
    session.give(incident, due_at=due_at)
    session.give(incident, owner="BPBD", due_at=due_at)
    session.clock.go(6)
    assert session.new() == [(HEAD.name, "due", "waiting")]
    assert session.queue.deliveries()[0].title.startswith("LATIHAN")


def test_words_of_people_are_left_out_of_limits(session: WorkSession):
    session.restart_with(work_settings(occasions=DUE, texts=False))
    give_due(session, what="antar Pak Budi")
    session.clock.go(31)
    session.run()
    (found,) = session.queue.deliveries()
    assert "Budi" not in found.title + found.text


def test_damaged_task_does_not_hide_the_limits_of_others(session: WorkSession):
    damaged, task = give_due(session), give_due(session)
    session.planner.take_entries()
    key = damaged.partition("/")[2]
    broken = msgspec.structs.replace(session.planner._facts.open_tasks[key], due_at="not a time")
    session.planner._facts.open_tasks[key] = broken
    session.clock.go(31)
    assert session.planner.take_limits() == 1
    assert [each.subject for each in session.queue.waiting_mentions()] == [task]
    assert take_faults() == {"limit": 1}
