"""Nearby stations: within a radius, and upstream of a gauge."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from tabuah.gis.geodesy import distances_m
from tabuah.operations.exercises.scope import SEPARATOR, code_in_exercise
from tabuah.operations.stations.station import Station

_METRES_A_DEGREE: Final = 110_000.0  # of latitude; slightly too small, so that no near station is missed


class NearbyStations:
    """Lookup of stations around a station; stations of different worlds never see each other."""

    def __init__(self, stations: Iterable[Station]) -> None:
        self.stations = tuple(stations)
        self._by_code = {station.code: station for station in self.stations}
        self._lons_deg = np.array([station.lon_deg for station in self.stations], dtype=np.float64)
        self._lats_deg = np.array([station.lat_deg for station in self.stations], dtype=np.float64)
        self._known: dict[tuple[str, float], tuple[Station, ...]] = {}

    def named(self, station: Station, codes: Iterable[str]) -> tuple[Station, ...]:
        """Return the registered stations with these codes in the world of a station."""
        own = (code if SEPARATOR in code else code_in_exercise(code, station.exercise_id) for code in codes)
        found = (self._by_code.get(code) for code in own)
        return tuple(other for other in found if other is not None and _in_one_world(other, station))

    def near(self, station: Station, radius_m: float) -> tuple[Station, ...]:
        """Return the other stations within a radius, nearest first."""
        key = (station.code, radius_m)
        if key not in self._known:
            self._known[key] = self._look_near(station, radius_m)
        return self._known[key]

    def upstream(self, station: Station) -> tuple[Station, ...]:
        """Return the gauges upstream, nearest first along the river."""
        found: dict[str, Station] = {}
        below = {station.code}
        while below:
            above = [
                other
                for other in self.stations
                if other.river is not None and other.river.downstream in below and other.code not in found
            ]
            found |= {other.code: other for other in above if other.code != station.code}
            below = {other.code for other in above} - {station.code}
        return tuple(other for other in found.values() if _in_one_world(other, station))

    def _look_near(self, station: Station, radius_m: float) -> tuple[Station, ...]:
        high_deg = radius_m / _METRES_A_DEGREE
        wide_deg = high_deg / max(np.cos(np.radians(station.lat_deg)), 0.01)
        boxed = np.flatnonzero(
            (np.abs(self._lats_deg - station.lat_deg) <= high_deg)
            & (np.abs(self._lons_deg - station.lon_deg) <= wide_deg)
        )
        away_m = distances_m(
            station.lon_deg, station.lat_deg, to_lon_deg=self._lons_deg[boxed], to_lat_deg=self._lats_deg[boxed]
        )
        found = sorted((m, self.stations[i].code) for m, i in zip(away_m.tolist(), boxed.tolist(), strict=True))
        others = [self._by_code[code] for m, code in found if m <= radius_m and code != station.code]
        return tuple(other for other in others if _in_one_world(other, station))


def _in_one_world(one: Station, other: Station) -> bool:
    return (one.exercise, one.exercise_id) == (other.exercise, other.exercise_id)
