"""Parser and format of a typed line: positions separated by spaces."""

from itertools import pairwise
from typing import Final

from tabuah.gis.coordinates import parse_position
from tabuah.gis.geodesy import distance_m
from tabuah.operations.disruptions.disruption import MAX_CORNERS
from tabuah.resources.localisation import _

_MOST_APART_M: Final = 50_000  # of two corners: a lost digit or sign is a longer way off
Corners = tuple[tuple[float, float], ...]


def parse_line(text: str) -> Corners:
    """Return the corners of "LON,LAT LON,LAT …"; none for an empty text.

    Raises:
        ValueError: a part is no position, the line has one corner or too many, or two corners are far apart.
    """
    parts = text.replace(";", " ").split()
    if not parts:
        return ()
    if not 2 <= len(parts) <= MAX_CORNERS:
        raise ValueError(_("A line has 2 to {n} positions, such as 100.65,-0.85 100.66,-0.86").format(n=MAX_CORNERS))
    corners = tuple(parse_position(part) for part in parts)
    for before, after in pairwise(corners):
        if distance_m(*before, *after) > _MOST_APART_M:
            message = _("{first} and {second} are more than {n} km apart. Check the positions.")
            first, second = format_line((before,)), format_line((after,))
            raise ValueError(message.format(first=first, second=second, n=_MOST_APART_M // 1_000))
    return tuple((round(lon_deg, 6), round(lat_deg, 6)) for lon_deg, lat_deg in corners)


def format_line(line: Corners) -> str:
    """Return a line as it is typed."""
    return " ".join(f"{lon_deg:.6f},{lat_deg:.6f}" for lon_deg, lat_deg in line)
