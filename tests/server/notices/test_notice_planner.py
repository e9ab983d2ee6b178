"""The planner: from entries of the journal to messages in the queue, once, over restarts and kills."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from support.contact_samples import sample_contact
from support.planner_session import CAMAT, HEAD, PlannerSession, settings_of
from support.readings_fixture import Clock

from tabuah.gis.base_map_file import load_base_map, shipped_map
from tabuah.gis.gazetteer import Gazetteer
from tabuah.operations.alarms.drafts import clear_alarm, escalate_alarm
from tabuah.operations.alarms.entry_bodies import AlarmEscalated
from tabuah.operations.contacts.contact import PersonalNumbers
from tabuah.operations.contacts.drafts import register_contact
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.notices.settings import read_notice_settings
from tabuah.resources.localisation import set_language
from tabuah.server.journal import ServerJournal
from tabuah.server.notices.service import prune_notices, prune_unused_notices


@pytest.fixture
def session(tmp_path: Path) -> Iterator[PlannerSession]:
    clock = Clock()
    with ServerJournal.open(tmp_path, clock=clock) as journal:
        journal.append_drafts([register_contact(HEAD), register_contact(CAMAT)])
        session = PlannerSession(journal, clock)
        yield session
        session.queue.close()


def test_alarm_is_one_message_to_each_contact(session: PlannerSession):
    session.raise_one()
    found = session.run()
    assert {each.address for each in found} == {"kalaksa@example.org", "camat@example.org"}
    assert {each.state for each in found} == {"waiting"}
    assert "Stasiun 1" in found[0].title
    assert session.run() == found


def test_planner_repeats_and_forgets_nothing_over_restarts(session: PlannerSession):
    session.raise_one(1)
    session.planner.take_entries()  # killed before the messages were written
    session.queue.close()
    session.restart()
    session.raise_one(2)
    session.queue.close()  # killed before the second alarm was taken
    session.restart()
    assert sorted(each.title for each in session.run() if each.contact == HEAD.id) == sorted(
        each.title for each in session.run() if each.contact == CAMAT.id
    )
    assert len(session.run()) == 4


def test_planner_ignores_alarms_from_before_the_queue(session: PlannerSession):
    session.queue.close()
    (session.journal.directory.path / "notices.db").unlink()
    session.raise_one()
    session.restart()
    assert session.run() == []


def test_alarm_that_is_old_news_is_not_sent_but_listed_with_the_reason(session: PlannerSession):
    session.raise_one(1)
    session.raise_one(2)
    session.clock.now += timedelta(hours=7)
    found = session.run()
    assert [(each.contact, each.state, each.ended_at) for each in found] == [
        (contact.id, "cancelled", session.clock.now) for contact in (CAMAT, HEAD)
    ]
    assert all("terlalu lama" in each.error and "Stasiun 2" in each.text for each in found)
    assert session.run() == found
    assert session.queue.retry([found[0].id], session.clock.now) == 1  # a person may still send it


def test_alarm_of_an_office_that_was_offline_is_old_news(session: PlannerSession):
    alarm = session.raise_one()
    (record,) = (each for each in session.journal.records_after(0, 100) if alarm in each.text)
    session.planner.take_entries()
    session.clock.now += timedelta(days=3)
    late = msgspec.structs.replace(record, received_at=session.clock.now)  # written offline, received now
    event = session.planner._events.event_of(late, session.clock.now)
    assert event is not None
    assert event.is_late


def test_alarm_that_was_not_sent_covers_no_later_one(session: PlannerSession):
    session.raise_one(1)
    session.clock.now += timedelta(hours=7)
    session.run()
    session.raise_one(1)  # of the same group
    assert [each.state for each in session.run()] == ["cancelled", "cancelled", "waiting", "waiting"]


def test_alarm_that_ended_meanwhile_is_sent_with_its_end(session: PlannerSession):
    alarm = session.raise_one()
    session.journal.append_drafts([clear_alarm(alarm, cleared_at=session.clock.now, value=None, exercise=False)])
    assert "Berakhir" in session.run()[0].text


def test_exercise_notifies_test_contacts_and_is_marked(session: PlannerSession):
    session.raise_one(exercise=True)
    (found,) = session.run()
    assert found.contact == HEAD.id
    assert found.exercise
    assert found.title.startswith("LATIHAN")
    assert found.text.startswith("LATIHAN")


def test_escalation_is_a_message_with_the_name_of_the_step(session: PlannerSession):
    alarm = session.raise_one()
    session.run()
    session.clock.go(2)
    state = session.journal.state_of(f"alarm/{alarm}").value
    session.journal.append_drafts([escalate_alarm(state, AlarmEscalated(step=1, to="Kalaksa BPBD", waited_s=120))])
    found = session.run()
    assert [each.occasion for each in found] == ["alarm", "alarm", "escalation/1", "escalation/1"]
    assert "Kalaksa BPBD" in found[-1].text


def test_flood_reaches_a_contact_with_every_alarm_in_ten_messages(session: PlannerSession):
    for number in range(40):
        session.raise_one(number, title=f"Alarm-{number:02d}")
    session.run()
    session.clock.go(1)
    mine = [each for each in session.run() if each.contact == HEAD.id]
    assert len(mine) == 10
    text = "\n".join(each.text for each in mine)
    assert all(f"Alarm-{number:02d}" in text for number in range(40))
    session.clock.go(1)
    assert len([each for each in session.run() if each.contact == HEAD.id]) == 10


def test_quiet_hours_send_the_rest_in_the_morning(session: PlannerSession):
    session.settings = settings_of(more='[quiet_hours]\nfrom = "14:00"\nuntil = "15:00"\n')  # now: 14.30 WIB
    session.queue.close()
    session.restart()
    session.raise_one(1, severity=AlarmSeverity.HIGH)
    session.raise_one(2)
    assert ["Stasiun 2" in each.title for each in session.run()] == [True, True]
    session.clock.go(30)
    assert len(session.run()) == 4


@pytest.mark.parametrize(("personal", "state"), [(True, "waiting"), (False, "failed")])
def test_personal_address_is_used_only_where_the_channel_says_so(session: PlannerSession, personal: bool, state: str):
    secret = sample_contact(3, name="Rina", function="head", kecamatan=(), emails=())
    numbers = PersonalNumbers(emails=("rina@example.org",))
    session.journal.append_drafts([register_contact(secret, numbers, salt="0" * 32)])
    session.settings = settings_of(personal=personal)
    session.queue.close()
    session.restart()
    session.raise_one()
    (found,) = (each for each in session.run() if each.contact == secret.id)
    assert (found.state, found.address) == (state, "rina@example.org" if personal else "")


def test_place_of_an_alarm_selects_the_contacts_of_its_kecamatan(session: PlannerSession):
    here = sample_contact(4, name="Camat Kubung", kecamatan=("13.02.07",), emails=("kubung@example.org",))
    there = sample_contact(5, name="Camat lain", kecamatan=("13.02.03",), emails=("lain@example.org",))
    session.journal.append_drafts([register_contact(here), register_contact(there)])
    place = session.planner._facts._gazetteer.nagari("13.02.07.2001")
    session.raise_one(lon_deg=place.lon_deg, lat_deg=place.lat_deg)
    addresses = {each.address for each in session.run()}
    assert "kubung@example.org" in addresses
    assert "lain@example.org" not in addresses


@pytest.mark.parametrize(("language", "label"), [("id", "Lokasi"), ("en", "Place")])
def test_notice_of_an_alarm_names_nagari_and_kecamatan(session: PlannerSession, language: str, label: str):
    place = Gazetteer(load_base_map(shipped_map())).nagari("13.02.07.2001")
    set_language(language)
    try:
        session.raise_one(lon_deg=place.lon_deg, lat_deg=place.lat_deg)
        text = session.run()[0].text
    finally:
        set_language("id")
    assert f"{label}: Nagari {place.name}, {place.kecamatan_name}" in text
    assert text.index(label) < text.index(f"{place.lat_deg:.5f}, {place.lon_deg:.5f}")


def test_notice_of_an_alarm_outside_the_map_has_only_coordinates(session: PlannerSession):
    session.raise_one(lon_deg=120.5, lat_deg=-9.0)
    text = session.run()[0].text
    assert "Posisi: -9.00000, 120.50000" in text
    assert "Lokasi" not in text


def test_notice_is_sent_without_its_place_if_the_map_is_damaged(
    session: PlannerSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    damaged = tmp_path / "damaged.npz"
    damaged.write_bytes(b"PK\x03\x04 damaged")
    monkeypatch.setattr("tabuah.server.notices.journal_facts.regency_map_file", lambda: damaged)
    here = sample_contact(4, name="Camat Kubung", kecamatan=("13.02.07",), emails=("kubung@example.org",))
    session.journal.append_drafts([register_contact(here)])
    session.raise_one(lon_deg=100.65, lat_deg=-0.85)
    found = session.run()
    assert {"kalaksa@example.org", "camat@example.org"} <= {each.address for each in found}
    assert all("Posisi: -0.85000, 100.65000" in each.text for each in found)


def test_full_queue_waits_and_loses_nothing(session: PlannerSession):
    session.settings = settings_of(more="[limits]\nwaiting = 100\nmessages = 1000\n")
    session.queue.close()
    session.restart()
    for number in range(60):
        session.raise_one(number)
    assert len(session.run()) == 120
    session.raise_one(100)
    assert len(session.run()) == 120
    session.queue.cancel([each.id for each in session.queue.deliveries()], session.clock.now)
    assert len(session.run()) == 122


def test_message_of_a_channel_that_was_removed_is_cancelled(session: PlannerSession):
    session.raise_one()
    session.run()
    other = read_notice_settings('[[channel]]\nname = "sms"\nkind = "http"\nurl = "https://sms.example.org"\n')
    prune_notices(session.queue, session.settings, session.clock.now)
    assert {each.state for each in session.queue.deliveries()} == {"waiting"}
    prune_notices(session.queue, other, session.clock.now)
    found = session.queue.deliveries()
    assert {(each.state, each.ended_at) for each in found} == {("cancelled", session.clock.now)}
    assert all("notices.toml" in each.error for each in found)
    assert session.queue.counts().waiting == 0  # so that /health no longer waits for it


def test_messages_are_deleted_in_time_also_by_a_server_without_channels(session: PlannerSession):
    session.raise_one()
    session.run()
    nothing = read_notice_settings("[limits]\nkeep_days = 2\n")
    prune_unused_notices(session.journal, nothing)
    assert session.queue.deliveries()
    session.clock.now += timedelta(days=3)
    prune_unused_notices(session.journal, nothing)
    assert session.queue.deliveries() == []


def test_planner_ends_at_a_stop_and_takes_the_rest_later(session: PlannerSession):
    session.raise_one()
    assert session.planner.take_entries(lambda: True) == 0
    assert session.planner.take_entries() > 0
