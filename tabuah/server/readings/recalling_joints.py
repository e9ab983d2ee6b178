"""What joint watches and the parts they look at must remember after a start or a change."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from operator import attrgetter

from tabuah.operations.rules.crossings import Crossing
from tabuah.operations.rules.engine import UNKNOWN, resume
from tabuah.operations.rules.hearing import NOBODY, hear, hearers_of, situation_of
from tabuah.operations.rules.joint import JointWatch, evaluate_joint
from tabuah.operations.rules.watches import Watch, WatchKey
from tabuah.operations.stations.readings import Reading
from tabuah.server.readings.registry import Registry
from tabuah.server.readings.rounds import Round
from tabuah.server.readings.settling import SHORTEST_LOOK, STILL_NEWS, Past, settle


def recall_joints(changes: Round, registry: Registry, keys: Iterable[WatchKey], past: Past) -> None:
    """Play recent readings to the parts that changed, and to the joint watches whose alarm is not up.

    An alarm that is up is judged once, in the end: on the way there its parts have not all spoken yet.
    """
    members: list[Watch] = []
    joints: list[JointWatch] = []
    for key in keys:
        member, joint = registry.watches.get(key), registry.joints.get(key)
        if joint is not None:
            joints.append(joint)
            alarm = changes.alarm_of(key)
            changes.put_state(key, resume(alarm.onset_at) if alarm else UNKNOWN)
        elif isinstance(member, Watch):
            members.append(member)
            since = past.up_since(key)
            changes.put_state(key, resume(since) if since else UNKNOWN)
        else:
            changes.put_state(key, UNKNOWN)
    crossings = _play(changes, members, [j for j in joints if changes.alarm_of(j.key) is None], past)
    for joint in joints:
        _settle_joint(changes, joint, crossings.get(joint.key, []), past)


def _play(
    changes: Round, members: Sequence[Watch], joints: Sequence[JointWatch], past: Past
) -> dict[WatchKey, list[Crossing]]:
    """Let them hear what was read, in the order of time; nothing is raised by it yet."""
    hearers = hearers_of(members, joints)
    found: dict[WatchKey, list[Crossing]] = {}
    for reading in _readings_of(members, max((joint.look_back for joint in joints), default=timedelta()), past):
        heard = hearers.get((reading.station, reading.parameter), NOBODY)
        for key, crossings in hear(heard, changes, reading.at, reading.value):
            found.setdefault(key, []).extend(crossings)
    return found


def _readings_of(members: Iterable[Watch], look_back: timedelta, past: Past) -> list[Reading]:
    """What the members must hear again, each series once."""
    spans: dict[tuple[str, str], timedelta] = {}
    for member in members:
        series = (member.station, member.parameter)
        span = member.window or max(2 * member.hold, SHORTEST_LOOK)
        spans[series] = max(span, look_back, spans.get(series, span))
    readings: list[Reading] = []
    for (station, parameter), span in spans.items():
        newest_at = past.newest_at(station, parameter)
        if newest_at is not None:
            readings += past.between(station, parameter, newest_at - span, newest_at)
    return sorted(readings, key=attrgetter("at", "station", "parameter"))


def _settle_joint(changes: Round, joint: JointWatch, crossings: list[Crossing], past: Past) -> None:
    key = joint.key
    state, situation = changes.state_of(key), situation_of(joint, changes)
    if situation is None:
        return
    state, last = evaluate_joint(joint, state, situation)
    is_news = situation.at >= past.now - STILL_NEWS
    changes.put_state(key, settle(changes, key, state, [*crossings, *last], is_news=is_news))
