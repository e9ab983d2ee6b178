"""The words of a search: words, "phrases", -excluded words; the last word may be incomplete.

Any input gives a query, whatever it contains: only letters and digits are kept of it, and words that have none are
left out.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

import msgspec

from tabuah.operations.incidents.affixes import beginning_forms, stripped_forms, word_forms

MAX_CHARS: Final = 500  # of the input; the rest is not searched
MAX_TERMS: Final = 16
MIN_PREFIX_LETTERS: Final = 2  # of an incomplete word: one letter would find nearly everything
_PART: Final = re.compile(r'(-?)"([^"]*)"?|(\S+)')
_WORD: Final = re.compile(r"[^\W_]+")


class SearchTerm(msgspec.Struct, frozen=True):
    """One word, or several in a row; `is_open` if the last one may be incomplete."""

    words: tuple[str, ...]
    is_open: bool = False
    is_excluded: bool = False
    is_phrase: bool = False


class SearchQuery(msgspec.Struct, frozen=True):
    """A parsed search; all terms must be found, and no excluded one."""

    terms: tuple[SearchTerm, ...] = ()

    @property
    def wanted(self) -> tuple[SearchTerm, ...]:
        return tuple(term for term in self.terms if not term.is_excluded)

    @property
    def excluded(self) -> tuple[SearchTerm, ...]:
        return tuple(term for term in self.terms if term.is_excluded)


def parse_query(text: str) -> SearchQuery:
    """Return the query of an input; empty if it has no letter and no digit."""
    terms = [term for term in _terms(text[:MAX_CHARS]) if term.words][:MAX_TERMS]
    is_complete = not text or text[-1:].isspace() or text.rstrip().endswith('"') or len(text) > MAX_CHARS
    if terms and not is_complete and not terms[-1].is_phrase:
        last = terms[-1]
        is_open = len(last.words) > 1 or len(last.words[-1]) >= MIN_PREFIX_LETTERS
        terms[-1] = msgspec.structs.replace(last, is_open=is_open and not last.is_excluded)
    return SearchQuery(tuple(terms))


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case and without diacritics, as the index has them."""
    return tuple(_WORD.findall(fold(text)))


def fold(text: str) -> str:
    """Return a text in lower case, without diacritics, and without what is no character."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.encode("utf-8", "ignore").decode())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).lower()


def match_expression(terms: tuple[SearchTerm, ...], *, joined_by: str = "AND") -> str:
    """Return the FTS5 expression that finds all terms; every word is quoted, so that none is an operator."""
    return f" {joined_by} ".join(f"({_expression(term)})" for term in terms)


class Matcher:
    """Knows the words that a query finds, for marking them in some texts."""

    def __init__(self, query: SearchQuery) -> None:
        self._words: set[str] = set()
        self._beginnings: list[str] = []
        self._known: dict[str, bool] = {}  # texts repeat their words, and folding takes most of the time
        for term in query.wanted:
            exact, beginnings = _forms(term)
            self._words.update(exact)
            self._beginnings.extend(beginnings)
            if len(term.words) > 1:
                self._words.update(term.words[:-1] if term.is_open else term.words)
                self._beginnings.extend(term.words[-1:] if term.is_open else ())

    def matches(self, word: str) -> bool:
        """Return whether a word, as a text has it, is one that the query looks for."""
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = self._is_wanted(fold(word))
        return known

    def _is_wanted(self, folded: str) -> bool:
        return folded in self._words or folded.startswith(tuple(self._beginnings))


def _terms(text: str) -> Iterator[SearchTerm]:
    for sign, phrase, word in _PART.findall(text):
        if word:
            is_excluded = word.startswith("-")
            yield SearchTerm(words_of(word), is_excluded=is_excluded)
        else:
            yield SearchTerm(words_of(phrase), is_excluded=bool(sign), is_phrase=True)


def _forms(term: SearchTerm) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the whole words and the beginnings of words that a term of one word finds."""
    if len(term.words) != 1 or term.is_phrase:
        return (), ()
    word = term.words[0]
    if term.is_open:
        return stripped_forms(word), beginning_forms(word)
    return word_forms(word), ()


def _expression(term: SearchTerm) -> str:
    exact, beginnings = _forms(term)
    if exact or beginnings:
        return " OR ".join([*(f'"{word}"' for word in exact), *(f'"{word}" *' for word in beginnings)])
    return f'"{" ".join(term.words)}"{" *" if term.is_open else ""}'
