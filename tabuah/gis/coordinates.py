"""Positions as text, written and parsed: decimal degrees, degrees-minutes-seconds, UTM and MGRS."""

from tabuah.gis.angles import parse_angles
from tabuah.gis.errors import CoordinateError
from tabuah.gis.grid_references import HOME_ZONE, band_of, format_mgrs, parse_grid_reference, utm_of, zone_of
from tabuah.gis.reference_systems import to_utm
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_number

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
    """Return UTM metres as a GPS receiver shows them: "47M 0683112 9911540", always in zone 47 south.

    Band M is 8° S to the equator; elsewhere the hemisphere is written out: "UTM 47S 0683112 …".
    """
    east_m, north_m = to_utm(lon_deg, lat_deg)
    if not 0 <= east_m < 10_000_000 or not 0 <= north_m < 20_000_000:
        raise CoordinateError(_("This place is too far away for UTM zone 47S."))
    zone = "47M" if -8 <= lat_deg < 0 else "UTM 47S"
    return f"{zone} {round(east_m):07d} {round(north_m):07d}"


def format_local_utm(lon_deg: float, lat_deg: float) -> str:
    """Return UTM metres in the zone and band of the position: "48M 0166023 9889320".

    Raises:
        CoordinateError: the position is too near to a pole.
    """
    zone = zone_of(lon_deg, lat_deg)
    if zone == HOME_ZONE and -8 <= lat_deg < 0:
        return format_utm(lon_deg, lat_deg)
    east_m, north_m = utm_of(lon_deg, lat_deg, zone=zone, south=band_of(lat_deg) < "N")
    return f"{zone}{band_of(lat_deg)} {round(east_m):07d} {round(north_m):07d}"


def parse_position(text: str) -> tuple[float, float]:
    """Parse a position in any supported form, Indonesian or English.

    Forms: decimal degrees, degrees with minutes and seconds, UTM of any zone, MGRS (centre of its
    square), `geo:` URIs and shared map addresses.

    Returns:
        Longitude and latitude in degrees (EPSG:4326). Two bare numbers are longitude then latitude,
        unless only the other order is possible (a latitude never exceeds 90).

    Raises:
        CoordinateError: states the problem and gives a valid example.
    """
    clean = " ".join(text.split())
    position = parse_grid_reference(clean) or parse_angles(clean)
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
