"""Deferred entries wait for their dependency, then are decided."""

import msgspec
import pytest
from support.judged_journal import FIRST, FIRST_SUBJECT, KOTO_BARU, Author, JudgedJournal

from tabuah.operations import deferred_entries
from tabuah.operations.codes import Hazard, Severity, Status
from tabuah.operations.decisions import decide
from tabuah.operations.deferred_entries import MAX_HELD
from tabuah.operations.entries import ACCEPT, Decision, Draft, Entry, Verdict
from tabuah.operations.held_entries import end_deferral, refuse_held, release_held
from tabuah.operations.incidents.drafts import (
    edit_incident,
    move_incident,
    note_incident,
    report_incident,
    settle_conflict,
)
from tabuah.operations.incidents.entry_bodies import IncidentEdited, IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import NEWEST_VERSION, STRICT_VERSION
from tabuah.operations.subject_state import SubjectState, read_state, state_text
from tabuah.operations.units.drafts import move_unit, register_unit
from tabuah.operations.units.entry_bodies import UnitRegistered
from tabuah.operations.units.unit import Unit, UnitKind, UnitState

ON_UNKNOWN = Decision(Verdict.HELD, "rests_on_unknown")
ON_HELD = Decision(Verdict.HELD, "rests_on_held")
NOT_HELD = Decision(Verdict.REJECTED, "not_held")
UNKNOWN = Decision(Verdict.REJECTED, "unknown_subject")


@pytest.fixture
def room() -> JudgedJournal:
    return JudgedJournal()


@pytest.fixture
def ani(room: JudgedJournal) -> Author:
    return room.author("ani")


@pytest.fixture
def budi(room: JudgedJournal) -> Author:
    return room.author("budi", Role.FIELD)


@pytest.fixture
def sari(room: JudgedJournal) -> Author:
    return room.author("sari", Role.SUPERVISOR)


@pytest.fixture
def server(room: JudgedJournal) -> Author:
    author = room.author("server")
    room.authority.update(msgspec.structs.replace(room.authority.devices[author.device], is_server=True))
    return author


@pytest.fixture
def seen() -> Incident:
    """Return Budi's report as seen on a console that received it by bundle."""
    elsewhere = JudgedJournal()
    return elsewhere.report(elsewhere.author("budi", Role.FIELD))


def report_of(tag: str = "BUDI") -> Draft:
    body = IncidentReported(number=f"SLK-{tag}-0001", hazard=Hazard.FLOOD, title="Banjir", place=KOTO_BARU)
    return report_incident(body, incident_id=FIRST)


def in_doubt(room: JudgedJournal, author: Author) -> None:
    """Remove the grant under which an author writes."""
    room.authority.grants.pop(f"grant-{author.name}")


def state(room: JudgedJournal, subject: str = FIRST_SUBJECT) -> SubjectState:
    return room.states[subject]


def held(room: JudgedJournal, kind: str) -> Entry:
    entries = (deferred_entries.held_entry(state(room), key) for key in state(room).held)
    return next(entry for entry in entries if entry.kind == kind)


def answers(room: JudgedJournal, server: Author, subject: str = FIRST_SUBJECT) -> list[str]:
    """Let the server end deferrals; return the kinds of its entries."""
    said = []
    while draft := end_deferral(state(room, subject), room.authority):
        assert room.write(server, draft, grant="") == ACCEPT
        said.append(draft.kind)
    return said


def test_answer_before_report_is_deferred_then_effective(room, ani, budi, server, seen):
    assert room.write(ani, note_incident(seen, "Perahu menuju ke sana")) == ON_UNKNOWN
    assert room.write(ani, edit_incident(seen, IncidentEdited(severity=Severity.SEVERE))) == ON_UNKNOWN
    assert (state(room).value, len(state(room).held), answers(room, server)) == (None, 2, [])
    assert room.write(budi, report_of()) == ACCEPT
    assert answers(room, server) == ["entry.released"] * 2
    assert (room.incident().note_count, room.incident().severity) == (1, Severity.SEVERE)
    assert (state(room).held, state(room).waiting) == ({}, ())


def test_work_on_held_report_waits_for_release(room, ani, budi, sari, server, seen):
    in_doubt(room, budi)
    assert room.write(budi, report_of()).reason == "no_grant"
    assert room.write(ani, note_incident(seen, "Perahu menuju ke sana")) == ON_HELD
    assert answers(room, server) == []
    assert room.write(sari, release_held(held(room, "incident.reported"))) == ACCEPT
    assert answers(room, server) == ["entry.released"]
    assert room.incident().note_count == 1


def test_early_work_waits_while_report_is_held(room, ani, budi, sari, server, seen):
    in_doubt(room, budi)
    assert room.write(ani, note_incident(seen, "Perahu menuju ke sana")) == ON_UNKNOWN
    assert room.write(budi, report_of()).verdict is Verdict.HELD
    assert answers(room, server) == []
    assert room.write(sari, release_held(held(room, "incident.reported"))) == ACCEPT
    assert answers(room, server) == ["entry.released"]


