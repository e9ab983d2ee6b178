"""Merges: one target, no circles, and no incident that disappears from all lists."""

import itertools

import msgspec
import pytest
from support.judged_journal import JudgedJournal, key_of

from tabuah.operations.codes import Status
from tabuah.operations.entries import Verdict
from tabuah.operations.held_entries import release_held
from tabuah.operations.incidents.drafts import (
    delete_incident,
    merge_incidents,
    move_incident,
    settle_conflict,
    unmerge_incident,
)
from tabuah.operations.incidents.merges import final_target, has_broken_merge, leads_to, listed_incident
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import FIRST_VERSION, NEWEST_VERSION, STRICT_VERSION

A, B, C, D = (key_of(number) for number in range(1, 5))


@pytest.fixture
def room():
    return JudgedJournal()


@pytest.fixture
def ani(room):
    return room.author("ani")


@pytest.fixture
def budi(room):
    return room.author("budi")


@pytest.fixture
def kalaksa(room):
    return room.author("kalaksa", Role.SUPERVISOR)


def reported(room, author, *keys):
    return [room.report(author, key) for key in keys]


def merge(room, author, one, into):
    return room.write(author, merge_incidents(one, into))


def listed(room, key):
    return listed_incident(room.incident(key), room.lookups.incident)


def test_second_target_of_merge_is_conflict(room, ani, budi):
    a, b, c = reported(room, ani, A, B, C)
    assert merge(room, ani, a, b).verdict is Verdict.ACCEPTED
    decision = merge(room, budi, a, c)
    assert (decision.verdict, decision.reason) == (Verdict.CONFLICT, "other_target")
    (conflict,) = room.incident(A).open_conflicts
    assert (conflict.field, conflict.current.value, conflict.proposed.value) == ("merged_into", f'"{B}"', f'"{C}"')
    assert (conflict.current.actor, conflict.proposed.actor, conflict.base) == ("ani", "budi", None)
    assert room.incident(A).merged_into == B


@pytest.mark.parametrize(("take", "target"), [("current", B), ("proposed", C)])
def test_settlement_chooses_target_of_merge(room, ani, budi, take, target):
    a, b, c = reported(room, ani, A, B, C)
    merge(room, ani, a, b)
    merge(room, budi, a, c)
    (conflict,) = room.incident(A).open_conflicts
    assert room.write(ani, settle_conflict(room.incident(A), conflict.id, take)).verdict is Verdict.ACCEPTED
    assert (room.incident(A).merged_into, room.incident(A).open_conflicts) == (target, ())


@pytest.mark.parametrize("of_drill", [True, False])
def test_merge_into_another_world_leads_nowhere(room, ani, of_drill):
    """The report of the target comes after the merge, and belongs to an exercise or to the real world."""
    a, b = reported(room, ani, A, B)
    changes = {"exercise": of_drill, "id": "report-of-target"}
    merge(room, ani, b, a)
    merge(room, ani, a, msgspec.structs.replace(a, id=C))
    room.report(ani, C, **changes)
    assert listed(room, A).status is (Status.REPORTED if of_drill else Status.MERGED)
    assert listed(room, B).status is Status.MERGED
    assert room.incident(A).merged_into == C


def test_merge_into_same_final_target_is_accepted(room, ani, budi):
    a, b, c = reported(room, ani, A, B, C)
    merge(room, ani, a, b)
    merge(room, ani, b, c)
    assert merge(room, budi, a, c).verdict is Verdict.ACCEPTED
    assert final_target(A, room.lookups.incident) == C


def test_merge_with_seen_target_may_change_it(room, ani, budi):
    a, b, c = reported(room, ani, A, B, C)
    merge(room, ani, a, b)
    assert merge(room, budi, room.incident(A), c).verdict is Verdict.ACCEPTED
    assert room.incident(A).merged_into == C


