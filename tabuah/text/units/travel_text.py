"""Texts of travel distances, each marked as by road or straight."""

from tabuah.operations.units.travel_distance import TravelDistance
from tabuah.resources.localisation import _
from tabuah.text.units.unit_status import format_distance


def describe_travel(travel: TravelDistance | None) -> str:
    """Return "3,2 km jalan", "3,2 km lurus" or "tanpa jalan (3,2 km lurus)"; empty where the way is not known."""
    if travel is None:
        return ""
    distance = format_distance(travel.distance_m)
    if travel.is_cut_off:
        return _("no way by road ({distance} straight)").format(distance=distance)
    if travel.by_road:
        return _("{distance} by road").format(distance=distance)
    return _("{distance} straight").format(distance=distance)
