"""How a position is written and read: decimal degrees, degrees-minutes-seconds, UTM zone 47 south."""

import re
from typing import Final

from tabuah.gis.errors import CoordinateError
from tabuah.gis.reference_systems import from_utm, to_utm
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_number

_HEMISPHERES: Final = {
    "bt": ("lon", 1),
    "e": ("lon", 1),
    "bb": ("lon", -1),
    "w": ("lon", -1),
    "lu": ("lat", 1),
    "n": ("lat", 1),
    "ls": ("lat", -1),
    "s": ("lat", -1),
}
_NUMBER: Final = r"\d+(?:[.,]\d+)?"
_ANGLE: Final = rf"({_NUMBER})\s*°?\s*(?:({_NUMBER})\s*['′’]\s*)?(?:({_NUMBER})\s*(?:[\"″”]|'')\s*)?"
_LETTERS: Final = r"(BT|BB|LU|LS|[NSEW])"
_AFTER: Final = re.compile(rf"{_ANGLE}\s*{_LETTERS}\b", re.IGNORECASE)
_BEFORE: Final = re.compile(rf"\b{_LETTERS}\s*{_ANGLE}", re.IGNORECASE)
_UTM: Final = re.compile(
    rf"(?:UTM\s*)?(?:zona\s*|zone\s*)?47\s*(M|L|S|N)\s+({_NUMBER})\s*m?\s*E?[\s,;]+({_NUMBER})\s*m?\s*N?",
    re.IGNORECASE,
)
_SEPARATORS: Final = (r"\s*;\s*", r"\s*,\s+", r"\s+", r"\s*,\s*")


def format_decimal_degrees(lon_deg: float, lat_deg: float, *, digits: int = 4) -> str:
    """Decimal degrees: "100,6450° BT 0,8000° LS" ("100.6450° E 0.8000° S" in English)."""
    lon = format_number(abs(lon_deg), digits=digits)
    lat = format_number(abs(lat_deg), digits=digits)
    east = _("{degrees}° E") if lon_deg >= 0 else _("{degrees}° W")
    south = _("{degrees}° N") if lat_deg >= 0 else _("{degrees}° S")
    return f"{east.format(degrees=lon)} {south.format(degrees=lat)}"


def format_degrees_minutes_seconds(lon_deg: float, lat_deg: float) -> str:
    """Degrees, minutes, seconds to a tenth (3 m): "100°38′42,0″ BT 0°48′00,0″ LS"."""
    east = _("{angle} E") if lon_deg >= 0 else _("{angle} W")
    south = _("{angle} N") if lat_deg >= 0 else _("{angle} S")
    return f"{east.format(angle=_sexagesimal(lon_deg))} {south.format(angle=_sexagesimal(lat_deg))}"


def format_utm(lon_deg: float, lat_deg: float) -> str:
    """UTM metres as a GPS receiver shows them: "47M 0683112 9911540", always in zone 47 south.

    Band M is 8° S to the equator; elsewhere the hemisphere's letter is written out: "UTM 47S 0683112 …".
    """
    east_m, north_m = to_utm(lon_deg, lat_deg)
    if not 0 <= east_m < 10_000_000 or not 0 <= north_m < 20_000_000:
        raise CoordinateError(_("This place is too far away for UTM zone 47S."))
    zone = "47M" if -8 <= lat_deg < 0 else "UTM 47S"
    return f"{zone} {round(east_m):07d} {round(north_m):07d}"


def parse_position(text: str) -> tuple[float, float]:
    """Read a position in any of the written forms, Indonesian or English.

    Returns:
        Longitude and latitude in degrees (EPSG:4326). Two bare numbers are longitude then latitude, unless only
        the other order can be meant (a latitude never exceeds 90).

    Raises:
        CoordinateError: with what is wrong and an example of what would be right.
    """
    clean = " ".join(text.replace("−", "-").split())
    utm = _UTM.fullmatch(clean)
    if utm:
        return _checked(*_parse_utm(utm))
    if re.search(rf"(?<![A-Z]){_LETTERS}(?![A-Z])", clean, re.IGNORECASE):
        return _checked(*_parse_with_letters(clean))
    return _checked(*_parse_bare(clean))


def _sexagesimal(angle_deg: float) -> str:
    tenths = round(abs(angle_deg) * 36_000)
    degrees, tenths = divmod(tenths, 36_000)
    minutes, tenths = divmod(tenths, 600)
    seconds = format_number(tenths / 10, digits=1)
    return f"{degrees}°{minutes:02d}′{seconds:0>4}″"


def _parse_utm(match: re.Match[str]) -> tuple[float, float]:
    band, east, north = match.groups()
    if band.upper() == "N":
        raise CoordinateError(_("UTM zone 47N is north of the equator; zone 47S is expected here."))
    lon_deg, lat_deg = from_utm(_number(east), _number(north))
    if abs(lon_deg) > 180 or abs(lat_deg) > 90:
        raise _unreadable()
    return lon_deg, lat_deg


def _parse_with_letters(text: str) -> tuple[float, float]:
    found = [(*m.groups()[:3], m.group(4)) for m in _AFTER.finditer(text)]
    rest = _AFTER.sub("", text)
    if re.match(rf"\s*{_LETTERS}", text, re.IGNORECASE):
        found = [(*m.groups()[1:4], m.group(1)) for m in _BEFORE.finditer(text)]
        rest = _BEFORE.sub("", text)
    if len(found) != 2 or rest.strip(" ,;"):
        raise _unreadable()
    angles = {}
    for degrees, minutes, seconds, letters in found:
        axis, sign = _HEMISPHERES[letters.lower()]
        angles[axis] = sign * _angle(degrees, minutes, seconds)
    if len(angles) != 2:
        raise _unreadable()
    return angles["lon"], angles["lat"]


def _parse_bare(text: str) -> tuple[float, float]:
    for separator in _SEPARATORS:
        parts = re.split(separator, text.strip("() "))
        if len(parts) == 2 and all(re.fullmatch(rf"[+-]?{_NUMBER}°?", part) for part in parts):
            first, second = (_number(part.rstrip("°")) for part in parts)
            return (second, first) if abs(second) > 90 >= abs(first) else (first, second)
    raise _unreadable()


def _angle(degrees: str, minutes: str | None, seconds: str | None) -> float:
    minute, second = _number(minutes or "0"), _number(seconds or "0")
    if minute >= 60 or second >= 60:
        raise CoordinateError(_("Minutes and seconds of an angle must be below 60."))
    return _number(degrees) + minute / 60 + second / 3600


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _checked(lon_deg: float, lat_deg: float) -> tuple[float, float]:
    if abs(lon_deg) > 180 or abs(lat_deg) > 90:
        raise CoordinateError(_("A longitude is at most 180 degrees, a latitude at most 90."))
    return lon_deg, lat_deg


def _unreadable() -> CoordinateError:
    example = format_decimal_degrees(100.645, -0.8)
    return CoordinateError(_("This is no position. Write it like {example} or 100.645,-0.8.").format(example=example))
