"""Every parser, with seeds and what may become of them on the way: it gives a value or its own refusal, no bug."""

from contextlib import suppress

import pytest
from fuzzing.mutating import mutated
from fuzzing.parsers import CORPUS, PARSERS, Parser
from hypothesis import given
from hypothesis import strategies as st

each_parser = pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)


def swallow(parser: Parser, data: bytes) -> None:
    """Read it; any error but a refusal fails the test."""
    with suppress(*parser.refusals):
        parser.read(data)


@each_parser
def test_the_seeds_themselves_are_sound(parser: Parser):
    assert parser.seeds()
    for seed in parser.seeds():
        read = parser.read(seed)
        assert read
        if isinstance(read, tuple) and parser.name.startswith(("payload", "readings")):
            assert all(posted.doubt is None for posted in read), read


def test_every_folder_of_seeds_belongs_to_a_parser():
    assert {folder.name for folder in CORPUS.iterdir()} == {parser.name for parser in PARSERS}


@each_parser
@given(data=st.data())
def test_a_seed_that_was_damaged_on_the_way_is_read_or_refused(parser: Parser, data: st.DataObject):
    swallow(parser, data.draw(mutated(parser.seeds())))


@each_parser
@given(st.binary(max_size=200) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_what_never_was_anything_is_read_or_refused(parser: Parser, noise: bytes):
    swallow(parser, noise)


@each_parser
@pytest.mark.parametrize("depth", [900, 100_000])
@pytest.mark.parametrize("opened", [b"[", b'{"readings":[', b"<a>", b"x=[", b"[[feed]]\nname={a=", b'"'])
def test_nesting_without_end_is_read_or_refused(parser: Parser, opened: bytes, depth: int):
    swallow(parser, opened + opened[-1:] * depth)
    swallow(parser, opened * min(depth, 20_000))
