"""Who could go to an incident: the nearest units that are ready, as words for the field of a dispatch."""

from collections.abc import Iterable
from typing import Final

from tabuah.console.unit_words import distance_words
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.units.choosing import UnitAway, nearest_first
from tabuah.operations.units.codes import UnitState
from tabuah.operations.units.knowing import KnownUnit
from tabuah.operations.units.standing import is_among
from tabuah.widgets.values import Choice

MOST: Final = 5


def unit_offers(units: Iterable[KnownUnit], incident: Incident) -> tuple[Choice, ...]:
    """The nearest ready units that are not sent there yet, the nearest first; by call sign where nothing is near."""
    ready = [
        known
        for known in units
        if known.standing.state is UnitState.AVAILABLE and not is_among(known.unit, incident.assignment)
    ]
    place = incident.place
    if place is None:
        away = tuple(UnitAway(known=known, distance_m=None) for known in ready)
    else:
        away = nearest_first(ready, place.lon_deg, place.lat_deg)
    return tuple(
        Choice(code=each.known.unit.id, label=_label(each), key=str(number))
        for number, each in enumerate(away[:MOST], start=1)
    )


def _label(away: UnitAway) -> str:
    distance = distance_words(away.distance_m)
    return " · ".join(part for part in (away.known.unit.id, distance) if part)