def test_deferred_work_is_rejected_with_refused_report(room, ani, budi, sari, server, seen):
    in_doubt(room, budi)
    room.write(budi, report_of())
    room.write(ani, note_incident(seen, "Perahu menuju ke sana"))
    room.write(sari, refuse_held(held(room, "incident.reported"), "laporan palsu"))
    draft = end_deferral(state(room), room.authority)
    assert draft is not None
    assert b'"unknown_subject"' in bytes(draft.body)
    assert answers(room, server) == ["entry.refused"]
    assert (state(room).value, state(room).held) == (None, {})


def test_work_on_rejected_report_is_rejected(room, ani, server, seen):
    room.write(ani, note_incident(seen, "Perahu menuju ke sana"))
    assert room.write(room.author("citra", Role.VIEWER), report_of("CITR")).reason == "role_forbids"
    assert answers(room, server) == ["entry.refused"]
    assert room.write(ani, note_incident(seen, "Perahu sudah di sana")) == UNKNOWN


def test_report_sent_again_can_be_answered(room, ani, budi):
    assert room.write(budi, report_of("ANIA")).reason == "number_of_another_device"
    assert room.write(budi, report_of()) == ACCEPT
    assert room.write(ani, note_incident(room.incident(), "Perahu menuju ke sana")) == ACCEPT


def test_closing_before_its_step_is_deferred(room, budi, sari, server):
    reported = room.report(sari)
    contained = room.entry(budi, move_incident(reported, Status.CONTAINED))
    closing = msgspec.structs.replace(move_incident(reported, Status.CLOSED), base={"status": contained.id})
    assert room.write(sari, closing) == ON_UNKNOWN
    assert room.judge(contained) == ACCEPT
    assert answers(room, server) == ["entry.released"]
    assert room.incident().status is Status.CLOSED


def test_deferral_never_overrides_the_rules(room, budi, sari, server):
    reported = room.report(sari)
    verified = room.entry(budi, move_incident(reported, Status.VERIFIED))
    closing = msgspec.structs.replace(move_incident(reported, Status.CLOSED), base={"status": verified.id})
    assert room.write(sari, closing) == ON_UNKNOWN
    assert room.judge(verified) == ACCEPT
    assert answers(room, server) == ["entry.refused"]  # it had to be contained
    assert room.incident().status is Status.VERIFIED


def test_closing_after_its_step_is_decided(room, ani, sari):
    room.write(ani, move_incident(room.report(ani), Status.VERIFIED))
    closing = move_incident(room.incident(), Status.CLOSED)
    assert room.write(sari, closing) == Decision(Verdict.REJECTED, "close_needs_contained")


def test_settlement_is_deferred_until_its_conflict(room, ani, budi, sari, server):
    reported = room.report(ani)
    room.write(ani, edit_incident(reported, IncidentEdited(severity=Severity.MINOR)))
    late = room.entry(budi, edit_incident(reported, IncidentEdited(severity=Severity.SEVERE)))
    assert room.write(sari, settle_conflict(reported, f"{late.id}.severity", "proposed")) == ON_UNKNOWN
    assert room.judge(late).verdict is Verdict.CONFLICT
    assert answers(room, server) == ["entry.released"]
    assert (room.incident().severity, room.incident().open_conflicts) == (Severity.SEVERE, ())


def test_settlement_without_conflict_is_rejected(room, ani, budi, sari, server):
    reported = room.report(ani)
    edit = room.entry(budi, edit_incident(reported, IncidentEdited(severity=Severity.SEVERE)))
    assert room.write(sari, settle_conflict(reported, f"{edit.id}.severity", "current")) == ON_UNKNOWN
    assert room.judge(edit) == ACCEPT
    assert answers(room, server) == ["entry.refused"]


def test_entry_on_rejected_one_is_rejected(room, ani, sari):
    reported = room.report(ani)
    edit = room.entry(
        room.author("citra", Role.VIEWER), edit_incident(reported, IncidentEdited(severity=Severity.SEVERE))
    )
    assert room.judge(edit).reason == "role_forbids"
    settling = settle_conflict(reported, f"{edit.id}.severity", "current")
    assert room.write(sari, settling) == Decision(Verdict.REJECTED, "unknown_conflict")


def test_unit_move_is_deferred_until_registration(room, ani, budi, server):
    draft = register_unit(UnitRegistered(id="TRC-1", name="Regu 1", kind=UnitKind.QUICK_RESPONSE, opd="BPBD"))
    elsewhere = JudgedJournal()
    elsewhere.write(elsewhere.author("ani"), draft)
    assert room.write(budi, move_unit(elsewhere.states["unit/TRC-1"].value, UnitState.ON_SCENE)) == ON_UNKNOWN
    assert room.write(ani, draft) == ACCEPT
    assert answers(room, server, "unit/TRC-1") == ["entry.released"]
    unit = state(room, "unit/TRC-1").value
    assert isinstance(unit, Unit)
    assert unit.state is UnitState.ON_SCENE


