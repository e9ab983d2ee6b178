"""Texts of places."""

from tabuah.gis.coordinates import format_decimal_degrees
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.resources.localisation import _


def place_text(place: IncidentPlace | None) -> str:
    """Return a place in one line: "Nagari Koto Baru, Kubung"; coordinates if the nagari is unknown."""
    if place is None:
        return _("Place unknown")
    if not place.nagari:
        where = format_decimal_degrees(place.lon_deg, place.lat_deg)
        return _("Outside the regency · {where}").format(where=where) if place.outside_reason else where
    return ", ".join(part for part in (nagari_text(place.nagari), place.kecamatan) if part)


def nagari_text(nagari: str) -> str:
    """Return a nagari with its type: "Nagari Koto Baru"."""
    return f"Nagari {nagari}"


def certainty_text(place: IncidentPlace | None) -> str:
    """Return a note if the nagari is only an estimate."""
    if place is not None and place.nagari and place.certainty is PlaceCertainty.APPROXIMATE:
        return _("estimate")
    return ""
