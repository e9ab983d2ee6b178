"""Errors in `gateways.toml`, each with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.operations.gateways.configuration import BadConfiguration, find_problems, read_configuration

GOOD = """[[gateway]]
name = "lora"
topic = "lora/{station}/up"
values = [{ path = "level", parameter = "stage_m" }]
"""
SECOND = GOOD.replace('"lora"', '"b"')


def lines_of(text: str) -> list[int]:
    return [problem.line for problem in find_problems(text)]


def test_number_with_thousands_of_digits_is_a_problem() -> None:
    text = f"{GOOD}qos = {'9' * 5_000}\n"
    assert len(find_problems(text)) == 1
    with pytest.raises(BadConfiguration):
        read_configuration(text)


def test_usable_file_has_no_problems() -> None:
    assert find_problems("") == ()
    assert find_problems(GOOD + SECOND) == ()
    assert find_problems(GOOD + 'users = ["pupr"]\n') == ()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (GOOD + "topic = \n", [5]),
        (GOOD + SECOND.replace("topic", "topik"), [5]),
        (GOOD.replace('"stage_m"', "7") + "\n" + SECOND.replace("{station}", "x"), [1, 6]),
        (GOOD + GOOD, [0]),
        ("rubbish = 1", [0]),
        ("gateway = 5", [0]),
        ('gateway = [{ name = "A" }]', [0]),
        ("[[gateway]\n", [1]),
        ('name = "', [1]),
    ],
)
def test_problems_name_their_line(text: str, lines: list[int]) -> None:
    assert lines_of(text) == lines
    assert all(problem.text for problem in find_problems(text))


@given(st.lists(st.sampled_from([*GOOD.splitlines(), "users = 1", "name = 3", "[[gateway]]", "]", "values = []"])))
def test_problems_are_found_exactly_where_the_file_cannot_be_used(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        read_configuration(text)
        is_usable = True
    except BadConfiguration:
        is_usable = False
    assert (find_problems(text) == ()) == is_usable
