"""Station markers of the map, classed by alarm, level and freshness; grey where nothing is known."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tabuah.console.window.shared.lazy_texts import LazyTexts
from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.console.window.state.latest_readings import LatestReadings, newest_by_parameter
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.stations.freshness import severity_of_station
from tabuah.operations.stations.station import Station
from tabuah.operations.units.tracker import LAT, LON
from tabuah.resources.fault_isolation import handle_each
from tabuah.text.exercises.exercise_text import mark_text
from tabuah.text.maintenance.maintenance_status import describe_maintenance
from tabuah.text.readings.measurements import data_age_text, format_value, parameter_name
from tabuah.text.stations.station_text import describe_newest_data, no_data_yet_text
from tabuah.widgets.map.content import MarkerClass, StationMarkers

_TRACKER_PARAMETERS: Final = frozenset({LON, LAT})  # the position of a vehicle says nothing about the sensors
RunningMaintenance = Mapping[str, MaintenanceWindow]  # the running maintenance, by station


@dataclass(frozen=True, slots=True, eq=False)
class StationPositions:
    """Station positions, kept between updates so that the map keeps its arrays."""

    stations: tuple[Station, ...]
    ids: list[str] = field(init=False)
    lon_deg: NDArray[np.float64] = field(init=False)
    lat_deg: NDArray[np.float64] = field(init=False)
    drills: frozenset[int] = field(init=False)  # by index: stations of exercises

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", [station.code for station in self.stations])
        object.__setattr__(self, "lon_deg", np.array([s.lon_deg for s in self.stations], dtype=np.float64))
        object.__setattr__(self, "lat_deg", np.array([s.lat_deg for s in self.stations], dtype=np.float64))
        object.__setattr__(self, "drills", frozenset(i for i, s in enumerate(self.stations) if s.exercise))


def station_markers(
    positions: StationPositions,
    *,
    severities: Sequence[AlarmSeverity],
    latest: LatestReadings,
    now: datetime,
    worked_on: RunningMaintenance = MappingProxyType({}),
    exercises: Mapping[str, Exercise] = MappingProxyType({}),
) -> StationMarkers:
    """Return the markers of all stations."""
    stations = positions.stations
    classes = [MarkerClass.of(LEVEL_OF_ALARM[severity]) for severity in severities]

    def value(index: int) -> str:
        return mark_text(station_value(stations[index], latest), stations[index], exercises)

    return StationMarkers(
        ids=positions.ids,
        lon_deg=positions.lon_deg,
        lat_deg=positions.lat_deg,
        classes=np.array(classes, dtype=np.uint8),
        names=LazyTexts(len(stations), lambda index: stations[index].name),
        values=LazyTexts(len(stations), value),
        ages=LazyTexts(len(stations), lambda index: _age_or_maintenance(stations[index], latest, now, worked_on)),
        worked_on=frozenset(index for index, station in enumerate(stations) if station.code in worked_on)
        if worked_on
        else frozenset(),
        drills=positions.drills,
    )


def _age_or_maintenance(
    station: Station, latest: LatestReadings, now: datetime, worked_on: RunningMaintenance
) -> str:
    window = worked_on.get(station.code)
    return describe_maintenance(window) if window else station_age(station, latest, now)


def station_severities(
    stations: tuple[Station, ...],
    *,
    alarms: Mapping[str, Alarm],
    latest: LatestReadings,
    now: datetime,
    worked_on: RunningMaintenance = MappingProxyType({}),
) -> list[AlarmSeverity]:
    """Return the severity of each station; one under maintenance has no data, whatever it measures."""
    active: dict[str, list[Alarm]] = defaultdict(list)
    for alarm in alarms.values():
        if alarm.is_active:
            active[alarm.station].append(alarm)

    def severity(station: Station) -> AlarmSeverity:
        if station.code in worked_on:
            return AlarmSeverity.NO_DATA
        newest = newest_by_parameter(station, latest)
        return severity_of_station(station, alarms=active.get(station.code, ()), latest=newest, now=now)

    return handle_each(
        "station", stations, severity, name=lambda station: station.code, instead=lambda _s: AlarmSeverity.NO_DATA
    )


def station_value(station: Station, latest: LatestReadings) -> str:
    """Return the newest value of the main parameter: "Tinggi muka air 3,42 m"."""
    main = station.main_parameter
    reading = latest.get((station.code, main.code)) if main else None
    if main is None or reading is None:
        return no_data_yet_text()
    return f"{parameter_name(main.code)} {format_value(main.code, reading.value, unit=main.unit)}"


def station_age(station: Station, latest: LatestReadings, now: datetime) -> str:
    """Return the age of that value: "data 40 dtk lalu"."""
    main = station.main_parameter
    reading = latest.get((station.code, main.code)) if main else None
    return data_age_text(reading.at, now) if reading else ""


def newest_data_age_text(stations: tuple[Station, ...], latest: LatestReadings, now: datetime, silent: int) -> str:
    """Return the age of the newest reading and the count of silent stations; empty without stations."""
    if not stations:
        return ""
    codes = {station.code for station in stations}
    ages = (
        reading.at
        for (code, parameter), reading in latest.items()
        if code in codes and parameter not in _TRACKER_PARAMETERS
    )
    newest = max(ages, default=None)
    return describe_newest_data(newest, silent, now)
