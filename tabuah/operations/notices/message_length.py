"""Lengths of messages: parts of an SMS (3GPP TS 23.038 and 23.040), UTF-16 code units, and shortening. Pure."""

import unicodedata
from collections.abc import Callable
from typing import Final

# The default alphabet of 3GPP TS 23.038, 6.2.1, in the order of its codes; the escape (0x1B) is left out of texts.
GSM_ALPHABET: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION: Final = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
_ONE_SEPTET: Final = frozenset(GSM_ALPHABET) - {"\x1b"}
GSM_SINGLE, GSM_PART = 160, 153  # septets of a message alone, and of a part with its header (TS 23.040, 9.2.3.24.1)
UCS2_SINGLE, UCS2_PART = 70, 67  # UTF-16 code units
_REPLACED: Final = str.maketrans(
    {
        "·": "-",
        "•": "-",
        "–": "-",
        "—": "-",
        "−": "-",
        "…": "...",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "×": "x",
        "µ": "u",
        "μ": "u",
        "°": " ",
        "²": "2",
        "³": "3",
        "≥": ">=",
        "≤": "<=",
        "\t": " ",
        "\u00a0": " ",
        "\u202f": " ",
    }
)


def with_gsm_characters(text: str) -> str:
    """Return a text with characters that the GSM alphabet lacks replaced by similar ones, where there are some.

    One dash outside of the alphabet would more than halve the characters of a part.
    """
    return "".join(_gsm_character(character) for character in text.translate(_REPLACED))


def _gsm_character(character: str) -> str:
    if character in _ONE_SEPTET or character in GSM_EXTENSION:
        return character
    plain = unicodedata.normalize("NFKD", character)
    base = "".join(each for each in plain if not unicodedata.combining(each))
    return base if base and all(each in _ONE_SEPTET for each in base) else character


def is_gsm_text(text: str) -> bool:
    """Return whether the GSM alphabet has all characters."""
    return all(character in _ONE_SEPTET or character in GSM_EXTENSION for character in text)


def utf16_length(text: str) -> int:
    """Return the number of UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def count_segments(text: str) -> int:
    """Return the number of parts in which a text is sent as an SMS; 0 for an empty one."""
    return len(split_segments(text))


def split_segments(text: str) -> list[str]:
    """Return the texts of the parts of an SMS; no character is split between two."""
    in_gsm = is_gsm_text(text)
    sizes = [(2 if each in GSM_EXTENSION else 1) if in_gsm else (1 + (each > "\uffff")) for each in text]
    single, part = (GSM_SINGLE, GSM_PART) if in_gsm else (UCS2_SINGLE, UCS2_PART)
    if sum(sizes) <= single:
        return [text] if text else []
    parts, used = [""], 0
    for character, size in zip(text, sizes, strict=True):
        if used + size > part:
            parts.append("")
            used = 0
        parts[-1] += character
        used += size
    return parts


def sms_text(text: str, segments: int) -> str:
    """Return a text as an SMS of a limited number of parts, with characters of the GSM alphabet where possible."""
    lines = [line.strip() for line in with_gsm_characters(text).splitlines()]
    whole = "\n".join(line for line in lines if line)
    return shorten(whole, lambda each: count_segments(each) <= segments, mark=" ...")


def shorten(text: str, fits: Callable[[str], bool], *, mark: str = " …") -> str:
    """Return a text that fits: its first lines, the mark, and its lines with a link, half of which would be useless.

    Args:
        text: the text, whose first lines are the most important.
        fits: whether a text is short enough; the empty one is.
        mark: what follows the last line that is left.
    """
    if fits(text):
        return text
    lines = text.splitlines()
    links = [line for line in lines if "://" in line]
    links = links if fits("\n".join(("", mark, *links))) else []
    others = [line for line in lines if line not in links]
    whole = 0
    while whole < len(others) and fits("\n".join([*others[:whole], f"{others[whole]}{mark}", *links])):
        whole += 1
    kept = others[:whole]
    if whole < len(others):
        kept += _first_words(others[whole], lambda part: fits("\n".join([*others[:whole], part, *links])), mark)
    return "\n".join([*kept, *links])


def _first_words(line: str, fits: Callable[[str], bool], mark: str) -> list[str]:
    """Return the beginning of a line with the mark, at the end of a word where there is one; nothing if none fits."""
    low, high = 0, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(f"{line[:middle]}{mark}") else (low, middle - 1)
    space = line.rfind(" ", 0, low + 1)
    end = space if space > low // 2 else low
    return [f"{line[:end].rstrip()}{mark}"] if fits(mark) else []
