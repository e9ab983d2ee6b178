"""Parser for two angles as people and phones write them: decimal, sexagesimal, with letters or signs."""

import re
from typing import Final, Literal

from tabuah.gis.errors import CoordinateError
from tabuah.resources.localisation import _

Axis = Literal["lon", "lat"]

_PLAIN: Final = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "º": "°",
        "˚": "°",
        "′": "'",
        "’": "'",
        "‘": "'",
        "´": "'",
        "`": "'",
        "″": '"',
        "”": '"',
        "“": '"',
    }
)
_WORDS: Final = (
    (r"''", '"'),
    (r"\bLINTANG\s*SELATAN\b", "LS"),
    (r"\bLINTANG\s*UTARA\b", "LU"),
    (r"\bBUJUR\s*TIMUR\b", "BT"),
    (r"\bBUJUR\s*BARAT\b", "BB"),
    (r"\bNORTH\b", "N"),
    (r"\bSOUTH\b", "S"),
    (r"\bEAST\b", "E"),
    (r"\bWEST\b", "W"),
    (r"\s*(?:DERAJAT|DEGREES?|DEG)\b", "°"),
    (r"\s*(?:MENIT|MINUTES?|MIN)\b", "'"),
    (r"\s*(?:DETIK|SECONDS?|SEC)\b", '"'),
    (r"(?<=\d)D(?=\s*\d)", "°"),
    (r"(?<=\d)M(?=\s*\d)", "'"),
    (r"(?<=['\d])S(?=\s+[A-Z])", '"'),  # 00s S
)
_HEMISPHERES: Final = {
    "BT": ("lon", 1),
    "E": ("lon", 1),
    "BB": ("lon", -1),
    "W": ("lon", -1),
    "LU": ("lat", 1),
    "N": ("lat", 1),
    "LS": ("lat", -1),
    "S": ("lat", -1),
}
_NUMBER: Final = r"\d+(?:[.,]\d+)?"
_ANGLE: Final = rf"[+-]?{_NUMBER}°?|[+-]?\d+°\s*{_NUMBER}'?(?:\s*{_NUMBER}\"?)?|[+-]?\d+:{_NUMBER}(?::{_NUMBER})?"
_TOKEN: Final = re.compile(rf"\s*({_NUMBER})\s*([°'\":]?)")
_LETTERS: Final = re.compile(r"(?<![A-Z])(BT|BB|LU|LS|[NSEW])(?![A-Z])")
_SEPARATORS: Final = (r"\s*[;|]\s*", r"\s*,\s+", r"\s+", r"\s*,\s*")
_LABELLED: Final = re.compile(
    rf"(LAT|LINTANG|LON|LNG|BUJUR)[A-Z]*\s*[:=]?\s*([+-]?{_NUMBER})°?[\s,;&]+"
    rf"(LAT|LINTANG|LON|LNG|BUJUR)[A-Z]*\s*[:=]?\s*([+-]?{_NUMBER})°?"
)


def parse_angles(text: str) -> tuple[float, float] | None:
    """Return the longitude and latitude in degrees of `text`, None when it is not a pair of angles.

    Without letters the longitude comes first, unless only the other order is possible. Labels state the order.

    Raises:
        CoordinateError: minutes or seconds are 60 or more.
    """
    clean = _plain(text)
    labelled = _LABELLED.fullmatch(clean)
    if labelled:
        return _by_labels(*labelled.groups())
    letters = list(_LETTERS.finditer(clean))
    return _by_letters(clean, letters) if letters else _bare(clean.strip("() "))


def parse_angle(text: str, axis: Axis) -> float | None:
    """Return one longitude or latitude in degrees, None when `text` is none, or is one of the other axis.

    Forms: decimal degrees, or degrees with minutes and seconds, with a hemisphere such as LS or BT, or a sign.

    Raises:
        CoordinateError: minutes or seconds are 60 or more.
    """
    clean = _plain(text).strip(" ()")
    letters = list(_LETTERS.finditer(clean))
    if not letters:
        return _signed(clean) if re.fullmatch(_ANGLE, clean) else None
    found, sign = _HEMISPHERES[letters[0][1]]
    before, after = clean[: letters[0].start()].strip(" ,.:"), clean[letters[0].end() :].strip(" ,.:")
    if len(letters) > 1 or found != axis or (before and after):
        return None
    angle = _unsigned(before or after)
    return None if angle is None else sign * angle


def _plain(text: str) -> str:
    """Return `text` in capitals with one kind of each mark, letters and marks in place of words."""
    clean = " ".join(text.translate(_PLAIN).upper().split())
    for pattern, mark in _WORDS:
        clean = re.sub(pattern, mark, clean)
    return clean


def _by_labels(first: str, one: str, second: str, other: str) -> tuple[float, float] | None:
    angles = {
        ("lat" if label[:2] in ("LA", "LI") else "lon"): _number(n) for label, n in ((first, one), (second, other))
    }
    return (angles["lon"], angles["lat"]) if len(angles) == 2 else None


def _by_letters(text: str, letters: list[re.Match[str]]) -> tuple[float, float] | None:
    if len(letters) != 2:
        return None
    one, two = letters
    if not text[: one.start()].strip(" ,;("):
        pieces = (text[one.end() : two.start()], text[two.end() :])
    elif not text[two.end() :].strip(" ,;)."):
        pieces = (text[: one.start()], text[one.end() : two.start()])
    else:
        return None
    angles = {}
    for letter, piece in zip(letters, pieces, strict=True):
        axis, sign = _HEMISPHERES[letter[1]]
        angle = _unsigned(piece.strip(" ,;:()."))
        if angle is None:
            return None
        angles[axis] = sign * angle
    return (angles["lon"], angles["lat"]) if len(angles) == 2 else None


def _bare(text: str) -> tuple[float, float] | None:
    for separator in _SEPARATORS:
        parts = re.split(separator, text)
        if len(parts) == 2 and all(re.fullmatch(_ANGLE, part) for part in parts):
            first, second = (_signed(part) for part in parts)
            if first is None or second is None:
                return None
            return (second, first) if abs(second) > 90 >= abs(first) else (first, second)
    return None


def _signed(text: str) -> float | None:
    angle = _unsigned(text.lstrip("+-"))
    return None if angle is None else (-angle if text.startswith("-") else angle)


def _unsigned(text: str) -> float | None:
    """Return an angle of one to three numbers: marks name them, else degrees, minutes, seconds in order."""
    parts: dict[int, float] = {}
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            return None
        unit = "°'\"".find(token[2]) if token[2] not in ("", ":") else len(parts)
        if unit > 2 or (parts and unit <= max(parts)):
            return None
        parts[unit] = _number(token[1])
        position = token.end()
    if 0 not in parts or any(not parts[unit].is_integer() for unit in sorted(parts)[:-1]):
        return None
    minutes, seconds = parts.get(1, 0.0), parts.get(2, 0.0)
    if minutes >= 60 or seconds >= 60:
        raise CoordinateError(_("Minutes and seconds of an angle must be below 60."))
    return parts[0] + minutes / 60 + seconds / 3600


def _number(text: str) -> float:
    return float(text.replace(",", "."))
