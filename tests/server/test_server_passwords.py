"""Passwords are kept dearly: at the cost that RFC 9106 names, whoever is asked for."""

import pytest

from tabuah.server.errors import WeakPassword
from tabuah.server.sessions.passwords import MIN_LENGTH, Passwords

COST = "$argon2id$v=19$m=65536,t=3,p=4$"


def test_only_the_password_fits_its_hash_which_costs_what_the_standard_names():
    passwords = Passwords()
    kept = passwords.hash("batang-lembang")
    assert kept.startswith(COST)
    assert passwords.verify("batang-lembang", kept)
    assert not passwords.verify("batang-lembanh", kept)


def test_an_unknown_user_costs_as_much_and_gets_in_by_no_password():
    passwords = Passwords()
    assert not passwords.verify("nobody has this password", None)
    assert passwords._hash_of_nobody().startswith(COST)


@pytest.mark.parametrize("kept", ["", "batang-lembang", "$argon2id$v=19$m=65536"])
def test_what_is_no_hash_lets_nobody_in(kept: str):
    assert not Passwords().verify("batang-lembang", kept)


def test_a_short_password_is_refused():
    with pytest.raises(WeakPassword, match=str(MIN_LENGTH)):
        Passwords().hash("x" * (MIN_LENGTH - 1))
