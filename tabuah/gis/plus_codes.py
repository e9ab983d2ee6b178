"""Plus codes (Open Location Code 1.0): full ones, and short ones near a reference point.

Algorithm: https://github.com/google/open-location-code/blob/main/Documentation/Specification/specification.md
"""

import re
from typing import Final

_DIGITS: Final = "23456789CFGHJMPQRVWX"
_CODE: Final = re.compile(rf"((?:[{_DIGITS}]{{2}}){{1,4}})\+([{_DIGITS}]{{2,5}})(?![A-Z0-9])")
_PAIR_SIZES_DEG: Final = (20.0, 1.0, 0.05, 0.0025, 0.000125)
_GRID_ROWS, _GRID_COLUMNS = 5, 4
_FULL: Final = 8  # digits before the plus


def parse_plus_code(text: str, *, near_deg: tuple[float, float]) -> tuple[float, float] | None:
    """Return longitude and latitude in degrees of the centre of a code; None where the text has none.

    Args:
        text: a code, perhaps with the name of a town after it: "6JXW+22 Solok".
        near_deg: longitude and latitude that a short code is near to.
    """
    found = _CODE.match(text.strip().upper())
    if found is None:
        return None
    missing = _FULL - len(found[1])
    lon_deg, lat_deg = _decode(_prefix(near_deg, missing) + found[1] + found[2])
    if not missing:
        return lon_deg, lat_deg
    size_deg = _PAIR_SIZES_DEG[missing // 2 - 1]
    return _nearest(lon_deg, near_deg[0], size_deg), _nearest(lat_deg, near_deg[1], size_deg)


def _decode(digits: str) -> tuple[float, float]:
    """Return the centre of the area of a code: ten digits in pairs of latitude and longitude, then a grid."""
    lat_deg, lon_deg, values = -90.0, -180.0, [_DIGITS.index(digit) for digit in digits]
    for pair, size_deg in enumerate(_PAIR_SIZES_DEG):
        lat_deg += values[2 * pair] * size_deg
        lon_deg += values[2 * pair + 1] * size_deg
    height_deg = width_deg = _PAIR_SIZES_DEG[-1]
    for value in values[10:]:
        height_deg, width_deg = height_deg / _GRID_ROWS, width_deg / _GRID_COLUMNS
        lat_deg += (value // _GRID_COLUMNS) * height_deg
        lon_deg += (value % _GRID_COLUMNS) * width_deg
    return lon_deg + width_deg / 2, lat_deg + height_deg / 2


def _prefix(near_deg: tuple[float, float], count: int) -> str:
    """Return the first digits of the code of a point."""
    lon, lat, digits = near_deg[0] + 180.0, near_deg[1] + 90.0, ""
    for size_deg in _PAIR_SIZES_DEG[: count // 2]:
        digits += _DIGITS[int(lat // size_deg)] + _DIGITS[int(lon // size_deg)]
        lat, lon = lat % size_deg, lon % size_deg
    return digits


def _nearest(degrees: float, reference_deg: float, size_deg: float) -> float:
    """Return the repetition of a coordinate that is nearest to the reference."""
    return degrees + round((reference_deg - degrees) / size_deg) * size_deg
