"""Hidden characters: control characters, and marks that change the direction of the text around them.

They damage tables and terminals, and let one name look like another.
"""

import re
from typing import Final

# C0 without the line feed, C1, and the bidirectional marks, embeddings and isolates of Unicode
_HIDDEN: Final = r"\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
LINE_PATTERN: Final = rf"^[^\n{_HIDDEN}]*\Z"
LINES_PATTERN: Final = rf"^[^{_HIDDEN}]*\Z"
HIDDEN_CHARACTERS: Final = re.compile(rf"[{_HIDDEN}]")
_LINE, _LINES = re.compile(LINE_PATTERN), re.compile(LINES_PATTERN)


def is_plain(text: str, *, lines: bool = False) -> bool:
    """Return whether a text has no hidden characters; with `lines`, it may have several lines."""
    return (_LINES if lines else _LINE).match(text) is not None


def plain_line(text: str) -> str:
    """Return a text as one plain line: line breaks and repeated spaces become one space."""
    return " ".join(without_hidden_characters(text).split())


def without_hidden_characters(text: str) -> str:
    """Return a text of several lines that is plain: a tab becomes a space, other hidden characters are removed."""
    return HIDDEN_CHARACTERS.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
