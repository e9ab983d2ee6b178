"""Rule evaluation of a group of readings, and recovery of watch states from recent readings."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Final, TypeAlias

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.drafts import clear_alarm, raise_alarm, raised_alarm_body
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.entries import Draft
from tabuah.operations.exercises.decisions import world_of
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.readings.reading import Quality, Reading
from tabuah.operations.rules.crossings import Crossing, CrossingKind
from tabuah.operations.rules.dispatch import NO_TARGETS, dispatch_reading, dispatch_table, multi_series_state
from tabuah.operations.rules.engine import INITIAL_STATE, SeriesState, evaluate, evaluate_all, resume_raised
from tabuah.operations.rules.multi_series import MultiSeriesWatch, evaluate_multi_series, is_part
from tabuah.operations.rules.watches import ForecastWatch, SilenceWatch, Watch, WatchKey
from tabuah.resources.fault_isolation import isolated
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
    world: SubjectWorld = SubjectWorld()


def open_alarm_of(alarm: Alarm) -> OpenAlarm:
    return OpenAlarm(alarm.id, alarm.onset_at, SubjectWorld(alarm.exercise, alarm.exercise_id))


class WatchStates:
    """The committed state of every watch, the open alarms, and when the last ones ended."""

    def __init__(self) -> None:
        self.states: dict[WatchKey, SeriesState] = {}
        self.alarms: dict[WatchKey, OpenAlarm] = {}
        self.ended_at: dict[WatchKey, datetime] = {}

    def forget_exercise(self, exercise_id: str) -> None:
        """Forget the open alarms of an exercise."""
        self.alarms = {key: a for key, a in self.alarms.items() if a.world != SubjectWorld(True, exercise_id)}


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
            with isolated("reading", f"{reading.station} {reading.parameter}"):
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
        self.open(key, raised_alarm_body(crossing, rule, station), world=world_of(station) or SubjectWorld())

    def open(self, key: WatchKey, body: AlarmRaised, *, world: SubjectWorld) -> None:
        """Raise an alarm with a new id."""
        alarm = OpenAlarm(self._new_id(), body.onset_at, world)
        self._alarms[key] = alarm
        self.drafts.append(raise_alarm(alarm.id, body, exercise=world.exercise, exercise_id=world.exercise_id))

    def clear(self, key: WatchKey, cleared_at: datetime, value: float | None = None) -> None:
        """Clear the alarm of a watch."""
        alarm = self.alarm_of(key)
        if alarm is None:
            return
        self._alarms[key] = None
        self.drafts.append(
            clear_alarm(
                alarm.id,
                cleared_at=cleared_at,
                value=value,
                exercise=alarm.world.exercise,
                exercise_id=alarm.world.exercise_id,
            )
        )

    def commit(self) -> None:
        """Write the findings to the watch states, after they are saved."""
        self._watch_states.states.update(self._states)
        for key, alarm in self._alarms.items():
            if alarm is None:
                self._watch_states.alarms.pop(key, None)
            else:
                self._watch_states.alarms[key] = alarm


MIN_LOOK_BACK: Final = timedelta(minutes=10)
MAX_NEWS_AGE: Final = timedelta(hours=1)  # a new rule raises no alarm for older readings

ReadBetween: TypeAlias = Callable[[str, str, datetime, datetime], Iterable[Reading]]


class ReadingHistory(msgspec.Struct, frozen=True, kw_only=True):
    """Access to earlier readings, at the moment `now`.

    `newest_at` returns the time of a series' newest reading; `between` its readings between two
    moments, oldest first; `up_since` the time since which a part of a rule was true, from data saved
    before a start.
    """

    now: datetime
    newest_at: Callable[[str, str], datetime | None]
    between: ReadBetween
    up_since: Callable[[WatchKey], datetime | None]


def update_alarm(
    evaluation: RuleEvaluation, key: WatchKey, state: SeriesState, crossings: Iterable[Crossing], *, is_news: bool
) -> SeriesState:
    """Raise or clear the alarm of a watch according to its readings.

    Args:
        evaluation: collects the findings.
        key: the watch.
        state: its state after the readings.
        crossings: the crossings in these readings.
        is_news: whether the newest reading is recent enough to raise an alarm.

    Returns:
        The state to continue with: an open alarm keeps its onset.
    """
    alarm = evaluation.alarm_of(key)
    if state.is_raised and alarm is None:
        if not is_news:
            return INITIAL_STATE
        evaluation.record_crossings(key, [c for c in crossings if c.kind is CrossingKind.RAISED][-1:])
        if evaluation.alarm_of(key) is None:
            return INITIAL_STATE  # this episode was ended; if the condition still holds, the next reading raises
    elif alarm and not state.is_raised:
        evaluation.record_crossings(key, [c for c in crossings if c.kind is CrossingKind.CLEARED][:1])
    elif alarm and state.onset_at != alarm.onset_at:
        return resume_raised(alarm.onset_at)
    return state


def recover_multi_series_watches(
    evaluation: RuleEvaluation, registry: ReadingsRegistry, keys: Iterable[WatchKey], past: ReadingHistory
) -> None:
    """Replay recent readings to the changed parts, and to the multi-series watches without an open alarm.

    An open alarm is evaluated once, at the end: before that, not all of its parts have a value yet.
    """
    members: list[Watch] = []
    multi_watches: list[MultiSeriesWatch] = []
    for key in keys:
        member, multi_watch = registry.watches.get(key), registry.multi_watches.get(key)
        if multi_watch is not None:
            multi_watches.append(multi_watch)
            alarm = evaluation.alarm_of(key)
            evaluation.put_state(key, resume_raised(alarm.onset_at) if alarm else INITIAL_STATE)
        elif isinstance(member, Watch):
            members.append(member)
            since = past.up_since(key)
            evaluation.put_state(key, resume_raised(since) if since else INITIAL_STATE)
        else:
            evaluation.put_state(key, INITIAL_STATE)
    crossings = _replay(evaluation, members, [j for j in multi_watches if evaluation.alarm_of(j.key) is None], past)
    for multi_watch in multi_watches:
        _update_multi_series_alarm(evaluation, multi_watch, crossings.get(multi_watch.key, []), past)


def _replay(
    evaluation: RuleEvaluation,
    members: Sequence[Watch],
    multi_watches: Sequence[MultiSeriesWatch],
    past: ReadingHistory,
) -> dict[WatchKey, list[Crossing]]:
    """Replay the readings in order of time, without raising alarms."""
    targets = dispatch_table(members, multi_watches)
    found: dict[WatchKey, list[Crossing]] = {}
    for reading in _readings_of(
        members, max((multi_watch.look_back for multi_watch in multi_watches), default=timedelta()), past
    ):
        heard = targets.get((reading.station, reading.parameter), NO_TARGETS)
        for key, crossings in dispatch_reading(heard, evaluation, reading.at, reading.value):
            found.setdefault(key, []).extend(crossings)
    return found


def _readings_of(members: Iterable[Watch], look_back: timedelta, past: ReadingHistory) -> list[Reading]:
    """Return the readings that the members need, each series once."""
    spans: dict[tuple[str, str], timedelta] = {}
    for member in members:
        series = (member.station, member.parameter)
        span = member.window or max(2 * member.hold, MIN_LOOK_BACK)
        spans[series] = max(span, look_back, spans.get(series, span))
    readings: list[Reading] = []
    for (station, parameter), span in spans.items():
        newest_at = past.newest_at(station, parameter)
        if newest_at is not None:
            readings += past.between(station, parameter, newest_at - span, newest_at)
    return sorted(readings, key=attrgetter("at", "station", "parameter"))


def _update_multi_series_alarm(
    evaluation: RuleEvaluation, multi_watch: MultiSeriesWatch, crossings: list[Crossing], past: ReadingHistory
) -> None:
    key = multi_watch.key
    state, multi_state = evaluation.state_of(key), multi_series_state(multi_watch, evaluation)
    if multi_state is None:
        return
    state, last = evaluate_multi_series(multi_watch, state, multi_state)
    is_news = multi_state.at >= past.now - MAX_NEWS_AGE
    evaluation.put_state(key, update_alarm(evaluation, key, state, [*crossings, *last], is_news=is_news))


def recover_watches(
    evaluation: RuleEvaluation, registry: ReadingsRegistry, keys: Iterable[WatchKey], past: ReadingHistory
) -> None:
    """Restore the state of these watches from recent readings.

    An open alarm keeps its onset and is cleared only by later readings. A condition that is met without
    an alarm raises one. The alarm of a watch that no longer exists is cleared.

    Args:
        evaluation: collects the findings.
        registry: stations and rules in force.
        keys: watches that are new, changed or gone.
        past: access to earlier readings.
    """
    keys = sorted(keys)
    multi_keys = [key for key in keys if key in registry.multi_watches or is_part(key[0])]
    for key in sorted(set(keys) - set(multi_keys)):
        watch = registry.watches.get(key)
        if watch is None:
            evaluation.clear(key, past.now)
            evaluation.put_state(key, INITIAL_STATE)
        elif isinstance(watch, SilenceWatch | ForecastWatch):  # evaluated by the next silence check or forecast
            alarm = evaluation.alarm_of(key)
            evaluation.put_state(key, resume_raised(alarm.onset_at) if alarm else INITIAL_STATE)
        else:
            with isolated("watch", " ".join(key)):
                _recover_series(evaluation, key, watch, past)
    with isolated("watch", "multi-series"):
        recover_multi_series_watches(evaluation, registry, multi_keys, past)


def _recover_series(evaluation: RuleEvaluation, key: WatchKey, watch: Watch, past: ReadingHistory) -> None:
    alarm = evaluation.alarm_of(key)
    state = resume_raised(alarm.onset_at) if alarm else INITIAL_STATE
    newest_at = past.newest_at(watch.station, watch.parameter)
    if newest_at is not None:
        look_back = watch.window or max(2 * watch.hold, MIN_LOOK_BACK)
        readings = past.between(watch.station, watch.parameter, newest_at - look_back, newest_at)
        state, crossings = evaluate_all(watch, state, [(reading.at, reading.value) for reading in readings])
        state = update_alarm(evaluation, key, state, crossings, is_news=newest_at >= past.now - MAX_NEWS_AGE)
    evaluation.put_state(key, state)
