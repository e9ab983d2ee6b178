"""Status moves: forward ones merge to the furthest; others need an author who saw the present status."""

from datetime import timedelta

import pytest
from support.judged_journal import MORNING, JudgedJournal, key_of

from tabuah.operations.codes import Severity, Status
from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.drafts import (
    delete_incident,
    edit_incident,
    merge_incidents,
    move_incident,
    note_incident,
    report_figures,
    settle_conflict,
)
from tabuah.operations.incidents.entry_bodies import Figures, IncidentEdited
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import FIRST_VERSION, STRICT_VERSION
from tabuah.text.incidents import closure
from tabuah.text.sync.verdict_reasons import describe_reason


@pytest.fixture
def room():
    return JudgedJournal()


@pytest.fixture
def ani(room):
    return room.author("ani")


@pytest.fixture
def budi(room):
    return room.author("budi", Role.FIELD)


@pytest.fixture
def kalaksa(room):
    return room.author("kalaksa", Role.SUPERVISOR)


def move(room, author, to, seen=None):
    return room.write(author, move_incident(seen or room.incident(), to))


def contained(room, author):
    room.report(author)
    move(room, author, Status.CONTAINED)
    return room.incident()


def test_forward_moves_merge_to_the_furthest(room, ani, budi):
    seen = room.report(ani)
    assert move(room, budi, Status.ON_SCENE, seen).verdict is Verdict.ACCEPTED
    assert move(room, ani, Status.ASSIGNED, seen).verdict is Verdict.ACCEPTED
    incident = room.incident()
    assert incident.status is Status.ON_SCENE
    assert {Status.ON_SCENE, Status.ASSIGNED} <= set(incident.status_times)


def test_offline_chain_continues_from_ineffective_move(room, ani, budi):
    seen = room.report(ani)
    move(room, budi, Status.ON_SCENE, seen)
    offline_first = room.entry(ani, move_incident(seen, Status.ASSIGNED))
    room.judge(offline_first)
    then = room.write(ani, move_incident(seen, Status.EN_ROUTE), base={"status": offline_first.id})
    assert then.verdict is Verdict.ACCEPTED
    assert room.incident().status is Status.ON_SCENE


def test_status_keeps_its_earliest_time(room, ani, budi):
    seen = room.report(ani)
    early = MORNING - timedelta(minutes=9)
    move(room, ani, Status.ON_SCENE, seen)
    room.write(budi, move_incident(seen, Status.ON_SCENE, occurred_at=early))
    assert room.incident().status_times[Status.ON_SCENE] == early


def test_step_back_is_accepted_with_present_status(room, ani):
    room.report(ani)
    move(room, ani, Status.ON_SCENE)
    assert move(room, ani, Status.ASSIGNED).verdict is Verdict.ACCEPTED
    assert room.incident().status is Status.ASSIGNED


def contained_with_missing(room, ani, kalaksa, *counts):
    """An incident that ani has contained, with counts of missing people by one source after another."""
    contained(room, ani)
    for count in counts:
        room.write(kalaksa, report_figures(room.incident(), Figures(missing=count), source="PMI"))
    return room.incident()


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_closing_with_missing_people_needs_a_reason(room, ani, kalaksa, reason):
    incident = contained_with_missing(room, ani, kalaksa, 2)
    refused = room.write(kalaksa, move_incident(incident, Status.CLOSED, reason=reason))
    assert (refused.verdict, refused.reason) == (Verdict.REJECTED, "closed_without_reason")
    assert room.incident().status is Status.CONTAINED
    closed = room.write(kalaksa, move_incident(incident, Status.CLOSED, reason="pencarian diserahkan ke Basarnas"))
    assert (closed.verdict, room.incident().status) == (Verdict.ACCEPTED, Status.CLOSED)


@pytest.mark.parametrize("counts", [(), (0,), (2, 0)])
def test_closing_without_missing_people_needs_no_reason(room, ani, kalaksa, counts):
    incident = contained_with_missing(room, ani, kalaksa, *counts)
    assert room.write(kalaksa, move_incident(incident, Status.CLOSED)).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("version", [FIRST_VERSION, STRICT_VERSION])
def test_earlier_rules_close_without_a_reason(version):
    room = JudgedJournal(decide_version=version)
    ani, kalaksa = room.author("ani"), room.author("kalaksa", Role.SUPERVISOR)
    incident = contained_with_missing(room, ani, kalaksa, 2)
    assert room.write(kalaksa, move_incident(incident, Status.CLOSED)).verdict is Verdict.ACCEPTED


