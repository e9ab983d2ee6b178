"""The excerpt of a found incident: the part of its text with the most words of the search, marked."""

import re
from typing import Final, NamedTuple

from tabuah.operations.incidents.search_document import SearchDocument
from tabuah.operations.incidents.search_query import Matcher, fold

EXCERPT_CHARS: Final = 160
_BEFORE_CHARS: Final = 40  # of text before the first marked word
_WORD: Final = re.compile(r"[^\W_]+")
_SPACE: Final = re.compile(r"\s+")


class Excerpt(NamedTuple):
    """A piece of a text, with the places of the marked words in it; `part` names the part of the document."""

    part: str
    text: str
    marks: tuple[tuple[int, int], ...]


def find_excerpt(document: SearchDocument, matcher: Matcher) -> Excerpt | None:
    """Return the best excerpt; None if no part has a word of the search, as after an excluded word alone."""
    best: Excerpt | None = None
    for part, text in zip(SearchDocument._fields, document, strict=True):
        found = _best_piece(part, text, matcher)
        if found is not None and (best is None or _worth(found) > _worth(best)):
            best = found
    return best


def mark_words(text: str, matcher: Matcher) -> tuple[tuple[int, int], ...]:
    """Return the places of the words in a text that a search finds."""
    return tuple(word.span() for word in _WORD.finditer(text) if matcher.matches(word.group()))


def _best_piece(part: str, text: str, matcher: Matcher) -> Excerpt | None:
    """Return the piece with the most different words of the search."""
    marks = mark_words(text, matcher)
    if not marks:
        return None
    reach = EXCERPT_CHARS - _BEFORE_CHARS
    first = max(
        marks, key=lambda mark: len({fold(text[a:b]) for a, b in marks if mark[0] <= a and b <= mark[0] + reach})
    )
    start = max(0, first[0] - _BEFORE_CHARS)
    if start:
        start = text.rfind(" ", start, first[0]) + 1 or start
    piece = _SPACE.sub(" ", text[start : start + EXCERPT_CHARS]).strip()
    shown = f"{'… ' if start else ''}{piece}{' …' if start + EXCERPT_CHARS < len(text) else ''}"
    return Excerpt(part, shown, mark_words(shown, matcher))


def _worth(excerpt: Excerpt) -> int:
    return len({fold(excerpt.text[a:b]) for a, b in excerpt.marks})
