"""The timeline tells of two racing settlements which one counts."""

import pytest
from room import FIRST_SUBJECT, Room

from tabuah.operations.authority.roles import Role
from tabuah.operations.bodies import encode_body
from tabuah.operations.codes import Severity
from tabuah.operations.entries import Draft, Entry, Verdict
from tabuah.operations.incidents.bodies import EntryRefused, EntryReleased, IncidentEdited
from tabuah.operations.incidents.gestures import edit_incident, settle_conflict
from tabuah.operations.incidents.timeline import timeline_of

SETTLED = "Konflik Keparahan diselesaikan"
LATE = "Konflik Keparahan sudah lebih dulu diselesaikan oleh {actor}: pilihan ini tidak diterapkan"


@pytest.fixture
def room():
    return Room()


@pytest.fixture
def ani(room):
    return room.author("ani", Role.SUPERVISOR)


@pytest.fixture
def budi(room):
    return room.author("budi", Role.SUPERVISOR)


def racing(room, ani, budi) -> tuple[Entry, Entry]:
    """The settlements of one conflict by two people who both saw it open."""
    seen = room.report(ani)
    room.write(ani, edit_incident(seen, IncidentEdited(severity=Severity.SEVERE)))
    room.write(budi, edit_incident(seen, IncidentEdited(severity=Severity.MINOR)))
    disputed = room.incident()
    conflict = disputed.open_conflicts[0].id
    takes = ((ani, "current"), (budi, "proposed"))
    first, second = (room.entry(author, settle_conflict(disputed, conflict, take)) for author, take in takes)
    return first, second


def words(history) -> dict[str, str]:
    return {event.entry: event.text for event in timeline_of(history)}


def speaking(room, author, kind, body) -> Entry:
    return room.entry(author, Draft(subject=FIRST_SUBJECT, kind=kind, body=encode_body(body)))


def test_only_the_settlement_that_counts_reads_as_settled(room, ani, budi):
    first, second = racing(room, ani, budi)
    told = words([(entry, room.judge(entry).verdict) for entry in (first, second)])
    assert room.incident().conflicts[0].settled.entry == first.id
    assert told[first.id].startswith(SETTLED)
    assert told[second.id] == LATE.format(actor="ani")


def test_the_order_of_the_server_counts_and_not_the_clock(room, ani, budi):
    first, second = racing(room, ani, budi)
    told = words([(entry, room.judge(entry).verdict) for entry in (second, first)])
    assert room.incident().conflicts[0].settled.entry == second.id
    assert told[second.id].startswith(SETTLED)
    assert told[first.id] == LATE.format(actor="budi")


def test_an_own_settlement_that_waits_comes_after_one_that_was_pulled(room, ani, budi):
    first, second = racing(room, ani, budi)
    assert words([(first, Verdict.ACCEPTED), (second, None)])[second.id] == LATE.format(actor="ani")


def test_a_rejected_settlement_is_before_nobody(room, ani, budi):
    first, second = racing(room, ani, budi)
    assert words([(first, Verdict.REJECTED), (second, Verdict.ACCEPTED)])[second.id].startswith(SETTLED)


def test_a_held_settlement_takes_part_from_its_release_on(room, ani, budi):
    first, second = racing(room, ani, budi)
    release = speaking(room, budi, "entry.released", EntryReleased(entry=first.id))
    history = [(first, Verdict.HELD), (second, Verdict.ACCEPTED), (release, Verdict.ACCEPTED)]
    assert words(history)[second.id].startswith(SETTLED)
    assert words(history)[first.id] == LATE.format(actor="budi")
    early = words([history[0], history[2], history[1]])
    assert early[first.id].startswith(SETTLED)
    assert early[second.id] == LATE.format(actor="ani")


def test_a_refused_settlement_is_before_nobody(room, ani, budi):
    first, second = racing(room, ani, budi)
    refusal = speaking(room, budi, "entry.refused", EntryRefused(entry=first.id, reason="bukan wewenangnya"))
    history = [(first, Verdict.HELD), (refusal, Verdict.ACCEPTED), (second, Verdict.ACCEPTED)]
    assert words(history)[second.id].startswith(SETTLED)
