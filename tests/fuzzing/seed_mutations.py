"""Mutations of seeds as connections, editors and faulty programs make them: cut, doubled, spliced, with traps."""

import re

from hypothesis import strategies as st

# Typical traps for parsers: range limits, NaN, nesting, other alphabets, surrogates, no bytes, large binary numbers.
TRAPS = (
    *(b"0", b"-0", b"-1", b"1e999", b"1e-999", b"9" * 40, b"NaN", b"Infinity", b"-inf", b"null", b"true", b'""'),
    *(
        b"[]",
        b"{}",
        b"[[[[[[[[",
        b'{"":',
        b"<a>",
        b"</",
        b"&amp;",
        b"<![CDATA[",
        b"<!DOCTYPE a [",
        b"&x;",
        b"'''",
        b'"""',
    ),
    *(b"\x00", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\\ud800", b"\xef\xbb\xbf", "\u2028".encode(), "٣٫٤".encode()),
    *(b"\r", b"\r\n", b"\t", b";", b",", b'"', b"#", b"=", b".", b"[[x]]", b"1979-05-27", b"0001-01-01T00:00:00Z"),
    *(
        b"9999-12-31T23:59:59-23:59",
        b"0001-01-01T00:00:00+07:00",
        b"2026-02-30",
        b"24:00:00",
        b"+99:99",
        b"1_000",
        b"0x10",
        b"-1,2 3,4",
        b"../../etc",
    ),
    *(b"\xff" * 8, b"\x80" * 10, b"\xff\xff\x03", b"\x00" * 8, b"\x00" * 7 + b"\x80"),
)


_WORD = re.compile(rb"[\w.+:-]+")


def _replaced(seed: bytes, which: int, patch: bytes) -> bytes:
    """Replace a word, number or time."""
    words = list(_WORD.finditer(seed))
    if not words:
        return patch
    start, end = words[which % len(words)].span()
    return seed[:start] + patch + seed[end:]


def _spliced(seed: bytes, places: tuple[int, int], patch: bytes) -> bytes:
    start, length = places[0] % (len(seed) + 1), places[1]
    return seed[:start] + patch + seed[start + length :]


def _doubled(seed: bytes, places: tuple[int, int]) -> bytes:
    start = places[0] % (len(seed) + 1)
    return seed[: start + places[1]] + seed[start:]


def _joined(seed: bytes, other: bytes, places: tuple[int, int]) -> bytes:
    return seed[: places[0] % (len(seed) + 1)] + other[places[1] % (len(other) + 1) :]


def mutated_seeds(seeds: list[bytes]) -> st.SearchStrategy[bytes]:
    """Return seeds with one to three mutations."""
    places = st.tuples(st.integers(0, 4_000), st.integers(0, 60))
    seed = st.sampled_from(seeds)
    patch = st.sampled_from(TRAPS) | st.binary(max_size=6) | st.just(b"")

    def once(texts: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
        return (
            st.builds(_replaced, texts, st.integers(0, 400), patch)
            | st.builds(_spliced, texts, places, patch)
            | st.builds(_doubled, texts, places)
            | st.builds(_joined, texts, seed, st.tuples(st.integers(0, 4_000), st.integers(0, 4_000)))
        )

    return once(seed) | once(once(seed)) | once(once(once(seed)))
