"""New passwords: their length, and those that are guessed first."""

import pytest

from tabuah.operations.people.password_rules import PasswordFault, find_password_fault
from tabuah.resources.password_dictionary import common_words

COMMON = PasswordFault.TOO_COMMON


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("batang-lembang", None),
        ("kuda hujan tujuh", None),
        ("x9!kQ2#vLw7z", None),
        ("jembatan-kelapa-7", None),
        ("rahasia123456789xyz", None),
        ("pendek", PasswordFault.TOO_SHORT),
        ("", PasswordFault.TOO_SHORT),
        ("password123", COMMON),
        ("P4ssw0rd2026", COMMON),
        ("!!Rahasia99", COMMON),
        ("rahasiarahasia", COMMON),
        ("bismillah123", COMMON),
        ("SUMBAR-2026!", COMMON),
        ("qwertyuiop", COMMON),
        ("abcdefghijkl", COMMON),
        ("9876543210", COMMON),
        ("17081945170845", COMMON),
        ("aaaaaaaaaab", COMMON),
        ("rina.sari2026", None),
        ("rinahartati1990", COMMON),
        ("hartati19900101", COMMON),
    ],
)
def test_password_rules(password: str, fault: PasswordFault | None):
    user = "rina.hartati" if "hartati1990" in password and not password.startswith("rina") else "rinahartati"
    assert find_password_fault(password, user=user, words=common_words()) is fault


def test_password_dictionary_has_english_and_indonesian_words():
    words = common_words()
    assert len(words) > 600
    assert {"password", "rahasia", "bpbd", "qwerty"} <= words
    assert all(word == word.casefold() for word in words)
