"""What a console raises by itself: alarms of a series that no server can judge, as there is no line to one.

The server takes such an alarm for its own once it has come: it raises no second one, and ends it with its series.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.gestures import clear_alarm, raise_alarm
from tabuah.operations.alarms.raising import raised_by
from tabuah.operations.entries import Draft
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.rules.crossings import CrossingKind
from tabuah.operations.rules.engine import UNKNOWN, evaluate_all
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.watches import Watch, watch_of
from tabuah.operations.stations.station import Station


def judge_own_series(
    station: Station,
    parameter: str,
    history: Sequence[tuple[datetime, float]],
    *,
    rules: Iterable[Rule],
    alarms: Iterable[Alarm],
    works: Iterable[MaintenanceWindow],
    new_id: Callable[[], str],
) -> tuple[Draft, ...]:
    """The alarms that begin or end by what a series has now.

    Args:
        station: the station; its thresholds count.
        parameter: the code of what was measured.
        history: times (UTC) and values of as much of the series as is kept, oldest first.
        rules: all rules; those over one series of this parameter are judged.
        alarms: all that are known; an episode that has its alarm gets no other.
        works: all maintenance; what the station showed while it was worked on begins and ends nothing.
        new_id: gives ids of alarms.
    """
    judged = _outside_works(station.code, history, works)
    if list(history[-1:]) != judged[-1:]:  # the newest is part of the work, and says nothing new of what was before
        return ()
    known = [alarm for alarm in alarms if alarm.station == station.code and alarm.parameter == parameter]
    drafts: list[Draft] = []
    for rule in rules:
        watch = watch_of(rule, station) if rule.parameter == parameter else None
        if isinstance(watch, Watch):
            watch = msgspec.structs.replace(watch, hold=timedelta())  # what a person has read is no flicker
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
    """Play the series: only where it stands at the end counts, for what is over and had no alarm is no news."""
    state, crossings = evaluate_all(watch, UNKNOWN, history)
    up = next((alarm for alarm in alarms if alarm.is_active), None)
    if state.onset_at is not None:
        begun = [crossing for crossing in crossings if crossing.kind is CrossingKind.RAISED][-1]
        if up is not None or any(alarm.cleared_at and begun.onset_at <= alarm.cleared_at for alarm in alarms):
            return []
        return [raise_alarm(new_id(), raised_by(begun, rule, station), exercise=station.exercise)]
    ended = next((c for c in reversed(crossings) if c.kind is CrossingKind.CLEARED), None)
    if up is None or ended is None or ended.at <= up.onset_at:
        return []
    return [clear_alarm(up.id, cleared_at=ended.at, value=ended.value, exercise=up.exercise)]
