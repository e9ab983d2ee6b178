"""The past state of the map at any moment, computed off the GUI thread."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from tabuah.console.window.incidents.incident_markers import ENDED_SHOWN_FOR, incident_markers
from tabuah.console.window.shared.lazy_texts import LazyTexts
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.state.latest_readings import LatestReadings
from tabuah.console.window.stations.station_markers import (
    StationPositions,
    newest_data_age_text,
    station_markers,
    station_severities,
)
from tabuah.console.window.units.unit_markers import unit_markers
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.replay.events import ReplayEvent, replay_events, stop_times
from tabuah.operations.replay.state_history import StateHistory
from tabuah.operations.subject_state import SubjectState
from tabuah.operations.units.known_units import known_units
from tabuah.operations.units.tracker import LAT, LON
from tabuah.operations.units.tracks import Fix
from tabuah.operations.units.unit import Unit
from tabuah.storage.cache.replay_story import JournalStory
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.replay_readings import ReplayReadings
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore
from tabuah.widgets.map.content import IncidentMarkers, StationMarkers, UnitMarkers

_BEFORE_ALL: Final = datetime.min.replace(tzinfo=UTC)


class PastMarkers(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The map markers of one moment."""

    moment: datetime
    incidents: IncidentMarkers
    stations: StationMarkers
    units: UnitMarkers
    data_age: str


class PastState:
    """Reconstructs the map for one period; any thread may call it, one at a time.

    Stations are drawn at their current positions.
    """

    def __init__(
        self, snapshot: ConsoleSnapshot, past: JournalStory, film: ReplayReadings, *, since: datetime, until: datetime
    ) -> None:
        self.since, self.until, self.incomplete = since, until, past.incomplete
        self.events: tuple[ReplayEvent, ...] = replay_events(past.story)
        self.stops = stop_times(self.events)
        self._snapshot, self._film = replace(snapshot, pending=frozenset()), film
        self._positions = StationPositions(tuple(snapshot.stations.values()))
        touched = {step.subject for step in past.story.steps}
        before = past.story.at(_BEFORE_ALL)
        self._story = StateHistory({key: state for key, state in before.items() if key in touched}, past.story.steps)
        self._still = _visible(state for key, state in before.items() if key not in touched)
        self._active = {key: alarm for key, alarm in self._still.alarms.items() if alarm.is_active}
        self._assigned = [each for each in self._still.incidents.values() if each.is_open and each.assignment]
        self._marks = UnchangedIncidents(replace(self._snapshot, incidents=self._still.incidents), since)

    def snapshot_at(self, moment: datetime) -> ConsoleSnapshot:
        """Return the incidents and alarms as they were known at a moment."""
        moving = _visible(self._story.at(moment).values())
        return replace(
            self._snapshot,
            incidents={**self._still.incidents, **moving.incidents},
            alarms={**self._still.alarms, **moving.alarms},
        )

    def picture_at(self, moment: datetime) -> PastMarkers:
        """Return the markers of a moment; incidents that do not change in the period are laid out once."""
        moving, latest = _visible(self._story.at(moment).values()), self._film.latest_at(moment)
        alarms, stations = {**self._active, **moving.alarms}, self._positions.stations
        severities = station_severities(stations, alarms=alarms, latest=latest, now=moment)
        silent = sum(1 for severity in severities if severity is AlarmSeverity.NO_DATA)
        return PastMarkers(
            moment=moment,
            incidents=self._marks.with_moving(moving.incidents, moment),
            stations=station_markers(
                self._positions,
                severities=severities,
                latest=latest,
                now=moment,
                exercises=self._snapshot.exercises,
            ),
            units=self._units_at(moving, latest, moment),
            data_age=newest_data_age_text(stations, latest, moment, silent),
        )

    def _units_at(self, moving: "_Visible", latest: LatestReadings, moment: datetime) -> UnitMarkers:
        """Return positions and states of units as they were known; trails are not drawn in the past."""
        units = {**self._still.units, **moving.units}
        tracks = {unit.tracker: _fix(latest, unit.tracker) for unit in units.values() if unit.tracker}
        known = known_units(units, (*self._assigned, *moving.incidents.values()), tracks=tracks, now=moment)
        return unit_markers(known, moment, exercises=self._snapshot.exercises)


class _Visible(msgspec.Struct, frozen=True):
    incidents: dict[str, Incident]
    alarms: dict[str, Alarm]
    units: dict[str, Unit]


def _visible(states: Iterable[SubjectState]) -> _Visible:
    values = [state.value for state in states]
    return _Visible(
        {value.id: value for value in values if isinstance(value, Incident) and not value.deleted},
        {value.id: value for value in values if isinstance(value, Alarm)},
        {value.id: value for value in values if isinstance(value, Unit)},
    )


