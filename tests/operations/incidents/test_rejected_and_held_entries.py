"""Rejected and held entries: dependents, editable text and outcomes."""

import msgspec
import pytest
from support.judged_journal import FIRST_SUBJECT, JudgedJournal, key_of

from tabuah.operations.codes import Severity, Status
from tabuah.operations.entries import Draft, Entry, Verdict
from tabuah.operations.entry_dependencies import depends_on, group_by_dependency, sort_by_dependency
from tabuah.operations.entry_kinds import decode_body, encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.held_entry_kinds import EntryRefused, EntryReleased
from tabuah.operations.incidents.drafts import (
    add_restricted_note,
    edit_incident,
    move_incident,
    note_incident,
    settle_conflict,
)
from tabuah.operations.incidents.editable_text import editable_text, replace_text
from tabuah.operations.incidents.entry_bodies import IncidentEdited, IncidentReported
from tabuah.operations.incidents.outcomes import EntryOutcome
from tabuah.operations.people.roles import Role
from tabuah.text.incidents.timeline import timeline_of


@pytest.fixture
def room():
    return JudgedJournal()


@pytest.fixture
def ani(room):
    return room.author("ani", Role.SUPERVISOR)


def severity(room, author, value, **base):
    draft = edit_incident(room.incident(), IncidentEdited(severity=value))
    return room.entry(author, draft, **({"base": base} if base else {}))


def test_dependents_are_found_through_others(room, ani):
    room.report(ani)
    first = severity(room, ani, Severity.SEVERE)
    second = severity(room, ani, Severity.MINOR, severity=first.id)
    third = severity(room, ani, Severity.CATASTROPHIC, severity=second.id)
    beside = room.entry(ani, note_incident(room.incident(), "tidak terkait"))
    assert depends_on(second, first)
    assert not depends_on(third, first)
    assert not depends_on(first, second)
    assert group_by_dependency([first, second, beside, third]) == ((first, (second, third)), (beside, ()))


def test_dependents_of_a_report_are_all_entries(room, ani):
    incident = room.report(ani)
    report = report_of(room, ani)
    note = room.entry(ani, note_incident(incident, "air naik"))
    assert group_by_dependency([report, note]) == ((report, (note,)),)
    other = msgspec.structs.replace(note, subject=f"incident/{key_of(2)}")
    assert group_by_dependency([report, other]) == ((report, ()), (other, ()))


def test_settlement_depends_on_the_conflicting_change(room, ani):
    incident = room.report(ani)
    change = severity(room, ani, Severity.SEVERE)
    settlement = room.entry(ani, settle_conflict(incident, f"{change.id}.severity", "proposed"))
    assert depends_on(settlement, change)


def test_dependency_groups_contain_each_entry_once(room, ani):
    room.report(ani)
    first, second = severity(room, ani, Severity.SEVERE), severity(room, ani, Severity.MINOR)
    both = room.entry(ani, note_incident(room.incident(), "x"), base={"severity": first.id, "place": second.id})
    assert group_by_dependency([first, second, both]) == ((first, (both,)), (second, ()))


def report_of(room, author) -> Entry:
    body = IncidentReported(number=f"SLK-{author.tag}-0002", hazard="flood", title="Banjir")
    return room.entry(author, Draft(subject=FIRST_SUBJECT, kind="incident.reported", body=encode_body(body)))


def test_text_is_replaced_and_other_fields_stay(room, ani):
    report = report_of(room, ani)
    again = msgspec.structs.replace(report, body=replace_text(report, " Banjir bandang "))
    assert editable_text(again) == "Banjir bandang"
    assert decode_body(again).number == decode_body(report).number


def test_entry_without_own_text_is_not_editable(room, ani):
    incident = room.report(ani)
    for draft in (
        edit_incident(incident, IncidentEdited(severity=Severity.SEVERE)),
        add_restricted_note(incident, "rahasia", salt="00" * 16),
    ):
        entry = room.entry(ani, draft)
        assert editable_text(entry) is None
        with pytest.raises(NotPossible):
            replace_text(entry, "lain")
    assert editable_text(room.entry(ani, move_incident(incident, Status.VERIFIED))) == ""


@pytest.mark.parametrize("words", ["", "  ", "x" * 201])
def test_invalid_text_is_refused(room, ani, words):
    with pytest.raises(NotPossible):
        replace_text(report_of(room, ani), words)


def judged(room, ani, *bodies) -> EntryOutcome:
    room.report(ani)
    held = room.entry(ani, note_incident(room.incident(), "ditulis sesudah izin habis"))
    speaking = [room.entry(ani, Draft(subject=held.subject, kind=kind, body=encode_body(body(held))))
                for kind, body in bodies]  # fmt: skip
    history = [(held, Verdict.HELD), *((entry, Verdict.ACCEPTED) for entry in speaking)]
    return next(event.outcome for event in timeline_of(history) if event.entry == held.id)


def release(held):
    return EntryReleased(entry=held.id)


def refuse(held):
    return EntryRefused(entry=held.id, reason="salah tempat")


def test_timeline_shows_outcome_of_held_entry(room, ani):
    assert judged(room, ani) is EntryOutcome.HELD
    assert judged(room, ani, ("entry.released", release)) is EntryOutcome.RELEASED
    assert judged(room, ani, ("entry.refused", refuse)) is EntryOutcome.REFUSED


def test_first_supervisor_decision_counts(room, ani):
    assert judged(room, ani, ("entry.refused", refuse), ("entry.released", release)) is EntryOutcome.REFUSED


def test_timeline_shows_outcome_of_other_entries(room, ani):
    room.report(ani)
    entry = room.entry(ani, note_incident(room.incident(), "air naik"))
    outcomes = {verdict: timeline_of([(entry, verdict)])[0].outcome for verdict in (None, *Verdict)}
    assert outcomes == {
        None: EntryOutcome.PENDING,
        Verdict.ACCEPTED: EntryOutcome.EFFECTIVE,
        Verdict.CONFLICT: EntryOutcome.CONFLICT,
        Verdict.HELD: EntryOutcome.HELD,
        Verdict.REJECTED: EntryOutcome.REJECTED,
    }


def test_dependency_sort_keeps_each_device_order(room, ani):
    budi = room.author("budi", Role.FIELD)
    room.report(ani)
    report = report_of(room, ani)
    first = severity(room, ani, Severity.SEVERE)
    answer = severity(room, budi, Severity.MINOR, severity=first.id)
    note = room.entry(budi, note_incident(room.incident(), "beda hal"))
    last = severity(room, ani, Severity.CATASTROPHIC, severity=answer.id)
    assert sort_by_dependency([answer, note, report, first, last]) == [report, first, answer, note, last]
    assert sort_by_dependency([last, first, note]) == [last, first, note]  # each device's as given, whatever they say
    assert sort_by_dependency([report, note, first]) == [report, note, first]


def test_dependency_cycle_keeps_all_entries(room, ani):
    budi = room.author("budi", Role.FIELD)
    room.report(ani)
    first = severity(room, ani, Severity.SEVERE)
    answer = severity(room, budi, Severity.MINOR, severity=first.id)
    forged = msgspec.structs.replace(first, base={"severity": answer.id})
    assert sorted(entry.id for entry in sort_by_dependency([forged, answer])) == sorted([forged.id, answer.id])
