"""Notices of dispatches, dispositions and tasks: to whom they go, and when they are withdrawn."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from support.readings_fixture import Clock
from support.unit_samples import unit_card
from support.work_session import CREW, HEAD, PUPR, WorkSession, work_settings

from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Verdict, subject_of
from tabuah.operations.notices.acknowledgement import NoticeAcknowledgement
from tabuah.operations.notices.settings import read_notice_settings
from tabuah.operations.tasks.drafts import cancel_task, change_task, finish_task, receive_task, reopen_task
from tabuah.operations.tasks.task import OwnerKind, TaskKind, TaskOwner
from tabuah.operations.units.drafts import move_unit, register_unit
from tabuah.operations.units.unit import UnitState
from tabuah.resources.localisation import set_language
from tabuah.server.journal import ServerJournal
from tabuah.server.notices.links import acknowledge_linked_notice, find_linked_notice, write_link
from tabuah.storage.journal.wire import decode_entry

URL = read_notice_settings('public_url = "https://siaga.example.org"\n')


@pytest.fixture
def session(tmp_path: Path) -> Iterator[WorkSession]:
    clock = Clock()
    with ServerJournal.open(tmp_path, clock=clock) as journal:
        session = WorkSession(journal, clock, work_settings())
        yield session
        session.queue.close()


def test_dispatch_reaches_the_crew_also_outside_of_its_kecamatan(session: WorkSession):
    session.move(session.report(), note="bawa perahu")
    assert session.new() == [(CREW.name, "dispatch", "waiting")]
    (found,) = session.queue.deliveries()
    assert found.title == "Penugasan: TRC-1 · Banjir, Nagari Koto Baru"
    assert "bawa perahu" in found.text
    assert "Posisi: -0.85000, 100.65000" in found.text
    assert session.new() == []


def test_dispatch_of_a_unit_without_a_contact_reaches_its_opd(session: WorkSession):
    session.move(session.report(), unit="DMK-1")
    assert session.new() == [(PUPR.name, "dispatch", "waiting")]


def test_words_of_people_are_left_out_by_default(session: WorkSession):
    session.restart_with(work_settings(texts=False))
    incident = session.report()
    session.move(incident, note="bawa perahu ke Pak Budi")
    session.give(incident, what="hubungi Pak Budi", detail="Pak Budi 0812")
    session.run()
    for each in session.queue.deliveries():
        assert "Budi" not in each.text + each.title
        assert incident.number in each.text


def test_words_of_a_call_back_are_never_sent(session: WorkSession):
    owner = TaskOwner(kind=OwnerKind.USER, name="ani")
    session.give(session.report(), kind=TaskKind.CALL_BACK, owner=owner, what="telepon Pak Budi 0812")
    assert session.new() == [(HEAD.name, "task", "waiting")]
    assert "0812" not in session.queue.deliveries()[0].text


@pytest.mark.parametrize("to", [UnitState.EN_ROUTE, UnitState.AVAILABLE])
def test_dispatch_that_was_answered_before_it_was_taken_is_not_sent(session: WorkSession, to: UnitState):
    incident = session.report()
    session.move(incident)
    session.move(incident, to)
    assert session.new() == []


def test_message_that_waits_is_withdrawn_with_the_reason_once_the_unit_is_on_its_way(session: WorkSession):
    incident = session.report()
    session.move(incident)
    session.run()
    session.move(incident, UnitState.EN_ROUTE)
    (found,) = session.run()
    assert (found.state, found.ended_at) == ("cancelled", session.clock.now)
    assert "sudah ditutup" in found.error


def test_second_dispatch_to_the_same_incident_is_sent_again(session: WorkSession):
    incident = session.report()
    for to in (UnitState.ASSIGNED, UnitState.AVAILABLE, UnitState.ASSIGNED):
        session.move(incident, to)
        session.run()
    assert sorted(each.state for each in session.run()) == ["cancelled", "waiting"]


def test_units_of_one_incident_are_one_message(session: WorkSession):
    session.append(register_unit(unit_card("DMK-2", opd="Dinas PUPR")))
    incident = session.report()
    session.move(incident, unit="DMK-1")
    session.move(incident, unit="DMK-2")
    session.move(session.report(hazard=Hazard.FIRE))
    assert sorted(session.new()) == [(PUPR.name, "dispatch", "waiting"), (CREW.name, "dispatch", "waiting")]
    titles = {each.title for each in session.queue.deliveries()}
    assert "Penugasan: DMK-1, DMK-2 · Banjir, Nagari Koto Baru" in titles
    session.move(incident, UnitState.EN_ROUTE, unit="DMK-1")
    assert {each.state for each in session.run()} == {"waiting"}  # the other unit is not on its way yet


def test_disposition_reaches_the_opd_until_its_receipt(session: WorkSession):
    due = session.clock.now + timedelta(minutes=30)
    task = session.give(session.report(), receipt_due_at=due, detail="dua arah")
    assert session.new() == [(PUPR.name, "disposition", "waiting")]
    (found,) = session.queue.deliveries()
    assert found.title == "Disposisi: pasang rambu · Banjir, Nagari Koto Baru"
    assert "dua arah" in found.text
    assert "Konfirmasi penerimaan paling lambat: 24 Nov 2026 15.00 WIB" in found.text
    session.append(receive_task(session.value(task), name="Budi"))
    assert [each.state for each in session.run()] == ["cancelled"]


def test_task_reaches_its_new_owner_and_not_the_former_one(session: WorkSession):
    task = session.give(session.report(), kind=TaskKind.ACTION)
    session.run()
    owner = TaskOwner(kind=OwnerKind.UNIT, name="TRC-1", opd="BPBD")
    session.append(change_task(session.value(task), owner=owner))
    assert session.new() == [(CREW.name, "task", "waiting")]
    assert [(each.contact, each.state) for each in session.run()] == [(PUPR.id, "cancelled"), (CREW.id, "waiting")]
    session.append(change_task(session.value(task), what="pasang dua rambu"))
    assert session.new() == []  # the owner is the same


def test_reopened_task_is_sent_again(session: WorkSession):
    task = session.give(session.report(), kind=TaskKind.ACTION)
    session.append(finish_task(session.value(task)))
    assert session.new() == []
    session.append(reopen_task(session.value(task), reason="belum selesai"))
    assert session.new() == [(PUPR.name, "task", "waiting")]


def test_quiet_hours_hold_back_a_disposition_and_no_dispatch(session: WorkSession):
    quiet = '[quiet_hours]\nfrom = "14:00"\nuntil = "15:00"\n'  # now: 14.30 WIB
    session.restart_with(work_settings(quiet))
    incident = session.report()
    task, other = session.give(incident), session.give(session.report())
    session.move(incident)
    assert session.new() == [(CREW.name, "dispatch", "waiting")]
    session.append(cancel_task(session.value(task), reason="salah alamat"))
    session.clock.go(31)
    assert sorted(session.new()) == [(PUPR.name, "disposition", "cancelled"), (PUPR.name, "disposition", "waiting")]
    assert other in {each.subject for each in session.queue.sent_mentions(PUPR.id)}


def test_exercise_notifies_test_contacts_only(session: WorkSession):
    incident = session.report(exercise=True)
    session.give(incident)
    assert session.new() == []
    session.give(incident, owner="BPBD")
    assert session.new() == [(HEAD.name, "disposition", "waiting")]
    assert session.queue.deliveries()[0].title.startswith("LATIHAN")


def test_work_of_a_post_that_was_offline_is_listed_and_not_sent(session: WorkSession):
    incident = session.report()
    draft = move_unit(session.value("unit/TRC-1"), UnitState.ASSIGNED, incident=incident.id)
    written_at = session.clock.now
    session.clock.now += timedelta(hours=7)
    assert session.device.push(draft, at=written_at) == [(Verdict.ACCEPTED, "")]
    assert session.new() == [(CREW.name, "dispatch", "cancelled")]
    assert "terlalu lama" in session.queue.deliveries()[0].error


def test_confirmation_names_task_and_incident_and_leaves_later_messages(session: WorkSession):
    incident = session.report()
    task = session.give(incident, kind=TaskKind.ACTION)
    (delivery,) = session.run()
    token = write_link(session.journal, URL, session.queue, delivery, session.clock.now).rpartition("/")[2]
    found = find_linked_notice(session.journal, token)
    assert found is not None
    assert (found.is_work, found.is_lost) == (True, False)
    acknowledge_linked_notice(session.journal, token)
    (state,) = (each.value for each in session.journal.states_of_kind("notice").values())
    assert isinstance(state, NoticeAcknowledgement)
    assert state.subjects == (task, subject_of("incident", incident.id))
    assert [each.state for each in session.run()] == ["cancelled"]  # it waits for nothing more
    session.append(finish_task(session.value(task)))
    session.append(reopen_task(session.value(task), reason="belum selesai"))
    assert session.new() == [(PUPR.name, "task", "waiting")]


@pytest.mark.parametrize(("actor", "is_late"), [("ani", False), ("server", True)])
def test_held_entry_is_news_if_a_person_releases_it(session: WorkSession, actor: str, is_late: bool):
    session.move(session.report())
    dispatch = session.journal.records_of("unit/TRC-1")[-1]
    session.planner.take_entries()
    entry = decode_entry(dispatch.text)
    session.clock.now += timedelta(hours=7)
    body = msgspec.Raw(msgspec.json.encode({"entry": entry.id}))
    released = msgspec.structs.replace(
        entry, id="x", kind="entry.released", body=body, actor=actor, at=session.clock.now
    )
    record = msgspec.structs.replace(
        dispatch, text=msgspec.json.encode(released).decode(), received_at=session.clock.now
    )
    event = session.planner._events.event_of(record, session.clock.now)
    assert event is not None
    assert (event.occasion, event.entry, event.is_late) == ("dispatch", entry.id, is_late)


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        (
            "en",
            ("Dispatch: TRC-1 · Flood, Nagari Koto Baru", "Note: bawa perahu", "no receipt"),
        ),
        (
            "id",
            ("Penugasan: TRC-1 · Banjir, Nagari Koto Baru", "Lokasi: ", "Catatan: bawa perahu", "bukan tanda terima"),
        ),
    ],
)
def test_text_of_a_dispatch_in_both_languages(session: WorkSession, language: str, parts: tuple[str, ...]):
    session.move(session.report(), note="bawa perahu")
    set_language(language)
    try:
        (found,) = session.run()
    finally:
        set_language("id")
    assert parts[0] == found.title
    assert all(part in found.text for part in parts)
    assert "alarm" not in found.text
