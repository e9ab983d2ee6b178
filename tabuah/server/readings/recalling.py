"""What a watch must remember after a start or a change of its rule: from the alarm that is up and recent readings."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from tabuah.operations.rules.crossings import CrossingKind
from tabuah.operations.rules.engine import UNKNOWN, evaluate_all, resume
from tabuah.operations.rules.watches import SilenceWatch, Watch
from tabuah.operations.stations.readings import Reading
from tabuah.server.readings.registry import Registry, WatchKey
from tabuah.server.readings.rounds import Round

SHORTEST_LOOK: Final = timedelta(minutes=10)
STILL_NEWS: Final = timedelta(hours=1)  # a new rule raises nothing for readings that are older

ReadBetween = Callable[[str, str, datetime, datetime], Iterable[Reading]]


def recall(
    changes: Round,
    registry: Registry,
    keys: Iterable[WatchKey],
    *,
    newest_at: Callable[[str, str], datetime | None],
    between: ReadBetween,
    now: datetime,
) -> None:
    """Bring the watches of these keys to what recent readings say.

    An alarm that is up keeps its onset and is cleared only by readings after it; what is reached and not yet up is
    raised; the alarm of a watch that is gone is over.

    Args:
        changes: the round that takes the findings.
        registry: stations and rules in force.
        keys: of watches that are new, changed or gone.
        newest_at: the time of the newest reading of a station's parameter.
        between: the readings of a series between two moments, oldest first.
        now: the present moment (UTC).
    """
    for key in sorted(keys):
        watch = registry.watches.get(key)
        if watch is None:
            changes.clear(key, now)
            changes.put_state(key, UNKNOWN)
        elif isinstance(watch, SilenceWatch):
            alarm = changes.alarm_of(key)
            changes.put_state(key, resume(alarm.onset_at) if alarm else UNKNOWN)
        else:
            _recall_series(changes, key, watch, newest_at(watch.station, watch.parameter), between, now)


def _recall_series(
    changes: Round, key: WatchKey, watch: Watch, newest_at: datetime | None, between: ReadBetween, now: datetime
) -> None:
    alarm = changes.alarm_of(key)
    state = resume(alarm.onset_at) if alarm else UNKNOWN
    if newest_at is None:
        changes.put_state(key, state)
        return
    look_back = watch.window or max(2 * watch.hold, SHORTEST_LOOK)
    readings = between(watch.station, watch.parameter, newest_at - look_back, newest_at)
    state, crossings = evaluate_all(watch, state, [(reading.at, reading.value) for reading in readings])
    if state.is_raised and alarm is None:
        raised = [c for c in crossings if c.kind is CrossingKind.RAISED]
        if newest_at < now - STILL_NEWS:
            state = UNKNOWN
        else:
            changes.note(key, raised[-1:])
    elif alarm and not state.is_raised:
        changes.note(key, [c for c in crossings if c.kind is CrossingKind.CLEARED][:1])
    elif alarm and state.onset_at != alarm.onset_at:
        state = resume(alarm.onset_at)
    changes.put_state(key, state)
