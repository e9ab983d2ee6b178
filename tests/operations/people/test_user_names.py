"""Names of new users: what cannot be seen, is reserved, or looks like another name is refused."""

import pytest

from tabuah.operations.people.user_names import UserNameProblem, find_name_problem

KNOWN = ("ani", "Straße", "budi\u200b")


@pytest.mark.parametrize("name", ["ani", "budi2", "Siti.Rahma", "Łukasz", "阿尼", "aní", "x" * 80])
def test_plain_name_has_no_problem(name: str):
    assert find_name_problem(name, KNOWN) is None


@pytest.mark.parametrize("letter", list("\0\n\x7f\u00a0\u00ad\u200b\u200d\u202e\u2066\ufeff\u2028\u3164\ufe0f"))
def test_name_with_an_invisible_character_is_refused(letter: str):
    assert find_name_problem(f"b{letter}udi", ()) is UserNameProblem.INVISIBLE


@pytest.mark.parametrize("name", ["server", "Server", "ＳＥＲＶＥＲ", "administrator", "Administrator"])
def test_name_of_an_author_of_the_server_is_reserved(name: str):
    assert find_name_problem(name, ()) is UserNameProblem.RESERVED


@pytest.mark.parametrize("name", ["Ani", "ANI", "ａｎｉ", "STRASSE", "budi", "Budi"])
def test_name_that_looks_like_another_is_refused(name: str):
    assert find_name_problem(name, KNOWN) is UserNameProblem.SIMILAR