@pytest.mark.parametrize(
    ("version", "verdict"), [(STRICT_VERSION, Verdict.ACCEPTED), (NEWEST_VERSION, Verdict.CONFLICT)]
)
def test_own_equal_merge_does_not_hide_an_unseen_one(version, verdict):
    """Ani saw Budi's first target, not his second one, which is also her own earlier target."""
    room = JudgedJournal(version)
    ani, budi = room.author("ani"), room.author("budi")
    a, b, c = reported(room, ani, A, B, C)
    merge(room, budi, a, b)
    seen = room.incident(A)
    merge(room, budi, room.incident(A), c)
    assert merge(room, ani, a, c).verdict is Verdict.ACCEPTED
    assert merge(room, ani, seen, b).verdict is verdict


def test_own_merge_may_get_another_target(room, ani, budi):
    a, b, c = reported(room, ani, A, B, C)
    merge(room, budi, a, b)
    assert merge(room, ani, a, b).verdict is Verdict.ACCEPTED
    assert merge(room, ani, room.incident(A), c).verdict is Verdict.ACCEPTED


def closed(room, operator, supervisor):
    room.write(operator, move_incident(room.incident(A), Status.CONTAINED))
    room.write(supervisor, move_incident(room.incident(A), Status.CLOSED))
    return room.incident(A)


@pytest.mark.parametrize(("version", "reason"), [(STRICT_VERSION, ""), (NEWEST_VERSION, "supervisor_only")])
def test_closed_incident_is_merged_by_a_supervisor(version, reason):
    room = JudgedJournal(version)
    ani, kalaksa = room.author("ani"), room.author("kalaksa", Role.SUPERVISOR)
    _a, b = reported(room, ani, A, B)
    assert merge(room, ani, closed(room, ani, kalaksa), b).reason == reason
    assert merge(room, kalaksa, room.incident(A), b).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(("version", "reason"), [(STRICT_VERSION, ""), (NEWEST_VERSION, "supervisor_only")])
def test_merge_of_closed_incident_is_undone_by_a_supervisor(version, reason):
    """Undoing the merge reopens the incident."""
    room = JudgedJournal(version)
    ani, kalaksa = room.author("ani"), room.author("kalaksa", Role.SUPERVISOR)
    _a, b = reported(room, ani, A, B)
    merge(room, kalaksa, closed(room, ani, kalaksa), b)
    assert room.write(ani, unmerge_incident(room.incident(A))).reason == reason
    if reason:
        assert room.write(kalaksa, unmerge_incident(room.incident(A))).verdict is Verdict.ACCEPTED
    assert room.incident(A).status is Status.CONTAINED


@pytest.mark.parametrize("seen", [False, True])
def test_merge_in_a_circle_is_conflict(room, ani, budi, seen):
    a, b, c = reported(room, ani, A, B, C)
    merge(room, ani, a, b)
    merge(room, ani, b, c)
    assert merge(room, ani if seen else budi, c, a).reason == "other_target"
    (conflict,) = room.incident(C).open_conflicts
    assert (conflict.current.value, conflict.proposed.value) == ('""', f'"{A}"')
    assert room.incident(C).is_open


def test_settlement_never_makes_a_circle(room, ani, budi):
    a, b = reported(room, ani, A, B)
    merge(room, ani, a, b)
    merge(room, budi, b, a)
    (conflict,) = room.incident(B).open_conflicts
    proposed = settle_conflict(room.incident(B), conflict.id, "proposed")
    assert room.write(ani, proposed).reason == "merge_in_a_circle"
    room.write(ani, move_incident(room.incident(A), Status.VERIFIED))
    assert room.write(ani, proposed).verdict is Verdict.ACCEPTED
    assert room.incident(B).merged_into == A


def test_status_settlement_never_makes_a_circle(room, ani, budi):
    a, b = reported(room, ani, A, B)
    room.write(ani, move_incident(a, Status.ON_SCENE))
    assert merge(room, budi, a, b).reason == "stale_base"
    merge(room, ani, b, a)
    (conflict,) = room.incident(A).open_conflicts
    assert room.write(ani, settle_conflict(room.incident(A), conflict.id, "proposed")).reason == "merge_in_a_circle"


