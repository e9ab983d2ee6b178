"""Parser of positions and numbers in feeds, with plausibility checks."""

import math
import re
from typing import Final

import msgspec

from tabuah.operations.feeds.errors import UnusableItem

# A generous box around Indonesia and its seas; BMKG warnings for land lie well inside.
INDONESIA_WEST_DEG, INDONESIA_EAST_DEG = 94.0, 142.0
INDONESIA_SOUTH_DEG, INDONESIA_NORTH_DEG = -12.0, 8.0

_NUMBER: Final = re.compile(r"([+-]?[0-9]{1,9}(?:[.,][0-9]{1,12})?)\s*([A-Za-z]{0,4})\.?")


class Position(msgspec.Struct, frozen=True):
    """A point in EPSG:4326, degrees."""

    lon_deg: float
    lat_deg: float


def read_number(value: object, field: str, *, units: tuple[str, ...] = ()) -> float:
    """Parse a finite number from "12 km", "5.3", "5,3" or a JSON number; `units` are accepted suffixes, lower case.

    Raises:
        UnusableItem: not a number, or with another unit.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = _as_float(value)
    else:
        match = _NUMBER.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None or (match[2] and match[2].lower() not in units):
            raise UnusableItem("not_a_number", field=field, text=_shown(value))
        number = float(match[1].replace(",", "."))
    if not math.isfinite(number):
        raise UnusableItem("not_a_number", field=field, text=_shown(value))
    return number


def read_bounded(value: object, field: str, *, lowest: float, highest: float, units: tuple[str, ...] = ()) -> float:
    """Parse a number between `lowest` and `highest`.

    Raises:
        UnusableItem: not a number, or out of range.
    """
    number = read_number(value, field, units=units)
    if not lowest <= number <= highest:
        raise UnusableItem(
            "out_of_bounds",
            field=field,
            number=number,
            lowest=lowest,
            highest=highest,
        )
    return number


def read_lat_lon(text: str, field: str) -> Position:
    """Parse the "lat,lon" of BMKG and CAP.

    Raises:
        UnusableItem: not two numbers, swapped, or out of range.
    """
    parts = text.split(",")
    if len(parts) != 2:
        raise UnusableItem("not_a_position", field=field, text=text[:40])
    return check_position(lat_deg=read_number(parts[0], field), lon_deg=read_number(parts[1], field), field=field)


def check_position(*, lat_deg: float, lon_deg: float, field: str) -> Position:
    """Return the position if it is valid.

    Raises:
        UnusableItem: invalid; the reason says so when the two numbers look swapped.
    """
    if abs(lat_deg) > 90 and abs(lat_deg) <= 180 and abs(lon_deg) <= 90:
        raise UnusableItem("latitude_beyond_90", field=field, lat=lat_deg)
    if abs(lat_deg) > 90 or abs(lon_deg) > 180:
        raise UnusableItem("not_on_earth", field=field, lat=lat_deg, lon=lon_deg)
    return Position(lon_deg, lat_deg)


def is_in_indonesia(position: Position) -> bool:
    """Return whether the point lies in the box around Indonesia."""
    return (
        INDONESIA_WEST_DEG <= position.lon_deg <= INDONESIA_EAST_DEG
        and INDONESIA_SOUTH_DEG <= position.lat_deg <= INDONESIA_NORTH_DEG
    )


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _shown(value: object) -> str:
    """Return the value for a message; a nested one only by its type."""
    return str(value)[:40] if isinstance(value, str | int | float) else type(value).__name__
