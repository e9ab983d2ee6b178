"""Positions as text, written and parsed: decimal degrees, degrees-minutes-seconds, UTM and MGRS."""

import math
import re
from typing import Final

from tabuah.gis.angles import parse_angles
from tabuah.gis.errors import CoordinateError
from tabuah.gis.map_links import parse_map_link
from tabuah.gis.plus_codes import parse_plus_code
from tabuah.gis.reference_systems import WGS84, to_utm, transformer
from tabuah.resources.localisation import _, format_number
from tabuah.resources.regency import current_regency

EXAMPLE_POSITION = "100.645,-0.8"


def check_degrees(lon_deg: float, lat_deg: float) -> None:
    """Check that a longitude and a latitude (EPSG:4326) are in range; NaN is not.

    Raises:
        CoordinateError: names the value that is out of range.
    """
    if not abs(lat_deg) <= 90:
        message = _(
            "There is no latitude {degrees}: latitudes run from -90 to 90. Write the longitude first: {example}."
        )
        raise CoordinateError(message.format(degrees=_plain(lat_deg), example=EXAMPLE_POSITION))
    if not abs(lon_deg) <= 180:
        message = _("There is no longitude {degrees}: longitudes run from -180 to 180.")
        raise CoordinateError(message.format(degrees=_plain(lon_deg)))


def _plain(degrees: float) -> str:
    return f"{degrees:.6f}".rstrip("0").rstrip(".")


__all__ = [
    "format_decimal_degrees",
    "format_degrees_minutes_seconds",
    "format_local_utm",
    "format_mgrs",
    "format_utm",
    "parse_position",
]


def format_decimal_degrees(lon_deg: float, lat_deg: float, *, digits: int = 4) -> str:
    """Return decimal degrees: "100,6450° BT 0,8000° LS" ("100.6450° E 0.8000° S" in English)."""
    lon = format_number(abs(lon_deg), digits=digits)
    lat = format_number(abs(lat_deg), digits=digits)
    east = _("{degrees}° E") if lon_deg >= 0 else _("{degrees}° W")
    south = _("{degrees}° N") if lat_deg >= 0 else _("{degrees}° S")
    return f"{east.format(degrees=lon)} {south.format(degrees=lat)}"


def format_degrees_minutes_seconds(lon_deg: float, lat_deg: float) -> str:
    """Return degrees, minutes and seconds to a tenth (3 m): "100°38′42,0″ BT 0°48′00,0″ LS"."""
    east = _("{angle} E") if lon_deg >= 0 else _("{angle} W")
    south = _("{angle} N") if lat_deg >= 0 else _("{angle} S")
    return f"{east.format(angle=_sexagesimal(lon_deg))} {south.format(angle=_sexagesimal(lat_deg))}"


def format_utm(lon_deg: float, lat_deg: float) -> str:
    """Return UTM metres as a GPS receiver shows them, always in the regency's zone: "47M 0683112 9911540".

    Band M is 8° S to the equator. Outside the regency's band the hemisphere is written out: "UTM 47S 0683112 …".
    """
    regency = current_regency()
    east_m, north_m = to_utm(lon_deg, lat_deg)
    if not 0 <= east_m < 10_000_000 or not 0 <= north_m < 20_000_000:
        raise CoordinateError(_("This place is too far away for UTM zone {zone}.").format(zone=home_zone_label()))
    zone = f"{regency.utm_zone}{regency.utm_band}" if _is_in_home_band(lat_deg) else f"UTM {home_zone_label()}"
    return f"{zone} {round(east_m):07d} {round(north_m):07d}"


def format_local_utm(lon_deg: float, lat_deg: float) -> str:
    """Return UTM metres in the zone and band of the position: "48M 0166023 9889320".

    Raises:
        CoordinateError: the position is too near to a pole.
    """
    zone = zone_of(lon_deg, lat_deg)
    if zone == current_regency().utm_zone and _is_in_home_band(lat_deg):
        return format_utm(lon_deg, lat_deg)
    east_m, north_m = utm_of(lon_deg, lat_deg, zone=zone, south=band_of(lat_deg) < "N")
    return f"{zone}{band_of(lat_deg)} {round(east_m):07d} {round(north_m):07d}"


def home_zone_label() -> str:
    """Return the regency's UTM zone with its hemisphere: "47S"."""
    regency = current_regency()
    return f"{regency.utm_zone}{'S' if regency.is_south else 'N'}"


def _is_in_home_band(lat_deg: float) -> bool:
    return bool(-80 <= lat_deg <= 84) and band_of(lat_deg) == current_regency().utm_band


