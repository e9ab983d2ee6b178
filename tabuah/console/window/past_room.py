"""The room as it was: what the map showed, or would have shown, at any moment; made off the GUI thread."""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from tabuah.console.window.presenting.station_marks import (
    Latest,
    StationPositions,
    data_age_line,
    station_markers,
    station_severities,
)
from tabuah.console.window.presenting.still_incidents import StillIncidents
from tabuah.console.window.presenting.unit_marks import unit_markers
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.replay.happenings import Happening, happenings_of, worth_a_stop
from tabuah.operations.replay.story import Story
from tabuah.operations.subjects import SubjectState
from tabuah.operations.units.knowing import known_units
from tabuah.operations.units.tracker import LAT, LON
from tabuah.operations.units.tracks import Fix
from tabuah.operations.units.unit import Unit
from tabuah.storage.cache.past import PastStory
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.film import ReadingsFilm
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.widgets.map.markers import IncidentMarkers, StationMarkers, UnitMarkers

_BEFORE_ALL: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PastPicture:
    """What the map shows of one moment."""

    moment: datetime
    incidents: IncidentMarkers
    stations: StationMarkers
    units: UnitMarkers
    data_age: str
    exercise: bool


class PastRoom:
    """Answers for one stretch of time; any thread may ask, one at a time. Stations stand where they stand now."""

    def __init__(
        self, snapshot: RoomSnapshot, past: PastStory, film: ReadingsFilm, *, since: datetime, until: datetime
    ) -> None:
        self.since, self.until, self.incomplete = since, until, past.incomplete
        self.happenings: tuple[Happening, ...] = happenings_of(past.story)
        self.stops = worth_a_stop(self.happenings)
        self._snapshot, self._film = replace(snapshot, pending=frozenset()), film
        self._positions = StationPositions(tuple(snapshot.stations.values()))
        touched = {step.subject for step in past.story.steps}
        before = past.story.at(_BEFORE_ALL)
        self._story = Story({key: state for key, state in before.items() if key in touched}, past.story.steps)
        self._still = _shown(state for key, state in before.items() if key not in touched)
        self._active = {key: alarm for key, alarm in self._still.alarms.items() if alarm.is_active}
        self._assigned = [each for each in self._still.incidents.values() if each.is_open and each.assignment]
        self._marks = StillIncidents(replace(self._snapshot, incidents=self._still.incidents), since)

    def snapshot_at(self, moment: datetime) -> RoomSnapshot:
        """The incidents and alarms as they were known at a moment."""
        moving = _shown(self._story.at(moment).values())
        return replace(
            self._snapshot,
            incidents={**self._still.incidents, **moving.incidents},
            alarms={**self._still.alarms, **moving.alarms},
        )

    def picture_at(self, moment: datetime) -> PastPicture:
        """The marks of a moment; what has not changed all the while is not looked at again."""
        moving, latest = _shown(self._story.at(moment).values()), self._film.latest_at(moment)
        alarms, stations = {**self._active, **moving.alarms}, self._positions.stations
        severities = station_severities(stations, alarms=alarms, latest=latest, now=moment)
        silent = sum(1 for severity in severities if severity is AlarmSeverity.NO_DATA)
        return PastPicture(
            moment=moment,
            incidents=self._marks.with_moving(moving.incidents, moment),
            stations=station_markers(self._positions, severities=severities, latest=latest, now=moment),
            units=self._units_at(moving, latest, moment),
            data_age=data_age_line(stations, latest, moment, silent),
            exercise=self._is_exercise or any(incident.exercise for incident in moving.incidents.values()),
        )

    def _units_at(self, moving: "_Shown", latest: Latest, moment: datetime) -> UnitMarkers:
        """Where units were and what they did, as was known then; their trails are not drawn again."""
        units = {**self._still.units, **moving.units}
        tracks = {unit.tracker: _fix(latest, unit.tracker) for unit in units.values() if unit.tracker}
        known = known_units(units, (*self._assigned, *moving.incidents.values()), tracks=tracks, now=moment)
        return unit_markers(known, moment)

    @cached_property
    def _is_exercise(self) -> bool:
        stations = any(station.exercise for station in self._positions.stations)
        return stations or any(incident.exercise for incident in self._still.incidents.values())


@dataclass(frozen=True, slots=True)
class _Shown:
    incidents: dict[str, Incident]
    alarms: dict[str, Alarm]
    units: dict[str, Unit]


def _shown(states: Iterable[SubjectState]) -> _Shown:
    values = [state.value for state in states]
    return _Shown(
        {value.id: value for value in values if isinstance(value, Incident) and not value.deleted},
        {value.id: value for value in values if isinstance(value, Alarm)},
        {value.id: value for value in values if isinstance(value, Unit)},
    )


def _fix(latest: Latest, tracker: str) -> tuple[Fix, ...]:
    """The position that was the newest, where both halves of it are of one moment."""
    lon, lat = latest.get((tracker, LON)), latest.get((tracker, LAT))
    return (Fix(lon.value, lat.value, lon.at),) if lon and lat and lon.at == lat.at else ()


def read_past(
    directory: Path,
    snapshot: RoomSnapshot,
    *,
    since: datetime,
    until: datetime,
    given_up: Callable[[], bool] = lambda: False,
) -> PastRoom | None:
    """Read a stretch of time out of a data directory, with connections of its own; None when `given_up` half-way.

    Raises:
        CacheError: the journal cannot be read.
        ReadingsError: the readings cannot be read.
    """
    with closing(ConsoleStore(directory)) as store:
        past = store.past.story_since(since)
    mains = ((station.code, main.code) for station in snapshot.stations.values() if (main := station.main_parameter))
    trackers = {unit.tracker for unit in snapshot.units.values() if unit.tracker}
    halves = ((tracker, half) for tracker in sorted(trackers) for half in (LON, LAT))
    with ReadingsStore(directory / FILE_NAME) as readings:
        film = readings.film((*mains, *halves), since, until, given_up=given_up)
    if film is None:
        return None
    return PastRoom(snapshot, past, film, since=since, until=until)
