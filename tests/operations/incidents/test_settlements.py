"""Settlements are decided as the change that they put into force: by role and by person."""

import pytest
from support.judged_journal import FIRST, JudgedJournal, key_of

from tabuah.operations.codes import Severity, Status
from tabuah.operations.entries import Verdict
from tabuah.operations.entry_kinds import known_kinds
from tabuah.operations.incidents.conflict_policy import CONFLICT_POLICY, MergePolicy
from tabuah.operations.incidents.drafts import (
    delete_incident,
    edit_incident,
    merge_incidents,
    move_incident,
    note_incident,
    settle_conflict,
    unmerge_incident,
)
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import FIRST_VERSION, NEWEST_VERSION, STRICT_VERSION
from tabuah.operations.subjects import ENTRY_KINDS

OTHER = key_of(2)
TAKES = ("current", "proposed", "base")


class Office(JudgedJournal):
    """A journal with two supervisors, an operator and two field officers."""

    def __post_init__(self):
        super().__post_init__()
        self.ani, self.budi = self.author("ani"), self.author("budi", Role.FIELD)
        self.kalaksa, self.sari = self.author("kalaksa", Role.SUPERVISOR), self.author("sari", Role.SUPERVISOR)

    def settle(self, author, take, key=FIRST):
        (conflict,) = self.incident(key).open_conflicts
        return self.write(author, settle_conflict(self.incident(key), conflict.id, take))

    def move(self, author, to, seen=None):
        return self.write(author, move_incident(seen or self.incident(), to))

    def contained(self, author):
        self.report(author)
        self.move(author, Status.CONTAINED)
        return self.incident()


@pytest.fixture
def office():
    return Office()


def close_in_conflict(office, contained_by):
    """Close an incident that another person took a step back meanwhile."""
    seen = office.contained(contained_by)
    office.move(office.ani, Status.ON_SCENE)
    assert office.move(office.kalaksa, Status.CLOSED, seen).verdict is Verdict.CONFLICT


@pytest.mark.parametrize(("version", "reason"), [(FIRST_VERSION, ""), (NEWEST_VERSION, "supervisor_only")])
@pytest.mark.parametrize("name", ["ani", "budi"])
def test_closing_settlement_needs_a_supervisor(version, reason, name):
    office = Office(decide_version=version)
    close_in_conflict(office, office.ani)
    assert office.settle(getattr(office, name), "proposed").reason == reason
    assert (office.incident().status is Status.CLOSED) is (not reason)


def test_closing_settlement_needs_a_second_person(office):
    close_in_conflict(office, office.sari)
    assert office.settle(office.sari, "proposed").reason == "close_needs_second_person"
    assert office.settle(office.kalaksa, "proposed").verdict is Verdict.ACCEPTED
    assert office.incident().status is Status.CLOSED


def test_closing_settlement_needs_a_contained_incident(office):
    seen = office.report(office.ani)
    office.move(office.ani, Status.ON_SCENE)
    assert office.move(office.kalaksa, Status.CLOSED, seen).verdict is Verdict.CONFLICT
    assert office.settle(office.kalaksa, "proposed").reason == "close_needs_contained"


def test_settlement_without_closing_needs_no_supervisor(office):
    close_in_conflict(office, office.ani)
    assert office.settle(office.budi, "current").verdict is Verdict.ACCEPTED
    assert office.incident().status is Status.ON_SCENE


def test_reopening_settlement_needs_a_supervisor(office):
    seen = office.contained(office.ani)
    office.move(office.kalaksa, Status.CLOSED)
    assert office.move(office.sari, Status.FALSE_REPORT, seen).verdict is Verdict.CONFLICT
    for take in TAKES:
        assert office.settle(office.ani, take).reason == "supervisor_only"
    assert office.settle(office.sari, "proposed").verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(("version", "reason"), [(STRICT_VERSION, ""), (NEWEST_VERSION, "supervisor_only")])
def test_merging_settlement_of_closed_incident_needs_a_supervisor(version, reason):
    """Ani merged the incident while it was open in her view."""
    office = Office(decide_version=version)
    other = office.report(office.ani, OTHER)
    seen = office.contained(office.ani)
    office.move(office.kalaksa, Status.CLOSED)
    assert office.write(office.ani, merge_incidents(seen, other)).verdict is Verdict.CONFLICT
    assert office.settle(office.ani, "proposed").reason == reason
    if reason:
        assert office.settle(office.sari, "proposed").verdict is Verdict.ACCEPTED
    assert office.incident().merged_into == OTHER


