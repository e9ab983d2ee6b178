"""Who hears a reading: the watches of its series first, then the joint watches that look at it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, Protocol, TypeAlias

import msgspec

from tabuah.operations.rules.crossings import Crossing
from tabuah.operations.rules.engine import SeriesState, evaluate
from tabuah.operations.rules.joint import JointWatch, evaluate_joint
from tabuah.operations.rules.situation import Situation, rule_of
from tabuah.operations.rules.watches import Watch, WatchKey, key_of

Series: TypeAlias = tuple[str, str]  # station, parameter


class Memory(Protocol):
    """What all watches remember."""

    def state_of(self, key: WatchKey) -> SeriesState:
        """What one watch remembers."""

    def put_state(self, key: WatchKey, state: SeriesState) -> None:
        """What one watch remembers from now on."""


class Hearers(msgspec.Struct, frozen=True):
    """The watches of one series, and the joint watches that its readings can stir."""

    watches: tuple[Watch, ...] = ()
    joints: tuple[JointWatch, ...] = ()


NOBODY: Final = Hearers()


def hearers_of(watches: Iterable[Watch], joints: Iterable[JointWatch]) -> Mapping[Series, Hearers]:
    """Who hears each series."""
    by_series: dict[Series, tuple[list[Watch], dict[WatchKey, JointWatch]]] = {}
    for watch in watches:
        by_series.setdefault((watch.station, watch.parameter), ([], {}))[0].append(watch)
    for joint in joints:
        for member in joint.stirring:
            by_series.setdefault((member.station, member.parameter), ([], {}))[1][joint.key] = joint
    return {series: Hearers(tuple(own), tuple(shared.values())) for series, (own, shared) in by_series.items()}


def hear(
    hearers: Hearers, memory: Memory, at: datetime, value: float
) -> Iterator[tuple[WatchKey, tuple[Crossing, ...]]]:
    """Let everybody who watches a series judge one reading of it, and remember.

    Yields:
        The key of each watch that saw crossings, with them; a caller must take all of it.
    """
    changed = False
    up: set[str] = set()
    for watch in hearers.watches:
        key = key_of(watch)
        before = memory.state_of(key)
        after, crossings = evaluate(watch, before, at, value)
        if after is not before:
            changed = True
            memory.put_state(key, after)
        if hearers.joints and (before.onset_at is not None or after.onset_at is not None):
            up.add(rule_of(watch.rule))
        if crossings:
            yield key, crossings
    if hearers.joints and changed:
        yield from _hear_together(hearers, memory, frozenset(up))


def _hear_together(
    hearers: Hearers, memory: Memory, up: frozenset[str]
) -> Iterator[tuple[WatchKey, tuple[Crossing, ...]]]:
    for joint in hearers.joints:
        key = joint.key
        state = memory.state_of(key)
        if not joint.is_stirred(state, up=up):
            continue
        situation = situation_of(joint, memory)
        if situation is None:
            continue
        after, crossings = evaluate_joint(joint, state, situation)
        memory.put_state(key, after)
        if crossings:
            yield key, crossings


def situation_of(joint: JointWatch, memory: Memory) -> Situation | None:
    """What the members of a joint watch have to say now; None before the first reading."""
    states = tuple(memory.state_of(key_of(member)) for member in joint.members)
    at = joint.moment(states)
    return None if at is None else Situation(at, states)
