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
    multi_watches: tuple[MultiSeriesWatch, ...] = ()


NO_TARGETS: Final = DispatchTargets()


def dispatch_table(
    watches: Iterable[Watch], multi_watches: Iterable[MultiSeriesWatch]
) -> Mapping[SeriesKey, DispatchTargets]:
    """Return the dispatch targets of each series."""
    by_series: dict[SeriesKey, tuple[list[Watch], dict[WatchKey, MultiSeriesWatch]]] = {}
    for watch in watches:
        by_series.setdefault((watch.station, watch.parameter), ([], {}))[0].append(watch)
    # Watches share their members; the member is kept, so that its identity stays its own.
    known: dict[int, tuple[Watch, dict[WatchKey, MultiSeriesWatch]]] = {}
    for multi_watch in multi_watches:
        key = multi_watch.key
        for member in multi_watch.triggering_members:
            found = known.get(id(member))
            if found is None:
                found = member, by_series.setdefault((member.station, member.parameter), ([], {}))[1]
                known[id(member)] = found
            found[1][key] = multi_watch
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
        if targets.multi_watches and (before.onset_at is not None or after.onset_at is not None):
            up.add(rule_of(watch.rule))
        if crossings:
            yield key, crossings
    if targets.multi_watches and changed:
        yield from _dispatch_multi_series(targets, memory, frozenset(up))


def _dispatch_multi_series(
    targets: DispatchTargets, memory: WatchStateStore, up: frozenset[str]
) -> Iterator[tuple[WatchKey, tuple[Crossing, ...]]]:
    for multi_watch in targets.multi_watches:
        key = multi_watch.key
        state = memory.state_of(key)
        if not multi_watch.is_triggered(state, up=up):
            continue
        multi_state = multi_series_state(multi_watch, memory)
        if multi_state is None:
            continue
        after, crossings = evaluate_multi_series(multi_watch, state, multi_state)
        memory.put_state(key, after)
        if crossings:
            yield key, crossings


def multi_series_state(multi_watch: MultiSeriesWatch, memory: WatchStateStore) -> MultiSeriesState | None:
    """Return the state of a multi-series watch's members; None before the first reading."""
    states = tuple(memory.state_of(watch_key(member)) for member in multi_watch.members)
    at = multi_watch.moment(states)
    return None if at is None else MultiSeriesState(at, states)
