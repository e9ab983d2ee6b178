"""A round: what one group of readings has led to, laid over what is known until the store has saved it."""

from collections.abc import Callable, Iterable
from datetime import datetime
from operator import attrgetter
from typing import Final

import msgspec

from tabuah.operations.alarms.bodies import AlarmRaised
from tabuah.operations.alarms.gestures import clear_alarm, raise_alarm
from tabuah.operations.alarms.raising import raised_by
from tabuah.operations.entries import Draft
from tabuah.operations.rules.crossings import Crossing, CrossingKind
from tabuah.operations.rules.engine import UNKNOWN, SeriesState, evaluate
from tabuah.operations.rules.hearing import hear
from tabuah.operations.rules.situation import is_part
from tabuah.operations.rules.watches import WatchKey
from tabuah.operations.stations.readings import Quality, Reading
from tabuah.server.readings.registry import Registry

_MAINTENANCE: Final = int(Quality.MAINTENANCE)
# What becomes of a crossing while its station is worked on; an alarm neither begins nor ends.
_WORKED_ON: Final = {
    CrossingKind.REACHED: CrossingKind.SUPPRESSED,
    CrossingKind.LEFT: CrossingKind.SUPPRESSED_LEFT,
}

_IN_ORDER: Final = attrgetter("at", "station", "parameter")  # however a sender arranges what it measured at a time


class OpenAlarm(msgspec.Struct, frozen=True):
    """An alarm that is up."""

    id: str
    onset_at: datetime
    exercise: bool


class Watchbook:
    """What is known and saved: the state of every watch, the alarms that are up, and when the last ones ended."""

    def __init__(self) -> None:
        self.states: dict[WatchKey, SeriesState] = {}
        self.alarms: dict[WatchKey, OpenAlarm] = {}
        self.ended_at: dict[WatchKey, datetime] = {}


class Round:
    """Judges readings over a watchbook without touching it; `enter` writes the findings into the book."""

    def __init__(self, book: Watchbook, registry: Registry, new_id: Callable[[], str]) -> None:
        self._book = book
        self._registry = registry
        self._new_id = new_id
        self._states: dict[WatchKey, SeriesState] = {}
        self._alarms: dict[WatchKey, OpenAlarm | None] = {}
        self.crossings: list[Crossing] = []
        self.drafts: list[Draft] = []

    def state_of(self, key: WatchKey) -> SeriesState:
        """What a watch remembers now."""
        return self._states.get(key) or self._book.states.get(key, UNKNOWN)

    def alarm_of(self, key: WatchKey) -> OpenAlarm | None:
        """The alarm that is up for a watch."""
        return self._alarms[key] if key in self._alarms else self._book.alarms.get(key)

    def judge(self, readings: Iterable[Reading]) -> None:
        """Let every rule that watches see the readings, oldest first."""
        for reading in sorted(readings, key=_IN_ORDER):
            if reading.quality & _MAINTENANCE:
                self._watch_work(reading)
                continue
            hearers = self._registry.hearers_of(reading.station, reading.parameter)
            for key, crossings in hear(hearers, self, reading.at, reading.value):
                self.note(key, crossings)

    def _watch_work(self, reading: Reading) -> None:
        """Keep the crossings of a station that is worked on, marked, in a memory apart: no rule remembers them."""
        for watch in self._registry.hearers_of(reading.station, reading.parameter).watches:
            if is_part(watch.rule):
                continue
            key = (f"work {watch.rule}", watch.station, watch.parameter)
            state, crossings = evaluate(watch, self.state_of(key), reading.at, reading.value)
            self.put_state(key, state)
            marked = ((crossing, _WORKED_ON.get(crossing.kind)) for crossing in crossings)
            self.crossings += [msgspec.structs.replace(c, kind=kind) for c, kind in marked if kind is not None]

    def put_state(self, key: WatchKey, state: SeriesState) -> None:
        """What a watch remembers from now on."""
        self._states[key] = state

    def note(self, key: WatchKey, crossings: Iterable[Crossing]) -> None:
        """Keep crossings; those that begin or end an episode become drafts for the journal."""
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
        if (ended_at := self._book.ended_at.get(key)) is not None and crossing.onset_at <= ended_at:
            return  # a console that had no line has raised and ended this episode
        self.open(key, raised_by(crossing, rule, station), exercise=station.exercise)

    def open(self, key: WatchKey, body: AlarmRaised, *, exercise: bool) -> None:
        """An alarm is up, under an id of its own."""
        alarm = OpenAlarm(self._new_id(), body.onset_at, exercise)
        self._alarms[key] = alarm
        self.drafts.append(raise_alarm(alarm.id, body, exercise=exercise))

    def clear(self, key: WatchKey, cleared_at: datetime, value: float | None = None) -> None:
        """The alarm of a watch is over."""
        alarm = self.alarm_of(key)
        if alarm is None:
            return
        self._alarms[key] = None
        self.drafts.append(clear_alarm(alarm.id, cleared_at=cleared_at, value=value, exercise=alarm.exercise))

    def enter(self) -> None:
        """The findings are saved: know them."""
        self._book.states.update(self._states)
        for key, alarm in self._alarms.items():
            if alarm is None:
                self._book.alarms.pop(key, None)
            else:
                self._book.alarms[key] = alarm
