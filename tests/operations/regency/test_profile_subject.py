"""The profile of the regency is an entry of the server, and its regency never changes."""

import pytest
from support.judged_journal import JudgedJournal
from support.regencies import eastern_regency

from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION, STRICT_VERSION
from tabuah.operations.regency.subject import ProfileChanged, RegencyState
from tabuah.resources.regency import shipped_regency
from tabuah.resources.regency_profile import RegencyProfile


def change(profile: RegencyProfile, key: str = "regency") -> Draft:
    body = encode_body(ProfileChanged(profile=profile, by="administrator"))
    return Draft(subject=f"profile/{key}", kind="profile.changed", body=body)


@pytest.fixture
def room() -> JudgedJournal:
    return JudgedJournal(decide_version=PROVENANCE_VERSION)


def test_profile_is_folded_and_can_be_changed(room: JudgedJournal):
    assert room.write(room.server(), change(eastern_regency())).verdict is Verdict.ACCEPTED
    assert room.write(room.server(), change(eastern_regency(number_prefix="TLK"))).verdict is Verdict.ACCEPTED
    state = room.states["profile/regency"].value
    assert isinstance(state, RegencyState)
    assert state.profile.number_prefix == "TLK"


def test_profile_of_another_regency_is_rejected(room: JudgedJournal):
    room.write(room.server(), change(eastern_regency()))
    assert room.write(room.server(), change(shipped_regency())).reason == "another_regency"


def test_profile_has_one_key(room: JudgedJournal):
    assert room.write(room.server(), change(eastern_regency(), key="other")).reason == "subject_of_another_name"


def test_profile_is_unknown_to_earlier_rules():
    room = JudgedJournal(decide_version=STRICT_VERSION)
    assert room.write(room.server(), change(eastern_regency())).reason == "unknown_kind"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SERVER])
def test_profile_is_forbidden_to_people(room: JudgedJournal, role: Role):
    assert room.write(room.author("ani", role), change(eastern_regency())).reason == "role_forbids"
