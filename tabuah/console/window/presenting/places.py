"""Places in words: the nagari and its kecamatan, how sure that is, and what a form may suggest."""

from tabuah.gis.coordinates import format_decimal_degrees
from tabuah.gis.places import FoundPlace, PlaceKind
from tabuah.operations.places import IncidentPlace, PlaceCertainty
from tabuah.resources.catalogue import _
from tabuah.widgets.values import PlaceSuggestion


def place_line(place: IncidentPlace | None) -> str:
    """Where, in one line: "Nagari Koto Baru, Kubung"; coordinates where no nagari is known."""
    if place is None:
        return _("Place unknown")
    if not place.nagari:
        where = format_decimal_degrees(place.lon_deg, place.lat_deg)
        return _("Outside the regency · {where}").format(where=where) if place.outside_reason else where
    return ", ".join(part for part in (nagari_words(place.nagari), place.kecamatan) if part)


def nagari_words(nagari: str) -> str:
    """A nagari with what it is: "Nagari Koto Baru"."""
    return f"Nagari {nagari}"


def certainty_words(place: IncidentPlace | None) -> str:
    """How sure the nagari is, where a person must know it; empty where it is sure."""
    if place is not None and place.nagari and place.certainty is PlaceCertainty.APPROXIMATE:
        return _("estimate")
    return ""


def suggestion_of(found: FoundPlace) -> PlaceSuggestion:
    """A found name as a form suggests it; `id` is "<kind>/<code>"."""
    kinds = {
        PlaceKind.NAGARI: _("Nagari"),
        PlaceKind.KECAMATAN: _("Kecamatan"),
        PlaceKind.TOWN: _("Town"),
        PlaceKind.LAKE: _("Lake"),
        PlaceKind.VOLCANO: _("Volcano"),
    }
    detail = " · ".join(part for part in (kinds[found.kind], found.within) if part)
    return PlaceSuggestion(
        id=f"{found.kind.value}/{found.code}",
        name=found.name,
        detail=detail,
        lon_deg=found.lon_deg,
        lat_deg=found.lat_deg,
    )
