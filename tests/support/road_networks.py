"""Small road networks, drawn in kilometres east and north of a place in the regency."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from shapely import LineString

from tabuah.gis.geodesy import destination, distance_m
from tabuah.gis.roads.network_build import RoadLine, build_network
from tabuah.gis.roads.road_network import RoadNetwork, RoadSource, RoadSourceKind

ORIGIN = (100.62, -0.93)
BUILT_AT = datetime(2026, 12, 3, 8, 0, tzinfo=UTC)
SOURCE = RoadSource(kind=RoadSourceKind.LAYER, name="jalan", size=1, modified_ns=1)


def at(east_km: float, north_km: float) -> tuple[float, float]:
    """Return longitude and latitude; equal arguments give equal numbers, so lines meet there."""
    lon, lat = destination(*ORIGIN, bearing_deg=90.0, distance_m=east_km * 1000)
    lon, lat = destination(lon, lat, bearing_deg=0.0, distance_m=north_km * 1000)
    return lon, lat


def road(*corners: tuple[float, float], name: str = "", kind: str = "local") -> RoadLine:
    """Return a road over corners in kilometres east and north."""
    return RoadLine(shape=LineString([at(*corner) for corner in corners]), name=name, kind=kind)


def network_of(*roads: RoadLine, tolerance_m: float = 0.0) -> RoadNetwork:
    """Return the network of some roads."""
    return build_network(roads, source=SOURCE, built_at=BUILT_AT, tolerance_m=tolerance_m).network


def valley() -> RoadNetwork:
    """Return two banks of a river with a bridge at 2 km and a longer way round at 10 km.

    The south bank runs along north 0, the north bank along north 1, both from east 0 to east 10.
    """
    return network_of(
        road((0, 0), (2, 0), (10, 0), name="Jalan Selatan", kind="primary"),
        road((0, 1), (2, 1), (10, 1), name="Jalan Utara"),
        road((2, 0), (2, 1), name="Jembatan Lama", kind="secondary"),
        road((10, 0), (10, 1), name="Jalan Lingkar"),
    )


def grid(columns: int, rows: int, spacing_km: float = 0.5) -> list[RoadLine]:
    """Return the streets of a grid, each corner shared by the streets that meet there."""
    east = [[(x * spacing_km, y * spacing_km) for x in range(columns)] for y in range(rows)]
    north = [[(x * spacing_km, y * spacing_km) for y in range(rows)] for x in range(columns)]
    return [road(*line) for line in (*east, *north)]


def length_along(corners: Sequence[tuple[float, float]]) -> float:
    """Return the length of a line in degrees, in metres."""
    return sum(distance_m(*one, *other) for one, other in pairwise(corners))
