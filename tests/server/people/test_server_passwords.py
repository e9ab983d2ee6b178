"""Password hashing at the cost of RFC 9106, also for unknown users."""

import pytest
from support.cheap_password_hashes import PRODUCTION_PROFILES

from tabuah.operations.people.password_rules import MIN_LENGTH
from tabuah.server.errors import WeakPassword
from tabuah.server.people.passwords import Passwords

COST = "$argon2id$v=19$m=65536,t=3,p=4$"


def test_password_hash_has_the_standard_cost():
    passwords = Passwords(profile=PRODUCTION_PROFILES[Passwords])
    kept = passwords.hash("batang-lembang", user="ani")
    assert kept.startswith(COST)
    assert passwords.verify("batang-lembang", kept)
    assert not passwords.verify("batang-lembanh", kept)


def test_unknown_user_costs_the_same_time():
    passwords = Passwords(profile=PRODUCTION_PROFILES[Passwords])
    assert not passwords.verify("nobody has this password", None)
    assert passwords._get_dummy_hash().startswith(COST)


@pytest.mark.parametrize("kept", ["", "batang-lembang", "$argon2id$v=19$m=65536"])
def test_invalid_hash_matches_no_password(kept: str):
    assert not Passwords().verify("batang-lembang", kept)


def test_short_password_is_refused():
    with pytest.raises(WeakPassword, match=str(MIN_LENGTH)):
        Passwords().hash("x" * (MIN_LENGTH - 1), user="ani")
