"""The stations and rules in force, made ready for judging: what each series may measure and which rules watch it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeAlias

import msgspec

from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.watches import SilenceWatch, Watch, watch_of
from tabuah.operations.stations.quality import DOUBTFUL_AHEAD, LATEST_AHEAD, Doubt, doubt_about
from tabuah.operations.stations.readings import EARLIEST, Quality, Reading
from tabuah.operations.stations.station import Station

WatchKey: TypeAlias = tuple[str, str, str]  # rule, station, parameter

_TELLABLE = int(Quality.SIMULATED | Quality.TYPED_IN)
_SIMULATED = int(Quality.SIMULATED)
_TIME_DOUBTFUL = int(Quality.TIME_DOUBTFUL)


def key_of(watch: Watch | SilenceWatch) -> WatchKey:
    """Rule, station and parameter: there is one alarm at a time for each."""
    return (watch.rule, watch.station, watch.parameter)


class _Series(msgspec.Struct, frozen=True):
    """What a reading is checked against, without looking anything up."""

    low: float
    high: float
    exercise: bool


class Registry:
    """Belongs to the thread that judges readings."""

    def __init__(self) -> None:
        self.stations: dict[str, Station] = {}
        self.rules: dict[str, Rule] = {}
        self.watches: dict[WatchKey, Watch | SilenceWatch] = {}
        self._by_series: dict[tuple[str, str], tuple[Watch, ...]] = {}
        self._series: dict[tuple[str, str], _Series] = {}

    def watches_of(self, station: str, parameter: str) -> tuple[Watch, ...]:
        """The rules that watch one series."""
        return self._by_series.get((station, parameter), ())

    def silences(self) -> list[SilenceWatch]:
        """All watches over silence."""
        return [watch for watch in self.watches.values() if isinstance(watch, SilenceWatch)]

    def learn(self, values: Iterable[Station | Rule]) -> set[WatchKey]:
        """Stations and rules, new or anew.

        Returns:
            The keys of the watches that are new, changed or gone.
        """
        before = self.watches
        for value in values:
            if isinstance(value, Station):
                self._put_station(value)
            else:
                self.rules[value.id] = value
        made = (watch_of(rule, station) for rule in self.rules.values() for station in self.stations.values())
        self.watches = {key_of(watch): watch for watch in made if watch is not None}
        by_series: dict[tuple[str, str], list[Watch]] = {}
        for watch in self.watches.values():
            if isinstance(watch, Watch):
                by_series.setdefault((watch.station, watch.parameter), []).append(watch)
        self._by_series = {series: tuple(watches) for series, watches in by_series.items()}
        keys = before.keys() | self.watches.keys()
        return {key for key in keys if before.get(key) != self.watches.get(key)}

    def _put_station(self, station: Station) -> None:
        for series in [series for series in self._series if series[0] == station.code]:
            del self._series[series]
        self.stations[station.code] = station
        for p in station.parameters:
            self._series[station.code, p.code] = _Series(p.valid_min, p.valid_max, station.exercise)

    def check(self, reading: Reading, now: datetime) -> Reading | Doubt:
        """The reading as it is kept, with its marks; or why it is set aside."""
        series = self._series.get((reading.station, reading.parameter))
        if series is None or not self._is_plain(reading, series, now):
            doubt = doubt_about(reading, self.stations.get(reading.station), now)
            if doubt is not None or series is None:
                return doubt or Doubt.UNKNOWN_PARAMETER
        quality = reading.quality & _TELLABLE
        if series.exercise:
            quality |= _SIMULATED
        if reading.at > now + DOUBTFUL_AHEAD:
            quality |= _TIME_DOUBTFUL
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
