"""Quantities as text: exact, in thousandths; thousands separators are never guessed."""

import re
from typing import Final

from tabuah.operations.aid.aid_line import LARGEST_MILLI
from tabuah.operations.errors import NotPossible

_PLAIN: Final = re.compile(r"([0-9]{1,10})(?:[.,]([0-9]{1,3}))?")
_UNCLEAR: Final = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")  # 1.200: one thousand two hundred, or one and a fifth?
_GROUPED: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{3}){2,}|[0-9]{1,3}(,[0-9]{3}){2,}")


def parse_quantity(text: str) -> int:
    """Return the thousandths of a quantity such as 12, 12,5 or 0.125.

    Raises:
        NotPossible: it is no such number, too large, or unclear, such as 1.200.
    """
    plain = text.strip()
    found = _PLAIN.fullmatch(plain) if plain.isascii() else None
    if _UNCLEAR.fullmatch(plain) or _GROUPED.fullmatch(plain):
        raise NotPossible("quantity_unclear", text=plain[:40])
    if found is None:
        raise NotPossible("no_quantity", text=plain[:40])
    milli = int(found[1]) * 1_000 + int((found[2] or "").ljust(3, "0"))
    if milli > LARGEST_MILLI:
        raise NotPossible("no_quantity", text=plain[:40])
    return milli


def plain_quantity(milli: int) -> str:
    """Return a quantity with a decimal point and no zeros at the end, as files have it: 12.5."""
    sign, whole, part = "-" if milli < 0 else "", abs(milli) // 1_000, abs(milli) % 1_000
    return f"{sign}{whole}.{part:03d}".rstrip("0").rstrip(".") if part else f"{sign}{whole}"
