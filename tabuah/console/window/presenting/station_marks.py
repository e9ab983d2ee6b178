"""Stations on the map: their class by alarm, level and freshness; grey where nothing is known."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tabuah.console.maintenance_words import work_line
from tabuah.console.window.presenting.incident_marks import LazyTexts
from tabuah.console.window.presenting.levels import LEVEL_OF_ALARM
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.stations.freshness import severity_of_station
from tabuah.operations.stations.readings import Reading
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.units import format_value, name_of
from tabuah.operations.units.tracker import LAT, LON
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_age
from tabuah.widgets.map.markers import MarkerClass, StationMarkers

_OF_UNITS: Final = frozenset({LON, LAT})  # where a car is says nothing about the sensors
Latest = Mapping[tuple[str, str], Reading]
Works = Mapping[str, MaintenanceWindow]  # by station: the work that goes on there


@dataclass(frozen=True, slots=True, eq=False)
class StationPositions:
    """Where the stations stand: kept from one set of markers to the next, so that the map moves nothing."""

    stations: tuple[Station, ...]
    ids: list[str] = field(init=False)
    lon_deg: NDArray[np.float64] = field(init=False)
    lat_deg: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        """Lay the columns out."""
        object.__setattr__(self, "ids", [station.code for station in self.stations])
        object.__setattr__(self, "lon_deg", np.array([s.lon_deg for s in self.stations], dtype=np.float64))
        object.__setattr__(self, "lat_deg", np.array([s.lat_deg for s in self.stations], dtype=np.float64))


def station_markers(
    positions: StationPositions,
    *,
    severities: Sequence[AlarmSeverity],
    latest: Latest,
    now: datetime,
    worked_on: Works = MappingProxyType({}),
) -> StationMarkers:
    """The markers of all stations."""
    stations = positions.stations
    classes = [MarkerClass.of(LEVEL_OF_ALARM[severity]) for severity in severities]
    return StationMarkers(
        ids=positions.ids,
        lon_deg=positions.lon_deg,
        lat_deg=positions.lat_deg,
        classes=np.array(classes, dtype=np.uint8),
        names=LazyTexts(len(stations), lambda index: stations[index].name),
        values=LazyTexts(len(stations), lambda index: station_value(stations[index], latest)),
        ages=LazyTexts(len(stations), lambda index: _age_or_work(stations[index], latest, now, worked_on)),
        worked_on=frozenset(index for index, station in enumerate(stations) if station.code in worked_on)
        if worked_on
        else frozenset(),
    )


def _age_or_work(station: Station, latest: Latest, now: datetime, worked_on: Works) -> str:
    window = worked_on.get(station.code)
    return work_line(window) if window else station_age(station, latest, now)


def station_severities(
    stations: tuple[Station, ...],
    *,
    alarms: Mapping[str, Alarm],
    latest: Latest,
    now: datetime,
    worked_on: Works = MappingProxyType({}),
) -> list[AlarmSeverity]:
    """What each station's symbol says; one that is worked on says nothing, whatever it measures."""
    active: dict[str, list[Alarm]] = defaultdict(list)
    for alarm in alarms.values():
        if alarm.is_active:
            active[alarm.station].append(alarm)
    return [
        AlarmSeverity.NO_DATA
        if station.code in worked_on
        else severity_of_station(
            station, alarms=active.get(station.code, ()), latest=readings_of(station, latest), now=now
        )
        for station in stations
    ]


def readings_of(station: Station, latest: Latest) -> dict[str, Reading]:
    """The newest reading of each parameter of a station."""
    codes = (parameter.code for parameter in station.parameters)
    return {code: latest[station.code, code] for code in codes if (station.code, code) in latest}


def station_value(station: Station, latest: Latest) -> str:
    """The newest value of the main parameter in words: "Tinggi muka air 3,42 m"."""
    main = station.main_parameter
    reading = latest.get((station.code, main.code)) if main else None
    if main is None or reading is None:
        return _("No data yet")
    return f"{name_of(main.code)} {format_value(main.code, reading.value, unit=main.unit)}"


def station_age(station: Station, latest: Latest, now: datetime) -> str:
    """How old that value is: "data 40 dtk lalu"."""
    main = station.main_parameter
    reading = latest.get((station.code, main.code)) if main else None
    return age_words(reading.at, now) if reading else ""


def age_words(at: datetime, now: datetime) -> str:
    """How old data is: "data 40 dtk lalu"."""
    return _("data {age} old").format(age=format_age(now - at))


def data_age_line(stations: tuple[Station, ...], latest: Latest, now: datetime, silent: int) -> str:
    """The age of the newest value of all, and how many stations say nothing; empty without stations."""
    if not stations:
        return ""
    ages = (reading.at for (_code, parameter), reading in latest.items() if parameter not in _OF_UNITS)
    newest = max(ages, default=None)
    told = _("no station data yet") if newest is None else age_words(newest, now)
    quiet = ngettext("{n} station without data", "{n} stations without data", silent).format(n=silent)
    return f"{told} · {quiet}" if silent and newest is not None else told
