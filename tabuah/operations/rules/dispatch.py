"""Dispatch of a reading: to the watches of its series, then to the multi-series watches."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, Protocol, TypeAlias

import msgspec

from tabuah.operations.rules.crossings import Crossing
from tabuah.operations.rules.engine import SeriesState, evaluate
from tabuah.operations.rules.multi_series import MultiSeriesState, MultiSeriesWatch, evaluate_multi_series, rule_of
from tabuah.operations.rules.watches import Watch, WatchKey, watch_key

SeriesKey: TypeAlias = tuple[str, str]  # station, parameter


class WatchStateStore(Protocol):
    """Storage for the states of all watches."""

    def state_of(self, key: WatchKey) -> SeriesState:
        """Return the state of a watch."""

    def put_state(self, key: WatchKey, state: SeriesState) -> None:
        """Store the state of a watch."""


class DispatchTargets(msgspec.Struct, frozen=True):
    """The watches of one series, and the multi-series watches that its readings can trigger."""

    watches: tuple[Watch, ...] = ()
    joints: tuple[MultiSeriesWatch, ...] = ()


NO_TARGETS: Final = DispatchTargets()


def dispatch_table(
    watches: Iterable[Watch], joints: Iterable[MultiSeriesWatch]
) -> Mapping[SeriesKey, DispatchTargets]:
    """Return the dispatch targets of each series."""
    by_series: dict[SeriesKey, tuple[list[Watch], dict[WatchKey, MultiSeriesWatch]]] = {}
    for watch in watches:
        by_series.setdefault((watch.station, watch.parameter), ([], {}))[0].append(watch)
    for joint in joints:
        for member in joint.triggering_members:
            by_series.setdefault((member.station, member.parameter), ([], {}))[1][joint.key] = joint
    return {
        series: DispatchTargets(tuple(own), tuple(shared.values())) for series, (own, shared) in by_series.items()
    }


def dispatch_reading(
    targets: DispatchTargets, memory: WatchStateStore, at: datetime, value: float
) -> Iterator[tuple[WatchKey, tuple[Crossing, ...]]]:
    """Evaluate one reading in all watches of its series, and store their states.

    Yields:
        The key of each watch with crossings, and the crossings; a caller must consume all of them.
    """
    changed = False
    up: set[str] = set()
    for watch in targets.watches:
        key = watch_key(watch)
        before = memory.state_of(key)
        after, crossings = evaluate(watch, before, at, value)
        if after is not before:
            changed = True
            memory.put_state(key, after)
        if targets.joints and (before.onset_at is not None or after.onset_at is not None):
            up.add(rule_of(watch.rule))
        if crossings:
            yield key, crossings
    if targets.joints and changed:
        yield from _dispatch_multi_series(targets, memory, frozenset(up))


def _dispatch_multi_series(
    targets: DispatchTargets, memory: WatchStateStore, up: frozenset[str]
) -> Iterator[tuple[WatchKey, tuple[Crossing, ...]]]:
    for joint in targets.joints:
        key = joint.key
        state = memory.state_of(key)
        if not joint.is_triggered(state, up=up):
            continue
        situation = multi_series_state(joint, memory)
        if situation is None:
            continue
        after, crossings = evaluate_multi_series(joint, state, situation)
        memory.put_state(key, after)
        if crossings:
            yield key, crossings


def multi_series_state(joint: MultiSeriesWatch, memory: WatchStateStore) -> MultiSeriesState | None:
    """Return the state of a multi-series watch's members; None before the first reading."""
    states = tuple(memory.state_of(watch_key(member)) for member in joint.members)
    at = joint.moment(states)
    return None if at is None else MultiSeriesState(at, states)
