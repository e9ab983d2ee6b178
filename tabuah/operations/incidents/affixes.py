"""Indonesian affixes: the forms of a word that a search finds as well (banjir: kebanjiran, banjirnya).

The tables follow the standard grammar (Tata Bahasa Baku Bahasa Indonesia, chapter on verbs and nouns): a prefix with
a nasal takes its sound from the first letter of the root, and p, t, k and s are dropped there. No dictionary is
needed: a form that is no word finds nothing.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

MIN_ROOT_LETTERS: Final = 4  # shorter words have too many forms that are other words
_MIN_STRIPPED_LETTERS: Final = 5  # what is left of a word without its affixes, so that "terbang" does not find "bang"
_MAX_ROOTS: Final = 4  # of one word
_LETTERS: Final = re.compile(r"[a-z]+")

# The first letter of a root: the sound that me- and pe- take before it, and whether the letter is dropped.
_SOUNDS: Final = {
    **dict.fromkeys("bfv", ("m", False)),
    **dict.fromkeys("cdjz", ("n", False)),
    **dict.fromkeys("aeioughqx", ("ng", False)),
    "p": ("m", True),
    "t": ("n", True),
    "k": ("ng", True),
    "s": ("ny", True),
}
_SOUND_OF_KEPT: Final = {"p": "m", "t": "n", "k": "ng", "s": "n"}  # loans: memproses, mensurvei, mengkoordinasi
_VOWELS: Final = frozenset("aeiou")
_WITH_SOUND: Final = frozenset({"me", "pe"})

# Each prefix with the suffixes that may go with it.
_PAIRS: Final = (
    ("", ("", "an", "kan", "i")),
    ("me", ("", "kan", "i")),
    ("di", ("", "kan", "i")),
    ("ber", ("", "an", "kan")),
    ("ter", ("", "kan", "i")),
    ("ke", ("", "an")),
    ("pe", ("", "an")),
    ("per", ("", "an")),
    ("se", ("",)),
    ("memper", ("", "kan", "i")),
    ("diper", ("", "kan", "i")),
)
_CLITICS: Final = ("", "nya", "lah")  # after any suffix


@lru_cache(maxsize=512)
def word_forms(word: str) -> tuple[str, ...]:
    """Return a word in lower case with all its forms, the word itself first."""
    forms = [word]
    for root in _roots(word):
        for prefix, suffixes in _PAIRS:
            for start in _prefixed(prefix, root):
                forms.extend(f"{start}{suffix}{clitic}" for suffix in suffixes for clitic in _CLITICS)
    return tuple(dict.fromkeys(forms))


@lru_cache(maxsize=512)
def beginning_forms(beginning: str) -> tuple[str, ...]:
    """Return the beginnings of words whose root begins like this, the beginning itself first."""
    forms = [beginning]
    if _is_root(beginning, MIN_ROOT_LETTERS):
        for prefix, _suffixes in _PAIRS:
            forms.extend(_prefixed(prefix, beginning))
    return tuple(dict.fromkeys(forms))


def stripped_forms(word: str) -> tuple[str, ...]:
    """Return the forms of the roots that a word may have, without the word as a root itself."""
    return tuple(dict.fromkeys(form for root in _stripped(word) for form in word_forms(root)))


def _roots(word: str) -> tuple[str, ...]:
    return (word, *_stripped(word)) if _is_root(word, MIN_ROOT_LETTERS) else ()


def _is_root(word: str, letters: int) -> bool:
    return len(word) >= letters and _LETTERS.fullmatch(word) is not None


def _prefixed(prefix: str, root: str) -> Iterator[str]:
    if prefix not in _WITH_SOUND:
        yield prefix + root
        return
    sound, is_dropped = _SOUNDS.get(root[0], ("", False))
    yield prefix + sound + (root[1:] if is_dropped else root)
    if is_dropped:
        yield prefix + _SOUND_OF_KEPT[root[0]] + root


def _stripped(word: str) -> tuple[str, ...]:
    """Return what may be the root of a word with affixes, the shortest first."""
    found = {
        root
        for clitic in _CLITICS
        if word.endswith(clitic)
        for root in _without_affixes(word[: len(word) - len(clitic)])
        if root != word and _is_root(root, _MIN_STRIPPED_LETTERS)
    }
    return tuple(sorted(found, key=lambda root: (len(root), root)))[:_MAX_ROOTS]


def _without_affixes(word: str) -> Iterator[str]:
    for prefix, suffixes in _PAIRS:
        for suffix in suffixes:
            if word.startswith(prefix) and word.endswith(suffix):
                inner = word[len(prefix) : len(word) - len(suffix)]
                yield from _without_sound(inner) if prefix in _WITH_SOUND else (inner,)


def _without_sound(inner: str) -> Iterator[str]:
    """Return the roots whose first letter explains the sound after me- or pe-."""
    for letter, (sound, is_dropped) in _SOUNDS.items():
        rest = inner[len(sound) :]
        if inner.startswith(sound) and is_dropped and rest[:1] in _VOWELS:
            yield letter + rest
        elif inner.startswith(sound) and rest.startswith(letter):
            yield rest
    if inner[:1] in frozenset("lmnrwy"):
        yield inner
