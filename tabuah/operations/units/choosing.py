"""Which units to send: those that are ready first, the nearest of them before the others."""

from collections.abc import Iterable

import msgspec

from tabuah.gis.geodesy import distance_m
from tabuah.operations.units.codes import UnitState
from tabuah.operations.units.knowing import KnownUnit
from tabuah.operations.units.positions import UnitPosition


class UnitAway(msgspec.Struct, frozen=True, kw_only=True):
    """A unit and how far it is from a place, over the ellipsoid; None where its position is not known."""

    known: KnownUnit
    distance_m: float | None


def nearest_first(units: Iterable[KnownUnit], lon_deg: float, lat_deg: float) -> tuple[UnitAway, ...]:
    """All of them: ready ones by distance, then those that could be called off, those that cannot go last."""
    away = [UnitAway(known=unit, distance_m=_distance_m(unit.position, lon_deg, lat_deg)) for unit in units]
    return tuple(sorted(away, key=_order))


def _order(away: UnitAway) -> tuple[int, bool, float, str]:
    ranks = {UnitState.AVAILABLE: 0, UnitState.RETURNING: 1, UnitState.UNAVAILABLE: 3}
    standing = away.known.standing
    distance = away.distance_m
    return ranks.get(standing.state, 2), distance is None, distance or 0.0, standing.unit.id


def _distance_m(position: UnitPosition | None, lon_deg: float, lat_deg: float) -> float | None:
    return None if position is None else distance_m(lon_deg, lat_deg, position.lon_deg, position.lat_deg)