def test_stale_closing_with_missing_people_needs_a_reason(room, ani, kalaksa):
    seen = contained_with_missing(room, ani, kalaksa, 2)
    move(room, ani, Status.ON_SCENE)
    refused = room.write(kalaksa, move_incident(seen, Status.CLOSED))
    assert refused.reason == "closed_without_reason"
    assert room.write(kalaksa, move_incident(seen, Status.CLOSED, reason="selesai")).verdict is Verdict.CONFLICT


def test_missing_reason_has_one_sentence():
    assert describe_reason("closed_without_reason") == closure.end_without_reason(Status.CLOSED)


def test_closing_needs_a_supervisor(room, ani):
    contained(room, ani)
    assert move(room, ani, Status.CLOSED).reason == "supervisor_only"


def test_closing_needs_a_second_person(room, kalaksa):
    contained(room, kalaksa)
    assert move(room, kalaksa, Status.CLOSED).reason == "close_needs_second_person"


def test_closing_needs_a_contained_incident(room, ani, kalaksa):
    room.report(ani)
    assert move(room, kalaksa, Status.CLOSED).reason == "close_needs_contained"


def test_closing_by_second_person_is_accepted(room, ani, kalaksa):
    contained(room, ani)
    assert move(room, kalaksa, Status.CLOSED).verdict is Verdict.ACCEPTED
    assert not room.incident().is_open


def test_late_forward_move_does_not_reopen(room, ani, budi, kalaksa):
    seen = room.report(ani)
    move(room, ani, Status.CONTAINED)
    move(room, kalaksa, Status.CLOSED)
    assert move(room, budi, Status.ON_SCENE, seen).verdict is Verdict.ACCEPTED
    assert room.incident().status is Status.CLOSED
    assert Status.ON_SCENE in room.incident().status_times


def test_reopening_needs_a_supervisor(room, ani, kalaksa):
    contained(room, ani)
    move(room, kalaksa, Status.CLOSED)
    assert move(room, ani, Status.ON_SCENE).reason == "supervisor_only"
    assert move(room, kalaksa, Status.ON_SCENE).verdict is Verdict.ACCEPTED
    assert room.incident().status is Status.ON_SCENE


def test_closing_a_moved_incident_is_conflict(room, ani, kalaksa):
    seen = contained(room, ani)
    move(room, ani, Status.ON_SCENE)
    assert move(room, kalaksa, Status.CLOSED, seen).verdict is Verdict.CONFLICT
    assert room.incident().status is Status.ON_SCENE
    conflict = room.incident().open_conflicts[0]
    room.write(kalaksa, settle_conflict(room.incident(), conflict.id, "proposed"))
    assert room.incident().status is Status.CLOSED


def test_false_report_during_travel_is_a_conflict(room, ani, budi):
    seen = room.report(ani)
    move(room, budi, Status.EN_ROUTE, seen)
    assert move(room, ani, Status.FALSE_REPORT, seen).verdict is Verdict.CONFLICT


def test_forward_move_after_false_report_is_conflict(room, ani, budi):
    seen = room.report(ani)
    move(room, ani, Status.FALSE_REPORT)
    assert move(room, budi, Status.ON_SCENE, seen).verdict is Verdict.CONFLICT


def test_merge_keeps_target_and_can_be_undone(room, ani):
    room.report(ani, key_of(1))
    room.report(ani, key_of(2))
    room.write(ani, merge_incidents(room.incident(key_of(1)), room.incident(key_of(2))))
    assert (room.incident(key_of(1)).status, room.incident(key_of(1)).merged_into) == (Status.MERGED, key_of(2))
    move(room, ani, Status.VERIFIED)
    assert room.incident(key_of(1)).status is Status.VERIFIED
    assert room.incident(key_of(1)).merged_into == ""


def test_deletion_after_unseen_edit_asks(room, ani, kalaksa):
    seen = room.report(ani)
    room.write(ani, note_incident(seen, "Air naik"))
    assert room.write(kalaksa, delete_incident(seen, reason="ganda")).verdict is Verdict.CONFLICT
    assert not room.incident().deleted
    (conflict,) = room.incident().open_conflicts
    room.write(kalaksa, settle_conflict(room.incident(), conflict.id, "proposed"))
    assert room.incident().deleted


def test_edit_after_deletion_asks_and_is_kept(room, ani, budi, kalaksa):
    seen = room.report(ani)
    room.write(kalaksa, delete_incident(seen, reason="ganda"))
    decision = room.write(budi, edit_incident(seen, IncidentEdited(severity=Severity.SEVERE)))
    assert decision.verdict is Verdict.CONFLICT
    assert room.incident().deleted
    (conflict,) = room.incident().open_conflicts
    room.write(kalaksa, settle_conflict(room.incident(), conflict.id, "proposed"))
    assert (room.incident().deleted, room.incident().severity) == (False, Severity.SEVERE)
