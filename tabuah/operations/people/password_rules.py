"""Rules for new passwords: their length, and those that are guessed first. Existing passwords stay valid.

A list of common passwords is mostly a few words with digits and signs around them, so the rule is about the words:
`sumbar2026!`, `P4ssw0rd123` and `rahasiarahasia` are refused, because it contains `sumbar`, `password`, `rahasia`.
"""

import re
from collections.abc import Set as AbstractSet
from enum import StrEnum
from itertools import pairwise
from typing import Final

MIN_LENGTH: Final = 10
_FEWEST_CHARACTERS: Final = 5  # different ones
_LONGEST_AFFIXES: Final = 8  # digits and signs around a word, such as a date
_SUBSTITUTES: Final = str.maketrans("013457@$!8", "oleastasib")
_AFFIXES: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")


class PasswordFault(StrEnum):
    """Why a password cannot be chosen."""

    TOO_SHORT = "too_short"
    TOO_COMMON = "too_common"


def find_password_fault(password: str, *, user: str, words: AbstractSet[str]) -> PasswordFault | None:
    """Return why a user cannot choose a password; None if it can be chosen.

    Args:
        password: the password.
        user: the name of the user, which is guessed first, too.
        words: common words in lower case.
    """
    if len(password) < MIN_LENGTH:
        return PasswordFault.TOO_SHORT
    plain = password.casefold()
    if len(set(plain)) < _FEWEST_CHARACTERS or not any(letter.isalpha() for letter in plain) or _is_run(plain):
        return PasswordFault.TOO_COMMON
    guessed = words | {part for part in re.split(r"[\W_]+", user.casefold()) if part}
    core = _AFFIXES.sub("", plain)
    if len(plain) - len(core) > _LONGEST_AFFIXES:
        return None
    is_common = _is_repeated_word(core, guessed) or _is_repeated_word(core.translate(_SUBSTITUTES), guessed)
    return PasswordFault.TOO_COMMON if is_common else None


def _is_repeated_word(core: str, words: AbstractSet[str]) -> bool:
    """Return whether a text is a common word, once or several times."""
    return any(len(core) % len(word) == 0 and core == word * (len(core) // len(word)) for word in _parts(core, words))


def _parts(core: str, words: AbstractSet[str]) -> set[str]:
    """Return the beginnings of a text that are common words."""
    return {core[:length] for length in range(1, len(core) + 1)} & words


def _is_run(text: str) -> bool:
    """Return whether most characters follow their neighbour, as in `abcdefghij` and `9876543210`."""
    steps = [ord(after) - ord(before) for before, after in pairwise(text)]
    return max(steps.count(1), steps.count(-1), steps.count(0)) > len(steps) * 2 // 3
