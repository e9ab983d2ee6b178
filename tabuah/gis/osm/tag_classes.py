"""OpenStreetMap tags mapped to tables and classes of the base map."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

Tags = Mapping[str, str]

# Objects with none of these keys are filtered out before they reach Python.
KEYS: Final = (
    "highway",
    "waterway",
    "natural",
    "landuse",
    "building",
    "place",
    "amenity",
    "healthcare",
    "emergency",
    "man_made",
    "social_facility",
)


class BaseMapTable(StrEnum):
    """Feature tables of a base map."""

    ROADS = "roads"
    RIVERS = "rivers"
    LAKES = "lakes"
    BUILDINGS = "buildings"
    PLACES = "places"
    FACILITIES = "facilities"


_ROADS: Final = {
    "motorway": "motorway",
    "trunk": "trunk",
    "primary": "primary",
    "secondary": "secondary",
    "tertiary": "tertiary",
    "unclassified": "local",
    "residential": "local",
    "living_street": "local",
    "road": "local",
    "service": "service",
    "track": "track",
    "path": "path",
    "footway": "path",
    "steps": "path",
    "cycleway": "path",
    "bridleway": "path",
    "pedestrian": "path",
}
_RIVERS: Final = {"river": "river", "canal": "canal", "stream": "stream", "drain": "drain", "ditch": "drain"}
_PLACES: Final = ("city", "town", "village", "suburb", "hamlet", "neighbourhood", "isolated_dwelling")
_AMENITIES: Final = {
    "school": "school",
    "kindergarten": "school",
    "college": "school",
    "university": "school",
    "hospital": "hospital",
    "clinic": "clinic",
    "doctors": "clinic",
    "pharmacy": "pharmacy",
    "police": "police",
    "fire_station": "fire_station",
    "townhall": "government",
    "community_centre": "community_hall",
    "place_of_worship": "worship",
    "marketplace": "market",
    "fuel": "fuel",
    "shelter": "shelter",
    "social_facility": "shelter",
}
_HEALTH: Final = {"hospital": "hospital", "clinic": "clinic", "centre": "clinic", "doctor": "clinic"}
_BRIDGE: Final = "bridge"


def road_class(tags: Tags) -> str:
    """Return the class of a road, empty for other or planned ways; a link has the class it leads to."""
    return _ROADS.get(tags.get("highway", "").removesuffix("_link"), "")


def river_class(tags: Tags) -> str:
    """Return the class of a watercourse, empty for other ways."""
    return _RIVERS.get(tags.get("waterway", ""), "")


def water_class(tags: Tags) -> str:
    """Return the class of a water area: lake, reservoir or river; empty for other areas."""
    if tags.get("waterway") == "riverbank":
        return "river"
    if tags.get("landuse") == "reservoir":
        return "reservoir"
    if tags.get("natural") != "water":
        return ""
    water = tags.get("water", "")
    if water in ("river", "stream", "canal"):
        return "river"
    return water if water in ("reservoir", "pond") else "lake"


def building_class(tags: Tags) -> str:
    """Return the class of a building, empty for other objects."""
    kind = tags.get("building", "")
    return "" if kind in ("", "no") else ("building" if kind == "yes" else kind)


def place_class(tags: Tags) -> str:
    """Return the class of a settlement, empty for other objects."""
    kind = tags.get("place", "")
    return kind if kind in _PLACES else ""


def facility_class(tags: Tags) -> str:
    """Return the class of an emergency facility; empty for other buildings.

    A puskesmas is tagged as clinic, doctors or hospital; only its name identifies it.
    """
    if tags.get("emergency") == "assembly_point":
        return "assembly_point"
    kind = _AMENITIES.get(tags.get("amenity", ""), "") or _HEALTH.get(tags.get("healthcare", ""), "")
    if kind in ("clinic", "hospital", ""):
        name = tags.get("name", "").casefold()
        if name.startswith(("puskesmas", "pustu", "pusat kesehatan masyarakat", "puskesri")):
            return "puskesmas" if kind or tags.get("building") else ""
    if not kind and tags.get("man_made") == _BRIDGE:
        return _BRIDGE
    return kind


def is_bridge(tags: Tags) -> bool:
    """Return whether a way is a bridge."""
    return tags.get("bridge", "no") != "no"


def population_of(tags: Tags) -> int | None:
    """Return the population, None where it is missing or not a number."""
    digits = tags.get("population", "").replace(".", "").replace(",", "").replace(" ", "")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else None
