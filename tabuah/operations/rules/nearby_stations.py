"""Nearby stations: within a radius, and upstream of a gauge."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from tabuah.gis.geodesy import distances_m
from tabuah.operations.exercises.scope import SEPARATOR, code_in_exercise
from tabuah.operations.stations.station import Station, StationKind

_METRES_A_DEGREE: Final = 110_000.0  # of latitude; slightly too small, so that no near station is missed
# More than the error of a plane distance within some tens of kilometres, on the ellipsoid.
_PLANE_ERROR: Final = 0.05
_PLANE_ERROR_M: Final = 1.0
_PLANE_BELOW_LAT_DEG: Final = 60.0


class StationIndex:
    """Positions of some stations in columns, searched by distance; stations at one point share each search.

    Results are rows of `stations`. Stations of different worlds never see each other.
    """

    def __init__(self, stations: Iterable[Station]) -> None:
        self.stations = tuple(stations)
        self.row_by_code = {station.code: row for row, station in enumerate(self.stations)}
        self._lons_deg = np.array([station.lon_deg for station in self.stations], dtype=np.float64)
        self._lats_deg = np.array([station.lat_deg for station in self.stations], dtype=np.float64)
        self._numbers = {world: n for n, world in enumerate(dict.fromkeys(map(_world_of, self.stations)))}
        self._worlds = np.array([self._numbers[_world_of(station)] for station in self.stations], dtype=np.int64)
        ranks = np.empty(len(self.stations), dtype=np.int64)
        ranks[sorted(range(len(self.stations)), key=lambda row: self.stations[row].code)] = np.arange(len(ranks))
        self._ranks = ranks
        self._known: dict[tuple[object, ...], npt.NDArray[np.int64]] = {}

    def near(self, station: Station, radius_m: float, *, at_most: int | None = None) -> list[int]:
        """Return the rows of the other stations within a radius, nearest first, then by code."""
        key = (station.lon_deg, station.lat_deg, _world_of(station), radius_m, at_most)
        if key not in self._known:
            self._known[key] = self._look_near(station, radius_m, None if at_most is None else at_most + 1)
        rows = self._known[key]
        own = self.row_by_code.get(station.code)
        others: list[int] = rows[rows != own].tolist() if own is not None else rows.tolist()
        return others if at_most is None else others[:at_most]

    def _look_near(self, station: Station, radius_m: float, at_most: int | None) -> npt.NDArray[np.int64]:
        high_deg = radius_m / _METRES_A_DEGREE
        wide_deg = high_deg / max(np.cos(np.radians(station.lat_deg)), 0.01)
        north_deg, east_deg = self._lats_deg - station.lat_deg, self._lons_deg - station.lon_deg
        rows = np.flatnonzero((np.abs(north_deg) <= high_deg) & (np.abs(east_deg) <= wide_deg))
        rows = rows[self._worlds[rows] == self._numbers.get(_world_of(station), -1)]
        if at_most is not None and len(rows) > at_most and abs(station.lat_deg) < _PLANE_BELOW_LAT_DEG:
            plane_m = _METRES_A_DEGREE * np.hypot(
                north_deg[rows], east_deg[rows] * np.cos(np.radians(station.lat_deg))
            )
            furthest_m = np.partition(plane_m, at_most - 1)[at_most - 1]
            rows = rows[plane_m <= furthest_m * (1 + _PLANE_ERROR) + _PLANE_ERROR_M]
        away_m = distances_m(
            station.lon_deg, station.lat_deg, to_lon_deg=self._lons_deg[rows], to_lat_deg=self._lats_deg[rows]
        )
        order = np.lexsort((self._ranks[rows], away_m))
        found: npt.NDArray[np.int64] = rows[order[away_m[order] <= radius_m]][:at_most]
        return found


class NearbyStations:
    """Lookup of stations around a station; stations of different worlds never see each other."""

    def __init__(self, stations: Iterable[Station]) -> None:
        self.stations = tuple(stations)
        self._all = StationIndex(self.stations)
        self._measuring: dict[tuple[str, StationKind | None], StationIndex] = {}
        self._above: dict[str, list[int]] = {}  # rows of the gauges above each gauge
        for row, station in enumerate(self.stations):
            if station.river is not None:
                self._above.setdefault(station.river.downstream, []).append(row)

    def measuring(self, parameter: str, kind: StationKind | None) -> StationIndex:
        """Return the index of the stations of a kind, or of any, that measure a parameter."""
        key = (parameter, kind)
        if key not in self._measuring:
            chosen = (s for s in self.stations if kind in (None, s.kind) and s.parameter(parameter) is not None)
            self._measuring[key] = StationIndex(chosen)
        return self._measuring[key]

    def named(self, station: Station, codes: Iterable[str]) -> tuple[Station, ...]:
        """Return the registered stations with these codes in the world of a station."""
        own = (code if SEPARATOR in code else code_in_exercise(code, station.exercise_id) for code in codes)
        rows = (self._all.row_by_code.get(code) for code in own)
        found = (self.stations[row] for row in rows if row is not None)
        return tuple(other for other in found if _world_of(other) == _world_of(station))

    def near(self, station: Station, radius_m: float) -> tuple[Station, ...]:
        """Return the other stations within a radius, nearest first."""
        return tuple(self.stations[row] for row in self._all.near(station, radius_m))

    def upstream(self, station: Station) -> tuple[Station, ...]:
        """Return the gauges upstream, nearest first along the river."""
        found: dict[str, Station] = {}
        below: Sequence[str] = (station.code,)
        while below:
            rows = sorted(row for code in below for row in self._above.get(code, ()))
            above = [other for row in rows if (other := self.stations[row]).code not in found]
            below = [other.code for other in above if other.code != station.code]
            found |= {other.code: other for other in above if other.code != station.code}
        return tuple(other for other in found.values() if _world_of(other) == _world_of(station))


def _world_of(station: Station) -> tuple[bool, str]:
    return station.exercise, station.exercise_id
