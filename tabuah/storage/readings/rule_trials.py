"""Trying a rule on the readings of a store: of a server, or of a console that has no line to one."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Final

from tabuah.operations.rules.hearing import Series
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.trial import Trial, Value, series_of, try_rule, warm_up_of
from tabuah.operations.rules.trial_parts import parts_of_trial, put_together
from tabuah.operations.stations.readings import Quality
from tabuah.operations.stations.station import Station
from tabuah.storage.readings.errors import TooMuchToTry
from tabuah.storage.readings.store import ReadingsStore

MOST_AT_ONCE: Final = 2_000_000  # readings in memory: about 400 MB
_MAINTENANCE: Final = int(Quality.MAINTENANCE)

OnSeries = Callable[[int, int], None]  # how many series are read, of how many


def try_on_readings(
    rule: Rule,
    stations: Iterable[Station],
    store: ReadingsStore,
    *,
    since: datetime,
    until: datetime,
    on_series: OnSeries,
    most_at_once: int = MOST_AT_ONCE,
) -> Trial:
    """Play the readings between two moments to a rule, and those before that its windows need.

    What was measured while a station was worked on is left out, as no rule sees it.

    Args:
        rule: whether in force or not.
        stations: all that it may mean or look at.
        store: where the readings are.
        since: from when on what it raises is told (UTC).
        until: the last moment (UTC).
        on_series: told how far it is; what it raises ends the trial.
        most_at_once: readings of series that must be played together.

    Raises:
        TooMuchToTry: there are more.
        ReadingsError: the store cannot be read.
    """
    stations = tuple(stations)
    begin = since - warm_up_of(rule, stations)
    parts = [(part, wanted) for part in parts_of_trial(rule, stations) if (wanted := series_of(rule, part))]
    of = sum(len(wanted) for _part, wanted in parts)
    done = 0
    trials: list[Trial] = []
    for part, wanted in parts:
        tell = partial(_tell_after, on_series, done, of)
        history = _histories(store, wanted, begin, until, on_series=tell, most=most_at_once)
        done += len(wanted)
        on_series(done, of)
        trials.append(try_rule(rule, part, history, since=since))
    return put_together(rule, trials)


def _histories(
    store: ReadingsStore,
    wanted: Iterable[Series],
    begin: datetime,
    until: datetime,
    *,
    on_series: Callable[[int], None],
    most: int,
) -> dict[Series, list[Value]]:
    """What rules see of these series; `on_series` is told how many are read before each."""
    histories: dict[Series, list[Value]] = {}
    held = 0
    for series in wanted:
        on_series(len(histories))
        readings = store.oldest_between(*series, begin, until, most=most - held + 1)
        held += len(readings)
        if held > most:
            raise TooMuchToTry(most)
        histories[series] = [(r.at, r.value) for r in readings if not r.quality & _MAINTENANCE]
    return histories


def _tell_after(on_series: OnSeries, before: int, of: int, read: int) -> None:
    on_series(before + read, of)
