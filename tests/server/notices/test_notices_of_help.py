"""Notices of crews that ask for help: to whom they go, once each, and withdrawn when somebody answers."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.readings_fixture import Clock
from support.unit_samples import unit_card
from support.work_session import HEAD, PUPR, WorkSession, work_settings

from tabuah.operations.exercises.drafts import start_exercise
from tabuah.operations.units.drafts import acknowledge_help, end_help, register_unit, request_help, unit_in_exercise
from tabuah.server.journal import ServerJournal

WATCH = (
    '[[recipient]]\nname = "penyelia"\nchannels = ["surel"]\noccasions = ["help"]\nduty = true\ncontacts = ["{id}"]\n'
)
QUIET = '[quiet_hours]\nfrom = "00:00"\nuntil = "23:59"\n'


@pytest.fixture
def session(tmp_path: Path) -> Iterator[WorkSession]:
    clock = Clock()
    with ServerJournal.open(tmp_path, clock=clock) as journal:
        session = WorkSession(journal, clock, work_settings(occasions=("help",)))
        session.run()
        yield session
        session.queue.close()


def ask(session: WorkSession, unit: str = "DMK-1", **fields: object) -> None:
    session.append(request_help(session.value(f"unit/{unit}"), **fields))  # type: ignore[arg-type]


def test_request_for_help_reaches_the_office_of_the_crew_once(session: WorkSession):
    ask(session, incident=session.report().id, note="perahu terbalik, Pak Budi hilang")
    assert session.new() == [(PUPR.name, "help", "waiting")]
    (found,) = session.queue.deliveries()
    assert found.title == "Regu minta pertolongan: DMK-1 · Banjir, Nagari Koto Baru"
    assert "perahu terbalik" in found.text
    assert "Posisi: -0.85000, 100.65000" in found.text
    session.queue.close()
    session.restart()
    assert session.new() == []


def test_request_without_an_incident_reaches_those_who_watch_in_quiet_hours(session: WorkSession):
    session.restart_with(work_settings(WATCH.format(id=HEAD.id) + QUIET, occasions=("help",), texts=False))
    ask(session, note="Pak Budi hilang")
    assert sorted(session.new()) == [(PUPR.name, "help", "waiting"), (HEAD.name, "help", "waiting")]
    assert all("Budi" not in each.text + each.title for each in session.queue.deliveries())


@pytest.mark.parametrize("is_written", [False, True])
@pytest.mark.parametrize("answer", ["acknowledged", "ended"])
def test_answered_request_is_withdrawn(session: WorkSession, is_written: bool, answer: str):
    ask(session)
    if is_written:
        assert session.new() == [(PUPR.name, "help", "waiting")]
    else:
        session.planner.take_entries()
    unit = session.value("unit/DMK-1")
    session.append(*(acknowledge_help(unit) if answer == "acknowledged" else end_help(unit, reason="aman")))
    assert [each.state for each in session.run()] == ["cancelled"]


def test_request_that_was_answered_before_it_is_read_notifies_nobody(session: WorkSession):
    ask(session)
    session.append(*acknowledge_help(session.value("unit/DMK-1")))
    assert session.new() == []


def test_second_request_of_a_crew_notifies_again(session: WorkSession):
    ask(session)
    assert session.new() == [(PUPR.name, "help", "waiting")]
    session.append(*end_help(session.value("unit/DMK-1"), reason="aman"))
    session.run()
    ask(session)
    assert session.new() == [(PUPR.name, "help", "waiting")]


def test_old_request_is_listed_and_not_sent(session: WorkSession):
    ask(session)
    session.clock.now += timedelta(hours=7)
    assert session.new() == [(PUPR.name, "help", "cancelled")]


def test_request_in_an_exercise_reaches_test_contacts_only(session: WorkSession):
    begin = start_exercise("Gempa", known=(), suffix="1")
    session.journal.append_drafts([begin])
    key = begin.subject.partition("/")[2]
    for sign, opd in (("TRC-9", "BPBD"), ("DMK-9", "Dinas PUPR")):
        card = unit_in_exercise(unit_card(sign, opd=opd), key)
        session.append(register_unit(card, exercise=True, exercise_id=key))
        ask(session, card.id)
    assert session.new() == [(HEAD.name, "help", "waiting")]
    (found,) = session.queue.deliveries()
    assert found.title.startswith("LATIHAN")
    assert "TRC-9" in found.title
