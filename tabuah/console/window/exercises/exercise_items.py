"""Rows of the exercises window, and the alarms of the real world that a window in an exercise must show."""

from collections.abc import Iterable
from datetime import datetime

from tabuah.console.window.exercises.day_replay_actions import DayReplayActions
from tabuah.console.window.shared.levels import LEVEL_OF_ALARM
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope, exercise_scope
from tabuah.operations.levels import AlarmSeverity
from tabuah.resources.localisation import _
from tabuah.text.alarms.titles import alarm_title, severity_label
from tabuah.text.exercises.exercise_status import (
    describe_content,
    describe_state,
    end_reason,
    shown_already_reason,
    wipe_reason,
)
from tabuah.text.exercises.exercise_text import exercise_name
from tabuah.widgets.alarms.values import AlarmItem
from tabuah.widgets.exercises.exercises_dialog import REAL_WORLD_ROW, UNNAMED_ROW, ExerciseItem
from tabuah.widgets.values import Level


def exercise_items(
    snapshot: ConsoleSnapshot, scope: ExerciseScope, *, refusal: str, replays: DayReplayActions
) -> tuple[ExerciseItem, ...]:
    """Return the real world and all exercises: running ones first, then newest first.

    Args:
        snapshot: the snapshot of all worlds.
        scope: the world of the window.
        refusal: why the person may not lead exercises; empty where they may.
        replays: the replays of past days.
    """
    real = ExerciseItem(
        id=REAL_WORLD_ROW,
        text=_("Real world"),
        about=_content(snapshot, REAL_WORLD),
        level=Level.NORMAL,
        open_reason="" if scope.is_exercise else shown_already_reason(),
        end_reason=_("Only exercises can be ended."),
        wipe_reason=_("Only exercises can be wiped."),
        replay_reason=replays.reason(None),
    )
    known = sorted(snapshot.exercises.values(), key=lambda each: (not each.is_running, -each.started_at.timestamp()))
    rows = [_row(snapshot, exercise, scope, refusal, replays) for exercise in known]
    return (real, *rows, *_unnamed(snapshot, scope))


def _row(
    snapshot: ConsoleSnapshot, exercise: Exercise, scope: ExerciseScope, refusal: str, replays: DayReplayActions
) -> ExerciseItem:
    own = exercise_scope(exercise.id)
    return ExerciseItem(
        id=exercise.id,
        text=exercise.name,
        about=" · ".join(filter(None, (replays.describe(exercise.id), _content(snapshot, own)))),
        at=describe_state(exercise),
        author=exercise.started_by,
        level=Level.INFORMATION if exercise.is_running else Level.NO_DATA,
        open_reason=shown_already_reason() if scope == own else "",
        end_reason=refusal or end_reason(exercise),
        wipe_reason=refusal or wipe_reason(exercise),
        replay_reason=replays.reason(exercise),
        is_replaying=replays.is_running(exercise.id),
    )


def _unnamed(snapshot: ConsoleSnapshot, scope: ExerciseScope) -> tuple[ExerciseItem, ...]:
    """Return the row of drills of no named exercise; none where there are none."""
    own = exercise_scope("")
    content = _content(snapshot, own)
    if not content:
        return ()
    reason = _("These drills belong to no named exercise.")
    item = ExerciseItem(
        id=UNNAMED_ROW,
        text=exercise_name("", {}),
        about=content,
        level=Level.INFORMATION,
        open_reason=shown_already_reason() if scope == own else "",
        end_reason=reason,
        wipe_reason=reason,
        replay_reason=reason,
    )
    return (item,)


def _content(snapshot: ConsoleSnapshot, scope: ExerciseScope) -> str:
    return describe_content(
        incidents=sum(map(scope.has, snapshot.incidents.values())),
        alarms=sum(alarm.is_active and scope.has(alarm) for alarm in snapshot.alarms.values()),
        stations=sum(map(scope.has, snapshot.stations.values())),
        units=sum(not unit.retired and scope.has(unit) for unit in snapshot.units.values()),
    )


def scope_of_row(row_id: str) -> ExerciseScope:
    """Return the world of a row."""
    if row_id == REAL_WORLD_ROW:
        return REAL_WORLD
    return exercise_scope("" if row_id == UNNAMED_ROW else row_id)


def real_alarms(snapshot: ConsoleSnapshot, now: datetime) -> tuple[AlarmItem, ...]:
    """Return the unacknowledged critical alarms of the real world, newest first."""
    waiting = sorted(_waiting(snapshot.alarms.values(), now), key=lambda alarm: alarm.raised_at, reverse=True)
    return tuple(_item(alarm, snapshot) for alarm in waiting)


def _waiting(alarms: Iterable[Alarm], now: datetime) -> Iterable[Alarm]:
    for alarm in alarms:
        is_loud = alarm.severity is AlarmSeverity.CRITICAL and alarm.acknowledged_at is None
        if not alarm.exercise and is_loud and alarm.demands_attention(now):
            yield alarm


def _item(alarm: Alarm, snapshot: ConsoleSnapshot) -> AlarmItem:
    return AlarmItem(
        id=alarm.id,
        level=LEVEL_OF_ALARM[alarm.severity],
        word=severity_label(alarm.severity),
        title=alarm_title(alarm, snapshot.stations.get(alarm.station), snapshot.rules.get(alarm.rule)),
    )
