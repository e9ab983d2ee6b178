"""The rules in force are a version that only the server raises."""

import pytest
from support.judged_journal import JudgedJournal

from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.authority import Authority
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import FIRST_VERSION, NEWEST_VERSION, Policy, PolicyChanged


def change(version: int, key: str = "rules") -> Draft:
    body = encode_body(PolicyChanged(decide_version=version))
    return Draft(subject=f"policy/{key}", kind="policy.changed", body=body)


@pytest.fixture
def room() -> JudgedJournal:
    return JudgedJournal(decide_version=FIRST_VERSION)


def test_policy_of_old_journals_is_first_version():
    assert Authority().decide_version == FIRST_VERSION


def test_policy_is_raised_by_server(room: JudgedJournal):
    assert room.write(room.server(), change(2)).verdict is Verdict.ACCEPTED
    assert room.authority.decide_version == 2


@pytest.mark.parametrize("version", [1, 2])
def test_policy_never_goes_back(room: JudgedJournal, version: int):
    room.write(room.server(), change(2))
    assert room.write(room.server(), change(version)).reason == "policy_goes_back"
    assert room.authority.decide_version == 2


def test_policy_has_one_key(room: JudgedJournal):
    assert room.write(room.server(), change(2, key="other")).reason == "subject_of_another_name"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SERVER])
def test_policy_is_forbidden_to_people(room: JudgedJournal, role: Role):
    assert room.write(room.author("ani", role), change(2)).reason == "role_forbids"


def test_policy_of_newer_program_is_capped_for_predictions():
    authority = Authority()
    authority.update(Policy(decide_version=NEWEST_VERSION + 5))
    assert authority.decide_version == NEWEST_VERSION
