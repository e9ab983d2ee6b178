"""What a longitude and a latitude can be, and which of two numbers cannot be one."""

from tabuah.gis.errors import CoordinateError
from tabuah.resources.catalogue import _

EXAMPLE = "100.645,-0.8"


def check_degrees(lon_deg: float, lat_deg: float) -> None:
    """Refuse numbers (EPSG:4326) that are no position; not-a-number is none.

    Raises:
        CoordinateError: saying which of the two it is.
    """
    if not abs(lat_deg) <= 90:
        message = _(
            "There is no latitude {degrees}: latitudes run from -90 to 90. Write the longitude first: {example}."
        )
        raise CoordinateError(message.format(degrees=_plain(lat_deg), example=EXAMPLE))
    if not abs(lon_deg) <= 180:
        message = _("There is no longitude {degrees}: longitudes run from -180 to 180.")
        raise CoordinateError(message.format(degrees=_plain(lon_deg)))


def _plain(degrees: float) -> str:
    return f"{degrees:.6f}".rstrip("0").rstrip(".")
