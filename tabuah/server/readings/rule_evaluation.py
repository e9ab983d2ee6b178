"""Rule evaluation of one group of readings, kept apart from the committed state until the store has saved it."""

from collections.abc import Callable, Iterable
from datetime import datetime
from operator import attrgetter
from typing import Final

import msgspec

from tabuah.operations.alarms.drafts import clear_alarm, raise_alarm, raised_alarm_body
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.entries import Draft
from tabuah.operations.readings.reading import Quality, Reading
from tabuah.operations.rules.crossings import Crossing, CrossingKind
from tabuah.operations.rules.dispatch import dispatch_reading
from tabuah.operations.rules.engine import INITIAL_STATE, SeriesState, evaluate
from tabuah.operations.rules.multi_series_state import is_part
from tabuah.operations.rules.watches import WatchKey
from tabuah.server.readings.registry import ReadingsRegistry

_MAINTENANCE: Final = int(Quality.MAINTENANCE)
# Crossings during maintenance are marked; they neither raise nor clear an alarm.
_WORKED_ON: Final = {
    CrossingKind.REACHED: CrossingKind.SUPPRESSED,
    CrossingKind.LEFT: CrossingKind.SUPPRESSED_LEFT,
}

_IN_ORDER: Final = attrgetter("at", "station", "parameter")  # independent of the order within a batch


class OpenAlarm(msgspec.Struct, frozen=True):
    """An active alarm."""

    id: str
    onset_at: datetime
    exercise: bool


class WatchStates:
    """The committed state of every watch, the open alarms, and when the last ones ended."""

    def __init__(self) -> None:
        self.states: dict[WatchKey, SeriesState] = {}
        self.alarms: dict[WatchKey, OpenAlarm] = {}
        self.ended_at: dict[WatchKey, datetime] = {}


class RuleEvaluation:
    """Evaluates readings over the watch states without changing them; `commit` writes the findings."""

    def __init__(self, watch_states: WatchStates, registry: ReadingsRegistry, new_id: Callable[[], str]) -> None:
        self._watch_states = watch_states
        self._registry = registry
        self._new_id = new_id
        self._states: dict[WatchKey, SeriesState] = {}
        self._alarms: dict[WatchKey, OpenAlarm | None] = {}
        self.crossings: list[Crossing] = []
        self.drafts: list[Draft] = []

    def state_of(self, key: WatchKey) -> SeriesState:
        """Return the current state of a watch."""
        return self._states.get(key) or self._watch_states.states.get(key, INITIAL_STATE)

    def alarm_of(self, key: WatchKey) -> OpenAlarm | None:
        """Return the open alarm of a watch."""
        return self._alarms[key] if key in self._alarms else self._watch_states.alarms.get(key)

    def judge(self, readings: Iterable[Reading]) -> None:
        """Evaluate all watches of these readings, oldest first."""
        for reading in sorted(readings, key=_IN_ORDER):
            if reading.quality & _MAINTENANCE:
                self._record_maintenance(reading)
                continue
            targets = self._registry.hearers_of(reading.station, reading.parameter)
            for key, crossings in dispatch_reading(targets, self, reading.at, reading.value):
                self.record_crossings(key, crossings)

    def _record_maintenance(self, reading: Reading) -> None:
        """Record the crossings of a station under maintenance, marked, with a separate state that no rule uses."""
        for watch in self._registry.hearers_of(reading.station, reading.parameter).watches:
            if is_part(watch.rule):
                continue
            key = (f"work {watch.rule}", watch.station, watch.parameter)
            state, crossings = evaluate(watch, self.state_of(key), reading.at, reading.value)
            self.put_state(key, state)
            marked = ((crossing, _WORKED_ON.get(crossing.kind)) for crossing in crossings)
            self.crossings += [msgspec.structs.replace(c, kind=kind) for c, kind in marked if kind is not None]

    def put_state(self, key: WatchKey, state: SeriesState) -> None:
        """Set the state of a watch."""
        self._states[key] = state

    def record_crossings(self, key: WatchKey, crossings: Iterable[Crossing]) -> None:
        """Record crossings; those that begin or end an episode become drafts for the journal."""
        for crossing in crossings:
            self.crossings.append(crossing)
            if crossing.kind is CrossingKind.RAISED:
                self._raise(key, crossing)
            elif crossing.kind is CrossingKind.CLEARED:
                self.clear(key, crossing.at, crossing.value)

    def _raise(self, key: WatchKey, crossing: Crossing) -> None:
        rule, station = self._registry.rules.get(key[0]), self._registry.stations.get(key[1])
        if rule is None or station is None or self.alarm_of(key) is not None:
            return
        if (ended_at := self._watch_states.ended_at.get(key)) is not None and crossing.onset_at <= ended_at:
            return  # an offline console has raised and cleared an alarm for this episode
        self.open(key, raised_alarm_body(crossing, rule, station), exercise=station.exercise)

    def open(self, key: WatchKey, body: AlarmRaised, *, exercise: bool) -> None:
        """Raise an alarm with a new id."""
        alarm = OpenAlarm(self._new_id(), body.onset_at, exercise)
        self._alarms[key] = alarm
        self.drafts.append(raise_alarm(alarm.id, body, exercise=exercise))

    def clear(self, key: WatchKey, cleared_at: datetime, value: float | None = None) -> None:
        """Clear the alarm of a watch."""
        alarm = self.alarm_of(key)
        if alarm is None:
            return
        self._alarms[key] = None
        self.drafts.append(clear_alarm(alarm.id, cleared_at=cleared_at, value=value, exercise=alarm.exercise))

    def commit(self) -> None:
        """Write the findings to the watch states, after they are saved."""
        self._watch_states.states.update(self._states)
        for key, alarm in self._alarms.items():
            if alarm is None:
                self._watch_states.alarms.pop(key, None)
            else:
                self._watch_states.alarms[key] = alarm
