"""The rule engine: turns readings into episodes, for the server, a console and trial runs. Pure.

Time is always the time of the readings, never a clock, so the same readings give the same
episodes. The onset is fixed when an episode is raised. A late reading counts in sums, but never
moves an onset and never ends an episode.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, TypeAlias

import msgspec

from tabuah.operations.rules.crossings import Crossing, CrossingKind
from tabuah.operations.rules.sliding_window import SlidingWindow
from tabuah.operations.rules.watches import SilenceWatch, Watch

EMPTY_WINDOW: Final = SlidingWindow()


class SeriesState(msgspec.Struct, frozen=True):
    """The state of one watch.

    `newest_at` is the newest reading evaluated, `reached_at` the start of the unbroken run at or beyond
    the limit, `onset_at` the start of the active episode, `ended_at` the end of the previous one.
    `value` was compared with the limit last; None if the window could not give one.
    """

    newest_at: datetime | None = None
    reached_at: datetime | None = None
    onset_at: datetime | None = None
    window: SlidingWindow = EMPTY_WINDOW
    value: float | None = None
    ended_at: datetime | None = None

    @property
    def is_raised(self) -> bool:
        """Return whether the alarm is active."""
        return self.onset_at is not None


INITIAL_STATE: Final = SeriesState()

Judgement: TypeAlias = tuple[SeriesState, tuple[Crossing, ...]]


def resume_raised(onset_at: datetime) -> SeriesState:
    """Return the state of a watch with an active alarm; readings up to its onset have been evaluated."""
    return SeriesState(newest_at=onset_at, onset_at=onset_at)


def evaluate(watch: Watch, state: SeriesState, at: datetime, value: float) -> Judgement:
    """Evaluate one reading.

    Args:
        watch: the rule at this series.
        state: the watch's state.
        at: the reading's time (UTC); readings may come late and twice.
        value: in the native unit.

    Returns:
        The new state, and the crossings in the order in which they happened.
    """
    late = state.newest_at is not None and at <= state.newest_at
    if watch.window is not None:
        return _evaluate_window(watch, state, at, value, late=late)
    if late:
        return state, ()
    return judge(watch, SeriesState(at, state.reached_at, state.onset_at, EMPTY_WINDOW, value, state.ended_at), value)


def evaluate_all(watch: Watch, state: SeriesState, readings: Iterable[tuple[datetime, float]]) -> Judgement:
    """Evaluate readings of one series, in the order given."""
    crossings: list[Crossing] = []
    for at, value in readings:
        state, passed = evaluate(watch, state, at, value)
        crossings += passed
    return state, tuple(crossings)


def _evaluate_window(watch: Watch, state: SeriesState, at: datetime, value: float, *, late: bool) -> Judgement:
    window = watch.slide_window(state.window, at, value)
    newest_at = state.newest_at if late and state.newest_at is not None else at
    measured = watch.measured(window)
    grown = SeriesState(newest_at, state.reached_at, state.onset_at, window, measured, state.ended_at)
    if measured is None or (late and not watch.reaches(measured)):
        return grown, ()
    return judge(watch, grown, measured)


def judge(watch: Watch, state: SeriesState, value: float) -> Judgement:
    """Evaluate the value at `state.newest_at`."""
    at = state.newest_at
    assert at is not None
    if watch.reaches(value):
        return _while_reached(watch, state, at, value)
    if state.reached_at is None and state.onset_at is None:
        return state, ()
    crossings: list[Crossing] = []
    if state.reached_at is not None:
        crossings.append(_crossing(watch, CrossingKind.LEFT, at, value, onset_at=state.onset_at or state.reached_at))
    onset_at, ended_at = state.onset_at, state.ended_at
    if onset_at is not None and watch.is_back(value):
        crossings.append(_crossing(watch, CrossingKind.CLEARED, at, value, onset_at=onset_at))
        onset_at, ended_at = None, at
    return SeriesState(at, None, onset_at, state.window, state.value, ended_at), tuple(crossings)


def _while_reached(watch: Watch, state: SeriesState, at: datetime, value: float) -> Judgement:
    reached_at = state.reached_at or at
    raises = state.onset_at is None and at - reached_at >= watch.hold
    if state.reached_at is not None and not raises:
        return state, ()
    onset_at = reached_at if raises else state.onset_at
    crossings = []
    if state.reached_at is None:
        crossings.append(_crossing(watch, CrossingKind.REACHED, at, value, onset_at=onset_at or reached_at))
    if raises:
        crossings.append(_crossing(watch, CrossingKind.RAISED, at, value, onset_at=reached_at))
    return SeriesState(at, reached_at, onset_at, state.window, state.value, state.ended_at), tuple(crossings)


def evaluate_silence(watch: SilenceWatch, state: SeriesState, *, heard_at: datetime, now: datetime) -> Judgement:
    """Evaluate silence by the clock (`now`) and the time of the last reading (`heard_at`)."""
    if state.onset_at is None:
        if now - heard_at < watch.allowed:
            return state, ()
        return SeriesState(onset_at=heard_at), (_silence_crossing(watch, CrossingKind.RAISED, now, heard_at),)
    if heard_at <= state.onset_at:
        return state, ()
    return INITIAL_STATE, (_silence_crossing(watch, CrossingKind.CLEARED, heard_at, state.onset_at),)


def _crossing(watch: Watch, kind: CrossingKind, at: datetime, value: float, *, onset_at: datetime) -> Crossing:
    return Crossing(
        kind=kind,
        rule=watch.rule,
        station=watch.station,
        parameter=watch.parameter,
        at=at,
        onset_at=onset_at,
        value=value,
        limit=watch.limit,
    )


def _silence_crossing(watch: SilenceWatch, kind: CrossingKind, at: datetime, onset_at: datetime) -> Crossing:
    return Crossing(
        kind=kind, rule=watch.rule, station=watch.station, parameter=watch.parameter, at=at, onset_at=onset_at
    )
