"""Rule trials on a readings store: on a server, or on a console without a connection to one."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Final

from tabuah.operations.readings.reading import Quality
from tabuah.operations.rules.dispatch import SeriesKey
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.rule_trial import (
    RuleTrial,
    TimedValue,
    merge_trials,
    split_trial,
    trial_series,
    try_rule,
    warm_up_span,
)
from tabuah.operations.stations.station import Station
from tabuah.storage.readings.errors import TrialTooLarge
from tabuah.storage.readings.store import ReadingsStore

MAX_READINGS: Final = 2_000_000  # in memory: about 400 MB
_MAINTENANCE: Final = int(Quality.MAINTENANCE)

OnSeries = Callable[[int, int], None]  # number of series read, and in total


def try_rule_on_readings(
    rule: Rule,
    stations: Iterable[Station],
    store: ReadingsStore,
    *,
    since: datetime,
    until: datetime,
    on_series: OnSeries,
    most_at_once: int = MAX_READINGS,
) -> RuleTrial:
    """Run a rule on the readings between two moments, preceded by the warm-up that its windows need.

    Readings taken during maintenance are left out, as rules never see them.

    Args:
        rule: the rule, in force or not.
        stations: all stations that it may apply to or refer to.
        store: the readings.
        since: start of the reported results (UTC).
        until: end of the trial (UTC).
        on_series: called with the progress; an exception from it ends the trial.
        most_at_once: maximum number of readings of series that are evaluated together.

    Raises:
        TrialTooLarge: there are more readings.
        ReadingsError: the store cannot be read.
    """
    stations = tuple(stations)
    begin = since - warm_up_span(rule, stations)
    parts = [(part, wanted) for part in split_trial(rule, stations) if (wanted := trial_series(rule, part))]
    of = sum(len(wanted) for _part, wanted in parts)
    done = 0
    trials: list[RuleTrial] = []
    for part, wanted in parts:
        report = partial(_report_progress, on_series, done, of)
        history = _histories(store, wanted, begin, until, on_series=report, most=most_at_once)
        done += len(wanted)
        on_series(done, of)
        trials.append(try_rule(rule, part, history, since=since))
    return merge_trials(rule, trials)


def _histories(
    store: ReadingsStore,
    wanted: Iterable[SeriesKey],
    begin: datetime,
    until: datetime,
    *,
    on_series: Callable[[int], None],
    most: int,
) -> dict[SeriesKey, list[TimedValue]]:
    """Return the values that rules see of these series; `on_series` gets the number read before each."""
    histories: dict[SeriesKey, list[TimedValue]] = {}
    held = 0
    for series in wanted:
        on_series(len(histories))
        readings = store.oldest_between(*series, begin, until, most=most - held + 1)
        held += len(readings)
        if held > most:
            raise TrialTooLarge(most)
        histories[series] = [(r.at, r.value) for r in readings if not r.quality & _MAINTENANCE]
    return histories


def _report_progress(on_series: OnSeries, before: int, of: int, read: int) -> None:
    on_series(before + read, of)
