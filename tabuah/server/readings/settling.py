"""Settling a watch whose readings were looked through again: its alarm, and the state it goes on with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from tabuah.operations.rules.crossings import Crossing, CrossingKind
from tabuah.operations.rules.engine import UNKNOWN, SeriesState, resume
from tabuah.operations.rules.watches import WatchKey
from tabuah.operations.stations.readings import Reading
from tabuah.server.readings.rounds import Round

SHORTEST_LOOK: Final = timedelta(minutes=10)
STILL_NEWS: Final = timedelta(hours=1)  # a new rule raises nothing for readings that are older

ReadBetween: TypeAlias = Callable[[str, str, datetime, datetime], Iterable[Reading]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known of the past at a moment.

    `newest_at` is the time of a series' newest reading; `between` are its readings between two moments, oldest first;
    `up_since` is since when a part of a rule held by what was kept of it before a start.
    """

    now: datetime
    newest_at: Callable[[str, str], datetime | None]
    between: ReadBetween
    up_since: Callable[[WatchKey], datetime | None]


def settle(
    changes: Round, key: WatchKey, state: SeriesState, crossings: Iterable[Crossing], *, is_news: bool
) -> SeriesState:
    """Raise or clear the alarm of a watch as its readings say.

    Args:
        changes: the round that takes the findings.
        key: of the watch.
        state: what the readings have led to.
        crossings: those on the way there.
        is_news: whether the newest reading is new enough to raise an alarm for.

    Returns:
        The state to go on with: an alarm that is up keeps its onset.
    """
    alarm = changes.alarm_of(key)
    if state.is_raised and alarm is None:
        if not is_news:
            return UNKNOWN
        changes.note(key, [c for c in crossings if c.kind is CrossingKind.RAISED][-1:])
    elif alarm and not state.is_raised:
        changes.note(key, [c for c in crossings if c.kind is CrossingKind.CLEARED][:1])
    elif alarm and state.onset_at != alarm.onset_at:
        return resume(alarm.onset_at)
    return state
