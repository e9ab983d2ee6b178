"""Scenes of the map benchmark: the shipped map with many additional vertices, and changes each second."""

from dataclasses import dataclass

import numpy as np
import shapely
from msgspec.structs import replace
from numpy.typing import NDArray

from tabuah.gis.base_map import BaseMap, Feature, LayerKind, LevelOfDetail, MapLayer
from tabuah.gis.base_map_file import load_base_map
from tabuah.gis.reference_systems import from_mercator
from tabuah.widgets.map.content import IncidentMarkers, MarkerClass, StationMarkers, UnitMarkers

LETTERS = ("B", "G", "L", "E", "V", "H", "K", "C", "D", "A", "O", "P", "T", "S", "N")
TOLERANCES_M = (0.0, 11.2, 22.4, 44.8, 89.6, 179.2, 358.4, 716.8)
_CLASSES = np.array([each for each in MarkerClass if each is not MarkerClass.INFORMATION], dtype=np.uint8)
_SHARES = (0.80, 0.05, 0.09, 0.04, 0.02)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Size of a scene."""

    stations: int
    incidents: int
    units: int
    area_vertices: int
    line_vertices: int


ROOM = Size(stations=2_000, incidents=10_000, units=50, area_vertices=0, line_vertices=500_000)
STRESS = Size(stations=100_000, incidents=0, units=50, area_vertices=500_000, line_vertices=200_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The live values of one second."""

    stations: StationMarkers
    incidents: IncidentMarkers
    units: UnitMarkers


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A base map and seconds of live values, repeated in a loop: creating them is not the map's work."""

    base_map: BaseMap
    moments: tuple[Moment, ...]


def make_scene(size: Size, *, seed: int = 7, seconds: int = 8) -> Scene:
    """Create a scene of this size; the same seed gives the same scene."""
    rng = np.random.default_rng(seed)
    shipped = load_base_map()
    more = []
    if size.area_vertices:
        more.append(wiggly_areas(rng, shipped, size.area_vertices))
    if size.line_vertices:
        more.append(wiggly_lines(rng, shipped, size.line_vertices))
    moments = [
        Moment(
            stations=_stations(rng, shipped, size.stations),
            incidents=_incidents(rng, shipped, size.incidents),
            units=_units(rng, shipped, size.units),
        )
    ]
    while len(moments) < seconds:
        moments.append(_next(moments[-1], rng))
    return Scene(base_map=replace(shipped, layers=(*shipped.layers, *more)), moments=tuple(moments))


def _next(before: Moment, rng: np.random.Generator) -> Moment:
    """Return the next second: stations and incidents may change class, units move."""
    stations, incidents, units = before.stations, before.incidents, before.units
    step = rng.normal(0, 2e-4, (2, len(units.ids)))
    return Moment(
        stations=replace(stations, classes=_classes(rng, len(stations.ids))),
        incidents=replace(incidents, classes=_classes(rng, len(incidents.ids))),
        units=replace(units, lon_deg=units.lon_deg + step[0], lat_deg=units.lat_deg + step[1]),
    )


def wiggly_lines(rng: np.random.Generator, base_map: BaseMap, vertices: int) -> MapLayer:
    """Return brook-like lines, 250 vertices and some kilometres each, with their levels of detail."""
    count, length = max(1, vertices // 250), 250
    starts = _spread(rng, base_map, count)
    headings = rng.uniform(0, 2 * np.pi, (count, 1)) + np.cumsum(rng.normal(0, 0.25, (count, length)), axis=1)
    steps = np.stack((np.cos(headings), np.sin(headings)), axis=-1) * 25.0
    lines = shapely.linestrings(starts[:, None, :] + np.cumsum(steps, axis=1))
    return _layer("brooks", LayerKind.LINE, lines)


def wiggly_areas(rng: np.random.Generator, base_map: BaseMap, vertices: int) -> MapLayer:
    """Return areas with rough edges, two kilometres across; together they cover the regency about once."""
    count, length = max(1, vertices // 500), 500
    centres = _spread(rng, base_map, count)
    turn = np.linspace(0, 2 * np.pi, length, endpoint=False)
    radii_m = 1000 * (1 + 0.1 * np.cumsum(rng.normal(0, 0.08, (count, length)), axis=1))
    radii_m *= 1 + rng.normal(0, 0.01, (count, length))
    rings = centres[:, None, :] + radii_m[..., None] * np.stack((np.cos(turn), np.sin(turn)), axis=-1)
    rings = np.concatenate((rings, rings[:, :1]), axis=1)
    return _layer("soils", LayerKind.POLYGON, shapely.linestrings(rings))


def _layer(name: str, kind: LayerKind, lines: NDArray[np.object_]) -> MapLayer:
    levels = tuple(_level(shapely.simplify(lines, tolerance), tolerance) for tolerance in TOLERANCES_M)
    features = tuple(Feature(code=str(i), name="", label_m=(0.0, 0.0)) for i in range(len(lines)))
    return MapLayer(name=name, kind=kind, levels=levels, features=features)


def _level(lines: NDArray[np.object_], tolerance_m: float) -> LevelOfDetail:
    return LevelOfDetail(
        tolerance_m=tolerance_m,
        coordinates_m=shapely.get_coordinates(lines),
        offsets=np.concatenate(([0], np.cumsum(shapely.get_num_coordinates(lines)))).astype(np.int64),
        feature_of_part=np.arange(len(lines), dtype=np.int32),
    )


def _stations(rng: np.random.Generator, base_map: BaseMap, count: int) -> StationMarkers:
    lon_deg, lat_deg = _degrees(_spread(rng, base_map, count))
    ids = tuple(f"STA-{i:05}" for i in range(count))
    return StationMarkers(ids=ids, lon_deg=lon_deg, lat_deg=lat_deg, classes=_classes(rng, count), names=ids)


def _incidents(rng: np.random.Generator, base_map: BaseMap, count: int) -> IncidentMarkers:
    """Return clustered incidents, as in a storm."""
    centres = _spread(rng, base_map, 40)
    lon_deg, lat_deg = _degrees(centres[rng.integers(0, 40, count)] + rng.normal(0, 2500, (count, 2)))
    ids = tuple(f"SLK-{i:05}" for i in range(count))
    return IncidentMarkers(
        ids=ids,
        lon_deg=lon_deg,
        lat_deg=lat_deg,
        classes=_classes(rng, count),
        letter_of=rng.integers(0, len(LETTERS), count).astype(np.uint8),
        closed=rng.random(count) < 0.6,
        pending=rng.random(count) < 0.05,
        letters=LETTERS,
        names=ids,
    )


def _units(rng: np.random.Generator, base_map: BaseMap, count: int) -> UnitMarkers:
    lon_deg, lat_deg = _degrees(_spread(rng, base_map, count))
    ids = tuple(f"TRC-{i}" for i in range(count))
    return UnitMarkers(ids=ids, lon_deg=lon_deg, lat_deg=lat_deg, busy=rng.random(count) < 0.5, names=ids)


def _spread(rng: np.random.Generator, base_map: BaseMap, count: int) -> NDArray[np.float64]:
    west, south, east, north = base_map.bounds_m
    return np.column_stack((rng.uniform(west, east, count), rng.uniform(south, north, count)))


def _degrees(points_m: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return from_mercator(points_m[:, 0], points_m[:, 1])


def _classes(rng: np.random.Generator, count: int) -> NDArray[np.uint8]:
    return rng.choice(_CLASSES, count, p=_SHARES)
