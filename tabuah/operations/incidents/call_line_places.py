"""The place in a line about a call: the name of a nagari, a position in degrees, or a link of a map."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec

from tabuah.gis.place_names import name_key

_MOST_WORDS: Final = 5
_LEAST_LETTERS: Final = 3
_WORD: Final = re.compile(r"[^\s,;\x1f]+")
_BEFORE: Final = re.compile(r"(?:^|(?<=[\s,;\x1f]))(?:di|ke|in|at)\s+$", re.IGNORECASE)
_PLAIN: Final = re.compile(r"[A-Za-zÀ-ɏ0-9.'’\s-]{1,80}")  # signs that a name does not have are no part of one
_KECAMATAN: Final = re.compile(r"\s*[,(]?\s*(?:kec(?:amatan|\.)?\s+)?", re.IGNORECASE)
_POSITION: Final = re.compile(
    r"(?:https?://|geo:)[^\s\x1f]+|(?<![\w.,])-?\d{1,2}[.]\d{3,}\s*[,; ]\s*\d{2,3}[.]\d{3,}(?![\w.])", re.IGNORECASE
)


class NamedPlace(msgspec.Struct, frozen=True):
    """A nagari by its name and that of its kecamatan."""

    name: str
    within: str


class FoundText(msgspec.Struct, frozen=True):
    """A part of a line, from `start` to `end`, and what it means in the search of places."""

    start: int
    end: int
    place_text: str


def find_position(text: str) -> FoundText | None:
    """Return the first position or link in a line."""
    found = _POSITION.search(text)
    return FoundText(found.start(), found.end(), found[0]) if found else None


def find_named_place(text: str, places: tuple[NamedPlace, ...], *, hamlet: str) -> FoundText | None:
    """Return the nagari that a line names: the first one that is neither a jorong nor only a direction.

    Names must be complete; accents, case, and Minang or Indonesian spelling do not matter.
    """
    index = _by_key(places)
    elsewhere = re.compile(
        rf"\b(?:jorong|jr\.?|{re.escape(hamlet)}|arah|dari|menuju|from|towards)\s+$", re.IGNORECASE
    )
    for start, end in _windows(text):
        known = index.get(_key(text[start:end]))
        if known and not elsewhere.search(text[:start]):
            return _with_kecamatan(text, start, end, known)
    return None


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Yield the runs of words without a separator between them, from left to right, the longest first."""
    words = list(_WORD.finditer(text))
    for first, word in enumerate(words):
        last = first
        while (
            last + 1 < len(words) and last - first + 1 < _MOST_WORDS and _joined(text, words[last], words[last + 1])
        ):
            last += 1
        for end in range(last, first - 1, -1):
            yield word.start(), words[end].end()


def _joined(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    return text[one.end() : other.start()].isspace()


def _with_kecamatan(text: str, start: int, end: int, known: tuple[NamedPlace, ...]) -> FoundText:
    """Add the preposition before a name, and the name of its kecamatan after it."""
    if before := _BEFORE.search(text[:start]):
        start = before.start()
    after = end + len(_KECAMATAN.match(text[end:])[0])  # type: ignore[index]  # it matches an empty text
    for window_start, window_end in _windows(text[after:]):
        if window_start:
            break
        within = _key(text[after : after + window_end])
        for place in known:
            if within == _key(place.within):
                return FoundText(start, after + window_end, f"{place.name}, {place.within}")
    return FoundText(start, end, known[0].name)


def _key(text: str) -> str:
    key = name_key(text).replace(" ", "") if _PLAIN.fullmatch(text) else ""
    return key if len(key) >= _LEAST_LETTERS else ""


@lru_cache(maxsize=4)
def _by_key(places: tuple[NamedPlace, ...]) -> dict[str, tuple[NamedPlace, ...]]:
    index: dict[str, tuple[NamedPlace, ...]] = {}
    for place in places:
        if key := _key(place.name):
            index[key] = (*index.get(key, ()), place)
    return index
