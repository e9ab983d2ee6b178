"""Silence: one station that stopped is an alarm; a source whose stations all stopped is one alarm, not hundreds."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from tabuah.operations.alarms.bodies import AlarmRaised
from tabuah.operations.alarms.causes import cause_of_link
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.rules.engine import UNKNOWN, evaluate_silence
from tabuah.operations.rules.watches import SilenceWatch, WatchKey, key_of
from tabuah.operations.stations.readings import Quality, Reading
from tabuah.server.readings.registry import Registry
from tabuah.server.readings.rounds import Round

LINK_RULE: Final = "link"
_TYPED_IN: Final = int(Quality.TYPED_IN)
FEWEST_OF_A_LINK: Final = 3  # fewer stations of one source stay alarms of their own
LINK_SILENT_AFTER: Final = timedelta(minutes=5)
LINK_SILENT_AFTER_INTERVALS: Final = 3

Source: TypeAlias = tuple[str, bool]  # who sends, and whether it is an exercise
Links: TypeAlias = dict[Source, list[str]]  # with the stations that come by it


def link_key(source: str) -> WatchKey:
    """The key under which the alarm of a lost link stands."""
    return (LINK_RULE, "", source)


class Listening:
    """When each series was heard last, by the server's clock; what never sent is not missed.

    Silence counts from the last reading, but never from before the server listened: a restart is nobody's silence.
    Only something that really came ends it.
    """

    def __init__(self, started_at: datetime) -> None:
        self._started_at = started_at
        self._heard_at: dict[tuple[str, str], datetime] = {}  # parameter "" is the station as a whole
        self._expected: set[tuple[str, str]] = set()
        self._sources: dict[str, str] = {}  # station → who sends
        self._restored_at: dict[Source, datetime] = {}

    def expect(self, latest: Iterable[Reading], sources: Mapping[str, str]) -> None:
        """What used to come before the start."""
        for reading in latest:
            self._expected |= {(reading.station, reading.parameter), (reading.station, "")}
        self._sources.update(sources)

    def hear(self, readings: Iterable[Reading], source: str, now: datetime) -> dict[str, str]:
        """Something came. A person who types in for a station is no link of it that could be lost.

        Returns:
            The stations that came by another source than before.
        """
        changed: dict[str, str] = {}
        for reading in readings:
            self._heard_at[reading.station, reading.parameter] = now
            self._heard_at[reading.station, ""] = now
            if not reading.quality & _TYPED_IN and self._sources.get(reading.station) != source:
                self._sources[reading.station] = changed[reading.station] = source
        return changed

    def look(self, changes: Round, registry: Registry, now: datetime) -> None:
        """Judge the silence of every link, then of the stations whose link stands."""
        silences = registry.silences()
        links = self._links(registry, now)
        lost = {source for source, members in links.items() if silences and self._is_lost(members, registry, now)}
        for source, members in links.items():
            if source[1]:
                if source in lost:
                    self._end_exercise(changes, registry, members, now)
            else:
                self._judge_link(changes, source, members, is_lost=source in lost)
        for watch in silences:
            is_worked_on = registry.works.covers(watch.station, now)
            if not is_worked_on and self._source_of(watch.station, registry) not in lost:
                self._judge_station(changes, registry, watch, now)

    def _links(self, registry: Registry, now: datetime) -> Links:
        links: Links = {}
        for station in self._sources:
            if station in registry.stations and not registry.works.covers(station, now):
                links.setdefault(self._source_of(station, registry), []).append(station)
        return {source: members for source, members in links.items() if len(members) >= FEWEST_OF_A_LINK}

    def _source_of(self, station: str, registry: Registry) -> Source:
        known = registry.stations.get(station)
        return self._sources.get(station, ""), known is not None and known.exercise

    def _newest_of(self, members: Iterable[str]) -> datetime | None:
        times = (self._heard_at.get((station, "")) for station in members)
        return max((at for at in times if at is not None), default=None)

    def _is_lost(self, members: list[str], registry: Registry, now: datetime) -> bool:
        interval = min(registry.interval_of(station) for station in members)
        allowed = max(LINK_SILENT_AFTER, LINK_SILENT_AFTER_INTERVALS * interval)
        return now - (self._newest_of(members) or self._started_at) >= allowed

    def _judge_link(self, changes: Round, source: Source, members: list[str], *, is_lost: bool) -> None:
        key, newest_at = link_key(source[0]), self._newest_of(members)
        alarm = changes.alarm_of(key)
        if is_lost and alarm is None:
            alarm_body = _link_alarm(source[0], newest_at or self._started_at, members)
            changes.open(key, alarm_body, exercise=False)
        elif alarm is not None and newest_at is not None and newest_at > alarm.onset_at:
            changes.clear(key, newest_at)
            self._restored_at[source] = newest_at  # its stations get time to come back one by one

    def _judge_station(self, changes: Round, registry: Registry, watch: SilenceWatch, now: datetime) -> None:
        series, key = (watch.station, watch.parameter), key_of(watch)
        heard_at = self._heard_at.get(series)
        if heard_at is None and series not in self._expected:
            return
        state = changes.state_of(key)
        if not state.is_raised:
            restored_at = self._restored_at.get(self._source_of(watch.station, registry), self._started_at)
            worked_on_until = registry.works.over_at(watch.station, now) or self._started_at
            heard_at = max(heard_at or self._started_at, restored_at, worked_on_until)
        if heard_at is not None:
            state, crossings = evaluate_silence(watch, state, heard_at=heard_at, now=now)
            changes.put_state(key, state)
            changes.note(key, crossings)

    def _end_exercise(self, changes: Round, registry: Registry, members: list[str], now: datetime) -> None:
        """A simulation that has stopped leaves no alarm behind, and its next run may play other times."""
        ended = set(members)
        for key in (*registry.watches, *registry.joints):
            if key[1] in ended:
                changes.clear(key, now)
                changes.put_state(key, UNKNOWN)
        self._heard_at = {series: at for series, at in self._heard_at.items() if series[0] not in ended}
        self._expected = {series for series in self._expected if series[0] not in ended}
        for station in ended:
            del self._sources[station]


def _link_alarm(source: str, onset_at: datetime, members: Iterable[str]) -> AlarmRaised:
    """It has no station; its parameter is the source, so that it is found again by the same key."""
    return AlarmRaised(
        rule=LINK_RULE,
        station="",
        parameter=source,
        severity=AlarmSeverity.HIGH,
        onset_at=onset_at,
        title=source,
        cause=cause_of_link(source),
        silenced=tuple(sorted(members)),
    )
