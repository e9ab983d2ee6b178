"""Alarms that a console raises itself, for series that no server evaluates.

The server adopts such an alarm when it arrives: it raises no second one, and clears it with
the series.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.drafts import clear_alarm, raise_alarm, raised_alarm_body
from tabuah.operations.entries import Draft
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.rules.crossings import CrossingKind
from tabuah.operations.rules.engine import INITIAL_STATE, evaluate_all
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.watches import Watch, watch_for_rule
from tabuah.operations.stations.station import Station


def judge_local_series(
    station: Station,
    parameter: str,
    history: Sequence[tuple[datetime, float]],
    *,
    rules: Iterable[Rule],
    alarms: Iterable[Alarm],
    works: Iterable[MaintenanceWindow],
    new_id: Callable[[], str],
) -> tuple[Draft, ...]:
    """Return drafts for the alarms that a series raises or clears now.

    Args:
        station: the station with its thresholds.
        parameter: code of the measured parameter.
        history: times (UTC) and values of the stored series, oldest first.
        rules: all rules; single-series rules on this parameter are evaluated.
        alarms: all known alarms; an episode that has an alarm raises no other.
        works: all maintenance windows; readings taken during maintenance are ignored.
        new_id: creates alarm ids.
    """
    judged = _outside_works(station.code, history, works)
    if list(history[-1:]) != judged[-1:]:  # the newest reading was taken during maintenance
        return ()
    known = [alarm for alarm in alarms if alarm.station == station.code and alarm.parameter == parameter]
    drafts: list[Draft] = []
    for rule in rules:
        watch = watch_for_rule(rule, station) if rule.parameter == parameter else None
        if isinstance(watch, Watch):
            watch = msgspec.structs.replace(watch, hold=timedelta())  # a manual reading does not flicker
            of_rule = [alarm for alarm in known if alarm.rule == rule.id]
            drafts += _judge(watch, rule, station, judged, alarms=of_rule, new_id=new_id)
    return tuple(drafts)


def _outside_works(
    station: str, history: Sequence[tuple[datetime, float]], works: Iterable[MaintenanceWindow]
) -> list[tuple[datetime, float]]:
    own = [window for window in works if station in window.stations]
    return [(at, value) for at, value in history if not any(window.runs_at(at) for window in own)]


def _judge(
    watch: Watch,
    rule: Rule,
    station: Station,
    history: Sequence[tuple[datetime, float]],
    *,
    alarms: Sequence[Alarm],
    new_id: Callable[[], str],
) -> list[Draft]:
    """Evaluate the series; only the final state counts, past episodes without an alarm are ignored."""
    state, crossings = evaluate_all(watch, INITIAL_STATE, history)
    up = next((alarm for alarm in alarms if alarm.is_active), None)
    if state.onset_at is not None:
        begun = [crossing for crossing in crossings if crossing.kind is CrossingKind.RAISED][-1]
        if up is not None or any(alarm.cleared_at and begun.onset_at <= alarm.cleared_at for alarm in alarms):
            return []
        return [
            raise_alarm(
                new_id(),
                raised_alarm_body(begun, rule, station),
                exercise=station.exercise,
                exercise_id=station.exercise_id,
            )
        ]
    ended = next((c for c in reversed(crossings) if c.kind is CrossingKind.CLEARED), None)
    if up is None or ended is None or ended.at <= up.onset_at:
        return []
    return [
        clear_alarm(up.id, cleared_at=ended.at, value=ended.value, exercise=up.exercise, exercise_id=up.exercise_id)
    ]
