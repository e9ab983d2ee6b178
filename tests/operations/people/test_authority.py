"""Roles, grants, and entries held for a doubt about their author."""

import hashlib
from datetime import timedelta

import msgspec
import pytest
from support.judged_journal import FIRST, FIRST_SUBJECT, MORNING, Author, JudgedJournal, key_of

from tabuah.operations.decisions import decide
from tabuah.operations.entries import Draft, Entry, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.held_entry_kinds import EntryRefused, EntryReleased
from tabuah.operations.incidents.drafts import note_incident
from tabuah.operations.lookups import Lookups
from tabuah.operations.people.authority import VouchedChain
from tabuah.operations.people.entry_bodies import DeviceEnrolled
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_state import EMPTY


@pytest.fixture
def room():
    return JudgedJournal()


@pytest.fixture
def ani(room):
    return room.author("ani")


def vouch(room: JudgedJournal, author: Author, last: Entry) -> None:
    """Let the owner of a device vouch for its chain up to an entry."""
    head = hashlib.sha256(msgspec.json.encode(last)).hexdigest()
    device = room.authority.devices[author.device]
    vouched = VouchedChain(head=head, at=MORNING)
    room.authority.update(msgspec.structs.replace(device, written_before=last.n, vouched=vouched))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR, Role.ADMIN, Role.GATEWAY])
def test_roles_without_incident_work_cannot_write_incidents(room, ani, role):
    incident = room.report(ani)
    other = room.author("dedi", role)
    decision = room.write(other, note_incident(incident, "…"))
    assert (decision.verdict, decision.reason) == (Verdict.REJECTED, "role_forbids")


def test_entry_after_grant_expiry_is_held(room, ani):
    incident = room.report(ani)
    entry = room.entry(ani, note_incident(incident, "Air surut"), at=MORNING + timedelta(days=8))
    decision = room.judge(entry)
    assert (decision.verdict, decision.reason) == (Verdict.HELD, "grant_expired")
    assert room.incident().note_count == 0
    assert entry.id in room.states[FIRST_SUBJECT].held


def test_release_takes_effect_and_rejection_does_not(room, ani):
    incident = room.report(ani)
    kalaksa = room.author("kalaksa", Role.SUPERVISOR)
    late = [room.entry(ani, note_incident(incident, text), at=MORNING + timedelta(days=8)) for text in ("a", "b")]
    for entry in late:
        room.judge(entry)
    release = Draft(subject=FIRST_SUBJECT, kind="entry.released", body=encode_body(EntryReleased(entry=late[0].id)))
    refuse = Draft(
        subject=FIRST_SUBJECT,
        kind="entry.refused",
        body=encode_body(EntryRefused(entry=late[1].id, reason="ganda")),
    )
    assert room.write(kalaksa, release).verdict is Verdict.ACCEPTED
    assert room.write(kalaksa, refuse).verdict is Verdict.ACCEPTED
    assert room.incident().note_count == 1
    assert not room.states[FIRST_SUBJECT].held


def test_operator_cannot_release_held_entry(room, ani):
    incident = room.report(ani)
    entry = room.entry(ani, note_incident(incident, "…"), at=MORNING + timedelta(days=8))
    room.judge(entry)
    draft = Draft(subject=FIRST_SUBJECT, kind="entry.released", body=encode_body(EntryReleased(entry=entry.id)))
    assert room.write(ani, draft).reason == "role_forbids"


def test_entry_of_revoked_device_is_held(room, ani):
    incident = room.report(ani)
    device = room.authority.devices[ani.device]
    room.authority.update(msgspec.structs.replace(device, revoked=True))
    assert room.write(ani, note_incident(incident, "…")).reason == "device_revoked"


def test_grant_of_another_person_is_invalid(room, ani):
    incident = room.report(ani)
    room.author("budi", Role.SUPERVISOR)
    assert room.write(ani, note_incident(incident, "…"), grant="grant-budi").reason == "no_grant"


def test_owner_vouches_only_for_entries_before_enrolment(room, ani):
    incident = room.report(ani)
    entry = room.entry(ani, note_incident(incident, "…"), grant="", n=2)
    vouch(room, ani, entry)
    assert room.judge(entry).verdict is Verdict.ACCEPTED
    assert room.write(ani, note_incident(incident, "…"), grant="", n=3).verdict is Verdict.HELD


def test_only_first_entry_enrols_its_server():
    body = DeviceEnrolled(public_key="a" * 64, tag="ABCD", is_server=True)
    draft = Draft(subject="device/server", kind="device.enrolled", body=encode_body(body))
    empty, room = JudgedJournal(), JudgedJournal()
    server = type(room.author("ani"))("server", "server", "ABCD")
    assert empty.write(server, draft).verdict is Verdict.ACCEPTED
    assert room.write(server, draft).verdict is not Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "incident.enchanted"}, "unknown_kind"),
        ({"schema": 2}, "unknown_schema"),
        ({"subject": "station/X"}, "subject_of_another_kind"),
        ({"subject": "incident/"}, "subject_of_another_kind"),
        ({"body": msgspec.Raw(b'{"text": 5}')}, "malformed_body"),
        ({"subject": "incident/unknown"}, "unknown_subject"),
    ],
)
def test_invalid_entry_is_rejected_with_reason(room, ani, changes, reason):
    incident = room.report(ani)
    decision = room.write(ani, note_incident(incident, "…"), **changes)
    assert (decision.verdict, decision.reason) == (Verdict.REJECTED, reason)


def test_number_of_another_device_is_rejected(room, ani):
    room.author("budi")
    before = dict(room.states)
    entry = room.entry(ani, Draft(subject=f"incident/{key_of(9)}", kind="incident.reported", body=_report_of("BUDI")))
    assert room.judge(entry).reason == "number_of_another_device"
    assert room.states[f"incident/{key_of(9)}"].value is None
    assert f"incident/{key_of(9)}" not in before


@pytest.mark.parametrize("key", ["../../etc", "1", f"{FIRST}/x", FIRST.replace("-", ""), f" {FIRST}", "0" * 36])
def test_incident_id_must_be_a_uuid(room, ani, key):
    draft = Draft(subject=f"incident/{key}", kind="incident.reported", body=_report_of("ANIA"))
    assert room.judge(room.entry(ani, draft)).reason == "subject_malformed"


def test_number_belongs_to_one_incident(room, ani):
    draft = Draft(subject=FIRST_SUBJECT, kind="incident.reported", body=_report_of("ANIA"))
    entry = room.entry(ani, draft)
    for owner, reason in ((f"incident/{key_of(2)}", "number_taken"), (draft.subject, ""), ("", "")):
        lookups = Lookups(number_owner=lambda _number, it=owner: it)
        assert decide(EMPTY, room.authority, entry, lookups=lookups).reason == reason


def _report_of(tag):
    return msgspec.Raw(b'{"number":"SLK-%s-0001","hazard":"flood","title":"Banjir"}' % tag.encode())
