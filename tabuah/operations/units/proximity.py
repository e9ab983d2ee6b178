"""Units by distance to an incident, available ones first."""

from collections.abc import Iterable

import msgspec

from tabuah.gis.geodesy import distance_m
from tabuah.operations.units.codes import UnitState
from tabuah.operations.units.known_units import KnownUnit
from tabuah.operations.units.positions import UnitPosition


class UnitDistance(msgspec.Struct, frozen=True, kw_only=True):
    """A unit and its distance to a place over the ellipsoid; None if its position is unknown."""

    known: KnownUnit
    distance_m: float | None


def sort_by_distance(units: Iterable[KnownUnit], lon_deg: float, lat_deg: float) -> tuple[UnitDistance, ...]:
    """Sort units: available ones by distance, then busy ones, unavailable ones last."""
    away = [UnitDistance(known=unit, distance_m=_distance_m(unit.position, lon_deg, lat_deg)) for unit in units]
    return tuple(sorted(away, key=_order))


def _order(away: UnitDistance) -> tuple[int, bool, float, str]:
    ranks = {UnitState.AVAILABLE: 0, UnitState.RETURNING: 1, UnitState.UNAVAILABLE: 3}
    standing = away.known.activity
    distance = away.distance_m
    return ranks.get(standing.state, 2), distance is None, distance or 0.0, standing.unit.id


def _distance_m(position: UnitPosition | None, lon_deg: float, lat_deg: float) -> float | None:
    return None if position is None else distance_m(lon_deg, lat_deg, position.lon_deg, position.lat_deg)
