"""Sentences of errors that carry a code: each code that the program uses has one, with the values that fill it."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from conventions.parsed_modules import parsed_modules

from tabuah.operations.errors import NotPossible
from tabuah.operations.feeds.errors import FeedError, FeedUnusable
from tabuah.operations.feeds.remarks import FeedRemark
from tabuah.resources.localisation import set_language
from tabuah.text.errors import describe_error
from tabuah.text.feeds.remarks import REMARKS
from tabuah.text.sync.verdict_reasons import REASONS, REFUSALS

FEED_ERRORS = {"FeedRemark", "UnusableItem", *(error.__name__ for error in FeedError.__subclasses__())}


def codes_raised(trees: dict[str, ast.Module], *classes: str) -> Iterator[tuple[str, set[str]]]:
    """Yield the codes with which errors and remarks are made, and the names of their values."""
    for node in (node for tree in trees.values() for node in ast.walk(tree)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in classes and node.args:
            code = node.args[0]
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                yield code.value, {keyword.arg for keyword in node.keywords if keyword.arg}


def gaps(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


def test_codes_of_drafts_have_sentences(project: Path):
    sentences = REASONS | REFUSALS
    raised = dict(codes_raised(parsed_modules(project, "tabuah"), "NotPossible"))
    assert raised == {code: gaps(sentences[code]) for code in raised}
    assert set(raised) >= set(REFUSALS)
    assert not set(REASONS) & set(REFUSALS)


def test_codes_of_feed_parsers_have_sentences(project: Path):
    raised = list(codes_raised(parsed_modules(project, "tabuah/operations/feeds"), *FEED_ERRORS))
    assert [(code, values) for code, values in raised if values != gaps(REMARKS[code])] == []
    assert {code for code, _values in raised} == set(REMARKS)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (NotPossible("shelved_too_long", n=24), "An alarm can be shelved for at most 24 hours."),
        (NotPossible("role_forbids"), "Your role does not allow this."),
        (NotPossible("from_a_newer_version"), "from_a_newer_version"),
        (
            FeedUnusable("steps_unusable", reason=FeedRemark("missing", field="cuaca")),
            "No step of the forecast can be used. The first: cuaca is missing.",
        ),
        (ValueError("anything else"), "anything else"),
    ],
)
def test_error_is_described_by_its_code(error: Exception, sentence: str):
    set_language("en")
    assert describe_error(error) == sentence
