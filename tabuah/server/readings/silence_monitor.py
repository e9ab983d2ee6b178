"""Silence: a silent station is an alarm; a source whose stations are all silent is one alarm, not hundreds."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from tabuah.operations.alarms.alarm import link_cause
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.exercises.decisions import world_of
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.readings.reading import Quality, Reading
from tabuah.operations.rules.engine import INITIAL_STATE, evaluate_silence
from tabuah.operations.rules.watches import SilenceWatch, WatchKey, watch_key
from tabuah.resources.fault_isolation import isolated
from tabuah.server.readings.registry import ReadingsRegistry
from tabuah.server.readings.rule_evaluation import RuleEvaluation

LINK_RULE: Final = "link"
_TYPED_IN: Final = int(Quality.TYPED_IN)
MIN_STATIONS_OF_LINK: Final = 3  # a source with fewer stations raises an alarm for each station
LINK_SILENT_AFTER: Final = timedelta(minutes=5)
LINK_SILENT_AFTER_INTERVALS: Final = 3

Source: TypeAlias = tuple[str, SubjectWorld]
Links: TypeAlias = dict[Source, list[str]]  # source → its stations


def link_key(source: str) -> WatchKey:
    """Return the watch key of the alarm for a lost link."""
    return (LINK_RULE, "", source)


class SilenceMonitor:
    """Tracks when each series was last received, by the server's clock; a series that never sent is not missed.

    Silence counts from the last reading, but not from before the server started: a restart is not a
    silence. Only a received reading ends it.
    """

    def __init__(self, started_at: datetime) -> None:
        self._started_at = started_at
        self._heard_at: dict[tuple[str, str], datetime] = {}  # parameter "" means the whole station
        self._expected: set[tuple[str, str]] = set()
        self._sources: dict[str, str] = {}  # station → sender
        self._restored_at: dict[Source, datetime] = {}

    def expect(self, latest: Iterable[Reading], sources: Mapping[str, str]) -> None:
        """Expect the series and sources from before the start."""
        for reading in latest:
            self._expected |= {(reading.station, reading.parameter), (reading.station, "")}
        self._sources.update(sources)

    def record_received(self, readings: Iterable[Reading], source: str, now: datetime) -> dict[str, str]:
        """Record received readings. A person who types in readings is not a link that could be lost.

        Returns:
            The stations whose source has changed.
        """
        changed: dict[str, str] = {}
        for reading in readings:
            self._heard_at[reading.station, reading.parameter] = now
            self._heard_at[reading.station, ""] = now
            if not reading.quality & _TYPED_IN and self._sources.get(reading.station) != source:
                self._sources[reading.station] = changed[reading.station] = source
        return changed

    def check_silence(self, evaluation: RuleEvaluation, registry: ReadingsRegistry, now: datetime) -> None:
        """Evaluate the silence of every link, then of the stations whose link is up."""
        silences = registry.silences()
        links = self._links(registry, now)
        lost: set[Source] = set()
        for source, members in links.items():
            with isolated("link", source[0]):
                if silences and self._is_lost(members, registry, now):
                    lost.add(source)
                self._judge_source(evaluation, registry, source, members, is_lost=source in lost, now=now)
        for watch in silences:
            is_worked_on = registry.maintenance.covers(watch.station, now)
            if not is_worked_on and self._source_of(watch.station, registry) not in lost:
                with isolated("watch", " ".join(watch_key(watch))):
                    self._judge_station(evaluation, registry, watch, now)

    def _judge_source(
        self,
        evaluation: RuleEvaluation,
        registry: ReadingsRegistry,
        source: Source,
        members: list[str],
        *,
        is_lost: bool,
        now: datetime,
    ) -> None:
        _sender, world = source
        if not world.exercise:
            self._judge_link(evaluation, source, members, is_lost=is_lost)
        elif is_lost:
            self._end_exercise(evaluation, registry, members, now)

    def _links(self, registry: ReadingsRegistry, now: datetime) -> Links:
        links: Links = {}
        for station in self._sources:
            if station in registry.stations and not registry.maintenance.covers(station, now):
                links.setdefault(self._source_of(station, registry), []).append(station)
        return {source: members for source, members in links.items() if len(members) >= MIN_STATIONS_OF_LINK}

    def _source_of(self, station: str, registry: ReadingsRegistry) -> Source:
        known = registry.stations.get(station)
        return self._sources.get(station, ""), world_of(known) or SubjectWorld()

    def _newest_of(self, members: Iterable[str]) -> datetime | None:
        times = (self._heard_at.get((station, "")) for station in members)
        return max((at for at in times if at is not None), default=None)

    def _is_lost(self, members: list[str], registry: ReadingsRegistry, now: datetime) -> bool:
        interval = min(registry.interval_of(station) for station in members)
        allowed = max(LINK_SILENT_AFTER, LINK_SILENT_AFTER_INTERVALS * interval)
        return now - (self._newest_of(members) or self._started_at) >= allowed

    def _judge_link(self, evaluation: RuleEvaluation, source: Source, members: list[str], *, is_lost: bool) -> None:
        key, newest_at = link_key(source[0]), self._newest_of(members)
        alarm = evaluation.alarm_of(key)
        if is_lost and alarm is None:
            alarm_body = _link_alarm(source[0], newest_at or self._started_at, members)
            evaluation.open(key, alarm_body, world=SubjectWorld())
        elif alarm is not None and newest_at is not None and newest_at > alarm.onset_at:
            evaluation.clear(key, newest_at)
            self._restored_at[source] = newest_at  # gives its stations time to return one by one

    def _judge_station(
        self, evaluation: RuleEvaluation, registry: ReadingsRegistry, watch: SilenceWatch, now: datetime
    ) -> None:
        series, key = (watch.station, watch.parameter), watch_key(watch)
        heard_at = self._heard_at.get(series)
        if heard_at is None and series not in self._expected:
            return
        state = evaluation.state_of(key)
        if not state.is_raised:
            restored_at = self._restored_at.get(self._source_of(watch.station, registry), self._started_at)
            worked_on_until = registry.maintenance.over_at(watch.station, now) or self._started_at
            heard_at = max(heard_at or self._started_at, restored_at, worked_on_until)
        if heard_at is not None:
            state, crossings = evaluate_silence(watch, state, heard_at=heard_at, now=now)
            evaluation.put_state(key, state)
            evaluation.record_crossings(key, crossings)

    def _end_exercise(
        self, evaluation: RuleEvaluation, registry: ReadingsRegistry, members: list[str], now: datetime
    ) -> None:
        """Clear the alarms of a simulation that has stopped; its next run may use other times."""
        ended = set(members)
        for key in (*registry.watches, *registry.multi_watches):
            if key[1] in ended:
                evaluation.clear(key, now)
                evaluation.put_state(key, INITIAL_STATE)
        self._heard_at = {series: at for series, at in self._heard_at.items() if series[0] not in ended}
        self._expected = {series for series in self._expected if series[0] not in ended}
        for station in ended:
            del self._sources[station]


def _link_alarm(source: str, onset_at: datetime, members: Iterable[str]) -> AlarmRaised:
    """Return the alarm of a lost link. It has no station; its parameter is the source, which makes its key unique."""
    return AlarmRaised(
        rule=LINK_RULE,
        station="",
        parameter=source,
        severity=AlarmSeverity.HIGH,
        onset_at=onset_at,
        title=source,
        cause=link_cause(source),
        silenced=tuple(sorted(members)),
    )
