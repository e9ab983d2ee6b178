"""The scene of the map benchmark: the shipped map with half a million vertices more, and a busy room on top."""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from tabuah.gis.basemap import Basemap, Feature, LayerKind, LevelOfDetail, MapLayer
from tabuah.gis.basemap_file import load_basemap
from tabuah.gis.reference_systems import from_mercator
from tabuah.widgets.map.markers import IncidentMarkers, MarkerClass, StationMarkers, UnitMarkers

LETTERS = ("B", "G", "L", "E", "V", "H", "K", "C", "D", "A", "O", "P", "T", "S", "N")
TOLERANCES_M = (0.0, 11.2, 22.4, 44.8, 89.6, 179.2, 358.4, 716.8)
_CLASSES = np.array([each for each in MarkerClass if each is not MarkerClass.INFORMATION], dtype=np.uint8)
_SHARES = (0.80, 0.05, 0.09, 0.04, 0.02)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything that is shown, with fixed positions; `tick` gives what changed after a second."""

    basemap: Basemap
    stations: StationMarkers
    incidents: IncidentMarkers
    units: UnitMarkers

    def tick(self, rng: np.random.Generator) -> "Scene":
        """One second later: every station and incident may have another class, every unit has moved."""
        stations = replace(self.stations, classes=_classes(rng, len(self.stations.ids)))
        incidents = replace(self.incidents, classes=_classes(rng, len(self.incidents.ids)))
        step = rng.normal(0, 2e-4, (2, len(self.units.ids)))
        units = replace(self.units, lon_deg=self.units.lon_deg + step[0], lat_deg=self.units.lat_deg + step[1])
        return replace(self, stations=stations, incidents=incidents, units=units)


def make_scene(*, stations: int, incidents: int, units: int, vertices: int, seed: int = 7) -> Scene:
    """A scene of these sizes; the same seed gives the same scene."""
    rng = np.random.default_rng(seed)
    shipped = load_basemap()
    basemap = replace(shipped, layers=(*shipped.layers, wiggly_lines(rng, shipped, vertices)))
    return Scene(
        basemap=basemap,
        stations=_stations(rng, shipped, stations),
        incidents=_incidents(rng, shipped, incidents),
        units=_units(rng, shipped, units),
    )


def wiggly_lines(rng: np.random.Generator, basemap: Basemap, vertices: int) -> MapLayer:
    """Lines like brooks, 250 vertices and some kilometres each, with their levels of detail."""
    count, length = max(1, vertices // 250), 250
    starts = _spread(rng, basemap, count)
    headings = rng.uniform(0, 2 * np.pi, (count, 1)) + np.cumsum(rng.normal(0, 0.25, (count, length)), axis=1)
    steps = np.stack((np.cos(headings), np.sin(headings)), axis=-1) * 25.0
    lines = shapely.linestrings(starts[:, None, :] + np.cumsum(steps, axis=1))
    levels = tuple(_level(shapely.simplify(lines, tolerance), tolerance) for tolerance in TOLERANCES_M)
    features = tuple(Feature(code=str(i), name="", label_m=(0.0, 0.0)) for i in range(count))
    return MapLayer(name="brooks", kind=LayerKind.LINE, levels=levels, features=features)


def _level(lines: NDArray[np.object_], tolerance_m: float) -> LevelOfDetail:
    return LevelOfDetail(
        tolerance_m=tolerance_m,
        coordinates_m=shapely.get_coordinates(lines),
        offsets=np.concatenate(([0], np.cumsum(shapely.get_num_coordinates(lines)))).astype(np.int64),
        feature_of_part=np.arange(len(lines), dtype=np.int32),
    )


def _stations(rng: np.random.Generator, basemap: Basemap, count: int) -> StationMarkers:
    lon_deg, lat_deg = _degrees(_spread(rng, basemap, count))
    ids = tuple(f"STA-{i:05}" for i in range(count))
    return StationMarkers(ids=ids, lon_deg=lon_deg, lat_deg=lat_deg, classes=_classes(rng, count), names=ids)


def _incidents(rng: np.random.Generator, basemap: Basemap, count: int) -> IncidentMarkers:
    """Clusters: most incidents of a storm lie near each other."""
    centres = _spread(rng, basemap, 40)
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


def _units(rng: np.random.Generator, basemap: Basemap, count: int) -> UnitMarkers:
    lon_deg, lat_deg = _degrees(_spread(rng, basemap, count))
    ids = tuple(f"TRC-{i}" for i in range(count))
    return UnitMarkers(ids=ids, lon_deg=lon_deg, lat_deg=lat_deg, busy=rng.random(count) < 0.5, names=ids)


def _spread(rng: np.random.Generator, basemap: Basemap, count: int) -> NDArray[np.float64]:
    west, south, east, north = basemap.bounds_m
    return np.column_stack((rng.uniform(west, east, count), rng.uniform(south, north, count)))


def _degrees(points_m: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return from_mercator(points_m[:, 0], points_m[:, 1])


def _classes(rng: np.random.Generator, count: int) -> NDArray[np.uint8]:
    return rng.choice(_CLASSES, count, p=_SHARES)
