"""The stations and rules in force, made ready for judging: what each series may measure and which rules watch it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from tabuah.operations.rules.hearing import NOBODY, Hearers, Series, hearers_of
from tabuah.operations.rules.joining import joint_watches_of
from tabuah.operations.rules.joint import JointWatch
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.surroundings import Surroundings
from tabuah.operations.rules.watches import ForecastWatch, LoneWatch, SilenceWatch, Watch, WatchKey, key_of, watch_of
from tabuah.operations.stations.quality import DOUBTFUL_AHEAD, LATEST_AHEAD, Doubt, doubt_about
from tabuah.operations.stations.readings import EARLIEST, Quality, Reading
from tabuah.operations.stations.station import Parameter, Station
from tabuah.operations.units.tracker import PARAMETERS, Tracker, tracker_of
from tabuah.operations.units.unit import Unit
from tabuah.server.readings.works import Works

_TELLABLE = int(Quality.SIMULATED | Quality.TYPED_IN)
_SIMULATED = int(Quality.SIMULATED)
_TIME_DOUBTFUL = int(Quality.TIME_DOUBTFUL)
_MAINTENANCE = int(Quality.MAINTENANCE)


class _Series(msgspec.Struct, frozen=True):
    """What a reading is checked against, without looking anything up."""

    low: float
    high: float
    exercise: bool


_NO_SERIES: Mapping[str, _Series] = {}


class Registry:
    """Belongs to the thread that judges readings."""

    def __init__(self) -> None:
        self.stations: dict[str, Station] = {}
        self.rules: dict[str, Rule] = {}
        self.works = Works()
        self.watches: dict[WatchKey, LoneWatch] = {}
        self.joints: dict[WatchKey, JointWatch] = {}
        self._joints_of: dict[str, tuple[JointWatch, ...]] = {}  # by rule, as long as no station changes
        self._hearers: Mapping[Series, Hearers] = {}
        self._series: dict[str, dict[str, _Series]] = {}  # by station or tracker, then by parameter
        self._units: dict[str, Unit] = {}
        self._trackers: dict[str, Tracker] = {}

    def hearers_of(self, station: str, parameter: str) -> Hearers:
        """The rules that watch one series, alone or among others."""
        return self._hearers.get((station, parameter), NOBODY)

    def silences(self) -> list[SilenceWatch]:
        """All watches over silence."""
        return [watch for watch in self.watches.values() if isinstance(watch, SilenceWatch)]

    def forecasts_of(self, station: str) -> list[ForecastWatch]:
        """The rules that watch the forecasts of one gauge."""
        return [w for w in self.watches.values() if isinstance(w, ForecastWatch) and w.station == station]

    def learn(self, values: Iterable[Station | Rule]) -> set[WatchKey]:
        """Stations and rules, new or anew.

        Returns:
            The keys of the watches that are new, changed or gone.
        """
        before = {**self.watches, **self.joints}
        for value in values:
            if isinstance(value, Station):
                self._put_station(value)
                self._joints_of.clear()
            else:
                self.rules[value.id] = value
                self._joints_of.pop(value.id, None)
        self._make_watches()
        after = {**self.watches, **self.joints}
        return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}

    def _make_watches(self) -> None:
        around = Surroundings(self.stations.values())
        for rule in self.rules.values():
            if rule.id not in self._joints_of:
                self._joints_of[rule.id] = joint_watches_of(rule, around)
        joints = [joint for made in self._joints_of.values() for joint in made]
        made = (watch_of(rule, station) for rule in self.rules.values() for station in self.stations.values())
        alone = [watch for watch in made if watch is not None]
        self.joints = {joint.key: joint for joint in joints}
        self.watches = {key_of(watch): watch for watch in alone}
        self.watches |= {key_of(member): member for joint in joints for member in joint.members}
        heard = [watch for watch in self.watches.values() if isinstance(watch, Watch)]
        self._hearers = hearers_of(heard, joints)

    def learn_trackers(self, units: Iterable[Unit]) -> frozenset[str]:
        """Units, new or anew; no rule watches what their GPS measures. A station of the same code goes before.

        Returns:
            The codes under which positions are taken from now on and were not before.
        """
        self._units.update((unit.id, unit) for unit in units)
        before = self._trackers
        for code in before.keys() - self.stations.keys():
            del self._series[code]
        carried = (tracker for unit in self._units.values() if (tracker := tracker_of(unit)) is not None)
        self._trackers = {tracker.code: tracker for tracker in carried if tracker.code not in self.stations}
        for tracker in self._trackers.values():
            self._put_series(tracker.code, PARAMETERS, exercise=tracker.exercise)
        return frozenset(self._trackers.keys() - before.keys())

    def _put_station(self, station: Station) -> None:
        self._trackers.pop(station.code, None)
        self.stations[station.code] = station
        self._put_series(station.code, station.parameters, exercise=station.exercise)

    def _put_series(self, code: str, parameters: Iterable[Parameter], *, exercise: bool) -> None:
        self._series[code] = {p.code: _Series(p.valid_min, p.valid_max, exercise) for p in parameters}

    def check(self, reading: Reading, now: datetime) -> Reading | Doubt:
        """The reading as it is kept, with its marks; or why it is set aside."""
        series = self._series.get(reading.station, _NO_SERIES).get(reading.parameter)
        if series is None or not self._is_plain(reading, series, now):
            sender = self.stations.get(reading.station) or self._trackers.get(reading.station)
            doubt = doubt_about(reading, sender, now)
            if doubt is not None or series is None:
                return doubt or Doubt.UNKNOWN_PARAMETER
        quality = reading.quality & _TELLABLE
        if series.exercise:
            quality |= _SIMULATED
        if reading.at > now + DOUBTFUL_AHEAD:
            quality |= _TIME_DOUBTFUL
        if self.works.covers(reading.station, reading.at):
            quality |= _MAINTENANCE
        if quality == reading.quality:
            return reading
        return Reading(reading.station, reading.parameter, reading.at, reading.value, quality)

    def _is_plain(self, reading: Reading, series: _Series, now: datetime) -> bool:
        """Whether there is nothing against it: the quick way for almost all readings."""
        return (
            series.low <= reading.value <= series.high
            and EARLIEST <= reading.at <= now + LATEST_AHEAD
            and not (reading.quality & _SIMULATED and not series.exercise)
        )

    def interval_of(self, station: str) -> timedelta:
        """How often a station sends its most frequent parameter; an hour where nobody said."""
        known = self.stations.get(station)
        intervals_s = [p.expected_interval_s for p in known.parameters] if known else []
        return timedelta(seconds=min(intervals_s, default=3600.0))