def parse_position(text: str) -> tuple[float, float]:
    """Parse a position in any supported form, Indonesian or English.

    Forms: decimal degrees, degrees with minutes and seconds, UTM of any zone, MGRS (centre of its
    square), links of maps, `geo:` URIs, and plus codes (short ones near the centre of the regency).

    Returns:
        Longitude and latitude in degrees (EPSG:4326). Two bare numbers are longitude then latitude,
        unless only the other order is possible (a latitude never exceeds 90).

    Raises:
        CoordinateError: states the problem and gives a valid example.
    """
    clean = " ".join(text.split())
    position = (
        parse_map_link(clean)
        or parse_grid_reference(clean)
        or parse_angles(clean)
        or parse_plus_code(clean, near_deg=current_regency().centre_deg)
    )
    if position is None:
        raise _unreadable()
    lon_deg, lat_deg = position
    check_degrees(lon_deg, lat_deg)
    return lon_deg, lat_deg


def _sexagesimal(angle_deg: float) -> str:
    tenths = round(abs(angle_deg) * 36_000)
    degrees, tenths = divmod(tenths, 36_000)
    minutes, tenths = divmod(tenths, 600)
    seconds = format_number(tenths / 10, digits=1)
    return f"{degrees}°{minutes:02d}′{seconds:0>4}″"


def _unreadable() -> CoordinateError:
    example = format_decimal_degrees(100.645, -0.8)
    message = _("This is not a position. Valid forms: {example}, 100.645,-0.8, {dms}, {utm} or {mgrs}.")
    dms = format_degrees_minutes_seconds(100.645, -0.8)
    utm, mgrs = format_utm(100.645, -0.8), format_mgrs(100.645, -0.8)
    return CoordinateError(message.format(example=example, dms=dms, utm=utm, mgrs=mgrs))


_BANDS: Final = "CDEFGHJKLMNPQRSTUVWX"  # 8° each from 80° S, the last one 12° (NGA.STND.0037)
_COLUMNS: Final = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")
_ROWS: Final = "ABCDEFGHJKLMNPQRSTUV"
_SQUARE_M: Final = 100_000
_ROWS_REPEAT_M: Final = 2_000_000
_FALSE_NORTHING_M: Final = 10_000_000
_BAND_SLACK_DEG: Final = 1.0  # a square may begin in the band below

_NUMBER: Final = r"\d+(?:[.,]\d+)?"
_UTM: Final = re.compile(
    rf"(?:UTM\s*)?(?:ZONA\s*|ZONE\s*)?(\d{{1,2}})\s*([C-HJ-NP-X])[\s,;:]+({_NUMBER})\s*M?\s*[ET]?[\s,;]+({_NUMBER})\s*M?\s*[NSU]?",
    re.IGNORECASE,
)
_MGRS: Final = re.compile(
    r"(?:MGRS\s*)?(\d{1,2})\s*([C-HJ-NP-X])\s*([A-HJ-NP-Z])([A-HJ-NP-V])\s*(\d+)(?:\s+(\d+))?", re.IGNORECASE
)


