"""Text of any origin made fit for print: no control characters, no direction tricks, no word wider than a column."""

import re
import unicodedata
from typing import Final

STAND_IN: Final = "▯"  # for emoji, which the shipped fonts do not have
_LONGEST_WORD: Final = 20
_PIECE: Final = 10
_BREAK: Final = "\u200b"

# Bidirectional overrides and isolates could turn what is around them; tags and joiners show nothing by themselves.
_UNSEEN: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufe00-\ufe0f\U000e0000-\U000e0fff]")
_EMOJI: Final = re.compile(
    "[\U0001f000-\U0001faff\u231a\u231b\u23e9-\u23f3\u2614\u2615\u26aa-\u26fd\u2705\u270a\u270b]+"
)
_EMOJI_SIGNS: Final = re.compile("[\u2728\u274c\u274e\u2753-\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55]")
_LONG: Final = re.compile(rf"[^\s/\-]{{{_LONGEST_WORD + 1},}}")
_HIDDEN: Final = frozenset({"Cc", "Cs", "Cn", "Zl", "Zp"})
_ODD: Final = frozenset({"Cc", "Co", "Cs", "Cn"})


def printable(text: str) -> str:
    """The text with what cannot be printed left out or shown as ▯; line breaks stay, tabs become blanks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = _UNSEEN.sub("", text.replace("\t", " "))
    text = _EMOJI_SIGNS.sub(STAND_IN, _EMOJI.sub(STAND_IN, text))
    text = "".join(_shown(letter) for letter in text)
    return _LONG.sub(_in_pieces, text)


def visible_line(text: str) -> str:
    """The text on one line, without control characters and direction tricks; emoji stay."""
    return " ".join(visible_text(text).split())


def visible_text(text: str) -> str:
    """The text with its line breaks, fit for XML and messages; emoji stay."""
    clean = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(letter if letter == "\n" or not _is_hidden(letter) else " " for letter in clean)


def _shown(letter: str) -> str:
    if letter == "\n" or unicodedata.category(letter) not in _ODD:
        return letter
    return "" if unicodedata.category(letter) == "Cc" else STAND_IN


def _in_pieces(match: re.Match[str]) -> str:
    """Chances to break a long word; a mark stays with its letter."""
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
