"""Parsing of a search: words, phrases, excluded words, and any other input."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.operations.incidents.excerpts import find_excerpt
from tabuah.operations.incidents.search_document import SearchDocument
from tabuah.operations.incidents.search_query import Matcher, SearchTerm, match_expression, parse_query

EMPTY = SearchDocument("", "", "", "", "")


def test_query_has_words_phrases_and_excluded_words():
    query = parse_query('Banjír "batang lembang" -palsu koto bar')
    assert query.wanted == (
        SearchTerm(("banjir",)),
        SearchTerm(("batang", "lembang"), is_phrase=True),
        SearchTerm(("koto",)),
        SearchTerm(("bar",), is_open=True),
    )
    assert query.excluded == (SearchTerm(("palsu",), is_excluded=True),)


def test_last_word_is_complete_after_a_space():
    assert not parse_query("koto ").terms[0].is_open
    assert not parse_query("a").terms[0].is_open, "one letter would find nearly everything"


def test_number_of_an_incident_is_a_phrase():
    assert match_expression(parse_query("SLK-7K3A-001").terms) == '("slk 7k3a 001" *)'


HOSTILE = (
    '"',
    '""',
    "NEAR(a b)",
    "a AND OR NOT",
    "*",
    "^x",
    "{a}:b",
    "title:x",
    "-",
    '-"',
    "😀",
    "\x00",
    "\ud800",
    "'; --",
    "(((",
)


@pytest.mark.parametrize("text", [*HOSTILE, "x" * 100_000, "a " * 50_000, '"' * 10_001])
def test_hostile_input_gives_a_query_that_fts5_accepts(text: str):
    run(text)


@given(st.text())
def test_any_input_gives_a_query_that_fts5_accepts(text: str):
    run(text)


def run(text: str) -> None:
    query = parse_query(text)
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
    for terms in (query.wanted, query.excluded):
        if terms:
            connection.execute("SELECT rowid FROM t WHERE t MATCH ?", (match_expression(terms),)).fetchall()
    connection.close()
    Matcher(query).matches("a")


def test_excerpt_marks_the_words_that_were_found():
    document = EMPTY._replace(
        title="SLK-1 Jembatan", notes="pagi hari. " * 30 + "Warga kebanjiran di Koto Baru " + "x " * 200
    )
    found = find_excerpt(document, Matcher(parse_query("banjir koto ")))
    assert found is not None
    assert found.part == "notes"
    assert [found.text[a:b] for a, b in found.marks] == ["kebanjiran", "Koto"]
    assert found.text.startswith("… ")
    assert len(found.text) < 170


def test_excerpt_prefers_the_part_with_more_of_the_words():
    document = SearchDocument("banjir", "banjir di jembatan", "jembatan", "", "")
    found = find_excerpt(document, Matcher(parse_query("banjir jembatan")))
    assert found is not None
    assert found.part == "description"


def test_excerpt_of_excluded_words_alone_is_missing():
    assert find_excerpt(EMPTY._replace(title="banjir"), Matcher(parse_query("-palsu "))) is None