def zone_of(lon_deg: float, lat_deg: float) -> int:
    """Return the UTM zone number at a position, with the exceptions of Norway and Svalbard.

    Raises:
        CoordinateError: UTM does not cover the poles.
    """
    if not -80 <= lat_deg <= 84:
        raise CoordinateError(_("UTM and MGRS cover 80° S to 84° N."))
    zone = min(60, int((lon_deg + 180) // 6) + 1)
    if 56 <= lat_deg < 64 and 3 <= lon_deg < 12:
        return 32
    if lat_deg >= 72 and 0 <= lon_deg < 42:
        return 31 + 2 * int((lon_deg + 3) // 12)
    return zone


def band_of(lat_deg: float) -> str:
    """Return the latitude band letter: M is 8° S to the equator, N from there to 8° N."""
    return _BANDS[max(0, min(19, int((lat_deg + 80) // 8)))]


def utm_of(lon_deg: float, lat_deg: float, *, zone: int, south: bool) -> tuple[float, float]:
    """Return easting and northing in metres of a position in one zone and hemisphere."""
    east_m, north_m = transformer(WGS84, _system(zone, south=south)).transform(lon_deg, lat_deg)
    return float(east_m), float(north_m)


def from_utm_zone(east_m: float, north_m: float, *, zone: int, south: bool) -> tuple[float, float]:
    """Return longitude and latitude in degrees (EPSG:4326) of UTM metres in one zone and hemisphere."""
    lon_deg, lat_deg = transformer(_system(zone, south=south), WGS84).transform(east_m, north_m)
    return float(lon_deg), float(lat_deg)


def format_mgrs(lon_deg: float, lat_deg: float, *, digits: int = 5) -> str:
    """Return MGRS with `digits` digits each way (5: one metre): "47M PV 83055 11539".

    Digits are truncated, not rounded.

    Raises:
        CoordinateError: the position is too near to a pole.
    """
    zone, south = zone_of(lon_deg, lat_deg), band_of(lat_deg) < "N"
    east_m, north_m = utm_of(lon_deg, lat_deg, zone=zone, south=south)
    if south:
        # Less than a micrometre south of the equator, the northing rounds up into a row that band M does not have.
        north_m = min(north_m, _FALSE_NORTHING_M - 1)
    column, east = divmod(math.floor(east_m + 1e-6), _SQUARE_M)
    row, north = divmod(math.floor(north_m + 1e-6), _SQUARE_M)
    letters = _COLUMNS[(zone - 1) % 3][column - 1] + _ROWS[(row + _first_row(zone)) % 20]
    figures = f"{f'{east:05d}'[:digits]} {f'{north:05d}'[:digits]}"
    return f"{zone}{band_of(lat_deg)} {letters} {figures}"


def parse_grid_reference(text: str) -> tuple[float, float] | None:
    """Return longitude and latitude of a UTM or MGRS text, None when it is neither.

    MGRS identifies a square; the result is its centre.

    Raises:
        CoordinateError: it has the form of a grid reference but no such place exists.
    """
    mgrs = _MGRS.fullmatch(text)
    if mgrs:
        return _parse_mgrs(*mgrs.groups())
    utm = _UTM.fullmatch(text)
    return _parse_utm(*utm.groups()) if utm else None


def _system(zone: int, *, south: bool) -> str:
    if not 1 <= zone <= 60:
        raise CoordinateError(
            _("There is no UTM zone {zone}: zones run from 1 to 60, and the regency is in {home}.").format(
                zone=zone, home=current_regency().utm_zone
            )
        )
    return f"EPSG:{32_700 + zone if south else 32_600 + zone}"


def _parse_utm(zone: str, letter: str, east: str, north: str) -> tuple[float, float]:
    """Parse UTM; the letter is a band, but S means south: band S lies far north and is never meant here."""
    south = letter.upper() < "N" or letter.upper() == "S"
    east_m, north_m = (float(number.replace(",", ".")) for number in (east, north))
    if not (100_000 <= east_m <= 900_000 and 0 <= north_m < 2 * _FALSE_NORTHING_M):
        raise CoordinateError(_("A UTM easting has six digits, a northing at most eight: 47M 0683055 9911539."))
    return from_utm_zone(east_m, north_m, zone=int(zone), south=south)


def _parse_mgrs(zone: str, band: str, column: str, row: str, first: str, second: str | None) -> tuple[float, float]:
    digits = first + (second or "")
    half = len(digits) // 2
    if len(digits) % 2 or half > 5 or (second is not None and len(first) != len(second)):
        raise CoordinateError(_("MGRS has as many digits east as north, up to five each: 47M PV 83055 11539."))
    size_m = 10 ** (5 - half)
    east_m = _column_m(int(zone), column.upper()) + int(digits[:half]) * size_m
    row_m = (_ROWS.index(row.upper()) - _first_row(int(zone))) % 20 * _SQUARE_M + int(digits[half:]) * size_m
    return _in_band(int(zone), band.upper(), east_m + size_m / 2, row_m + size_m / 2)


def _in_band(zone: int, band: str, east_m: float, row_m: float) -> tuple[float, float]:
    """Choose the row of the latitude band; rows repeat every 2,000 km."""
    south = band < "N"
    lowest_deg = -80 + 8 * _BANDS.index(band)
    highest_deg = lowest_deg + (12 if band == "X" else 8)
    for repeat in range(_FALSE_NORTHING_M // _ROWS_REPEAT_M):
        lon_deg, lat_deg = from_utm_zone(east_m, row_m + repeat * _ROWS_REPEAT_M, zone=zone, south=south)
        if lowest_deg - _BAND_SLACK_DEG <= lat_deg <= highest_deg + _BAND_SLACK_DEG:
            return lon_deg, lat_deg
    message = _("The letters of this MGRS reference do not fit band {band}. In {regency} it begins with {home}.")
    raise CoordinateError(message.format(band=band, **_home_words()))


def _home_words() -> dict[str, str]:
    regency = current_regency()
    return {"regency": regency.name, "home": f"{regency.utm_zone}{regency.utm_band}"}


def _column_m(zone: int, column: str) -> int:
    columns = _COLUMNS[(zone - 1) % 3]
    if column not in columns:
        message = _("Zone {zone} has no MGRS column {column}. In {regency} it begins with {home}.")
        raise CoordinateError(message.format(zone=zone, column=column, **_home_words()))
    return (columns.index(column) + 1) * _SQUARE_M


def _first_row(zone: int) -> int:
    return 0 if zone % 2 else 5
