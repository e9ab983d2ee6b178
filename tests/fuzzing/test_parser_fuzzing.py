"""Fuzz tests of every parser: each input gives a value or a documented error."""

from contextlib import suppress

import pytest
from fuzzing.parsers import CORPUS, PARSERS, Parser
from fuzzing.seed_mutations import mutated_seeds
from hypothesis import given
from hypothesis import strategies as st

from tabuah.console.commands.readings.readings_csv import ReadFile

each_parser = pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)


def swallow(parser: Parser, data: bytes) -> None:
    """Parse the data; any undocumented error fails the test."""
    with suppress(*parser.refusals):
        parser.read(data)


@each_parser
def test_parser_seeds_are_valid(parser: Parser):
    assert parser.seeds()
    for seed in parser.seeds():
        read = parser.read(seed)
        assert read
        if isinstance(read, ReadFile):
            assert not read.unreadable, read
        elif isinstance(read, tuple) and parser.name.startswith(("payload", "readings")):
            assert all(posted.doubt is None for posted in read), read


def test_seed_folders_belong_to_parsers():
    assert {folder.name for folder in CORPUS.iterdir()} == {parser.name for parser in PARSERS}


@each_parser
@given(data=st.data())
def test_mutated_seed_parses_or_is_rejected(parser: Parser, data: st.DataObject):
    swallow(parser, data.draw(mutated_seeds(parser.seeds())))


@each_parser
@given(st.binary(max_size=200) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_random_bytes_parse_or_are_rejected(parser: Parser, noise: bytes):
    swallow(parser, noise)


@each_parser
@pytest.mark.parametrize("depth", [900, 100_000])
@pytest.mark.parametrize("opened", [b"[", b'{"readings":[', b"<a>", b"x=[", b"[[feed]]\nname={a=", b'"'])
def test_endless_nesting_parses_or_is_rejected(parser: Parser, opened: bytes, depth: int):
    swallow(parser, opened + opened[-1:] * depth)
    swallow(parser, opened * min(depth, 20_000))
