"""The timeline shows which of two racing settlements counts, and when a report was made."""

from datetime import timedelta

import msgspec
import pytest
from support.judged_journal import FIRST_SUBJECT, JudgedJournal

from tabuah.operations.codes import Hazard, Severity
from tabuah.operations.entries import Draft, Entry, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.held_entry_kinds import EntryRefused, EntryReleased
from tabuah.operations.incidents.drafts import edit_incident, settle_conflict
from tabuah.operations.incidents.entry_bodies import IncidentEdited, IncidentReported
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import format_moment, format_time
from tabuah.text.incidents.timeline import timeline_of

SETTLED = "Konflik Keparahan diselesaikan"
LATE = "Konflik Keparahan sudah lebih dahulu diselesaikan oleh {actor}: pilihan ini tidak diterapkan"


@pytest.fixture
def room():
    return JudgedJournal()


@pytest.fixture
def ani(room):
    return room.author("ani", Role.SUPERVISOR)


@pytest.fixture
def budi(room):
    return room.author("budi", Role.SUPERVISOR)


def racing(room, ani, budi) -> tuple[Entry, Entry]:
    """Return two settlements of one conflict by people who both saw it open."""
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


def test_timeline_shows_only_the_effective_settlement(room, ani, budi):
    first, second = racing(room, ani, budi)
    told = words([(entry, room.judge(entry).verdict) for entry in (first, second)])
    assert room.incident().conflicts[0].settled.entry == first.id
    assert told[first.id].startswith(SETTLED)
    assert told[second.id] == LATE.format(actor="ani")


def test_timeline_settlements_follow_server_order(room, ani, budi):
    first, second = racing(room, ani, budi)
    told = words([(entry, room.judge(entry).verdict) for entry in (second, first)])
    assert room.incident().conflicts[0].settled.entry == second.id
    assert told[second.id].startswith(SETTLED)
    assert told[first.id] == LATE.format(actor="budi")


def test_timeline_pending_settlement_follows_pulled_one(room, ani, budi):
    first, second = racing(room, ani, budi)
    assert words([(first, Verdict.ACCEPTED), (second, None)])[second.id] == LATE.format(actor="ani")


def test_timeline_ignores_rejected_settlement(room, ani, budi):
    first, second = racing(room, ani, budi)
    assert words([(first, Verdict.REJECTED), (second, Verdict.ACCEPTED)])[second.id].startswith(SETTLED)


def test_timeline_held_settlement_counts_from_release(room, ani, budi):
    first, second = racing(room, ani, budi)
    release = speaking(room, budi, "entry.released", EntryReleased(entry=first.id))
    history = [(first, Verdict.HELD), (second, Verdict.ACCEPTED), (release, Verdict.ACCEPTED)]
    assert words(history)[second.id].startswith(SETTLED)
    assert words(history)[first.id] == LATE.format(actor="budi")
    early = words([history[0], history[2], history[1]])
    assert early[first.id].startswith(SETTLED)
    assert early[second.id] == LATE.format(actor="ani")


def test_timeline_ignores_refused_held_settlement(room, ani, budi):
    first, second = racing(room, ani, budi)
    refusal = speaking(room, budi, "entry.refused", EntryRefused(entry=first.id, reason="bukan wewenangnya"))
    history = [(first, Verdict.HELD), (refusal, Verdict.ACCEPTED), (second, Verdict.ACCEPTED)]
    assert words(history)[second.id].startswith(SETTLED)


@pytest.mark.parametrize(
    ("minutes_before", "text"),
    [
        (0, "Dilaporkan: Banjir"),
        (25, "Dilaporkan (kejadian {time}): Banjir"),
        (2 * 24 * 60, "Dilaporkan (kejadian {day}): Banjir"),
    ],
)
def test_timeline_report_has_time_of_report_and_of_event(room, ani, minutes_before: int, text: str):
    body = encode_body(IncidentReported(number="SLK-ANIA-0001", hazard=Hazard.FLOOD, title="Banjir"))
    entry = room.entry(ani, Draft(subject=FIRST_SUBJECT, kind="incident.reported", body=body))
    occurred = entry.at - timedelta(minutes=minutes_before)
    (event,) = timeline_of([(msgspec.structs.replace(entry, occurred_at=occurred), Verdict.ACCEPTED)])
    assert event.at == event.written_at == entry.at
    shown = {"time": format_time(occurred, zone=False), "day": format_moment(occurred)}
    assert event.text == text.format(**shown)
