"""What was set aside: what rests on it, its words put right, and what the history says became of it."""

import msgspec
import pytest
from room import FIRST_SUBJECT, Room, key_of

from tabuah.operations.authority.roles import Role
from tabuah.operations.bodies import decode_body, encode_body
from tabuah.operations.codes import Severity, Status
from tabuah.operations.entries import Draft, Entry, Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.bodies import EntryRefused, EntryReleased, IncidentEdited, IncidentReported
from tabuah.operations.incidents.gestures import edit_incident, move_incident, note_incident, settle_conflict
from tabuah.operations.incidents.resting import grouped, rests_on, seen_first
from tabuah.operations.incidents.rewording import reworded, words_of
from tabuah.operations.incidents.timeline import Outcome, timeline_of


@pytest.fixture
def room():
    return Room()


@pytest.fixture
def ani(room):
    return room.author("ani", Role.SUPERVISOR)


def severity(room, author, value, **base):
    draft = edit_incident(room.incident(), IncidentEdited(severity=value))
    return room.entry(author, draft, **({"base": base} if base else {}))


def test_what_was_written_on_a_value_rests_on_it_and_so_does_what_rests_on_that(room, ani):
    room.report(ani)
    first = severity(room, ani, Severity.SEVERE)
    second = severity(room, ani, Severity.MINOR, severity=first.id)
    third = severity(room, ani, Severity.CATASTROPHIC, severity=second.id)
    beside = room.entry(ani, note_incident(room.incident(), "tidak terkait"))
    assert rests_on(second, first)
    assert not rests_on(third, first)
    assert not rests_on(first, second)
    assert grouped([first, second, beside, third]) == ((first, (second, third)), (beside, ()))


def test_everything_on_an_incident_rests_on_its_report(room, ani):
    incident = room.report(ani)
    report = report_of(room, ani)
    note = room.entry(ani, note_incident(incident, "air naik"))
    assert grouped([report, note]) == ((report, (note,)),)
    other = msgspec.structs.replace(note, subject=f"incident/{key_of(2)}")
    assert grouped([report, other]) == ((report, ()), (other, ()))


def test_a_settlement_rests_on_the_change_that_opened_the_conflict(room, ani):
    incident = room.report(ani)
    change = severity(room, ani, Severity.SEVERE)
    settlement = room.entry(ani, settle_conflict(incident, f"{change.id}.severity", "proposed"))
    assert rests_on(settlement, change)


def test_each_entry_is_placed_once(room, ani):
    room.report(ani)
    first, second = severity(room, ani, Severity.SEVERE), severity(room, ani, Severity.MINOR)
    both = room.entry(ani, note_incident(room.incident(), "x"), base={"severity": first.id, "place": second.id})
    assert grouped([first, second, both]) == ((first, (both,)), (second, ()))


def report_of(room, author) -> Entry:
    body = IncidentReported(number=f"SLK-{author.tag}-0002", hazard="flood", title="Banjir")
    return room.entry(author, Draft(subject=FIRST_SUBJECT, kind="incident.reported", body=encode_body(body)))


def test_words_can_be_put_right_and_everything_else_stays(room, ani):
    report = report_of(room, ani)
    again = msgspec.structs.replace(report, body=reworded(report, " Banjir bandang "))
    assert words_of(again) == "Banjir bandang"
    assert decode_body(again).number == decode_body(report).number


def test_what_has_no_words_of_a_person_has_none_to_put_right(room, ani):
    incident = room.report(ani)
    for draft in (
        edit_incident(incident, IncidentEdited(severity=Severity.SEVERE)),
        note_incident(incident, "rahasia", restricted=True),
    ):
        entry = room.entry(ani, draft)
        assert words_of(entry) is None
        with pytest.raises(NotPossible):
            reworded(entry, "lain")
    assert words_of(room.entry(ani, move_incident(incident, Status.VERIFIED))) == ""


@pytest.mark.parametrize("words", ["", "  ", "x" * 201])
def test_words_that_the_kind_does_not_allow_are_refused(room, ani, words):
    with pytest.raises(NotPossible):
        reworded(report_of(room, ani), words)


def judged(room, ani, *bodies) -> Outcome:
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


def test_the_history_says_what_became_of_a_held_entry(room, ani):
    assert judged(room, ani) is Outcome.HELD
    assert judged(room, ani, ("entry.released", release)) is Outcome.RELEASED
    assert judged(room, ani, ("entry.refused", refuse)) is Outcome.REFUSED


def test_the_first_word_of_a_supervisor_counts(room, ani):
    assert judged(room, ani, ("entry.refused", refuse), ("entry.released", release)) is Outcome.REFUSED


def test_the_history_says_what_the_server_thinks_of_the_others(room, ani):
    room.report(ani)
    entry = room.entry(ani, note_incident(room.incident(), "air naik"))
    outcomes = {verdict: timeline_of([(entry, verdict)])[0].outcome for verdict in (None, *Verdict)}
    assert outcomes == {
        None: Outcome.PENDING,
        Verdict.ACCEPTED: Outcome.EFFECTIVE,
        Verdict.CONFLICT: Outcome.CONFLICT,
        Verdict.HELD: Outcome.HELD,
        Verdict.REJECTED: Outcome.REJECTED,
    }


def test_nothing_comes_before_what_it_rests_on_and_each_device_keeps_its_order(room, ani):
    budi = room.author("budi", Role.FIELD)
    room.report(ani)
    report = report_of(room, ani)
    first = severity(room, ani, Severity.SEVERE)
    answer = severity(room, budi, Severity.MINOR, severity=first.id)
    note = room.entry(budi, note_incident(room.incident(), "beda hal"))
    last = severity(room, ani, Severity.CATASTROPHIC, severity=answer.id)
    assert seen_first([answer, note, report, first, last]) == [report, first, answer, note, last]
    assert seen_first([last, first, note]) == [last, first, note]  # each device's as given, whatever they say
    assert seen_first([report, note, first]) == [report, note, first]


def test_entries_that_claim_to_rest_on_each_other_are_all_kept(room, ani):
    budi = room.author("budi", Role.FIELD)
    room.report(ani)
    first = severity(room, ani, Severity.SEVERE)
    answer = severity(room, budi, Severity.MINOR, severity=first.id)
    forged = msgspec.structs.replace(first, base={"severity": answer.id})
    assert sorted(entry.id for entry in seen_first([forged, answer])) == sorted([forged.id, answer.id])
