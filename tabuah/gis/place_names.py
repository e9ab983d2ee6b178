"""Fuzzy comparison of place names: accents, case, Minang or Indonesian spelling, typing errors."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

SIMILAR: Final = 0.72  # below this, two names are not a typing error of each other

_TITLES: Final = frozenset({"nagari", "nag", "kecamatan", "kec", "desa", "kenagarian"})
# Minang spellings and abbreviations of the official list, each with its Indonesian word.
_SAME_WORDS: Final = {
    "aie": "air",
    "aia": "air",
    "ayie": "air",
    "bukik": "bukit",
    "bt": "bukit",
    "b.": "bukit",
    "muaro": "muara",
    "paneh": "panas",
    "guguak": "guguk",
    "gantuang": "gantung",
    "taruang": "tarung",
    "janiah": "jernih",
    "batumbuak": "batumbuk",
    "sariak": "sarik",
    "saniangbaka": "saningbakar",
    "saningbaka": "saningbakar",
    "salayo": "selayo",
    "tj": "tanjung",
    "tanjuang": "tanjung",
    "gn": "gunung",
    "g.": "gunung",
    "dn": "danau",
    "d.": "danau",
    "kt": "koto",
    "kota": "koto",
    "sei": "sungai",
    "sungei": "sungai",
    "diateh": "diatas",
    "dibaruah": "dibawah",
    "iv": "4",
    "ix": "9",
    "x": "10",
    "sepuluh": "10",
    "sembilan": "9",
    "ampek": "4",
    "empat": "4",
}


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """Return the significant letters of a name: "Nagari Muaro Paneh" and "muara panas" give the same key."""
    words = [_SAME_WORDS.get(word, _SAME_WORDS.get(word.rstrip("."), word.rstrip("."))) for word in _words(name)]
    return " ".join(word for word in words if word not in _TITLES) or " ".join(words)


def likeness(query: str, name: str) -> float:
    """Return how well a typed text matches a place name: 1 equal, above 0.9 its beginning, 0 no match."""
    asked, known = name_key(query), name_key(name)
    if not asked:
        return 0.0
    if asked == known:
        return 1.0
    joined_asked, joined_known = asked.replace(" ", ""), known.replace(" ", "")
    if joined_asked == joined_known:
        return 0.99
    if joined_known.startswith(joined_asked):
        return 0.9 + 0.08 * len(joined_asked) / len(joined_known)
    if any(f" {known}"[at:].startswith(f" {asked}") for at in range(1, len(known))):
        return 0.8 + 0.08 * len(asked) / len(known)
    ratio = SequenceMatcher(None, joined_asked, joined_known).ratio()
    return 0.8 * ratio if ratio >= SIMILAR else 0.0


def similar_names(query: str, names: Iterable[str], *, limit: int = 3) -> tuple[str, ...]:
    """Return the names most similar to a typed text, best first, even if none is close."""
    asked = name_key(query).replace(" ", "")
    scored = {
        name: max(likeness(query, name), 0.5 * SequenceMatcher(None, asked, name_key(name)).ratio()) for name in names
    }
    return tuple(sorted(scored, key=lambda name: (-scored[name], name))[:limit])


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.findall(r"[a-z0-9]+\.?", letters)
