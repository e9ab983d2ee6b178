"""Formats of telephone numbers for gateways: with or without the country code."""

import re
from enum import StrEnum
from typing import Final

COUNTRY_CODE: Final = "62"  # Indonesia (ITU-T E.164)
_SEPARATORS: Final = re.compile(r"[\s().\-/]+")
_DIGITS: Final = re.compile(r"[0-9]{5,15}")  # E.164 allows 15


class NumberFormat(StrEnum):
    """The format of telephone numbers at a gateway."""

    AS_WRITTEN = "as_written"
    INTERNATIONAL = "international"  # +62812…
    DIGITS = "digits"  # 62812…
    LOCAL = "local"  # 0812…


def format_number(text: str, wanted: NumberFormat) -> str:
    """Return a telephone number in a format; empty if the text is none."""
    if wanted is NumberFormat.AS_WRITTEN:
        return text
    plain = _SEPARATORS.sub("", text)
    digits = plain.removeprefix("+")
    if not _DIGITS.fullmatch(digits):
        return ""
    is_national = not plain.startswith("+") and digits.startswith("0") and not digits.startswith("00")
    whole = COUNTRY_CODE + digits[1:] if is_national else digits.removeprefix("00")
    match wanted:
        case NumberFormat.INTERNATIONAL:
            return f"+{whole}"
        case NumberFormat.LOCAL if whole.startswith(COUNTRY_CODE):
            return f"0{whole.removeprefix(COUNTRY_CODE)}"
    return whole
