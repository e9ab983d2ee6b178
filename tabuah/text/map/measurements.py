"""Measurements as text: lengths, areas, compass directions and range rings."""

from typing import Final

from tabuah.gis.layers.range_rings import RangeRings
from tabuah.resources.localisation import _, format_number

_HA_M2: Final = 10_000.0
_KM2_M2: Final = 1_000_000.0
_ROSE: Final = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


def describe_length(metres: float) -> str:
    """Return a length: "845 m", "12,34 km", "123,4 km"."""
    if metres < 999.5:
        return f"{format_number(metres, digits=1 if metres < 10 else 0)} m"
    return f"{format_number(metres / 1000, digits=2 if metres < 99_995 else 1)} km"


def describe_area(square_metres: float) -> str:
    """Return an area in m², in hectares from 1 ha on, and also in km² from 1,000 ha on."""
    if square_metres < _HA_M2 - 0.5:
        return f"{format_number(square_metres)} m²"
    hectares = square_metres / _HA_M2
    text = f"{format_number(hectares, digits=2 if hectares < 100 else 0)} ha"
    if square_metres < 10 * _KM2_M2:
        return text
    return f"{text} · {format_number(square_metres / _KM2_M2, digits=1)} km²"


def describe_direction(bearing_deg: float) -> str:
    """Return a direction in degrees with its compass point: "312° BL"."""
    names = {
        "N": _("compass N"),
        "NE": _("compass NE"),
        "E": _("compass E"),
        "SE": _("compass SE"),
        "S": _("compass S"),
        "SW": _("compass SW"),
        "W": _("compass W"),
        "NW": _("compass NW"),
    }
    return f"{round(bearing_deg) % 360}° {names[_ROSE[round(bearing_deg / 45) % 8]].removeprefix('compass ')}"


def format_radius(radius_m: float) -> str:
    """Return a distance as text: "500 m", "2,5 km"."""
    if radius_m < 1000:
        return f"{format_number(radius_m)} m"
    km = radius_m / 1000
    digits = next(digits for digits in (0, 1, 2, 3) if digits == 3 or km == round(km, digits))
    return f"{format_number(km, digits=digits)} km"


def describe_range(ranges: RangeRings) -> str:
    """Return the largest distance, and the directions of a sector: "2,5 km · 45° TL – 90° T"."""
    text = format_radius(max(ranges.radii_m))
    if ranges.sector_deg is None:
        return text
    return f"{text} · " + " – ".join(describe_direction(bearing) for bearing in ranges.sector_deg)
