"""The room as it was: what the map showed, or would have shown, at any moment; made off the GUI thread."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tabuah.console.window.presenting.incident_marks import incident_markers
from tabuah.console.window.presenting.station_marks import (
    StationPositions,
    data_age_line,
    station_markers,
    station_severities,
)
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.replay.happenings import Happening, happenings_of, worth_a_stop
from tabuah.storage.cache.past import PastStory
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.film import ReadingsFilm
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.widgets.map.markers import IncidentMarkers, StationMarkers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PastPicture:
    """What the map shows of one moment."""

    moment: datetime
    incidents: IncidentMarkers
    stations: StationMarkers
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
        self._snapshot, self._story, self._film = snapshot, past.story, film
        self._positions = StationPositions(tuple(snapshot.stations.values()))

    def snapshot_at(self, moment: datetime) -> RoomSnapshot:
        """The incidents and alarms as they were known at a moment."""
        values = [state.value for state in self._story.at(moment).values()]
        return replace(
            self._snapshot,
            incidents={v.id: v for v in values if isinstance(v, Incident) and not v.deleted},
            alarms={v.id: v for v in values if isinstance(v, Alarm)},
            pending=frozenset(),
        )

    def picture_at(self, moment: datetime) -> PastPicture:
        """The marks of a moment."""
        snapshot, latest = self.snapshot_at(moment), self._film.latest_at(moment)
        stations = self._positions.stations
        severities = station_severities(stations, alarms=snapshot.alarms, latest=latest, now=moment)
        silent = sum(1 for severity in severities if severity is AlarmSeverity.NO_DATA)
        return PastPicture(
            moment=moment,
            incidents=incident_markers(snapshot, moment),
            stations=station_markers(self._positions, severities=severities, latest=latest, now=moment),
            data_age=data_age_line(stations, latest, moment, silent),
            exercise=any(s.exercise for s in stations) or any(i.exercise for i in snapshot.incidents.values()),
        )


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
    with ReadingsStore(directory / FILE_NAME) as readings:
        film = readings.film(tuple(mains), since, until, given_up=given_up)
    if film is None:
        return None
    return PastRoom(snapshot, past, film, since=since, until=until)
