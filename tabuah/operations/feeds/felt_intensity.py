"""Parser of felt reports: the places and intensities in BMKG's "Dirasakan" text."""

import re
from typing import Final

import msgspec

ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")

_NUMERAL: Final = "|".join(sorted(ROMAN, key=len, reverse=True))
_SCALE: Final = rf"({_NUMERAL})(?:\s*[-–—]\s*({_NUMERAL}))?(?:\s*MMI)?"
_LEADING: Final = re.compile(rf"(?:MMI\s+)?{_SCALE}\s+(\S.*)")
_TRAILING: Final = re.compile(rf"(\S.*?)\s+{_SCALE}")
# Places in West Sumatra and around whose names begin with a numeral, which is not an intensity.
_NUMBERED_PLACE: Final = re.compile(
    "|".join(
        (
            r"X Koto(?: Diatas| Singkarak)?",
            r"IX Koto(?: Sungai Lasi)?",
            r"VII Koto(?: Sungai Sar\w+| Patamuan| Padang Sago| Ilir)?",
            r"V Koto(?: Timur| Kampung Dalam)",
            r"IV Koto(?: Aur Malintang)?",
            r"XIII Koto Kampar",
            r"IV Jurai",
            r"IV (?:Nagari|Ang\w+)(?: .*)?",
            r"VI Lingkung",
        )
    ),
    re.IGNORECASE,
)


class FeltReport(msgspec.Struct, frozen=True):
    """A place with its intensity on the MMI scale, 1 to 12; both None when the text gives none."""

    place: str
    mmi_low: int | None
    mmi_high: int | None


def parse_felt(text: str) -> tuple[FeltReport, ...]:
    """Parse "II-III Bengkulu Utara, III Bima" (or "Padang III-IV") into places; "" and "-" give none."""
    parts = (" ".join(part.split()) for part in re.split(r"[,;]", text))
    return tuple(_felt(part) for part in parts if part.strip("-– "))


def _felt(part: str) -> FeltReport:
    if _NUMBERED_PLACE.fullmatch(part):
        return FeltReport(part, None, None)
    if match := _LEADING.fullmatch(part):
        return _ordered(match[3], match[1], match[2])
    if match := _TRAILING.fullmatch(part):
        return _ordered(match[1], match[2], match[3])
    return FeltReport(part, None, None)


def _ordered(place: str, first: str, second: str | None) -> FeltReport:
    one = ROMAN.index(first) + 1
    two = ROMAN.index(second) + 1 if second else one
    return FeltReport(place, min(one, two), max(one, two))
