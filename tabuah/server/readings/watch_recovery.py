"""Recovery of watch states from recent readings, after a start or a change of rules and stations."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Final, TypeAlias

from tabuah.operations.readings.reading import Reading
from tabuah.operations.rules.crossings import Crossing, CrossingKind
from tabuah.operations.rules.dispatch import NO_TARGETS, dispatch_reading, dispatch_table, multi_series_state
from tabuah.operations.rules.engine import INITIAL_STATE, SeriesState, evaluate_all, resume_raised
from tabuah.operations.rules.multi_series import MultiSeriesWatch, evaluate_multi_series
from tabuah.operations.rules.multi_series_state import is_part
from tabuah.operations.rules.watches import ForecastWatch, SilenceWatch, Watch, WatchKey
from tabuah.server.readings.registry import ReadingsRegistry
from tabuah.server.readings.rule_evaluation import RuleEvaluation

MIN_LOOK_BACK: Final = timedelta(minutes=10)
MAX_NEWS_AGE: Final = timedelta(hours=1)  # a new rule raises no alarm for older readings

ReadBetween: TypeAlias = Callable[[str, str, datetime, datetime], Iterable[Reading]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingHistory:
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
    elif alarm and not state.is_raised:
        evaluation.record_crossings(key, [c for c in crossings if c.kind is CrossingKind.CLEARED][:1])
    elif alarm and state.onset_at != alarm.onset_at:
        return resume_raised(alarm.onset_at)
    return state


def recover_joint_watches(
    evaluation: RuleEvaluation, registry: ReadingsRegistry, keys: Iterable[WatchKey], past: ReadingHistory
) -> None:
    """Replay recent readings to the changed parts, and to the multi-series watches without an open alarm.

    An open alarm is evaluated once, at the end: before that, not all of its parts have a value yet.
    """
    members: list[Watch] = []
    joints: list[MultiSeriesWatch] = []
    for key in keys:
        member, joint = registry.watches.get(key), registry.joints.get(key)
        if joint is not None:
            joints.append(joint)
            alarm = evaluation.alarm_of(key)
            evaluation.put_state(key, resume_raised(alarm.onset_at) if alarm else INITIAL_STATE)
        elif isinstance(member, Watch):
            members.append(member)
            since = past.up_since(key)
            evaluation.put_state(key, resume_raised(since) if since else INITIAL_STATE)
        else:
            evaluation.put_state(key, INITIAL_STATE)
    crossings = _replay(evaluation, members, [j for j in joints if evaluation.alarm_of(j.key) is None], past)
    for joint in joints:
        _update_joint_alarm(evaluation, joint, crossings.get(joint.key, []), past)


def _replay(
    evaluation: RuleEvaluation, members: Sequence[Watch], joints: Sequence[MultiSeriesWatch], past: ReadingHistory
) -> dict[WatchKey, list[Crossing]]:
    """Replay the readings in order of time, without raising alarms."""
    targets = dispatch_table(members, joints)
    found: dict[WatchKey, list[Crossing]] = {}
    for reading in _readings_of(members, max((joint.look_back for joint in joints), default=timedelta()), past):
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


def _update_joint_alarm(
    evaluation: RuleEvaluation, joint: MultiSeriesWatch, crossings: list[Crossing], past: ReadingHistory
) -> None:
    key = joint.key
    state, situation = evaluation.state_of(key), multi_series_state(joint, evaluation)
    if situation is None:
        return
    state, last = evaluate_multi_series(joint, state, situation)
    is_news = situation.at >= past.now - MAX_NEWS_AGE
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
    joint = [key for key in keys if key in registry.joints or is_part(key[0])]
    for key in sorted(set(keys) - set(joint)):
        watch = registry.watches.get(key)
        if watch is None:
            evaluation.clear(key, past.now)
            evaluation.put_state(key, INITIAL_STATE)
        elif isinstance(watch, SilenceWatch | ForecastWatch):  # evaluated by the next silence check or forecast
            alarm = evaluation.alarm_of(key)
            evaluation.put_state(key, resume_raised(alarm.onset_at) if alarm else INITIAL_STATE)
        else:
            _recover_series(evaluation, key, watch, past)
    recover_joint_watches(evaluation, registry, joint, past)


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
