"""The stations, trackers, rules and maintenance windows in force, prepared for checking and evaluating readings."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import product

import msgspec

from tabuah.operations.exercises.scope import exercise_of_code
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.readings.reading import (
    DOUBTFUL_AHEAD,
    EARLIEST,
    LATEST_AHEAD,
    Doubt,
    Quality,
    Reading,
    check_reading,
)
from tabuah.operations.rules.dispatch import NO_TARGETS, DispatchTargets, SeriesKey, dispatch_table
from tabuah.operations.rules.multi_series import MultiSeriesWatch
from tabuah.operations.rules.multi_series_watches import multi_series_watches
from tabuah.operations.rules.nearby_stations import NearbyStations
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.watches import (
    ForecastWatch,
    SilenceWatch,
    SingleSeriesWatch,
    Watch,
    WatchKey,
    watch_for_rule,
    watch_key,
)
from tabuah.operations.stations.station import Parameter, Station
from tabuah.operations.units.tracker import PARAMETERS, Tracker, tracker_of
from tabuah.operations.units.unit import Unit
from tabuah.resources.fault_isolation import isolated


class MaintenanceSchedule:
    """Maintenance windows by station, for a fast check of every reading; belongs to the readings thread."""

    def __init__(self) -> None:
        self._windows: dict[str, MaintenanceWindow] = {}
        self._by_station: dict[str, list[MaintenanceWindow]] = {}

    def learn(self, windows: Iterable[MaintenanceWindow]) -> None:
        """Add or update windows."""
        self._windows.update((window.id, window) for window in windows)
        self._by_station = {}
        for window in self._windows.values():
            for station in window.stations:
                self._by_station.setdefault(station, []).append(window)

    def covers(self, station: str, moment: datetime) -> bool:
        """Return whether a station is under maintenance at a moment."""
        windows = self._by_station.get(station)
        return windows is not None and any(window.runs_at(moment) for window in windows)

    def over_at(self, station: str, now: datetime) -> datetime | None:
        """Return when the last maintenance of a station ended; None without any before `now`."""
        ended = (window.over_at for window in self._by_station.get(station, ()) if window.over_at <= now)
        return max(ended, default=None)


_SENDER_FLAGS = int(Quality.SIMULATED | Quality.TYPED_IN)
_SIMULATED = int(Quality.SIMULATED)
_TIME_DOUBTFUL = int(Quality.TIME_DOUBTFUL)
_MAINTENANCE = int(Quality.MAINTENANCE)


class _SeriesLimits(msgspec.Struct, frozen=True):
    """The limits of a series, ready for the check of a reading without further look-ups."""

    low: float
    high: float
    exercise: bool


_NO_SERIES: Mapping[str, _SeriesLimits] = {}


class ReadingsRegistry:
    """Belongs to the thread that evaluates readings."""

    def __init__(self) -> None:
        self.stations: dict[str, Station] = {}
        self.rules: dict[str, Rule] = {}
        self.maintenance = MaintenanceSchedule()
        self.watches: dict[WatchKey, SingleSeriesWatch] = {}
        self.multi_watches: dict[WatchKey, MultiSeriesWatch] = {}
        self._multi_watches_of: dict[
            str, tuple[MultiSeriesWatch, ...]
        ] = {}  # by rule; cleared when a station changes
        self._hearers: Mapping[SeriesKey, DispatchTargets] = {}
        self._series: dict[str, dict[str, _SeriesLimits]] = {}  # by station or tracker code, then by parameter
        self._units: dict[str, Unit] = {}
        self.trackers: dict[str, Tracker] = {}

    def hearers_of(self, station: str, parameter: str) -> DispatchTargets:
        """Return the watches of one series, single and multi-series."""
        return self._hearers.get((station, parameter), NO_TARGETS)

    def silences(self) -> list[SilenceWatch]:
        """Return all watches for silence."""
        return [watch for watch in self.watches.values() if isinstance(watch, SilenceWatch)]

    def forecasts_of(self, station: str) -> list[ForecastWatch]:
        """Return the watches for the forecasts of one gauge."""
        return [w for w in self.watches.values() if isinstance(w, ForecastWatch) and w.station == station]

    def learn(self, values: Iterable[Station | Rule]) -> set[WatchKey]:
        """Update stations and rules.

        Returns:
            Keys of the watches that are new, changed or gone.
        """
        before = {**self.watches, **self.multi_watches}
        for value in values:
            if isinstance(value, Station):
                self._put_station(value)
                self._multi_watches_of.clear()
            else:
                self.rules[value.id] = value
                self._multi_watches_of.pop(value.id, None)
        self._make_watches()
        after = {**self.watches, **self.multi_watches}
        return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}

    def _make_watches(self) -> None:
        in_service = [station for station in self.stations.values() if station.retired is None]
        around = NearbyStations(in_service)
        for rule in self.rules.values():
            if rule.id not in self._multi_watches_of:
                with isolated("rule", rule.id):
                    self._multi_watches_of[rule.id] = multi_series_watches(rule, around)
        multi_watches = [multi_watch for made in self._multi_watches_of.values() for multi_watch in made]
        alone: list[SingleSeriesWatch] = []
        for rule, station in product(self.rules.values(), in_service):
            with isolated("rule", rule.id):
                watch = watch_for_rule(rule, station)
                alone += [] if watch is None else [watch]
        self.multi_watches = {multi_watch.key: multi_watch for multi_watch in multi_watches}
        self.watches = {watch_key(watch): watch for watch in alone}
        shared = {id(member): member for multi_watch in multi_watches for member in multi_watch.members}
        self.watches |= {watch_key(member): member for member in shared.values()}
        heard = [watch for watch in self.watches.values() if isinstance(watch, Watch)]
        self._hearers = dispatch_table(heard, multi_watches)

    def learn_trackers(self, units: Iterable[Unit]) -> frozenset[str]:
        """Update units. No rule watches tracker positions; a station with the same code takes precedence.

        Returns:
            Tracker codes that are accepted from now on and were not before, or from another gateway.
        """
        self._units.update((unit.id, unit) for unit in units)
        before = self.trackers
        for code in before.keys() - self.stations.keys():
            del self._series[code]
        carried = (tracker for unit in self._units.values() if (tracker := tracker_of(unit)) is not None)
        self.trackers = {tracker.code: tracker for tracker in carried if tracker.code not in self.stations}
        for tracker in self.trackers.values():
            self._put_series(tracker.code, PARAMETERS, exercise=tracker.exercise)
        return frozenset(code for code, tracker in self.trackers.items() if before.get(code) != tracker)

    def forget_exercise(self, exercise_id: str) -> set[WatchKey]:
        """Forget the stations and units of an exercise; return the keys of the watches that are gone."""
        for code in [code for code in self._series if exercise_of_code(code) == exercise_id]:
            del self._series[code]
            self.stations.pop(code, None)
            self.trackers.pop(code, None)
        self._units = {key: unit for key, unit in self._units.items() if unit.exercise_id != exercise_id}
        self._multi_watches_of.clear()
        return self.learn(())

    def _put_station(self, station: Station) -> None:
        self.trackers.pop(station.code, None)
        self.stations[station.code] = station
        parameters = station.parameters if station.retired is None else ()
        self._put_series(station.code, parameters, exercise=station.exercise)

    def _put_series(self, code: str, parameters: Iterable[Parameter], *, exercise: bool) -> None:
        self._series[code] = {p.code: _SeriesLimits(p.valid_min, p.valid_max, exercise) for p in parameters}

    def check(self, reading: Reading, now: datetime) -> Reading | Doubt:
        """Return the reading with its quality flags, or why it is quarantined."""
        series = self._series.get(reading.station, _NO_SERIES).get(reading.parameter)
        if series is None or not self._is_plain(reading, series, now):
            sender = self.stations.get(reading.station) or self.trackers.get(reading.station)
            doubt = check_reading(reading, sender, now)
            if doubt is not None or series is None:
                return doubt or Doubt.UNKNOWN_PARAMETER
        quality = reading.quality & _SENDER_FLAGS
        if series.exercise:
            quality |= _SIMULATED
        if reading.at > now + DOUBTFUL_AHEAD:
            quality |= _TIME_DOUBTFUL
        if self.maintenance.covers(reading.station, reading.at):
            quality |= _MAINTENANCE
        if quality == reading.quality:
            return reading
        return Reading(reading.station, reading.parameter, reading.at, reading.value, quality)

    def _is_plain(self, reading: Reading, series: _SeriesLimits, now: datetime) -> bool:
        """Fast path for almost all readings: return whether nothing speaks against the reading."""
        return (
            series.low <= reading.value <= series.high
            and EARLIEST <= reading.at <= now + LATEST_AHEAD
            and not (reading.quality & _SIMULATED and not series.exercise)
        )

    def is_exercise(self, code: str) -> bool:
        """Return whether a station or tracker is simulated."""
        sender = self.stations.get(code) or self.trackers.get(code)
        return sender is not None and sender.exercise

    def interval_of(self, station: str) -> timedelta:
        """Return the shortest expected interval of a station's parameters; an hour if it is unknown."""
        known = self.stations.get(station)
        intervals_s = [p.expected_interval_s for p in known.parameters] if known else []
        return timedelta(seconds=min(intervals_s, default=3600.0))
