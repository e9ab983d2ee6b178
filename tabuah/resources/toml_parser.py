"""TOML from outside, refused before parsing where its keys would keep the parser busy."""

import re
import tomllib
from typing import Any, Final

MAX_KEY_PARTS: Final = 32  # a.b.c has three; the parser needs time that grows with their square
# In this order: strings of several lines, strings of one line, and comments. An unclosed string ends with the
# line or the text: the parser stops there, and without this end each quote would be a new start (quadratic time).
# A string of several lines may end with two quotes of its own.
_TEXTS: Final = re.compile(
    r'"""(?:\\.|[^\\])*?(?:"{3,5}|\Z)|\'\'\'.*?(?:\'{3,5}|\Z)|"(?:\\.|[^"\\\n])*"?|\'[^\'\n]*\'?|(#)[^\n]*', re.DOTALL
)
_BETWEEN_KEYS: Final = re.compile(r"[^A-Za-z0-9_.\- \t]")


def parse_toml(text: str) -> dict[str, Any]:
    """Parse a TOML text.

    Raises:
        TOMLDecodeError: it is no TOML, or a key has too many parts.
        RecursionError: it is nested too deeply.
    """
    if text.count(".") >= MAX_KEY_PARTS:
        _check_keys(text)
    return tomllib.loads(text)


def _check_keys(text: str) -> None:
    """Check the keys, also those of tables and inline tables; a quoted part counts like any other."""
    without_texts = _TEXTS.sub(lambda found: "" if found[1] else "q" + "\n" * found[0].count("\n"), text)
    for number, line in enumerate(without_texts.split("\n"), start=1):
        if any(piece.count(".") >= MAX_KEY_PARTS for piece in _BETWEEN_KEYS.split(line)):
            raise tomllib.TOMLDecodeError(f"a key has more than {MAX_KEY_PARTS} parts (at line {number}, column 1)")
