"""How well typed letters fit a text: in order, best at the beginning of words and close together."""

import unicodedata


def folded(text: str) -> str:
    """Lower case without accents, so that "galodo" finds "Galodo" and "e" finds "é"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def score(query: str, text: str) -> int | None:
    """How well `query` fits `text`, None when it does not; higher is better; both already folded.

    Every word of the query must be found: whole (best at the beginning of a word), else as scattered letters.
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
