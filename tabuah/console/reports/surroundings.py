"""What stands near an incident: the stations around it and what their alarms say."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tabuah.gis.geodesy import distance_m
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.places import IncidentPlace
from tabuah.operations.stations.station import Station

WITHIN_M: Final = 15_000.0
AT_MOST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NearStation:
    """A station, how far it is from the incident, and its worst alarm that still holds."""

    station: Station
    distance_m: float
    alarm: Alarm | None


def near_stations(
    place: IncidentPlace | None, stations: Iterable[Station], alarms: Iterable[Alarm]
) -> tuple[NearStation, ...]:
    """The nearest stations within 15 km, nearest first, at most five."""
    if place is None:
        return ()
    worst = worst_alarms(alarms)
    found = [
        NearStation(
            station=station,
            distance_m=distance_m(place.lon_deg, place.lat_deg, station.lon_deg, station.lat_deg),
            alarm=worst.get(station.code),
        )
        for station in stations
    ]
    near = (each for each in found if each.distance_m <= WITHIN_M)
    return tuple(sorted(near, key=lambda each: (each.distance_m, each.station.code))[:AT_MOST])


def worst_alarms(alarms: Iterable[Alarm]) -> dict[str, Alarm]:
    """The worst active alarm of each station."""
    worst: dict[str, Alarm] = {}
    for alarm in alarms:
        known = worst.get(alarm.station)
        if alarm.is_active and (known is None or alarm.severity.rank < known.severity.rank):
            worst[alarm.station] = alarm
    return worst