def test_deferred_entries_are_limited_per_subject(room, ani, seen, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(deferred_entries, "MAX_DEFERRED", 3)
    verdicts = [room.write(ani, note_incident(seen, f"{number}")) for number in range(4)]
    assert verdicts == [ON_UNKNOWN] * 3 + [Decision(Verdict.REJECTED, "too_many_wait")]


def test_rejected_ids_are_limited(room, ani):
    reported, citra = room.report(ani), room.author("citra", Role.VIEWER)
    for _number in range(deferred_entries.MAX_REJECTED_IDS + 3):
        room.write(citra, edit_incident(reported, IncidentEdited(severity=Severity.SEVERE)))
    turned_away, last = state(room).turned_away, f"device-citra-{deferred_entries.MAX_REJECTED_IDS + 3}"
    assert (len(turned_away), turned_away[-1]) == (deferred_entries.MAX_REJECTED_IDS, last)


def test_invalid_subject_id_is_never_deferred(room, ani, seen):
    assert room.write(ani, note_incident(seen, "…"), subject="incident/../../etc") == UNKNOWN


def test_deferred_entries_are_in_state_text(room, ani, seen):
    room.write(ani, note_incident(seen, "Perahu menuju ke sana"))
    assert read_state(state_text(state(room))) == state(room)
    assert state(room).waiting == ("device-ani-1",)


def test_release_needs_an_existing_subject(room, budi, sari, seen):
    in_doubt(room, budi)
    room.write(budi, report_of())
    room.write(budi, note_incident(seen, "Air naik"))
    report, note = held(room, "incident.reported"), held(room, "incident.noted")
    assert room.write(sari, release_held(note)) == Decision(Verdict.REJECTED, "rests_on_held")
    assert room.write(sari, release_held(report)) == ACCEPT
    assert room.write(sari, release_held(note)) == ACCEPT
    assert room.incident().note_count == 1


def test_work_on_refused_report_is_only_refused(room, budi, sari, seen):
    in_doubt(room, budi)
    room.write(budi, report_of())
    room.write(budi, note_incident(seen, "Air naik"))
    note = held(room, "incident.noted")
    room.write(sari, refuse_held(held(room, "incident.reported"), "laporan palsu"))
    assert room.write(sari, release_held(note)) == UNKNOWN
    assert room.write(sari, refuse_held(note, "laporan palsu")) == ACCEPT


def test_supervisor_may_refuse_deferred_entry(room, ani, sari, seen):
    room.write(ani, note_incident(seen, "Perahu menuju ke sana"))
    note = held(room, "incident.noted")
    assert room.write(sari, release_held(note)) == Decision(Verdict.REJECTED, "rests_on_unknown")
    assert room.write(sari, refuse_held(note, "perangkat hilang")) == ACCEPT
    assert (state(room).held, state(room).waiting) == ({}, ())


def test_server_decides_no_supervisor_matter(room, ani, budi, server):
    reported = room.report(ani)
    in_doubt(room, budi)
    room.write(budi, note_incident(reported, "Air naik"))
    note = held(room, "incident.noted")
    assert room.write(server, release_held(note), grant="") == NOT_HELD
    assert room.write(server, refuse_held(note, "unknown_subject"), grant="") == NOT_HELD
    assert answers(room, server) == []


def test_server_ends_deferral_only_by_rules(room, ani, budi, server, seen):
    room.write(ani, note_incident(seen, "Perahu menuju ke sana"))
    note = held(room, "incident.noted")
    assert room.write(server, release_held(note), grant="") == NOT_HELD
    assert room.write(server, refuse_held(note, "unknown_subject"), grant="") == NOT_HELD
    room.write(budi, report_of())
    assert room.write(server, refuse_held(note, "unknown_subject"), grant="") == NOT_HELD
    assert room.write(server, release_held(note), grant="") == ACCEPT


def test_circular_releases_are_harmless(room, sari):
    rina = room.author("rina", Role.SUPERVISOR)
    in_doubt(room, sari)
    entry = room.entry(sari, Draft(subject=FIRST_SUBJECT, kind="entry.released", body=msgspec.Raw(b"{}")))
    named = msgspec.Raw(msgspec.json.encode({"entry": entry.id}))
    assert room.judge(msgspec.structs.replace(entry, body=named)).verdict is Verdict.HELD
    assert room.write(rina, release_held(held(room, "entry.released"))) == ACCEPT


@pytest.mark.parametrize(("version", "reason"), [(STRICT_VERSION, "no_grant"), (NEWEST_VERSION, "too_many_held")])
def test_subject_with_too_many_held_rejects(version: int, reason: str):
    room = JudgedJournal(decide_version=version)
    entry = room.entry(room.author("ani"), note_incident(room.report(room.author("budi")), "air naik"), grant="other")
    full = msgspec.structs.replace(room.states[FIRST_SUBJECT], held={str(n): "{}" for n in range(MAX_HELD)})
    assert decide(full, room.authority, entry).reason == reason
