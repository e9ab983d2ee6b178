"""Names of new users: visible, distinguishable by people, and not those of the server's own authors.

Histories show an entry's author by name alone, so a name must not look like another one.
"""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from tabuah.operations.entries import SERVER_ACTOR

# The authors of entries that no user has written: the server, and the commands on its data.
RESERVED_NAMES: Final = frozenset({SERVER_ACTOR, "administrator"})
# Controls, formats (zero width, direction), lone surrogates, private use, and separators.
_INVISIBLE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs"})
# Letters and marks that are drawn as nothing (Unicode, Default_Ignorable_Code_Point), and the blank Braille pattern.
_INVISIBLE_LETTERS: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)


class UserNameProblem(StrEnum):
    """Why a new user cannot have a name."""

    INVISIBLE = "invisible"
    RESERVED = "reserved"
    SIMILAR = "similar"


def find_name_problem(name: str, others: Iterable[str]) -> UserNameProblem | None:
    """Return why a new user cannot have a name next to the names of others; None if nothing speaks against it.

    The same name is no problem here: it is another user, or the same one again.
    """
    if any(map(_is_invisible, name)):
        return UserNameProblem.INVISIBLE
    compared = comparable_name(name)
    if compared in RESERVED_NAMES:
        return UserNameProblem.RESERVED
    if any(other != name and comparable_name(other) == compared for other in others):
        return UserNameProblem.SIMILAR
    return None


def comparable_name(name: str) -> str:
    """Return a name without case, width, and characters that cannot be seen."""
    visible = "".join(letter for letter in unicodedata.normalize("NFKC", name) if not _is_invisible(letter))
    return unicodedata.normalize("NFKC", visible.casefold())


def _is_invisible(letter: str) -> bool:
    if letter == " ":
        return False  # refused as in all names of subjects, with a message of its own
    return unicodedata.category(letter) in _INVISIBLE_CATEGORIES or letter in _INVISIBLE_LETTERS
