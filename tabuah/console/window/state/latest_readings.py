"""The newest reading of each series."""

from collections.abc import Container, Mapping
from datetime import datetime

from tabuah.operations.readings.reading import Reading
from tabuah.operations.stations.station import Station

LatestReadings = Mapping[tuple[str, str], Reading]


def newest_by_parameter(station: Station, latest: LatestReadings) -> dict[str, Reading]:
    """Return the newest reading of each parameter of a station."""
    codes = (parameter.code for parameter in station.parameters)
    return {code: latest[station.code, code] for code in codes if (station.code, code) in latest}


def newest_time(stations: Container[str], latest: LatestReadings) -> datetime | None:
    """Return the time of the newest reading of these stations; None without readings."""
    return max((reading.at for (code, _parameter), reading in latest.items() if code in stations), default=None)
