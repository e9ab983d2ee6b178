"""What the tags of OpenStreetMap mean for the base map: which table an object goes to, and as which class."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

Tags = Mapping[str, str]

# an object with none of these keys is passed over before Python sees it
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


class Table(StrEnum):
    """The feature tables of a base map."""

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
ROAD_CLASSES: Final = tuple(dict.fromkeys(_ROADS.values()))
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
    """The class of a road, empty when it is none or only planned; a link is of the class it leads to."""
    return _ROADS.get(tags.get("highway", "").removesuffix("_link"), "")


def river_class(tags: Tags) -> str:
    """The class of a watercourse, empty when it is none."""
    return _RIVERS.get(tags.get("waterway", ""), "")


def water_class(tags: Tags) -> str:
    """The class of an area of water: lake, reservoir or river; empty when it is none."""
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
    """What kind of building it is, empty when it is none."""
    kind = tags.get("building", "")
    return "" if kind in ("", "no") else ("building" if kind == "yes" else kind)


def place_class(tags: Tags) -> str:
    """What kind of settlement it is, empty when it is none."""
    kind = tags.get("place", "")
    return kind if kind in _PLACES else ""


def facility_class(tags: Tags) -> str:
    """What an emergency would use it for, empty when nothing.

    A puskesmas is tagged as clinic, doctors or hospital; only its name tells.
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
    """Whether a way crosses a bridge."""
    return tags.get("bridge", "no") != "no"


def population_of(tags: Tags) -> int | None:
    """The number of people, None where it is not given or not a number."""
    digits = tags.get("population", "").replace(".", "").replace(",", "").replace(" ", "")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else None
