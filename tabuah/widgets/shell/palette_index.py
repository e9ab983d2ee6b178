"""Palette index: fuzzy search over commands, places, incidents and stations."""

import unicodedata

import msgspec


def normalise_text(text: str) -> str:
    """Return lower case without accents, so that "galodo" finds "Galodo" and "e" finds "é"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def fuzzy_score(query: str, text: str) -> int | None:
    """Return the match score of `query` in `text`, higher is better; None if it does not match.

    Both are normalised already. Every word of the query must match: as a whole (best at the start of
    a word), else as scattered letters in order.
    """
    total = 0
    for word in query.split():
        points = _word_score(word, text)
        if points is None:
            return None
        total += points
    return total


def _word_score(word: str, text: str) -> int | None:
    at = text.find(word)
    while at > 0 and text[at - 1].isalnum():
        later = text.find(word, at + 1)
        if later < 0:
            break
        at = later
    if at >= 0:
        begins_word = at == 0 or not text[at - 1].isalnum()
        return 100 + 10 * len(word) + (40 if begins_word else 0) + (20 if at == 0 else 0) - min(at, 30)
    return _scattered(word, text)


def _scattered(word: str, text: str) -> int | None:
    position, points = -1, 0
    for char in word:
        found = text.find(char, position + 1)
        if found < 0:
            return None
        near = found == position + 1
        begins_word = found == 0 or not text[found - 1].isalnum()
        points += 8 if near else 6 if begins_word else 0
        position = found
    return points if points >= 5 * len(word) else None


class PaletteItem(msgspec.Struct, frozen=True, kw_only=True):
    """A command, place, incident or station; `reason` says why a command is disabled.

    `has_page` is True if it also has a page to open.
    """

    id: str
    kind: str  # "command", "place", "incident" or "station"; returned with the id
    title: str
    detail: str = ""
    key: str = ""
    icon: str = "command"
    words: str = ""  # more search words
    reason: str = ""
    has_page: bool = False


class PaletteIndex:
    """Index of items with normalised texts, so that each key press searches thousands in milliseconds."""

    def __init__(self, items: tuple[PaletteItem, ...]) -> None:
        self._entries = [
            (normalise_text(i.title), normalise_text(f"{i.title} {i.detail} {i.words}"), i) for i in items
        ]

    def find(self, query: str, *, limit: int = 40) -> list[PaletteItem]:
        """Return the best matches, best first; all items in their given order for an empty query."""
        words = normalise_text(query).strip()
        if not words:
            return [item for _title, _text, item in self._entries[:limit]]
        found: list[tuple[int, int, PaletteItem]] = []
        for order, (title, text, item) in enumerate(self._entries):
            points = fuzzy_score(words, title)
            if points is None:
                points = fuzzy_score(words, text)
                points = None if points is None else points - 60
            if points is not None:
                found.append((-points, order, item))
        found.sort(key=lambda entry: entry[:2])
        return [item for _points, _order, item in found[:limit]]
