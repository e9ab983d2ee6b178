"""Input values of the map surfaces: recent station readings and open incidents."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tabuah.gis.layers.surfaces import ValueSource
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.stations.station import Parameter, Station
from tabuah.storage.readings.store import ReadingsStore

MIN_COVERAGE: Final = 0.8  # of the expected readings; a sum over fewer would be too low
_FRESH_INTERVALS: Final = 3  # a newest value older than this many intervals is not current
_POINTS: Final = 96

Points = tuple[NDArray[np.float64], NDArray[np.float64]]  # longitudes and latitudes in degrees


def station_points(stations: Sequence[Station]) -> Points:
    """Return the positions of stations."""
    return (
        np.array([station.lon_deg for station in stations], dtype=np.float64),
        np.array([station.lat_deg for station in stations], dtype=np.float64),
    )


def incident_points(incidents: Mapping[str, Incident]) -> Points:
    """Return the positions of open incidents."""
    places = [each.place for each in incidents.values() if each.is_open and each.place is not None]
    return (
        np.array([place.lon_deg for place in places], dtype=np.float64),
        np.array([place.lat_deg for place in places], dtype=np.float64),
    )


def stations_measuring(stations: Iterable[Station], parameter: str) -> tuple[Station, ...]:
    """Return the stations that measure a parameter."""
    return tuple(station for station in stations if station.parameter(parameter) is not None)


def station_values(
    store: ReadingsStore, stations: Sequence[Station], source: ValueSource, now: datetime
) -> NDArray[np.float64]:
    """Return the newest value or the sum of the last hours for each station; NaN without enough data."""
    values = []
    for station in stations:
        parameter = station.parameter(source.parameter)
        assert parameter is not None
        ask = _sum if source.hours else _newest
        values.append(ask(store, station.code, parameter, source.hours, now))
    return np.array(values, dtype=np.float64)


def _newest(store: ReadingsStore, station: str, parameter: Parameter, _hours: int, now: datetime) -> float:
    age = timedelta(seconds=_FRESH_INTERVALS * parameter.expected_interval_s)
    readings = store.between(station, parameter.code, now - age, now)
    return readings[-1].value if readings else float("nan")


def _sum(store: ReadingsStore, station: str, parameter: Parameter, hours: int, now: datetime) -> float:
    span = timedelta(hours=hours)
    due = max(1.0, span.total_seconds() / parameter.expected_interval_s)
    points = store.series(station, parameter.code, now - span, now, points=_POINTS)
    if sum(point.count for point in points) < MIN_COVERAGE * due:
        return float("nan")
    return float(sum(point.total for point in points))