def test_second_proposed_target_is_rejected(room, ani, budi):
    a, b, c = reported(room, ani, A, B, C)
    room.write(ani, move_incident(a, Status.ON_SCENE))
    merge(room, budi, a, b)
    assert merge(room, room.author("citra"), a, c).reason == "merge_contested"
    assert room.incident(A).merge_target == B


def test_merge_of_deleted_incident_makes_no_circle(room, ani, kalaksa):
    a, b = reported(room, ani, A, B)
    merge(room, ani, a, b)
    room.write(kalaksa, delete_incident(room.incident(B), reason="ganda"))
    assert merge(room, ani, b, a).reason == "merge_contested"
    assert listed(room, A).is_open


def test_released_merge_obeys_the_same_rules(room, ani, budi, kalaksa):
    a, b, c = reported(room, ani, A, B, C)
    room.authority.update(msgspec.structs.replace(room.authority.users["budi"], active=False))
    held = room.entry(budi, merge_incidents(a, c))
    assert room.judge(held).verdict is Verdict.HELD
    merge(room, ani, a, b)
    decision = room.write(kalaksa, release_held(held))
    assert (decision.verdict, decision.reason) == (Verdict.CONFLICT, "other_target")
    (conflict,) = room.incident(A).open_conflicts
    assert (room.incident(A).merged_into, conflict.id) == (B, f"{held.id}.merged_into")
    assert not room.states[f"incident/{A}"].held


def test_old_circle_shows_its_oldest_incident():
    room = JudgedJournal(decide_version=FIRST_VERSION)
    ani, budi = room.author("ani"), room.author("budi")
    a, b, c = reported(room, ani, A, B, C)
    assert merge(room, ani, a, b).verdict is Verdict.ACCEPTED
    assert merge(room, budi, b, a).verdict is Verdict.ACCEPTED
    merge(room, ani, c, b)
    assert [final_target(key, room.lookups.incident) for key in (A, B, C)] == [A, A, A]
    assert (listed(room, A).is_open, listed(room, A).status) == (True, Status.REPORTED)
    assert has_broken_merge(listed(room, A))
    assert [listed(room, key).is_open for key in (B, C)] == [False, False]
    assert not has_broken_merge(listed(room, B))


def test_old_merges_overwrite_each_other():
    room = JudgedJournal(decide_version=FIRST_VERSION)
    ani, budi = room.author("ani"), room.author("budi")
    a, b, c = reported(room, ani, A, B, C)
    merge(room, ani, a, b)
    assert merge(room, budi, a, c).verdict is Verdict.ACCEPTED
    assert room.incident(A).merged_into == C


def test_long_chain_of_merges_is_bounded(room, ani):
    keys = [key_of(number) for number in range(1, 301)]
    reports = reported(room, ani, *keys)
    decisions = [merge(room, ani, one, into) for one, into in itertools.pairwise(reports)]
    assert all(decision.verdict is Verdict.ACCEPTED for decision in decisions)
    assert not leads_to(keys[250], keys[0], room.lookups.incident)
    assert merge(room, ani, reports[-1], reports[0]).verdict is Verdict.CONFLICT
    assert final_target(keys[250], room.lookups.incident) == keys[-1]


def test_unmerge_restores_status_before_merge(room, ani):
    a, b = reported(room, ani, A, B)
    room.write(ani, move_incident(a, Status.ON_SCENE))
    merge(room, ani, room.incident(A), b)
    assert room.write(ani, unmerge_incident(room.incident(A))).verdict is Verdict.ACCEPTED
    assert (room.incident(A).status, room.incident(A).merged_into) == (Status.ON_SCENE, "")


@pytest.mark.parametrize(
    ("version", "verdict"), [(STRICT_VERSION, Verdict.ACCEPTED), (NEWEST_VERSION, Verdict.REJECTED)]
)
def test_field_officer_undoes_no_merge(version, verdict):
    room = JudgedJournal(decide_version=version)
    ani, field = room.author("ani"), room.author("dedi", Role.FIELD)
    a, b = reported(room, ani, A, B)
    merge(room, ani, a, b)
    decision = room.write(field, move_incident(room.incident(A), Status.VERIFIED))
    assert decision.verdict is verdict
