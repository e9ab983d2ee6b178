"""The first steps: what counts as done, and what each step says."""

import pytest

from tabuah.resources.localisation import set_language
from tabuah.text.help.first_steps import ConsoleFacts, StepCode, first_steps, first_steps_summary

READY = ConsoleFacts(
    user="ani",
    server="https://tabuah.local:8410",
    is_map_loaded=True,
    has_boundaries=True,
    lock_is_chosen=True,
    lock_min=15,
)


def done(facts: ConsoleFacts) -> set[StepCode]:
    return {step.code for step in first_steps(facts) if step.is_done}


def test_first_steps_of_a_new_computer_are_all_open():
    assert done(ConsoleFacts()) == set()
    assert done(ConsoleFacts(is_map_loaded=True)) == set(), "the shipped map has estimated boundaries"


def test_first_steps_are_done_by_facts_or_by_a_mark():
    assert done(READY) == {StepCode.SERVER, StepCode.MAP, StepCode.LOCK}
    assert done(ConsoleFacts(marked=frozenset({StepCode.SOUND}))) == {StepCode.SOUND}


def test_map_file_that_cannot_be_read_is_named_and_not_done():
    facts = ConsoleFacts(is_map_loaded=True, has_boundaries=True, map_problems=("nagari.gpkg: damaged",))
    step = next(step for step in first_steps(facts) if step.code is StepCode.MAP)
    assert not step.is_done
    assert "nagari.gpkg: damaged" in step.status


@pytest.mark.parametrize(("language", "other"), [("id", "English"), ("en", "Bahasa Indonesia")])
def test_language_step_offers_the_other_language(language: str, other: str):
    set_language(language)
    step = first_steps(ConsoleFacts())[0]
    assert step.act == other
    assert other not in step.status


@pytest.mark.parametrize("language", ["id", "en"])
def test_first_steps_say_what_is_so_and_what_to_do_when_they_fail(language: str):
    set_language(language)
    steps = first_steps(READY)
    assert [step.code for step in steps] == list(StepCode)
    assert [s.code for s in steps if not (s.title and s.status and s.instructions and s.failure and s.act)] == []
    assert "3" in first_steps_summary(steps)


def test_map_step_counts_imported_layers_where_there_are_some():
    set_language("en")
    states = [first_steps(ConsoleFacts(is_map_loaded=True, layers=layers))[2].status for layers in (0, 2)]
    assert states[0].endswith("estimates.")
    assert states[1].endswith("estimates. 2 imported layers.")
