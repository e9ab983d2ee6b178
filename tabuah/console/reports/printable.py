"""Makes foreign text printable: no control or direction characters, no word wider than a column."""

import re
import unicodedata
from typing import Final

MISSING_GLYPH: Final = "▯"  # for emoji, which the shipped fonts do not have
_LONGEST_WORD: Final = 20
_PIECE: Final = 10
_BREAK: Final = "\u200b"

# Bidirectional overrides and isolates can reverse surrounding text; tags and joiners are invisible.
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufe00-\ufe0f\U000e0000-\U000e0fff]")
_EMOJI: Final = re.compile(
    "[\U0001f000-\U0001faff\u231a\u231b\u23e9-\u23f3\u2614\u2615\u26aa-\u26fd\u2705\u270a\u270b]+"
)
_EMOJI_SIGNS: Final = re.compile("[\u2728\u274c\u274e\u2753-\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55]")
_LONG: Final = re.compile(rf"[^\s/\-]{{{_LONGEST_WORD + 1},}}")
_HIDDEN: Final = frozenset({"Cc", "Cs", "Cn", "Zl", "Zp"})
_ODD: Final = frozenset({"Cc", "Co", "Cs", "Cn"})


def make_printable(text: str) -> str:
    """Return the text with unprintable characters removed or shown as ▯; line breaks stay, tabs become blanks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = _INVISIBLE.sub("", text.replace("\t", " "))
    text = _EMOJI_SIGNS.sub(MISSING_GLYPH, _EMOJI.sub(MISSING_GLYPH, text))
    text = "".join(_printable_character(letter) for letter in text)
    return _LONG.sub(_add_break_points, text)


def clean_line(text: str) -> str:
    """Return the text on one line, without control and direction characters; emoji stay."""
    return " ".join(clean_text(text).split())


def clean_text(text: str) -> str:
    """Return the text without the characters that XML forbids; line breaks and emoji stay."""
    clean = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(letter if letter == "\n" or not _is_hidden(letter) else " " for letter in clean)


def _printable_character(letter: str) -> str:
    if letter == "\n" or unicodedata.category(letter) not in _ODD:
        return letter
    return "" if unicodedata.category(letter) == "Cc" else MISSING_GLYPH


def _add_break_points(match: re.Match[str]) -> str:
    """Insert break points into a long word; combining marks stay with their letter."""
    pieces: list[str] = []
    for letter in match[0]:
        full = not pieces or len(pieces[-1]) >= _PIECE
        if full and not (pieces and unicodedata.combining(letter)):
            pieces.append(letter)
        else:
            pieces[-1] += letter
    return _BREAK.join(pieces)


def _is_hidden(letter: str) -> bool:
    return unicodedata.category(letter) in _HIDDEN