def test_settlement_of_merge_in_a_circle_leaves_closed_incident_to_a_supervisor(office):
    other, seen = office.report(office.ani, OTHER), office.contained(office.ani)
    office.write(office.ani, merge_incidents(other, seen))
    office.move(office.kalaksa, Status.CLOSED)
    assert office.write(office.kalaksa, merge_incidents(office.incident(), other)).reason == "other_target"
    office.write(office.ani, unmerge_incident(office.incident(OTHER)))
    assert office.settle(office.ani, "proposed").reason == "supervisor_only"
    assert office.settle(office.ani, "current").verdict is Verdict.ACCEPTED


def test_false_report_settlement_needs_the_control_room(office):
    seen = office.report(office.ani)
    office.move(office.budi, Status.EN_ROUTE)
    office.move(office.ani, Status.FALSE_REPORT, seen)
    assert office.settle(office.budi, "proposed").reason == "role_forbids"
    assert office.settle(office.ani, "proposed").verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("take", ["current", "proposed"])
def test_deletion_settlement_needs_a_supervisor(office, take):
    seen = office.report(office.ani)
    office.write(office.ani, note_incident(seen, "Air naik"))
    office.write(office.kalaksa, delete_incident(seen, reason="ganda"))
    assert office.settle(office.budi, take).reason == "role_forbids"
    assert office.settle(office.ani, take).reason == "role_forbids"
    assert office.settle(office.sari, take).verdict is Verdict.ACCEPTED


def test_merge_settlements_need_the_control_room(office):
    a, b, c = (office.report(office.ani, key_of(number)) for number in range(1, 4))
    office.write(office.ani, merge_incidents(a, b))
    office.write(office.sari, merge_incidents(a, c))
    assert office.settle(office.budi, "proposed").reason == "role_forbids"
    assert office.settle(office.ani, "proposed").verdict is Verdict.ACCEPTED
    office.move(office.ani, Status.ON_SCENE, office.incident(key_of(2)))
    office.write(office.sari, merge_incidents(b, c))
    assert office.settle(office.budi, "proposed", key_of(2)).reason == "role_forbids"


@pytest.mark.parametrize(("version", "reason"), [(STRICT_VERSION, ""), (NEWEST_VERSION, "role_forbids")])
@pytest.mark.parametrize("take", ["proposed", "base"])
def test_settlement_that_undoes_a_merge_needs_the_control_room(version, reason, take):
    office = Office(decide_version=version)
    other, seen = office.report(office.ani, OTHER), office.report(office.ani)
    office.write(office.sari, merge_incidents(seen, other))
    assert office.move(office.budi, Status.ON_SCENE, seen).verdict is Verdict.CONFLICT
    assert office.settle(office.budi, take).reason == reason
    if reason:
        assert office.settle(office.ani, take).verdict is Verdict.ACCEPTED
    assert office.incident().merged_into == ""


@pytest.mark.parametrize("take", TAKES)
def test_field_officer_settles_what_they_may_edit(office, take):
    seen = office.report(office.ani)
    office.write(office.ani, edit_incident(seen, IncidentEdited(severity=Severity.SEVERE)))
    office.write(office.sari, edit_incident(seen, IncidentEdited(severity=Severity.MINOR)))
    assert office.settle(office.budi, take).verdict is Verdict.ACCEPTED


def test_second_settlement_is_noted_whatever_the_role(office):
    close_in_conflict(office, office.ani)
    (conflict,) = office.incident().open_conflicts
    seen = office.incident()
    office.settle(office.kalaksa, "current")
    late = settle_conflict(seen, conflict.id, "proposed")
    assert office.write(office.budi, late).verdict is Verdict.ACCEPTED
    assert office.incident().status is Status.ON_SCENE


@pytest.mark.parametrize("conflict", ["", "x", ".severity", "x.title", "x.status.forward"])
@pytest.mark.parametrize("version", [FIRST_VERSION, NEWEST_VERSION])
def test_settlement_of_impossible_conflict_does_not_wait(conflict, version):
    office = Office(decide_version=version)
    office.report(office.ani)
    decision = office.write(office.ani, settle_conflict(office.incident(), conflict, "current"))
    if version == NEWEST_VERSION:
        assert (decision.verdict, decision.reason) == (Verdict.REJECTED, "malformed_body")
    else:
        assert decision.reason in ("unknown_conflict", "rests_on_unknown")


def test_settlers_are_the_writers_of_the_field():
    assert "conflict.settled" in known_kinds()
    for rule in CONFLICT_POLICY:
        if rule.policy is MergePolicy.PERSON_DECIDES:
            writers = frozenset[Role]().union(*(ENTRY_KINDS[kind].writers for kind in rule.kinds))
            assert rule.settlers == writers, rule.field