def _is_in(scope: ExerciseScope, state: SubjectState) -> bool:
    value = state.value
    return not isinstance(value, Alarm | Incident | Unit) or scope.has(value)


def _fix(latest: LatestReadings, tracker: str) -> tuple[Fix, ...]:
    """Return the newest position, if its longitude and latitude are of the same time."""
    lon, lat = latest.get((tracker, LON)), latest.get((tracker, LAT))
    return (Fix(lon.value, lat.value, lon.at),) if lon and lat and lon.at == lat.at else ()


def read_past_state(
    directory: Path,
    snapshot: ConsoleSnapshot,
    *,
    scope: ExerciseScope = REAL_WORLD,
    since: datetime,
    until: datetime,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> PastState | None:
    """Read a period of one world from a data directory, with separate connections; None if it is cancelled.

    Raises:
        CacheError: the journal cannot be read.
        ReadingsError: the readings cannot be read.
    """
    with closing(ConsoleStore(directory)) as store:
        past = store.replay.story_since(since)
    past = replace(past, story=past.story.select(lambda state: _is_in(scope, state)))
    mains = ((station.code, main.code) for station in snapshot.stations.values() if (main := station.main_parameter))
    trackers = {unit.tracker for unit in snapshot.units.values() if unit.tracker}
    halves = ((tracker, half) for tracker in sorted(trackers) for half in (LON, LAT))
    with ReadingsStore(directory / FILE_NAME) as readings:
        film = readings.replay((*mains, *halves), since, until, is_cancelled=is_cancelled)
    if film is None:
        return None
    return PastState(snapshot, past, film, since=since, until=until)


_ENDED_ON_MAP_S: Final = ENDED_SHOWN_FOR.total_seconds()


class UnchangedIncidents:
    """The markers of incidents that do not change from `since` on."""

    def __init__(self, snapshot: ConsoleSnapshot, since: datetime) -> None:
        self._snapshot = snapshot
        self._still = incident_markers(snapshot, since)  # incidents that had ended long before cannot reappear
        updated = [snapshot.incidents[key].updated_at.timestamp() for key in self._still.ids]
        self._updated_s = np.array(updated, dtype=np.float64)
        self._drills = np.array([snapshot.incidents[key].exercise for key in self._still.ids], dtype=np.bool_)

    def with_moving(self, moving: Mapping[str, Incident], moment: datetime) -> IncidentMarkers:
        """Return the markers of a moment: the unchanged ones and those of `moving`."""
        still, changed = self._still, incident_markers(replace(self._snapshot, incidents=moving), moment)
        kept = ~still.closed | (moment.timestamp() - self._updated_s <= _ENDED_ON_MAP_S)
        ids = still.ids if kept.all() else [key for key, keep in zip(still.ids, kept.tolist(), strict=True) if keep]
        shown = [*ids, *changed.ids]
        drills = np.flatnonzero(self._drills[kept]).tolist()

        def message(part: str) -> LazyTexts:
            return LazyTexts(len(shown), self._words(shown, moving, moment, part))

        return IncidentMarkers(
            ids=shown,
            lon_deg=np.concatenate((still.lon_deg[kept], changed.lon_deg)),
            lat_deg=np.concatenate((still.lat_deg[kept], changed.lat_deg)),
            classes=np.concatenate((still.classes[kept], changed.classes)),
            letter_of=np.concatenate((still.letter_of[kept], changed.letter_of)),
            closed=np.concatenate((still.closed[kept], changed.closed)),
            pending=np.zeros(len(shown), dtype=np.bool_),
            inexact=_joined(still.inexact, kept, changed.inexact),
            drills=frozenset([*drills, *(len(ids) + index for index in changed.drills)]),
            letters=still.letters,
            names=message("names"),
            values=message("values"),
            ages=message("ages"),
        )

    def _words(
        self, shown: list[str], moving: Mapping[str, Incident], moment: datetime, part: str
    ) -> Callable[[int], str]:
        """Return a function that makes the texts of one incident on hover."""

        def words(index: int) -> str:
            key = shown[index]
            one = {key: moving.get(key) or self._snapshot.incidents[key]}
            return str(getattr(incident_markers(replace(self._snapshot, incidents=one), moment), part)[0])

        return words


def _joined(
    still: NDArray[np.bool_] | None, kept: NDArray[np.bool_], changed: NDArray[np.bool_] | None
) -> NDArray[np.bool_] | None:
    return None if still is None or changed is None else np.concatenate((still[kept], changed))
