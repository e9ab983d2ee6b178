"""What a watch must remember after a start or a change of its rule: from the alarm that is up and recent readings."""

from collections.abc import Iterable

from tabuah.operations.rules.engine import UNKNOWN, evaluate_all, resume
from tabuah.operations.rules.situation import is_part
from tabuah.operations.rules.watches import ForecastWatch, SilenceWatch, Watch, WatchKey
from tabuah.server.readings.recalling_joints import recall_joints
from tabuah.server.readings.registry import Registry
from tabuah.server.readings.rounds import Round
from tabuah.server.readings.settling import SHORTEST_LOOK, STILL_NEWS, Past, settle


def recall(changes: Round, registry: Registry, keys: Iterable[WatchKey], past: Past) -> None:
    """Bring the watches of these keys to what recent readings say.

    An alarm that is up keeps its onset and is cleared only by readings after it; what is reached and not yet up is
    raised; the alarm of a watch that is gone is over.

    Args:
        changes: the round that takes the findings.
        registry: stations and rules in force.
        keys: of watches that are new, changed or gone.
        past: what is known of the past.
    """
    keys = sorted(keys)
    joint = [key for key in keys if key in registry.joints or is_part(key[0])]
    for key in sorted(set(keys) - set(joint)):
        watch = registry.watches.get(key)
        if watch is None:
            changes.clear(key, past.now)
            changes.put_state(key, UNKNOWN)
        elif isinstance(watch, SilenceWatch | ForecastWatch):  # the next look, or the next forecast, judges
            alarm = changes.alarm_of(key)
            changes.put_state(key, resume(alarm.onset_at) if alarm else UNKNOWN)
        else:
            _recall_series(changes, key, watch, past)
    recall_joints(changes, registry, joint, past)


def _recall_series(changes: Round, key: WatchKey, watch: Watch, past: Past) -> None:
    alarm = changes.alarm_of(key)
    state = resume(alarm.onset_at) if alarm else UNKNOWN
    newest_at = past.newest_at(watch.station, watch.parameter)
    if newest_at is not None:
        look_back = watch.window or max(2 * watch.hold, SHORTEST_LOOK)
        readings = past.between(watch.station, watch.parameter, newest_at - look_back, newest_at)
        state, crossings = evaluate_all(watch, state, [(reading.at, reading.value) for reading in readings])
        state = settle(changes, key, state, crossings, is_news=newest_at >= past.now - STILL_NEWS)
    changes.put_state(key, state)
