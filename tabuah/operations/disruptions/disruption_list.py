"""Selection and order of disruptions, and the closed roads and bridges near a place."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from tabuah.gis.geodesy import distance_m
from tabuah.operations.disruptions.disruption import Disruption, DisruptionKind
from tabuah.operations.exercises.scope import scope_of
from tabuah.operations.incidents.incident import Incident

LonLat = tuple[float, float]
NEAR_M: Final = 5_000.0  # of an incident: closed roads that may matter to units on the way


class DisruptionFilter(msgspec.Struct, frozen=True, kw_only=True):
    """The filter of a list of disruptions.

    Attributes:
        kinds: only these; all if empty.
        incident: id of the incident that caused them; all if empty.
        with_ended: also those that have ended.
        only_overdue: only those that are open after their expected end.
    """

    kinds: frozenset[DisruptionKind] = frozenset()
    incident: str = ""
    with_ended: bool = False
    only_overdue: bool = False

    def has(self, disruption: Disruption, now: datetime) -> bool:
        return (
            (self.with_ended or disruption.is_open)
            and (not self.kinds or disruption.kind in self.kinds)
            and (not self.incident or disruption.incident == self.incident)
            and (not self.only_overdue or disruption.is_overdue(now))
        )


def sort_disruptions(disruptions: Iterable[Disruption]) -> list[Disruption]:
    """Return open disruptions first, those of traffic before others, then the latest beginning."""
    return sorted(
        disruptions,
        key=lambda each: (not each.is_open, not each.kind.blocks_traffic, -each.began_at.timestamp(), each.id),
    )


def blocked_near_incident(disruptions: Iterable[Disruption], incident: Incident) -> list[Disruption]:
    """Return the closed roads and bridges of the same world near an incident; none without a place."""
    place = incident.place
    if place is None:
        return []
    own = scope_of(incident).select(disruptions)
    return blocked_near(own, (place.lon_deg, place.lat_deg), radius_m=NEAR_M)


def blocked_near(disruptions: Iterable[Disruption], at: LonLat, *, radius_m: float) -> list[Disruption]:
    """Return the open disruptions of roads and bridges within a distance of a place, the nearest first."""
    near = [
        (distance, each)
        for each in disruptions
        if each.is_open and each.kind.blocks_traffic and (distance := _distance_to(each, at)) <= radius_m
    ]
    return [each for _distance, each in sorted(near, key=lambda pair: (pair[0], pair[1].id))]


def _distance_to(disruption: Disruption, at: LonLat) -> float:
    corners: Sequence[LonLat] = disruption.line or ((disruption.place.lon_deg, disruption.place.lat_deg),)
    return min(distance_m(*corner, *at) for corner in corners)
