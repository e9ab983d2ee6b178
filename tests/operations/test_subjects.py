"""The table of subjects is consistent, and everything else is derived from it."""

from collections import Counter
from datetime import UTC, datetime

import msgspec
import pytest

from tabuah.operations.entries import Entry
from tabuah.operations.entry_dependencies import depends_on, sort_by_dependency
from tabuah.operations.entry_kinds import decode_body, known_kinds
from tabuah.operations.errors import MalformedBody
from tabuah.operations.people.permissions import MAY_ATTACH, may_write, may_write_in_exercise
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_state import SubjectState
from tabuah.operations.subjects import CROSS_SUBJECT_KINDS, ENTRY_KINDS, SUBJECT_TYPES, SUBJECTS

ALL_KINDS = [kind for kinds in (*(s.kinds for s in SUBJECTS), CROSS_SUBJECT_KINDS) for kind in kinds]
AWAITED = {
    "incident": "incident.reported",
    "alarm": "alarm.raised",
    "maintenance": "maintenance.planned",
    "unit": "unit.registered",
    "station": "station.registered",
    "rule": "rule.written",
    "bulletin_rule": "bulletin_rule.written",
    "exercise": "exercise.started",
    "roster": "roster.shift_planned",
    "contact": "contact.registered",
    "shift": "shift.started",
    "call": "call.recorded",
    "task": "task.added",
    "shelter": "shelter.added",
    "disruption": "disruption.reported",
    "parent_event": "parent_event.opened",
    "aid": "aid.recorded",
}


def entry(kind: str, subject: str, *, device: str = "d") -> Entry:
    return Entry(
        id=kind, device=device, n=1, prev="", actor="ani", grant="", subject=subject, kind=kind,
        body=msgspec.Raw(b"{}"), at=datetime(2026, 11, 24, 6, tzinfo=UTC),
    )  # fmt: skip


def test_subject_names_and_kinds_are_unique():
    assert len({subject.name for subject in SUBJECTS}) == len(SUBJECTS) == len(SUBJECT_TYPES)
    assert max(Counter(kind.name for kind in ALL_KINDS).values()) == 1
    assert known_kinds() == tuple(sorted(kind.name for kind in ALL_KINDS)) == tuple(sorted(ENTRY_KINDS))


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_subject_owns_its_kinds_and_its_state_tag(subject):
    assert {kind.name.partition(".")[0] for kind in subject.kinds} == {subject.name}
    assert subject.state.__struct_config__.tag == subject.name
    assert sum(kind.creates for kind in subject.kinds) <= 1
    assert all(not kind.any_subject for kind in subject.kinds)


@pytest.mark.parametrize("kind", ALL_KINDS, ids=lambda kind: kind.name)
def test_entry_kind_has_writers_and_frozen_body(kind):
    assert kind.writers
    assert kind.body.__struct_config__.frozen


def test_cross_subject_kinds_refer_to_an_entry():
    assert {kind.name for kind in CROSS_SUBJECT_KINDS} == {"conflict.settled", "entry.released", "entry.refused"}
    assert all(kind.any_subject and (kind.reference or kind.refers_to) for kind in CROSS_SUBJECT_KINDS)
    assert all(kind.fits("station/SLK-1") for kind in CROSS_SUBJECT_KINDS)
    assert not ENTRY_KINDS["incident.noted"].fits("station/SLK-1")


def test_state_union_holds_every_subject():
    decoder = msgspec.json.schema_components([SubjectState])[1]
    assert {subject.state.__name__ for subject in SUBJECTS} <= set(decoder)


def test_awaited_kinds_are_those_that_people_create_with():
    assert {subject.name: subject.awaited_kind for subject in SUBJECTS if subject.awaited_kind} == AWAITED


@pytest.mark.parametrize(
    ("subject", "valid"),
    [
        ("incident/0192f3a4-0000-7000-8000-000000000001", True),
        ("incident/banjir", False),
        ("alarm/1", False),
        ("station/SLK-1", True),
    ],
)
def test_subject_key_form_is_checked(subject, valid):
    assert SUBJECT_TYPES[subject.partition("/")[0]].has_valid_key(subject) is valid


def test_roles_write_what_the_table_says():
    assert may_write(Role.FIELD, "incident.noted")
    assert not may_write(Role.FIELD, "incident.merged")
    assert not may_write(Role.SERVER, "incident.surveyed")
    assert {Role.FIELD, Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN, Role.SERVER} == MAY_ATTACH


def test_gateway_registers_only_exercise_stations_and_units():
    allowed = {kind for kind in known_kinds() if may_write_in_exercise(Role.GATEWAY, kind)}
    assert allowed == {"station.registered", "unit.registered"}
    assert not any(may_write(Role.GATEWAY, kind) for kind in known_kinds())


def test_unknown_kind_has_no_body():
    with pytest.raises(MalformedBody, match=r"unknown kind 'incident\.surveyed'"):
        decode_body(entry("incident.surveyed", "incident/x"))


@pytest.mark.parametrize("subject", ["incident", "alarm", "maintenance"])
def test_entries_depend_on_creation_of_their_subject(subject):
    created = entry(AWAITED[subject], f"{subject}/x")
    later = entry(f"{subject}.changed", f"{subject}/x", device="e")
    assert depends_on(later, created)
    assert not depends_on(created, later)
    assert sort_by_dependency([later, created]) == [created, later]


def test_entries_do_not_depend_on_repeated_registration():
    registered = entry("unit.registered", "unit/TRC-1")
    retired = entry("unit.retired", "unit/TRC-1", device="e")
    assert not depends_on(retired, registered)
    assert sort_by_dependency([retired, registered]) == [retired, registered]
